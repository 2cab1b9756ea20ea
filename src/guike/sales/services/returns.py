"""Registering and confirming returns (SAL-11)."""

from datetime import date
from decimal import Decimal

from django.db.models import Sum
from django.utils.translation import gettext as _

from guike.engine.activities import services as activities
from guike.platform import access, clock, events, money, numbering
from guike.platform.access import Viewer
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb
from guike.sales import rules
from guike.sales.events import ReturnConfirmed
from guike.sales.models import ReturnOrder, SalesOrder
from guike.sales.selectors import order_for, orders_numbered, return_for
from guike.sales.services import timeline


@verb("sales.register_return")
def register_return(
    *,
    actor: Viewer,
    order_number: str,
    order_id: int | None = None,
    reason: str = "unknown",
    returned_on: date | None = None,
    note: str = "",
) -> ReturnOrder:
    """Note that something of an order came back. A number that only one customer has is linked; others wait for `confirm_return`.

    Refuses a number under which the viewer can see no order, and an order that is a draft or cancelled. Takes nothing off purchases.
    """
    access.require(actor, "return_order", "add")
    order = order_for(actor, order_id) if order_id else _only_order(actor, order_number)
    if order and not rules.may_come_back(order.status):
        state = {"number": order.number, "state": order.get_status_display()}
        raise Refused(_("订单 %(number)s 是「%(state)s」，没有可退的货") % state, field="order_number")
    if returned_on and returned_on > clock.today():
        raise Refused(_("退货日期在今天之后"), field="returned_on")
    return ReturnOrder.objects.create(
        number=numbering.take("return_order"),
        order_number=order.number if order else order_number.strip(),
        order=order,
        customer_id=order.customer_id if order else None,
        reason=reason,
        registered_on=clock.today(),
        returned_on=returned_on,
        note=note,
    )


def _only_order(actor: Viewer, order_number: str) -> SalesOrder | None:
    found = list(orders_numbered(actor, {order_number.strip()})[:2])
    if not found:
        raise Refused(_("没有订单 %(number)s，核对订单号") % {"number": order_number}, field="order_number")
    return found[0] if len(found) == 1 else None


@verb("sales.confirm_return")
def confirm_return(
    return_id: int, *, actor: Viewer, version: int, order_id: int, returned_on: date, amount: Decimal, note: str = ""
) -> ReturnOrder:
    """Say which order it was, the day and the amount: from `returned_on` on the amount is off the customer's purchases.

    Refuses an order of another number, a day before the order or after today, and more than is left of the order.
    """
    back = return_for(actor, return_id, "confirm", lock=True)
    if back.version != version:
        raise Stale(_("退货单 %(number)s 刚被别人改过，重新打开后再确认") % {"number": back.number})
    if back.status == "confirmed":
        raise Refused(_("退货单 %(number)s 已经确认过") % {"number": back.number}, code="state")
    order = order_for(actor, order_id, lock=True)
    _check(back, order, returned_on, money.round_half_up(amount))
    back.order, back.customer_id = order, order.customer_id
    back.status, back.returned_on, back.amount = "confirmed", returned_on, money.round_half_up(amount)
    back.note = note or back.note
    back.version += 1
    back.save()
    activities.record(timeline.of_return(back))
    events.emit(ReturnConfirmed(back.pk, order.customer_id, returned_on, back.amount))
    return back


def _check(back: ReturnOrder, order: SalesOrder, returned_on: date, amount: Decimal) -> None:
    if order.number != back.order_number:
        raise Refused(_("退货单登记的是订单 %(number)s") % {"number": back.order_number}, field="order_id")
    if order.confirmed_on is None or order.cancelled_on:
        raise Refused(_("订单 %(number)s 不是有效订单，没有可退的货") % {"number": order.number}, field="order_id")
    if not order.ordered_on <= returned_on <= clock.today():
        raise Refused(_("退货日期要在下单日期 %(day)s 到今天之间") % {"day": order.ordered_on}, field="returned_on")
    returned = order.returns.filter(status="confirmed").aggregate(sum=Sum("amount"))["sum"] or Decimal(0)
    if not rules.returnable(order.amount, returned, amount):
        left = money.yuan(order.amount - returned)
        raise Refused(_("退货金额要大于 0，且不超过这张订单未退的 %(left)s") % {"left": left}, field="amount")
