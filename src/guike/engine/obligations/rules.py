"""When a contact is due, what fulfils it, how urgent it is, when it escalates and how often it may wait. Plain values only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

#: Days late (calendar) after which an open obligation goes one step up the chain, unless its policy says otherwise.
ESCALATION_DAYS: tuple[int, ...] = (3, 7, 14)
SNOOZE_LIMIT = 3
SNOOZE_DAYS = 14
GRADE_SPREAD = 2.0
VALUE_UNIT = 10_000

#: What the days say when a due day falls on a day of rest.
REST_DAYS = ("after", "before", "keep")


@dataclass(frozen=True)
class Cadence:
    """How often a subject with one outcome is to be contacted: at least once in `interval_days`, by `channels` (empty = any)."""

    interval_days: int
    channels: frozenset[str] = frozenset()
    rest_day: str = "after"


def counted_from(last_contact: date | None, since: date) -> date:
    """The day after which contacts count: that of the last one, or the eve of the grade where there was none."""
    return last_contact or since - timedelta(days=1)


def due_day(cadence: Cadence, last_contact: date | None, since: date, taken: date | None = None) -> date:
    """The calendar day a contact is due: the interval after the last one (or after the grade began, without one), never before the grade began.

    Who took the subject over (`taken`) after that day has the whole interval from the takeover. A customer promoted from a 30-day to a
    7-day grade 20 days after the last contact is due on the day of promotion, not 13 days late.

    >>> due_day(Cadence(7), date(2026, 11, 13), date(2026, 6, 1)), due_day(Cadence(7), date(2026, 10, 25), date(2026, 11, 14))
    (datetime.date(2026, 11, 20), datetime.date(2026, 11, 14))
    >>> due_day(Cadence(7), None, date(2026, 6, 1), date(2026, 11, 16))
    datetime.date(2026, 11, 23)
    """
    return max(max(last_contact or since, taken or date.min) + timedelta(days=cadence.interval_days), since)


def due_on(cadence: Cadence, last_contact: date | None, since: date, is_workday: Callable[[date], bool], taken: date | None = None) -> date:
    """`due_day` moved off a day of rest as the cadence says: to the workday after it, before it, or not at all.

    Moved before, it never lands on or before the last contact, nor before the takeover: there the workday after it is taken.
    """
    day = due_day(cadence, last_contact, since, taken)
    if cadence.rest_day == "keep" or is_workday(day):
        return day
    if cadence.rest_day == "before":
        earlier = _step(day, -1, is_workday)
        if earlier > counted_from(last_contact, since) and earlier >= max(since, taken or date.min):
            return earlier
    return _step(day, 1, is_workday)


def _step(day: date, direction: int, is_workday: Callable[[date], bool]) -> date:
    while not is_workday(day):
        day += timedelta(days=direction)
    return day


def days_late(due: date, today: date) -> int:
    """Whole days past the due day; 0 on the day itself and before."""
    return max((today - due).days, 0)


def escalation_level(due: date, today: date, thresholds: Sequence[int] = ESCALATION_DAYS) -> int:
    """How many steps up the chain it belongs today.

    >>> [escalation_level(date(2026, 11, 10), date(2026, 11, day)) for day in (12, 13, 17, 24)]
    [0, 1, 2, 3]
    """
    late = days_late(due, today)
    return sum(1 for threshold in thresholds if late >= threshold)


def grade_factor(position: int, count: int) -> float:
    """3 for the best of the outcomes, 1 for the last, evenly between: A, B, C → 3, 2, 1."""
    if count < 2:
        return 1.0
    return 1.0 + GRADE_SPREAD * (count - 1 - min(position, count - 1)) / (count - 1)


def value_factor(yearly_purchases: Decimal | float | None) -> float:
    """1 for a customer who buys nothing, 1.5 at about 90,000, 2 at about a million yuan a year: ten times the money adds a half."""
    return 1.0 + math.log10(1.0 + max(float(yearly_purchases or 0), 0.0) / VALUE_UNIT) / 2


def weight(position: int, count: int, yearly_purchases: Decimal | float | None) -> Decimal:
    """Grade × value, to three decimals: what the lateness is multiplied by.

    >>> weight(0, 3, 990_000), weight(2, 3, 0)
    (Decimal('6.000'), Decimal('1.000'))
    """
    product = grade_factor(position, count) * value_factor(yearly_purchases)
    return Decimal(str(product)).quantize(Decimal("0.001"), rounding=ROUND_HALF_UP)


def urgency(due: date, today: date, factor: Decimal) -> Decimal:
    """The order on *Today*: (days late + 1) × weight; what is still ahead counts for less the further it is."""
    ahead = (due - today).days
    return factor * (days_late(due, today) + 1) if ahead <= 0 else factor / (ahead + 1)


@dataclass(frozen=True)
class SnoozeProblem:
    """Why something cannot wait: `code` for programs, `limit` the number or day the message needs."""

    code: str
    limit: int | date = 0


def snooze_problem(*, until: date, today: date, snoozes: int, reason: str) -> SnoozeProblem | None:
    """None when it may wait until `until`: with a reason, from tomorrow to 14 days ahead, at most 3 times."""
    if not reason.strip():
        return SnoozeProblem("reason")
    if until <= today:
        return SnoozeProblem("past", today + timedelta(days=1))
    if until > today + timedelta(days=SNOOZE_DAYS):
        return SnoozeProblem("far", today + timedelta(days=SNOOZE_DAYS))
    if snoozes >= SNOOZE_LIMIT:
        return SnoozeProblem("often", SNOOZE_LIMIT)
    return None
