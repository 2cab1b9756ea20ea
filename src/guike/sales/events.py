"""Facts about orders and returns; who listens stands in `wiring/reactions.py`."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class OrderRecorded:
    """An order became a purchase: recorded as confirmed, or confirmed later."""

    order_id: int
    customer_id: int
    ordered_on: date
    amount: Decimal


@dataclass(frozen=True)
class OrderChanged:
    """Lines, dates or amount of a purchase changed."""

    order_id: int
    customer_id: int


@dataclass(frozen=True)
class OrderCancelled:
    """A purchase is none any more."""

    order_id: int
    customer_id: int
    on: date


@dataclass(frozen=True)
class ReturnConfirmed:
    """Goods came back and are taken off the customer's purchases."""

    return_id: int
    customer_id: int
    on: date
    amount: Decimal


@dataclass(frozen=True)
class OrdersImported:
    """Orders or returns of many customers came in one file."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True)
class OrdersWithdrawn:
    """An import of orders or returns that began at `since` was undone."""

    customer_ids: tuple[int, ...]
    since: datetime
