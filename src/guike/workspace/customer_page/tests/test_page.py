"""The customer page: what it shows, to whom, and at what price."""

from datetime import timedelta
from decimal import Decimal
from io import BytesIO
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from python_calamine import CalamineWorkbook

from guike.contact import services as contact
from guike.contact.rules import Draft
from guike.customers import services
from guike.engine import services as engine
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.products.models import Product
from guike.sales.models import SalesOrder
from guike.sales.services.orders import LineDraft, record_order
from guike.workspace.customer_page import purchases

TABS = ["timeline", "contacts", "orders", "file", "duties", "needs", "files", "changes"]
#: What one page may ask the database, the two questions of signing in included (PRF-2).
QUERIES = 20


def _live(customer, owner, times):
    """Some history: orders and follow-ups of past days."""
    product, _made = Product.objects.get_or_create(number="ZF-50", defaults={"name": "铸钢闸阀", "unit": "台", "list_price": Decimal(860)})
    for n in range(times):
        day = clock.today() - timedelta(days=n)
        record_order(actor=owner, customer_id=customer.pk, ordered_on=day, lines=[LineDraft(product.pk, Decimal(10), Decimal(860))])
        contact.log_follow_up(customer.pk, Draft(method="phone", said=f"第 {n} 次通话", happened_on=day), actor=owner)


@pytest.mark.parametrize("tab", [*TABS, "junk"])
def test_every_tab_opens(as_viewer, customer, chain, owner, tab):
    answer = as_viewer(owner).get(f"/customers/{customer.pk}/?tab={tab}")
    assert answer.status_code == 200
    assert "温州瓯泰阀门有限公司" in answer.content.decode()


@pytest.mark.parametrize("tab", TABS)
def test_strangers_do_not_find_it(as_viewer, customer, outsider, tab):
    answer = as_viewer(outsider).get(f"/customers/{customer.pk}/?tab={tab}")
    assert answer.status_code == 404
    assert "瓯泰" not in answer.content.decode()


@pytest.mark.parametrize("who", ["manager", "marketing", "service", "warehouse", "clerk", "administrator", "teammate"])
def test_who_else_may_open_it(as_viewer, customer, chain, request, who):
    expected = 404 if who == "teammate" else 200
    answer = as_viewer(request.getfixturevalue(who)).get(f"/customers/{customer.pk}/?tab=contacts")
    assert answer.status_code == expected
    page = answer.content.decode()
    assert ("13800138000" in page) == (who == "clerk")


def test_head_rail_and_timeline(as_viewer, customer, chain, owner):
    _live(customer, owner, 3)
    page = as_viewer(owner).get(f"/customers/{customer.pk}/").content.decode()
    for words in (
        "经销商",
        "温州市龙湾区",
        "负责人 陈思远",
        "KH-000001",
        "12 个月采购额",
        "3 张订单",
        "上次联系",
        "拍板",
        "偏竞品",
        "第 0 次通话",
        "¥8,600.00",
    ):
        assert words in page, words


def test_its_price_does_not_grow_with_its_history(as_viewer, customer, chain, owner):
    engine.install_pack("channel", actor=SYSTEM)
    _live(customer, owner, 2)
    browser = as_viewer(owner)
    counted = []
    for _round in range(2):
        address = f"/customers/{customer.pk}/?in={quote('view=mine')}"
        browser.get(address)  # what is kept in process is read now
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(address).status_code == 200
        counted.append(len(asked))
        _live_more(customer, owner)
    assert counted[0] == counted[1]
    assert counted[0] <= QUERIES, [query["sql"][:160] for query in asked.captured_queries]


def _live_more(customer, owner):
    for n in range(25):
        contact.log_follow_up(
            customer.pk, Draft(method="visit", said=f"登门 {n}", happened_on=clock.today() - timedelta(days=n)), actor=owner
        )


def test_older_lines_by_keyset_and_search(as_viewer, customer, owner):
    _live_more(customer, owner)
    browser = as_viewer(owner)
    page = browser.get(f"/customers/{customer.pk}/").content.decode()
    assert "登门 0" in page
    assert "登门 24" not in page
    older = page.split('class="gk-more" href="')[1].split('"')[0].replace("&amp;", "&")
    assert "登门 24" in browser.get(f"/customers/{customer.pk}/{older}").content.decode()
    found = browser.get(f"/customers/{customer.pk}/?q=登门 24").content.decode()
    assert "登门 24" in found
    assert "登门 3<" not in found
    assert "没有这样的动态" in browser.get(f"/customers/{customer.pk}/?q=zzz").content.decode()
    assert browser.get(f"/customers/{customer.pk}/?before=rubbish&group=junk").status_code == 200


def test_what_needs_you_is_mine_and_due(as_viewer, customer, owner, manager):
    contact.log_follow_up(
        customer.pk,
        Draft(method="phone", said="约好今天报价", happened_on=clock.today(), next_on=clock.today(), next_step="发报价单"),
        actor=owner,
    )
    mine = as_viewer(owner).get(f"/customers/{customer.pk}/").content.decode()
    theirs = as_viewer(manager).get(f"/customers/{customer.pk}/").content.decode()
    assert "需要你处理" in mine
    assert "今天到期：" in mine
    assert "发报价单" in mine
    assert "需要你处理" not in theirs
    assert "发报价单" in theirs


def test_neighbours_in_the_list_one_came_from(as_viewer, customer, owner):
    names = ["甲厂", "乙厂", "丙厂"]
    made = [services.add_customer({"name": name}, actor=owner) for name in names]
    address = quote("view=all&sort=number")
    page = as_viewer(owner).get(f"/customers/{made[1].pk}/?in={address}").content.decode()
    assert f"/customers/{made[0].pk}/?in=" in page
    assert f"/customers/{made[2].pk}/?in=" in page
    broken = as_viewer(owner).get(f"/customers/{made[1].pk}/?in={quote('view=nonsense')}")
    assert broken.status_code == 200
    assert "上一家" not in broken.content.decode()


def test_grades_open_their_why(as_viewer, customer, owner):
    engine.install_pack("channel", actor=SYSTEM)
    engine.evaluate(actor=SYSTEM)
    page = as_viewer(owner).get(f"/customers/{customer.pk}/").content.decode()
    assert f"/policies/why/customer/{customer.pk}/" in page
    assert "综合分" in page


def test_purchases_by_month_as_chart_table_and_workbook(as_viewer, customer, owner, teammate, manager):
    """Bars of the last twelve months with links to the orders behind them; the same numbers in the workbook."""
    browser = as_viewer(owner)
    assert "每月采购额" not in browser.get(f"/customers/{customer.pk}/?tab=orders").content.decode()
    _live(customer, owner, 3)
    page = browser.get(f"/customers/{customer.pk}/?tab=orders").content.decode()
    assert "每月采购额" in page and f"f.customer={customer.pk}" in page and f"/customers/{customer.pk}/purchases.xlsx" in page
    answer = browser.get(f"/customers/{customer.pk}/purchases.xlsx")
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert rows[0] == ["月份", "采购额（元）", "订单数"]
    assert len(rows) == 25
    ordered = SalesOrder.objects.filter(customer=customer)
    assert sum(row[2] for row in rows[1:]) == ordered.count()
    assert sum(row[1] for row in rows[1:]) == float(sum(order.amount for order in ordered))
    assert as_viewer(teammate).get(f"/customers/{customer.pk}/purchases.xlsx").status_code == 404


def test_the_link_behind_a_month_lists_that_months_orders(as_viewer, customer, owner):
    _live(customer, owner, 3)
    made = purchases.chart(owner, customer.pk, clock.today())
    answer = as_viewer(owner).get(made.links[-1])
    assert answer.status_code == 200


@pytest.mark.parametrize(("ahead", "years", "shown"), [(0, 12, True), (30, 12, True), (31, 12, False), (-1, 12, False), (0, 0, False)])
def test_the_founding_day_shows_in_its_last_thirty_days(as_viewer, customer, owner, ahead, years, shown):
    on = clock.today() + timedelta(days=ahead)
    services.change_customer(customer.pk, {"founded_on": on.replace(year=on.year - years)}, version=customer.version, actor=owner)
    page = as_viewer(owner).get(f"/customers/{customer.pk}/").content.decode()
    assert ("满 12 周年" in page) is shown
    assert shown or "周年" not in page
