"""Recording an order through its service (SAL-05)."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from guike.platform import events
from guike.platform.errors import Forbidden, Refused, Stale
from guike.sales import services
from guike.sales.events import OrderCancelled, OrderRecorded
from guike.sales.models import SalesOrder, SalesOrderLine
from guike.sales.services import LineDraft

D = Decimal


@pytest.fixture
def told(monkeypatch):
    """What was told through events."""
    heard = []
    monkeypatch.setattr(events, "emit", heard.append)
    return heard


@pytest.fixture
def record(day, valve, seal, seller, customer):
    def make(**values):
        given = {"actor": seller, "customer_id": customer.pk, "ordered_on": day, "lines": [LineDraft(valve.pk, D(2), D(860), D("0.05"))]}
        return services.record_order(**{**given, **values})

    return make


def test_an_order_adds_up_and_takes_number_place_and_owner(record, customer, seller, valve, seal, told):
    order = record(lines=[LineDraft(valve.pk, D(2), D(860), D("0.05")), LineDraft(seal.pk, D(100), D("3.505"))])
    assert (order.number, order.status, order.amount) == ("DD-2026-000001", "confirmed", D("1984.50"))
    assert (order.owner_id, order.province, order.city, order.confirmed_on) == (seller.person_id, "浙江", "温州", order.ordered_on)
    assert list(order.lines.values_list("line_number", "amount", "tax_rate")) == [(1, D("1634.00"), D(13)), (2, D("350.50"), D(13))]
    assert told == [OrderRecorded(order.pk, customer.pk, order.ordered_on, D("1984.50"))]


def test_a_draft_is_no_purchase_until_confirmed(record, seller, told):
    order = record(draft=True)
    assert (order.status, order.confirmed_on, told) == ("draft", None, [])
    services.confirm_order(order.pk, actor=seller)
    assert [type(event) for event in told] == [OrderRecorded]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"ordered_on": date(2026, 11, 25)}, "在今天之后"),
        ({"lines": []}, "至少要有一行"),
        ({"promised_on": date(2026, 11, 1)}, "承诺交期早于"),
    ],
)
def test_refuses_with_a_sentence_and_writes_nothing(record, values, words):
    with pytest.raises(Refused, match=words):
        record(**values)
    assert not SalesOrder.objects.exists()


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "words"), [("0", "1", "0", "数量"), ("1", "-1", "0", "单价"), ("1", "1", "1.2", "折扣率")]
)
def test_a_bad_line_is_named_by_its_number(record, valve, quantity, price, discount, words):
    with pytest.raises(Refused, match=f"第 2 行：{words}"):
        record(lines=[LineDraft(valve.pk, D(1), D(1)), LineDraft(valve.pk, D(quantity), D(price), D(discount))])


def test_a_number_repeats_across_customers_but_not_for_one(record, clerk, stranger):
    record(number="CN-2017-1")
    record(number="CN-2017-1", actor=clerk, customer_id=stranger.pk)
    with pytest.raises(Refused, match="已有订单 CN-2017-1"):
        record(number="CN-2017-1")
    assert SalesOrder.objects.filter(number="CN-2017-1").count() == 2


def test_for_a_customer_out_of_sight_there_is_none(record, stranger):
    with pytest.raises(Http404):
        record(customer_id=stranger.pk)
    assert not SalesOrder.objects.exists()


def test_marketing_looks_but_does_not_record(record, marketing):
    with pytest.raises(Forbidden):
        record(actor=marketing)


def test_costs_are_written_by_those_who_may(record, seller, valve):
    with pytest.raises(Forbidden, match="成本"):
        record(lines=[LineDraft(valve.pk, D(1), D(10), cost=D(8))])


def test_lines_are_replaced_and_the_head_follows(record, seller, seal):
    order = record()
    changed = services.change_order(
        order.pk, actor=seller, version=order.version, lines=[LineDraft(seal.pk, D(10), D("3.5"))], note="改为垫片"
    )
    assert (changed.amount, changed.note, changed.version) == (D("35.00"), "改为垫片", 2)
    with pytest.raises(Stale):
        services.change_order(order.pk, actor=seller, version=1, note="旧")


def test_the_database_refuses_a_head_that_does_not_add_up(record):
    order = record()
    for statement in (
        "UPDATE sales_salesorder SET amount = amount + 1",
        "UPDATE sales_salesorderline SET amount = 0",
        "DELETE FROM sales_salesorderline",
    ):
        with pytest.raises(IntegrityError, match="its lines make"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE sales_salesorder SET amount = amount + 1")
        cursor.execute("UPDATE sales_salesorderline SET amount = amount + 1")
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    assert SalesOrderLine.objects.get(order=order).amount == D("1635.00")


def test_delivered_then_no_more_cancelled(record, manager, seller, day):
    order = record(ordered_on=day - timedelta(days=3))
    with pytest.raises(Refused, match="发货日期"):
        services.deliver_order(order.pk, actor=manager, delivered_on=day - timedelta(days=4))
    services.deliver_order(order.pk, actor=manager, delivered_on=day)
    with pytest.raises(Refused, match="已发货"):
        services.cancel_order(order.pk, actor=seller, reason="不要了")


def test_cancelling_needs_a_reason_and_is_told(record, seller, customer, day, told):
    order = record()
    with pytest.raises(Refused, match="原因"):
        services.cancel_order(order.pk, actor=seller, reason=" ")
    services.cancel_order(order.pk, actor=seller, reason="客户改型号")
    assert told[-1] == OrderCancelled(order.pk, customer.pk, day)
    order.refresh_from_db()
    assert (order.status, order.cancelled_on, order.cancel_reason) == ("cancelled", day, "客户改型号")


def test_another_salesperson_neither_sees_nor_cancels(record, other_seller):
    order = record()
    with pytest.raises(Http404):
        services.cancel_order(order.pk, actor=other_seller, reason="x")
    order.refresh_from_db()
    assert order.status == "confirmed"
