"""The verbs of sales."""

from guike.sales.services.orders import (
    LineDraft,
    cancel_order,
    change_order,
    close_order,
    confirm_order,
    deliver_order,
    record_order,
)
from guike.sales.services.returns import confirm_return, register_return

__all__ = [
    "LineDraft",
    "cancel_order",
    "change_order",
    "close_order",
    "confirm_order",
    "confirm_return",
    "deliver_order",
    "record_order",
    "register_return",
]
