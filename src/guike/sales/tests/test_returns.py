"""Registering is not confirming: only a confirmed return is taken off (SAL-11)."""

from datetime import timedelta
from decimal import Decimal

import pytest

from guike.platform.errors import Forbidden, Refused
from guike.sales import selectors, services
from guike.sales.models import Purchase, ReturnOrder
from guike.sales.services import LineDraft

D = Decimal


@pytest.fixture
def order(day, seller, customer, valve):
    return services.record_order(
        actor=seller, customer_id=customer.pk, number="CN-1", ordered_on=day - timedelta(days=9), lines=[LineDraft(valve.pk, D(1), D(100))]
    )


@pytest.fixture
def namesake(day, other_seller, stranger, valve):
    """Another customer's order of the same number."""
    return services.record_order(
        actor=other_seller,
        customer_id=stranger.pk,
        number="CN-1",
        ordered_on=day - timedelta(days=9),
        lines=[LineDraft(valve.pk, D(1), D(70))],
    )


def total(day):
    return sum(row.amount for row in Purchase.objects.filter(selectors.counted(day)))


def test_registered_takes_nothing_off(order, seller, clerk, day):
    back = services.register_return(actor=clerk, order_number="CN-1")
    assert (back.number, back.order, back.customer_id, back.amount) == ("TH-2026-000001", order, order.customer_id, None)
    assert total(day) == D(100)


def test_an_ambiguous_number_waits_for_its_order(order, namesake, clerk, day):
    back = services.register_return(actor=clerk, order_number="CN-1")
    assert back.order is None and back.customer is None
    assert list(selectors.candidates(clerk, back)) == [order, namesake]
    services.confirm_return(back.pk, actor=clerk, version=1, order_id=namesake.pk, returned_on=day, amount=D(30))
    back.refresh_from_db()
    assert (back.status, back.customer_id, back.amount) == ("confirmed", namesake.customer_id, D(30))
    assert total(day) == D(140)
    assert total(day - timedelta(days=1)) == D(170)


def test_a_salesperson_means_the_own_order_of_that_number(order, namesake, seller):
    assert services.register_return(actor=seller, order_number="CN-1").order == order


@pytest.mark.parametrize(
    ("amount", "days", "words"), [("100.01", 0, "未退的 ¥100.00"), ("0", 0, "大于 0"), ("5", 10, "退货日期"), ("5", -1, "退货日期")]
)
def test_refuses_more_than_was_bought_and_impossible_days(order, clerk, day, amount, days, words):
    back = services.register_return(actor=clerk, order_number="CN-1")
    with pytest.raises(Refused, match=words):
        services.confirm_return(
            back.pk, actor=clerk, version=1, order_id=order.pk, returned_on=day - timedelta(days=days), amount=D(amount)
        )
    back.refresh_from_db()
    assert back.status == "registered"


def test_two_returns_together_stay_within_the_order(order, clerk, day):
    for _turn in range(2):
        services.register_return(actor=clerk, order_number="CN-1")
    first, second = ReturnOrder.objects.order_by("pk")
    services.confirm_return(first.pk, actor=clerk, version=1, order_id=order.pk, returned_on=day, amount=D(60))
    with pytest.raises(Refused, match="¥40"):
        services.confirm_return(second.pk, actor=clerk, version=1, order_id=order.pk, returned_on=day, amount=D("40.01"))


def test_an_unknown_number_is_refused(order, clerk):
    with pytest.raises(Refused, match="没有订单 CN-9"):
        services.register_return(actor=clerk, order_number="CN-9")
    assert not ReturnOrder.objects.exists()


def test_confirming_is_not_for_the_salesperson(order, seller, day):
    back = services.register_return(actor=seller, order_number="CN-1")
    with pytest.raises(Forbidden):
        services.confirm_return(back.pk, actor=seller, version=1, order_id=order.pk, returned_on=day, amount=D(5))
