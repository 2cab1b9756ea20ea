"""The computed days against the State's notices and against an implementation of its own."""

import json
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from guike.organisation import calendar
from guike.organisation.calendar import rules
from guike.organisation.calendar.models import CalendarDay, CalendarYear
from guike.organisation.calendar.seed import packaged_days, seed_after_migrate

NOTICES = Path(__file__).resolve().parents[6] / "shared" / "data" / "masters" / "holiday-cn"
pytestmark = pytest.mark.django_db


def independent() -> dict[date, bool]:
    """The days worked out in plain Python from the packaged notices: another way to the same end."""
    notices = {day: works for days in packaged_days().values() for day, (works, _name) in days.items()}
    span = (rules.LAST_DAY - rules.FIRST_DAY).days + 1
    days = (rules.FIRST_DAY + timedelta(n) for n in range(span))
    return {day: notices.get(day, day.weekday() < 5) for day in days}


def scalar(sql: str, *parameters):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


@pytest.mark.shared_data
@pytest.mark.skipif(not NOTICES.exists(), reason=f"the notices are not beside the checkout ({NOTICES.name})")
@pytest.mark.parametrize("year", range(2007, 2027))
def test_every_day_of_a_year_is_as_the_notices_say(year):
    named = {}
    for number in (year - 1, year, year + 1):
        file = NOTICES / f"{number}.json"
        for entry in json.loads(file.read_text())["days"] if file.exists() else []:
            named[date.fromisoformat(entry["date"])] = not entry["isOffDay"]
    known = dict(CalendarDay.objects.filter(day__year=year).values_list("day", "is_workday"))
    assert len(known) == 366 if year % 4 == 0 else 365
    wrong = {day: works for day, works in known.items() if named.get(day, day.weekday() < 5) != works}
    assert wrong == {}
    assert not CalendarDay.objects.filter(day__year=year, provisional=True).exists()


def test_the_table_agrees_with_another_way_of_working_it_out():
    expected = independent()
    assert dict(CalendarDay.objects.values_list("day", "is_workday")) == expected
    count = 0
    for day, ordinal in CalendarDay.objects.order_by("day").values_list("day", "ordinal"):
        count += expected[day]
        assert ordinal == count


def test_years_not_announced_are_provisional_and_follow_the_weekend_rule():
    assert calendar.provisional_years(range(2025, 2030)) == [2027, 2028, 2029]
    assert CalendarYear.objects.get(pk=2026).announced
    later = CalendarDay.objects.filter(day__year=2027)
    assert all(d.provisional and d.is_workday == (d.day.weekday() < 5) for d in later)


WORKED = [
    (date(2026, 9, 30), 1, date(2026, 10, 8)),  # over the National Day week
    (date(2026, 11, 20), 1, date(2026, 11, 23)),
    (date(2026, 11, 21), 0, date(2026, 11, 23)),  # a Saturday moves to Monday
    (date(2026, 11, 22), -1, date(2026, 11, 20)),
    (date(2026, 11, 24), 0, date(2026, 11, 24)),
    (date(2026, 2, 13), 1, date(2026, 2, 14)),  # a make-up Saturday counts
]


@pytest.mark.parametrize(("day", "n", "expected"), WORKED)
def test_worked_numbers_of_the_readme(day, n, expected):
    assert calendar.add_workdays(day, n) == expected


@settings(max_examples=60, deadline=None)
@given(day=st.dates(date(2004, 1, 1), date(2027, 12, 31)), n=st.integers(-40, 40))
def test_adding_working_days_is_walking_over_them(day, n):
    works = independent.known if hasattr(independent, "known") else independent()
    independent.known = works
    wanted, at = n, day
    if n == 0:
        while not works[at]:
            at += timedelta(1)
    while wanted:
        at += timedelta(1 if n > 0 else -1)
        wanted -= (1 if n > 0 else -1) if works[at] else 0
    assert calendar.add_workdays(day, n) == at


@pytest.mark.parametrize("day", [date(1998, 5, 2), date(2040, 5, 5)])
def test_outside_the_table_the_weekend_rule_answers(day):
    assert calendar.add_workdays(day, 3) == rules.add_weekdays(day, 3)
    assert calendar.is_workday(day) == (day.weekday() < 5)
    assert calendar.workdays_between(day, day + timedelta(30)) == rules.weekdays_between(day, day + timedelta(30))


def test_functions_work_on_columns_and_pass_nulls():
    assert scalar("SELECT count(*) FROM organisation_calendarday WHERE gk_is_workday(day) <> is_workday") == 0
    assert scalar("SELECT gk_add_workdays(NULL, 3)") is None
    assert scalar("SELECT gk_workdays_between(NULL, date '2026-01-01')") is None
    sums = "SELECT max(abs(gk_workdays_between(day, gk_add_workdays(day, 7)) - 7)) FROM organisation_calendarday WHERE day BETWEEN %s AND %s"
    assert scalar(sums, date(2004, 1, 1), date(2030, 1, 1)) == 0


def test_workdays_lists_the_days_between():
    assert calendar.workdays(date(2026, 9, 29), date(2026, 10, 9)) == [date(2026, 9, 29), date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 9)]


def test_migrating_again_changes_nothing():
    before = list(CalendarDay.objects.order_by("day").values())
    seed_after_migrate()
    assert list(CalendarDay.objects.order_by("day").values()) == before
