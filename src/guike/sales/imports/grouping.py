"""Lines of a sheet gathered into orders: what the head takes, and what each line keeps because it differs. No database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from guike.sales.rules import head_of

#: What a line may have of its own: day, delivery and place.
OWN = ("ordered_on", "delivered_on", "region", "province", "city")
EMPTY: Mapping[str, Any] = {"ordered_on": None, "delivered_on": None, "region": "", "province": "", "city": ""}


@dataclass
class Sheet:
    """The lines of one order, each with its full day and place, in the order they came."""

    lines: list[dict[str, Any]] = field(default_factory=list)

    def add(self, values: Mapping[str, Any], amount: Decimal) -> dict[str, Any]:
        line = {name: values.get(name) or EMPTY[name] for name in OWN} | {"amount": amount}
        self.lines.append(line)
        return line

    def head(self) -> dict[str, Any]:
        """Amount, day and place of the order: those of the earliest line; `split_dates` when days differ."""
        head = head_of([(line["ordered_on"], line["amount"]) for line in self.lines])
        first = min(self.lines, key=lambda line: line["ordered_on"])
        place = {name: first[name] for name in OWN if name != "ordered_on"}
        return {"amount": head.amount, "ordered_on": head.ordered_on, "split_dates": head.split, **place}


def kept(line: Mapping[str, Any], head: Mapping[str, Any]) -> dict[str, Any]:
    """What a line keeps for itself: only where it differs from the head.

    >>> from datetime import date
    >>> head = {"ordered_on": date(2014, 3, 1), "delivered_on": None, "region": "华东", "province": "浙江", "city": "杭州"}
    >>> kept({**head, "city": "宁波"}, head)
    {'ordered_on': None, 'delivered_on': None, 'region': '', 'province': '', 'city': '宁波'}
    """
    return {name: EMPTY[name] if line[name] == head[name] else line[name] for name in OWN}


def full(line: Any, order: Any) -> dict[str, Any]:
    """A stored line with the head's day and place where it has none of its own."""
    return {name: getattr(line, name) or getattr(order, name) or EMPTY[name] for name in OWN}


def listed(names: Sequence[str], most: int = 6) -> str:
    """A few of many, for a note: 「甲、乙、丙 等 19 个」 is the caller's to finish."""
    return "、".join(list(names)[:most]) + ("…" if len(names) > most else "")


def state_of(status: str | None, ordered_on: date, delivered_on: date | None, today: date) -> dict[str, Any]:
    """Status and its days for an order that comes from a sheet: what was delivered is delivered, the rest confirmed as of its day."""
    status = status or ("delivered" if delivered_on and delivered_on <= today else "confirmed")
    return {
        "status": status,
        "confirmed_on": None if status == "draft" else ordered_on,
        "cancelled_on": ordered_on if status == "cancelled" else None,
    }


def state_change(order: Any, status: str | None, head: Mapping[str, Any], today: date) -> dict[str, Any]:
    """What a later file changes of a stored order's state. A day of delivery delivers it; a cancellation counts from today on."""
    changes: dict[str, Any] = {}
    if order.confirmed_on == order.ordered_on != head["ordered_on"]:
        changes["confirmed_on"] = head["ordered_on"]
    if status and status != order.status:
        changes |= state_of(status, head["ordered_on"], head["delivered_on"], today)
        changes["cancelled_on"] = today if status == "cancelled" else None
    elif order.status == "confirmed" and head["delivered_on"] and head["delivered_on"] <= today:
        changes["status"] = "delivered"
    return changes
