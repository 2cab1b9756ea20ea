"""What holds for orders and returns, over plain values: states, amounts, when something is a purchase (SAL-05, SAL-11, POL-03)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from guike.platform.money import round_half_up

STATUSES: dict[str, str] = {
    "draft": "草稿",
    "confirmed": "已确认",
    "delivered": "已发货",
    "closed": "已完结",
    "cancelled": "已取消",
}
"""Order status → name on screen. A draft is no purchase yet; a cancelled order is none any more."""

MOVES: dict[str, frozenset[str]] = {
    "draft": frozenset({"confirmed", "cancelled"}),
    "confirmed": frozenset({"delivered", "cancelled"}),
    "delivered": frozenset({"closed"}),
    "closed": frozenset(),
    "cancelled": frozenset(),
}
"""From which status an order may go where. What was delivered comes back by a return, not by cancelling."""

CHANNELS: dict[str, str] = {
    "direct": "直销",
    "dealer": "经销",
    "agent": "代理",
    "web": "网店",
    "phone": "电话",
    "exhibition": "展会",
    "other": "其他",
}
"""By which way an order came → name on screen."""

RETURN_STATUSES: dict[str, str] = {"registered": "已登记，待确认", "confirmed": "已确认"}

RETURN_REASONS: dict[str, str] = {
    "quality": "质量问题",
    "customer": "客户原因",
    "late": "延期到货",
    "wrong": "发错货",
    "unknown": "未注明",
}
"""Why goods came back (SAL-11) → name on screen."""


def may_move(current: str, to: str) -> bool:
    """May an order go from one status to another?

    >>> may_move("confirmed", "cancelled"), may_move("delivered", "cancelled")
    (True, False)
    """
    return to in MOVES[current]


def line_amount(quantity: Decimal, unit_price: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """quantity × price × (1 − share taken off), half up to the cent.

    >>> line_amount(Decimal(3), Decimal("12.345"), Decimal("0.1"))
    Decimal('33.33')
    """
    return round_half_up(quantity * unit_price * (1 - discount))


def unit_price_of(amount: Decimal, quantity: Decimal, discount: Decimal = Decimal(0)) -> Decimal:
    """The price before discount that a sheet leaves out, to a hundredth of a cent; the amount stays what the sheet says.

    >>> unit_price_of(Decimal("129.70"), Decimal(2), Decimal("0.4"))
    Decimal('108.0833')
    """
    kept = 1 - discount
    return (amount / quantity / kept if quantity and kept else Decimal(0)).quantize(Decimal("0.0001"))


@dataclass(frozen=True)
class Head:
    """What an order's head takes from its lines."""

    amount: Decimal
    ordered_on: date
    split: bool


def head_of(lines: Iterable[tuple[date, Decimal]]) -> Head:
    """Amount = Σ lines, day = the earliest line's; `split` when lines carry different days. At least one line.

    >>> from datetime import date
    >>> head_of([(date(2016, 5, 2), Decimal("10.00")), (date(2016, 4, 30), Decimal("2.50"))])
    Head(amount=Decimal('12.50'), ordered_on=datetime.date(2016, 4, 30), split=True)
    """
    known = list(lines)
    days = {day for day, _amount in known}
    return Head(sum((amount for _day, amount in known), Decimal("0.00")), min(days), len(days) > 1)


def may_come_back(status: str) -> bool:
    """Can goods of an order in this state have come back? Not of one that never counted."""
    return status in ("confirmed", "delivered", "closed")


def returnable(order_amount: Decimal, returned: Decimal, amount: Decimal) -> bool:
    """May another `amount` come back of an order of which `returned` came back already? Never more than was bought."""
    return Decimal(0) < amount <= order_amount - returned


def counts_on(day: date, confirmed_on: date | None, cancelled_on: date | None, as_of: date) -> bool:
    """Does a movement of `day` count as a purchase as of a day? What happens later changes nothing (POL-04).

    >>> d = date.fromisoformat
    >>> counts_on(d("2026-03-01"), d("2026-03-02"), d("2026-03-09"), d("2026-03-05"))
    True
    """
    if confirmed_on is None or max(day, confirmed_on) > as_of:
        return False
    return cancelled_on is None or cancelled_on > as_of


def full_years(first: date, as_of: date) -> int:
    """Complete years from the first order to the as-of day: 2014-12-31 → 2017-12-30 is 2, → 2017-12-31 is 3.

    >>> full_years(date(2014, 12, 31), date(2017, 12, 30)), full_years(date(2014, 12, 31), date(2017, 12, 31))
    (2, 3)
    """
    return as_of.year - first.year - ((as_of.month, as_of.day) < (first.month, first.day))
