"""Pages as a person meets them."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from guike.organisation import services
from guike.organisation.calendar.models import CalendarDay
from guike.organisation.models import Account, Deputy, Person
from guike.platform import clock

pytestmark = pytest.mark.django_db
BACKEND = "guike.organisation.backend.AccountBackend"


def browser(login: str) -> Client:
    client = Client()
    client.force_login(Account.objects.get(login=login), backend=BACKEND)
    return client


@pytest.fixture
def client(admin):
    return browser("admin")


def text(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def test_the_tree_shows_heads_and_head_counts(client, company):
    page = text(client.get("/settings/departments/"))
    assert "5 个部门" in page
    assert re.search(r"销售部 销售 林海 3 人", page)


def test_a_department_is_moved_and_renamed_in_one_form(client, company):
    values = {"name": "浙江南区", "parent": company.finance.pk, "function": "sales", "head": company.seller.pk, "code": "ZN"}
    assert client.post(f"/settings/departments/{company.south.pk}/", values).status_code == 302
    company.south.refresh_from_db()
    assert (company.south.name, company.south.parent, company.south.head) == ("浙江南区", company.finance, company.seller)
    values["parent"] = company.south.pk
    page = client.post(f"/settings/departments/{company.south.pk}/", values)
    assert (page.status_code, "不能移到自己的下级" in page.content.decode()) == (422, True)


def test_the_list_of_people_shows_who_stands_above(client, company):
    page = text(client.get("/settings/people/"))
    assert re.search(r"陈思远 YG-\d+ 浙南片区 .{0,20}业务员 林海", page)


def test_the_list_of_a_department_counts_those_below(client, company):
    page = text(client.get(f"/settings/people/?f.department={company.sales.pk}"))
    assert "陈思远" in page
    assert "何丽" not in page


def test_a_colleague_is_added_with_post_and_login_and_the_password_is_shown_once(client, company):
    values = {"name": "吴新", "department": company.south.pk, "role": "salesperson", "login": "wuxin"}
    page = client.post("/settings/people/add/", values)
    password = re.search(r"<code>([^<]+)</code>", page.content.decode()).group(1)
    assert page.headers["Cache-Control"] == "no-store"
    assert Account.objects.get(login="wuxin").check_password(password)
    assert password not in client.get("/settings/accounts/").content.decode()


def test_a_stale_form_is_shown_again_and_nothing_is_lost(client, company):
    services.change_person(company.seller.pk, actor=services_actor(), phone="13800138000")
    values = {"name": "陈思远", "number": company.seller.number, "phone": "13900139000", "version": 1}
    page = client.post(f"/settings/people/{company.seller.pk}/change/", values)
    assert (page.status_code, "刚被别人改过" in page.content.decode(), "13900139000" in page.content.decode()) == (422, True, True)
    assert Person.objects.get(pk=company.seller.pk).phone == "13800138000"


def services_actor():
    from guike.platform.access import SYSTEM

    return SYSTEM


def test_leaving_says_what_follows_before_it_happens(client, company):
    page = text(client.get(f"/settings/people/{company.manager.pk}/leave/"))
    assert "1 个岗位到这一天结束" in page
    assert "2 名直接下级改由部门负责人管" in page
    client.post(f"/settings/people/{company.manager.pk}/leave/", {"on": clock.today().isoformat()})
    assert not Person.objects.get(pk=company.manager.pk).active


def test_one_names_ones_own_deputy_from_ones_own_page(company):
    company.account(company.manager, "linhai")
    client, today = browser("linhai"), clock.today()
    assert "安排代理" in client.get("/me/").content.decode()
    days = {"starts_on": today.isoformat(), "ends_on": (today + timedelta(2)).isoformat()}
    response = client.post(f"/settings/people/{company.manager.pk}/deputy/", {"deputy": company.seller.pk, **days})
    assert response.headers["Location"] == "/me/"
    assert client.post(f"/settings/people/{company.seller.pk}/deputy/", {"deputy": company.manager.pk, **days}).status_code == 403
    assert Deputy.objects.count() == 1


def test_a_locked_account_stands_first_and_can_be_opened(client, company):
    account = company.account(company.seller, "zzz")
    for _turn in range(5):
        services.sign_in("zzz", "x")
    page = text(client.get("/settings/accounts/"))
    assert re.search(r"1 个已锁定", page)
    assert page.index("zzz") < page.index("admin ")
    client.post(f"/settings/accounts/{account.pk}/unlock/")
    assert "已锁定" not in text(client.get("/settings/accounts/"))


def test_roles_are_explained_from_the_declarations(client, company):
    company.account(company.seller, "chen")
    page = text(browser("chen").get("/settings/roles/?role=salesperson"))
    assert re.search(r"代理 全部 本人的 本人的", page)
    assert "账号" in page[page.index("不能碰的") :]
    assert client.get("/settings/roles/?role=king").status_code == 404


def test_a_day_is_made_a_rest_day_and_taken_back(client):
    client.post("/settings/calendar/2026-12-31/", {"is_workday": "0", "reason": "厂庆"})
    assert CalendarDay.objects.get(pk="2026-12-31").kind == "company_rest"
    assert "厂庆" in client.get("/settings/calendar/2026/").content.decode()
    client.post("/settings/calendar/2026-12-31/", {"clear": "1"})
    assert CalendarDay.objects.get(pk="2026-12-31").kind == "workday"


def test_a_provisional_year_says_so_until_the_notice_is_loaded(client):
    assert "暂按周末推算" in client.get("/settings/calendar/2027/").content.decode()
    page = client.post("/settings/calendar/2027/notice/", {"text": "春节看通知"})
    assert (page.status_code, "第 1 行看不懂" in page.content.decode()) == (422, True)
    client.post("/settings/calendar/2027/notice/", {"text": "2027-01-01～2027-01-03 元旦 休"})
    assert "暂按周末推算" not in client.get("/settings/calendar/2027/").content.decode()


@pytest.mark.parametrize("address", ["/settings/calendar/1999/", "/settings/calendar/2036/", "/settings/calendar/2026-02-30/", "/settings/calendar/x/"])
def test_days_that_do_not_exist(client, address):
    assert client.get(address).status_code == 404


def test_the_companys_code_is_checked(client):
    page = client.post("/settings/company/", {"name": "温州申衡", "uscc": "91330303MA2AAAAA1O"})
    assert (page.status_code, "校验不对" in page.content.decode()) == (422, True)
    assert client.post("/settings/company/", {"name": "温州申衡", "uscc": "91110000600037341L"}).status_code == 302


def test_display_settings_go_with_the_account(client):
    client.post("/ui/preferences/", {"theme": "dark", "density": "compact", "language": "zh-hans"})
    assert Account.objects.filter(login="admin", theme="dark", density="compact").exists()
    assert 'data-bs-theme="dark"' in browser("admin").get("/me/").content.decode()


@pytest.mark.parametrize(
    ("address", "limit"),
    [("/settings/people/", 16), ("/settings/departments/", 10), ("/settings/accounts/", 10), ("/settings/calendar/2026/", 8), ("/me/", 16)],
)
def test_pages_cost_few_queries_however_many_people(client, company, address, limit, django_assert_max_num_queries):
    for number in range(30):
        made = services.add_person(f"员工{number}", actor=services_actor())
        services.give_post(made.pk, company.south.pk, "salesperson", actor=services_actor())
    client.get(address)
    with django_assert_max_num_queries(limit):
        client.get(address)
