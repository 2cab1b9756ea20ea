"""The pages of orders and returns as their users meet them."""

from datetime import timedelta
from decimal import Decimal

import pytest

from guike.sales import services
from guike.sales.models import ReturnOrder, SalesOrder
from guike.sales.services import LineDraft

D = Decimal
pytestmark = pytest.mark.usefixtures("day")


@pytest.fixture
def order(day, seller, customer, valve):
    lines = [LineDraft(valve.pk, D(2), D(860), D("0.05"))]
    return services.record_order(actor=seller, customer_id=customer.pk, number="DD-A", ordered_on=day - timedelta(days=3), lines=lines)


@pytest.fixture
def foreign(day, other_seller, stranger, valve):
    lines = [LineDraft(valve.pk, D(1), D(5))]
    return services.record_order(actor=other_seller, customer_id=stranger.pk, number="DD-B", ordered_on=day, lines=lines)


def posted(customer, day, *lines, **more):
    values = {"customer": customer.pk, "ordered_on": day.isoformat(), "rows": max(4, len(lines)), **more}
    for n, (product, quantity, price, discount) in enumerate(lines):
        values |= {
            f"line{n}-product": product.pk,
            f"line{n}-quantity": quantity,
            f"line{n}-unit_price": price,
            f"line{n}-discount": discount,
        }
    return values


def test_the_list_shows_own_orders_with_their_sum(enter, seller, south, order, foreign):
    page = enter(seller, "salesperson", south).get("/sales/orders/").content.decode()
    assert "DD-A" in page and "DD-B" not in page
    assert "1,634.00" in page


def test_the_record_shows_lines_but_no_profit_to_the_seller(enter, seller, south, order):
    order.lines.update(cost=D("1000.00"), profit=D("634.00"))
    page = enter(seller, "salesperson", south).get(f"/sales/orders/{order.pk}/").content.decode()
    assert "铸钢闸阀" in page and "¥1,634.00" in page
    assert "利润" not in page and "634.00" not in page.replace("1,634.00", "")


def test_another_sellers_order_is_not_found(enter, seller, south, foreign):
    who = enter(seller, "salesperson", south)
    for path in ("", "change/", "cancel/"):
        assert who.get(f"/sales/orders/{foreign.pk}/{path}").status_code == 404


def test_recording_writes_order_and_goes_to_it(enter, seller, south, customer, valve, seal, day):
    who = enter(seller, "salesperson", south)
    answer = who.post("/sales/orders/add/", posted(customer, day, (valve, "2", "860", "5"), (seal, "100", "3.5", "")))
    found = SalesOrder.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/sales/orders/{found.pk}/")
    assert (found.amount, found.lines.count(), found.owner_id) == (D("1984.00"), 2, seller.person_id)


def test_more_rows_without_script_keep_what_was_typed(enter, seller, south, customer, valve, day):
    who = enter(seller, "salesperson", south)
    page = who.post("/sales/orders/add/", posted(customer, day, (valve, "2", "860", ""), more="1", note="分两批发")).content.decode()
    assert 'name="rows" value="8"' in page and "分两批发" in page and "line7-product" in page
    assert not SalesOrder.objects.exists()


@pytest.mark.parametrize(
    ("change", "words"),
    [({"ordered_on": "2026-11-25"}, "在今天之后"), ({"line0-quantity": ""}, "填数量"), ({"line0-product": ""}, "至少要有一行明细")],
)
def test_what_is_wrong_stands_on_the_form(enter, seller, south, customer, valve, day, change, words):
    who = enter(seller, "salesperson", south)
    answer = who.post("/sales/orders/add/", {**posted(customer, day, (valve, "2", "860", "")), **change})
    assert words in answer.content.decode()
    assert not SalesOrder.objects.exists()


def test_changing_replaces_the_lines(enter, seller, south, order, seal, day):
    who = enter(seller, "salesperson", south)
    values = posted(order.customer, order.ordered_on, (seal, "10", "3.5", ""), number="DD-A", version="1")
    assert who.post(f"/sales/orders/{order.pk}/change/", values).status_code == 302
    order.refresh_from_db()
    assert order.amount == D("35.00")
    assert "刚被别人改过" in who.post(f"/sales/orders/{order.pk}/change/", values).content.decode()


def test_cancelling_asks_with_the_consequence_and_needs_a_reason(enter, seller, south, order):
    who = enter(seller, "salesperson", south)
    assert "¥1,634.00" in who.get(f"/sales/orders/{order.pk}/cancel/").content.decode()
    assert who.post(f"/sales/orders/{order.pk}/cancel/", {"reason": ""}).status_code == 422
    who.post(f"/sales/orders/{order.pk}/cancel/", {"reason": "重复下单"})
    order.refresh_from_db()
    assert order.status == "cancelled"


def test_the_warehouse_notes_the_delivery(enter, marketing, south, order, day):
    who = enter(marketing, "warehouse", south)
    assert who.get(f"/sales/orders/{order.pk}/change/").status_code == 403
    who.post(f"/sales/orders/{order.pk}/deliver/", {"delivered_on": day.isoformat()})
    order.refresh_from_db()
    assert (order.status, order.delivered_on) == ("delivered", day)


def test_a_return_is_registered_and_confirmed_by_finance(enter, marketing, clerk, south, order, day):
    back = services.register_return(actor=clerk, order_number="DD-A")
    who = enter(marketing, "finance", south)
    page = who.get(f"/sales/returns/{back.pk}/").content.decode()
    assert "还没有确认，不减采购额" in page and "核对货物后确认" not in page
    values = {"order_id": order.pk, "returned_on": day.isoformat(), "amount": "2000", "version": 1, "note": ""}
    assert "未退的 ¥1,634.00" in who.post(f"/sales/returns/{back.pk}/confirm/", values).content.decode()
    assert who.post(f"/sales/returns/{back.pk}/confirm/", {**values, "amount": "34"}).status_code == 302
    assert ReturnOrder.objects.get().amount == D(34)


def test_customer_service_registers_from_the_order_and_is_told_who_confirms(enter, marketing, south, order, foreign, day):
    """The order's page knows which one of that number it is; who may not confirm reads who does (SAL-11)."""
    SalesOrder.objects.filter(pk=foreign.pk).update(number="DD-A")  # another customer's order under the same number
    who = enter(marketing, "service", south)
    page = who.get(f"/sales/orders/{order.pk}/").content.decode()
    assert f'class="btn" href="/sales/returns/add/?of={order.pk}" data-sheet' in page
    form = who.get(f"/sales/returns/add/?of={order.pk}").content.decode()
    assert order.customer.name in form and 'name="order_number"' not in form
    answer = who.post(f"/sales/returns/add/?of={order.pk}", {"reason": "wrong", "note": "发成 DN80"})
    back = ReturnOrder.objects.get()
    assert (answer.status_code, back.order, back.reason) == (302, order, "wrong")
    record = who.get(f"/sales/returns/{back.pk}/").content.decode()
    assert "由销售经理、财务、内勤、管理员核对货物后确认" in record
    assert who.get(f"/sales/returns/{back.pk}/confirm/").status_code == 403


@pytest.mark.parametrize(("status", "words"), [("draft", "草稿"), ("cancelled", "已取消")])
def test_of_an_order_that_never_counted_nothing_comes_back(enter, marketing, south, order, status, words):
    dates = {"confirmed_on": None, "cancelled_on": order.ordered_on if status == "cancelled" else None}
    SalesOrder.objects.filter(pk=order.pk).update(status=status, **dates)
    who = enter(marketing, "service", south)
    page = who.get(f"/sales/orders/{order.pk}/").content.decode()
    assert "登记退货" not in page and "gk-menu" not in page.partition("gk-actions")[2].partition("</div>")[0]
    refused = who.post("/sales/returns/add/", {"order_number": "DD-A", "reason": "wrong"})
    assert f"订单 DD-A 是「{words}」，没有可退的货" in refused.content.decode()
    assert not ReturnOrder.objects.exists()


def test_the_list_costs_the_same_with_many_orders(enter, seller, south, customer, valve, day, django_assert_max_num_queries):
    who = enter(seller, "salesperson", south)
    for n in range(3):
        services.record_order(
            actor=seller, customer_id=customer.pk, number=f"N{n}", ordered_on=day, lines=[LineDraft(valve.pk, D(1), D(1))]
        )
    who.get("/sales/orders/")
    with django_assert_max_num_queries(14):
        who.get("/sales/orders/")
