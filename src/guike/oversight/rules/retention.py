"""When what is kept of a person is past its term (个人信息保护法 第十九、四十七条). Pure; SQL says the same for a million (`services.retention`).

| case | last dealing | term | today | verdict |
|---|---|---|---|---|
| a dealing within the term | 2024-03-01 | 36 | 2026-11-26 | within: to 2027-03-01 |
| the last day of the term | 2023-11-26 | 36 | 2026-11-26 | within: to 2026-11-26 |
| the day after it | 2023-11-25 | 36 | 2026-11-26 | due |
| the month is shorter | 2024-02-29 | 24 | 2026-03-01 | due: to 2026-02-28 |
| an order, or a request of the person, is not done | 2020-01-01 | 36 | 2026-11-26 | within |
| a hold to 2027-06-30 | 2020-01-01 | 36 | 2026-11-26 | kept: to 2027-06-30 |
| kept by decision to 2026-11-26 | 2020-01-01 | 36 | 2026-11-26 | kept: to 2026-11-26 |
| the same, a day later | 2020-01-01 | 36 | 2026-11-27 | due |
| the company's own term | 2025-11-25 | 12 | 2026-11-26 | due |
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from dateutil.relativedelta import relativedelta


def _(text: str) -> str:
    """Marks a word for the catalogues; pages translate it."""
    return text


WITHIN, DUE, KEPT, ERASED = "within", "due", "kept", "erased"
DUE_STATES = {DUE: _("已到期"), KEPT: _("保留中"), ERASED: _("已删除")}
#: Months for which a decision may keep somebody past the term, counted from the day of the decision.
LONGEST = 12
#: A company sets its own months between these: what a law asks for is the least, what nobody needs any more is too much.
BOUNDS: dict[str, tuple[int, int]] = {"dealings": (1, 120), "leads": (1, 36), "employment": (24, 120), "requests": (36, 120)}


def later(day: date, months: int) -> date:
    """The same day so many months later; where that month is shorter, its last day.

    >>> later(date(2023, 3, 1), 36), later(date(2024, 2, 29), 24)
    (datetime.date(2026, 3, 1), datetime.date(2026, 2, 28))
    """
    return day + relativedelta(months=months)


def last_day_over(today: date, months: int) -> date:
    """The newest last dealing whose term was over yesterday.

    >>> last_day_over(date(2026, 11, 26), 36), last_day_over(date(2026, 3, 1), 24)
    (datetime.date(2023, 11, 25), datetime.date(2024, 2, 29))
    """
    day = later(today, -months)
    while later(day, months) >= today:
        day -= timedelta(days=1)
    while later(day + timedelta(days=1), months) < today:
        day += timedelta(days=1)
    return day


@dataclass(frozen=True)
class Standing:
    """What is known of a person's term. `going_on`: an order or a request is not done; `held_until`, `kept_until`: by law, by decision."""

    last_on: date
    months: int
    going_on: bool = False
    held_until: date | None = None
    kept_until: date | None = None

    def verdict(self, today: date) -> str:
        """WITHIN, KEPT or DUE. A day that is over holds nothing."""
        if self.going_on or later(self.last_on, self.months) >= today:
            return WITHIN
        return KEPT if any(day and day >= today for day in (self.held_until, self.kept_until)) else DUE


def months_of(code: str, shipped: int, own: Mapping[str, int]) -> int:
    """How many months a term lasts: the company's own, within its bounds, else the shipped ones."""
    if code not in own:
        return shipped
    least, most = BOUNDS[code]
    return min(max(int(own[code]), least), most)


def why_not_keep(until: date, today: date) -> str:
    """What stands against keeping somebody until a day: "past", "far", or ""."""
    if until <= today:
        return "past"
    return "far" if until > later(today, LONGEST) else ""
