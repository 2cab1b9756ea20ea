"""Orders and returns on the customer's timeline (architecture: Activity)."""

from collections.abc import Iterable
from typing import Any

from guike.engine.activities import services as activities
from guike.engine.activities.services import Happening
from guike.sales.models import ReturnOrder, SalesOrder


def of_order(order: SalesOrder) -> Happening:
    """The line of an order: its number and amount on the day it was placed."""
    return Happening(
        kind="sales_order",
        subject_kind="customer",
        subject_id=order.customer_id,
        happened_on=order.ordered_on,
        source_kind="sales_order",
        source_id=order.pk,
        person_id=order.owner_id,
        title=order.number,
        text=order.note,
        amount=order.amount,
    )


def of_return(back: ReturnOrder) -> Happening:
    """The line of a confirmed return, its amount with a minus."""
    return Happening(
        kind="return_order",
        subject_kind="customer",
        subject_id=back.customer_id or 0,
        happened_on=back.returned_on or back.registered_on,
        source_kind="return_order",
        source_id=back.pk,
        title=f"{back.number} {back.get_reason_display()}",
        text=back.note,
        amount=-(back.amount or 0),  # type: ignore[arg-type]
    )


def tell_many(orders: Iterable[SalesOrder]) -> None:
    """The lines of imported orders; drafts and cancelled ones are no news."""
    activities.record_many(of_order(order) for order in orders if order.status not in ("draft", "cancelled"))


def amend(order: SalesOrder) -> None:
    """Bring the line of an order up to date where it stands on the timeline."""
    if order.status not in ("draft", "cancelled"):
        activities.record_many([of_order(order)])
        activities.amend(of_order(order))


def forget_removed(event: Any) -> None:
    """An import was undone: its orders leave the timeline (platform's RowsRemoved)."""
    kinds = {"sales.SalesOrder": "sales_order", "sales.ReturnOrder": "return_order"}
    if kind := kinds.get(event.model):
        activities.retract(kind, event.ids)
