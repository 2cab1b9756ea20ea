"""Recording orders and moving them on (SAL-05)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guike.engine.activities import services as activities
from guike.platform import access, clock, events, numbering
from guike.platform.access import Right, Viewer, field_right
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.verbs import verb
from guike.products.selectors import products_for
from guike.sales import rules
from guike.sales.events import OrderCancelled, OrderChanged, OrderRecorded
from guike.sales.models import SalesOrder, SalesOrderLine
from guike.sales.selectors import order_for
from guike.sales.services import timeline

HEAD_FIELDS = frozenset(
    [
        "number",
        "ordered_on",
        "promised_on",
        "channel",
        "source",
        "external_number",
        "delivery_method",
        "region",
        "province",
        "city",
        "address",
        "note",
        "custom",
    ]
)


@dataclass(frozen=True)
class LineDraft:
    """A line as entered. `discount` is the share taken off; without `amount` it is quantity × price × (1 − discount)."""

    product_id: int
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = Decimal(0)
    tax_rate: Decimal | None = None
    cost: Decimal | None = None

    @property
    def amount(self) -> Decimal:
        return rules.line_amount(self.quantity, self.unit_price, self.discount)


@verb("sales.record_order")
def record_order(
    *, actor: Viewer, customer_id: int, ordered_on: date, lines: Sequence[LineDraft], number: str = "", draft: bool = False, **head: Any
) -> SalesOrder:
    """Record an order with its lines; confirmed at once unless it is a draft. Without a number it gets the next of the series.

    Refuses a day after today, no lines, a product that is off sale, and a number this customer has already (SAL-05).
    """
    access.require(actor, "sales_order", "add")
    customer = access.row(actor, "customer", customer_id)
    _check_head(head, ordered_on)
    number = number.strip() or numbering.take("sales_order", ordered_on)
    made = _checked_lines(actor, lines)
    state = {"status": "draft"} if draft else {"status": "confirmed", "confirmed_on": ordered_on}
    order = SalesOrder(
        customer=customer,
        number=number,
        ordered_on=ordered_on,
        owner_id=customer.owner_id,
        amount=_sum(made),
        **state,
        **_placed(head, customer),
    )
    _insert(order, made)
    if not draft:
        _announce(order)
    return order


def _announce(order: SalesOrder) -> None:
    activities.record(timeline.of_order(order))
    events.emit(OrderRecorded(order.pk, order.customer_id, order.ordered_on, order.amount))


def _placed(head: dict[str, Any], customer: Any) -> dict[str, Any]:
    """Where nothing else is said, the goods go to the customer's own place."""
    place = {name: getattr(customer, name) for name in ("region", "province", "city")}
    return place | {name: value for name, value in head.items() if value not in ("", None)}


def _check_head(head: dict[str, Any], ordered_on: date) -> None:
    if unknown := set(head) - set(HEAD_FIELDS):
        raise TypeError(f"an order's head has no {sorted(unknown)}")
    if ordered_on > clock.today():
        raise Refused(_("下单日期 %(day)s 在今天之后，改为实际下单的那天") % {"day": ordered_on}, field="ordered_on")
    promised = head.get("promised_on")
    if promised and promised < ordered_on:
        raise Refused(_("承诺交期早于下单日期"), field="promised_on")


def _checked_lines(actor: Viewer, drafts: Sequence[LineDraft]) -> list[SalesOrderLine]:
    if not drafts:
        raise Refused(_("订单至少要有一行明细"), field="lines")
    if any(draft.cost is not None for draft in drafts) and field_right(actor, "sales_order", "cost") < Right.WRITE:
        raise Forbidden(_("没有填写成本的权限，可找市场部"))
    known = products_for(actor).in_bulk([draft.product_id for draft in drafts])
    return [_line(position, draft, known.get(draft.product_id)) for position, draft in enumerate(drafts, 1)]


def _line(position: int, draft: LineDraft, product: Any) -> SalesOrderLine:
    if product is None:
        raise Refused(_("第 %(n)s 行：没有这个产品") % {"n": position}, field="lines")
    if draft.quantity <= 0:
        raise Refused(_("第 %(n)s 行：数量要大于 0") % {"n": position}, field="lines")
    if draft.unit_price < 0:
        raise Refused(_("第 %(n)s 行：单价不能小于 0") % {"n": position}, field="lines")
    if not 0 <= draft.discount <= 1:
        raise Refused(_("第 %(n)s 行：折扣率在 0～100%% 之间") % {"n": position}, field="lines")
    return SalesOrderLine(
        line_number=position,
        product=product,
        quantity=draft.quantity,
        unit_price=draft.unit_price,
        discount=draft.discount,
        tax_rate=product.tax_rate if draft.tax_rate is None else draft.tax_rate,
        amount=draft.amount,
        cost=draft.cost,
        profit=None if draft.cost is None else draft.amount - draft.cost,
    )


def _sum(lines: Sequence[SalesOrderLine]) -> Decimal:
    return sum((line.amount for line in lines), Decimal("0.00"))


def _insert(order: SalesOrder, lines: Sequence[SalesOrderLine]) -> None:
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError as twice:
        raise Refused(
            _("这个客户已有订单 %(number)s，同一张单不重复录入") % {"number": order.number}, field="number", code="duplicate"
        ) from twice
    for line in lines:
        line.order = order
    SalesOrderLine.objects.bulk_create(lines)


def _locked(order_id: int, actor: Viewer, action: str, version: int | None = None) -> SalesOrder:
    order = order_for(actor, order_id, action, lock=True)
    if version is not None and order.version != version:
        raise Stale(_("订单 %(number)s 刚被别人改过，重新打开后再改") % {"number": order.number})
    return order


def _move(order: SalesOrder, to: str) -> None:
    if not rules.may_move(order.status, to):
        raise Refused(
            _("订单 %(number)s 现在是「%(now)s」，不能改为「%(to)s」")
            % {"number": order.number, "now": order.get_status_display(), "to": rules.STATUSES[to]},
            code="state",
        )
    order.status = to


def _save(order: SalesOrder) -> None:
    order.version += 1
    order.save()


@verb("sales.change_order")
def change_order(
    order_id: int, *, actor: Viewer, version: int, lines: Sequence[LineDraft] | None = None, reason: str = "", **head: Any
) -> SalesOrder:
    """Change head fields, or replace the lines, of an order not yet delivered. Refuses when somebody saved since `version`."""
    order = _locked(order_id, actor, "change", version)
    if order.status not in ("draft", "confirmed"):
        raise Refused(_("订单 %(number)s 已发货或已取消，不能再改") % {"number": order.number}, code="state")
    _check_head(head, head.get("ordered_on") or order.ordered_on)
    for name, value in head.items():
        setattr(order, name, value)
    if order.confirmed_on:
        order.confirmed_on = order.ordered_on
    if lines is not None:
        order.lines.all().delete()
        made = _checked_lines(actor, lines)
        for line in made:
            line.order = order
        SalesOrderLine.objects.bulk_create(made)
        order.amount, order.split_dates = _sum(made), False
    _save(order)
    if order.confirmed_on:
        activities.amend(timeline.of_order(order))
        events.emit(OrderChanged(order.pk, order.customer_id))
    return order


@verb("sales.confirm_order")
def confirm_order(order_id: int, *, actor: Viewer, confirmed_on: date | None = None) -> SalesOrder:
    """A draft becomes an order, and a purchase of the day it was ordered on; `confirmed_on` is today unless said otherwise."""
    order = _locked(order_id, actor, "confirm")
    _move(order, "confirmed")
    order.confirmed_on = confirmed_on or clock.today()
    _save(order)
    _announce(order)
    return order


@verb("sales.deliver_order")
def deliver_order(order_id: int, *, actor: Viewer, delivered_on: date) -> SalesOrder:
    """Note the day the goods left. Refuses a day before the order or after today."""
    order = _locked(order_id, actor, "deliver")
    _move(order, "delivered")
    if not order.ordered_on <= delivered_on <= clock.today():
        raise Refused(_("发货日期要在下单日期 %(day)s 到今天之间") % {"day": order.ordered_on}, field="delivered_on")
    order.delivered_on = delivered_on
    _save(order)
    return order


@verb("sales.close_order")
def close_order(order_id: int, *, actor: Viewer) -> SalesOrder:
    """Nothing more is expected of a delivered order."""
    order = _locked(order_id, actor, "change")
    _move(order, "closed")
    _save(order)
    return order


@verb("sales.cancel_order")
def cancel_order(order_id: int, *, actor: Viewer, reason: str, cancelled_on: date | None = None) -> SalesOrder:
    """Cancel an order that was not delivered, with the reason; from that day on it is no purchase any more."""
    order = _locked(order_id, actor, "cancel")
    if not reason.strip():
        raise Refused(_("取消订单要写原因"), field="reason")
    _move(order, "cancelled")
    order.cancelled_on = cancelled_on or clock.today()
    if not order.ordered_on <= order.cancelled_on <= clock.today():
        raise Refused(_("取消日期要在下单日期 %(day)s 到今天之间") % {"day": order.ordered_on}, field="cancelled_on")
    order.cancel_reason = reason.strip()
    _save(order)
    activities.retract("sales_order", [order.pk])
    events.emit(OrderCancelled(order.pk, order.customer_id, order.cancelled_on))
    return order
