"""Reading the working calendar. Every function takes business dates and needs no viewer: the calendar is everybody's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection

from guike.organisation.calendar import rules
from guike.organisation.calendar.models import CalendarDay, CalendarYear


def is_workday(day: date) -> bool:
    """Does the company work on this day: notice and exceptions counted, the weekend rule where nothing is announced."""
    found = CalendarDay.objects.filter(day=day).values_list("is_workday", flat=True).first()
    return rules.weekend_rule(day) if found is None else found


def add_workdays(day: date, n: int) -> date:
    """The n-th working day after (before, if negative) a day. 0 is the day itself, or the next working day where it is none.

    2026-09-30 (Wednesday before the holiday) + 1 = 2026-10-08.
    """
    return _scalar("SELECT gk_add_workdays(%s::date, %s)", [day, n])


def workdays_between(start: date, end: date) -> int:
    """Working days after `start` up to and including `end`; negative when `end` lies before `start`."""
    return _scalar("SELECT gk_workdays_between(%s::date, %s::date)", [start, end])


def workdays(start: date, end: date) -> list[date]:
    """The working days from `start` to `end`, both included. One query."""
    known = dict(CalendarDay.objects.filter(day__range=(start, end)).values_list("day", "is_workday"))
    days = (start + timedelta(days=n) for n in range((end - start).days + 1))
    return [day for day in days if known.get(day, rules.weekend_rule(day))]


def provisional_years(years: Iterable[int]) -> list[int]:
    """Those of the years whose holidays are not announced yet: their deadlines may still move."""
    announced = set(CalendarYear.objects.filter(year__in=list(years), announced=True).values_list("year", flat=True))
    return [year for year in years if year not in announced]


@dataclass(frozen=True)
class Month:
    """A month as drawn: weeks of seven cells from Monday, None where the month has no such day."""

    number: int
    weeks: tuple[tuple[CalendarDay | None, ...], ...]
    workdays: int


@dataclass(frozen=True)
class YearView:
    year: CalendarYear
    months: tuple[Month, ...]
    workdays: int
    holidays: int
    makeups: int
    exceptions: tuple[CalendarDay, ...]


def year_view(year: int) -> YearView | None:
    """A year for its page; None outside 2000–2035. Two queries."""
    row = CalendarYear.objects.filter(pk=year).first()
    if row is None:
        return None
    days = list(CalendarDay.objects.filter(day__year=year).order_by("day"))
    months = tuple(_month(number, [d for d in days if d.day.month == number]) for number in range(1, 13))
    return YearView(
        year=row,
        months=months,
        workdays=sum(d.is_workday for d in days),
        holidays=sum(d.kind == "holiday" for d in days),
        makeups=sum(d.kind == "makeup" for d in days),
        exceptions=tuple(d for d in days if d.kind.startswith("company")),
    )


def _month(number: int, days: list[CalendarDay]) -> Month:
    cells: list[CalendarDay | None] = [None] * days[0].day.weekday() + list(days)
    cells += [None] * (-len(cells) % 7)
    weeks = tuple(tuple(cells[at : at + 7]) for at in range(0, len(cells), 7))
    return Month(number, weeks, sum(d.is_workday for d in days))


def _scalar(sql: str, parameters: list) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]
