"""Tables of cases: when a contact is due, how urgent it is, when it goes up, how often it may wait."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.engine.obligations import rules

TODAY = date(2026, 11, 24)


def weekdays_only(day):
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("interval", "last", "since", "due", "why"),
    [
        (7, date(2026, 11, 13), date(2026, 6, 1), date(2026, 11, 20), "an interval after the last contact"),
        (7, None, date(2026, 11, 20), date(2026, 11, 27), "never contacted: an interval after the grade began"),
        (7, date(2026, 11, 4), date(2026, 11, 24), date(2026, 11, 24), "promoted: due at once, not thirteen days late"),
        (30, date(2026, 11, 4), date(2026, 11, 24), date(2026, 12, 4), "the slower grade counts from the same contact"),
        (1, date(2026, 11, 23), date(2026, 1, 1), date(2026, 11, 24), "daily"),
    ],
)
def test_due_day(interval, last, since, due, why):
    assert rules.due_day(rules.Cadence(interval), last, since) == due, why


@pytest.mark.parametrize(
    ("interval", "last", "taken", "due", "why"),
    [
        (7, None, date(2026, 11, 16), date(2026, 11, 23), "never contacted: an interval after the takeover, not after the grade began"),
        (7, date(2026, 11, 4), date(2026, 11, 16), date(2026, 11, 23), "contacted by whoever had it before: the whole interval"),
        (7, date(2026, 11, 18), date(2026, 11, 16), date(2026, 11, 25), "contacted since: an interval after that"),
        (30, None, date(2026, 11, 16), date(2026, 12, 16), "a slower grade"),
        (7, None, date(2026, 5, 1), date(2026, 6, 8), "taken over before the grade began: the grade counts"),
        (7, None, None, date(2026, 6, 8), "nobody knows when: the grade counts"),
    ],
)
def test_due_day_after_a_takeover(interval, last, taken, due, why):
    assert rules.due_day(rules.Cadence(interval), last, date(2026, 6, 1), taken) == due, why


def test_moved_before_a_day_of_rest_it_never_lands_before_the_takeover():
    """Taken over on Saturday, due on Sunday: Friday was before anybody had it, so Monday."""
    cadence = rules.Cadence(1, rest_day="before")
    assert rules.due_on(cadence, None, date(2026, 1, 1), weekdays_only, date(2026, 11, 21)) == date(2026, 11, 23)


def test_moved_before_a_day_of_rest_it_may_land_on_the_day_the_grade_began():
    """Graded on Friday, due on Saturday: Friday itself will do."""
    cadence = rules.Cadence(1, rest_day="before")
    assert rules.due_on(cadence, None, date(2026, 11, 20), weekdays_only) == date(2026, 11, 20)


@pytest.mark.parametrize(
    ("rest_day", "interval", "last", "due"),
    [
        ("keep", 8, date(2026, 11, 13), date(2026, 11, 21)),
        ("after", 8, date(2026, 11, 13), date(2026, 11, 23)),
        ("before", 8, date(2026, 11, 13), date(2026, 11, 20)),
        ("before", 1, date(2026, 11, 20), date(2026, 11, 23)),
    ],
)
def test_a_day_of_rest_moves_it(rest_day, interval, last, due):
    """The last case: the day before Saturday is the day of the contact itself, so the Monday after is taken."""
    assert rules.due_on(rules.Cadence(interval, rest_day=rest_day), last, date(2026, 1, 1), weekdays_only) == due


@given(
    last=st.dates(date(2026, 1, 1), TODAY), since=st.dates(date(2025, 1, 1), TODAY), interval=st.integers(1, 90), later=st.integers(0, 60)
)
def test_a_later_contact_never_makes_it_due_earlier(last, since, interval, later):
    for rest_day in rules.REST_DAYS:
        cadence = rules.Cadence(interval, rest_day=rest_day)
        first = rules.due_on(cadence, last, since, weekdays_only)
        assert rules.due_on(cadence, last + timedelta(days=later), since, weekdays_only) >= first


@given(last=st.none() | st.dates(date(2026, 1, 1), TODAY), since=st.dates(date(2025, 1, 1), TODAY), interval=st.integers(1, 90))
def test_it_is_due_after_the_contact_and_not_before_the_grade(last, since, interval):
    for rest_day in rules.REST_DAYS:
        due = rules.due_on(rules.Cadence(interval, rest_day=rest_day), last, since, weekdays_only)
        assert due >= since
        assert due > rules.counted_from(last, since)


def test_counting_starts_after_the_last_contact_or_with_the_grade():
    assert rules.counted_from(date(2026, 11, 13), date(2026, 6, 1)) == date(2026, 11, 13)
    assert rules.counted_from(None, date(2026, 6, 1)) == date(2026, 5, 31)


@pytest.mark.parametrize(("late", "level"), [(0, 0), (2, 0), (3, 1), (6, 1), (7, 2), (13, 2), (14, 3), (400, 3)])
def test_escalation_steps(late, level):
    assert rules.escalation_level(TODAY - timedelta(days=late), TODAY) == level


def test_overdue_times_grade_times_value_gives_the_order():
    """B eleven days late with little business stands above A due today with much; A four days late above both C's."""
    rows = {
        "A due today, 6 million": rules.urgency(TODAY, TODAY, rules.weight(0, 3, 6_000_000)),
        "A 4 days late, 6 million": rules.urgency(TODAY - timedelta(days=4), TODAY, rules.weight(0, 3, 6_000_000)),
        "B 11 days late, 90,000": rules.urgency(TODAY - timedelta(days=11), TODAY, rules.weight(1, 3, 90_000)),
        "C 4 days late, nothing": rules.urgency(TODAY - timedelta(days=4), TODAY, rules.weight(2, 3, 0)),
        "A tomorrow, 6 million": rules.urgency(TODAY + timedelta(days=1), TODAY, rules.weight(0, 3, 6_000_000)),
    }
    assert sorted(rows, key=rows.get, reverse=True) == [
        "B 11 days late, 90,000",
        "A 4 days late, 6 million",
        "A due today, 6 million",
        "C 4 days late, nothing",
        "A tomorrow, 6 million",
    ]


def test_weight_worked_by_hand():
    """B of A, B, C counts 2; a million a year 2.002 …: 1 + log10(101) / 2."""
    assert rules.weight(1, 3, 1_000_000) == Decimal("4.004")
    assert rules.grade_factor(0, 1) == 1.0
    assert rules.value_factor(None) == rules.value_factor(-5) == 1.0


@pytest.mark.parametrize(
    ("days", "snoozes", "reason", "code"),
    [
        (1, 0, "客户出差", None),
        (14, 2, "客户出差", None),
        (1, 0, "  ", "reason"),
        (0, 0, "客户出差", "past"),
        (15, 0, "客户出差", "far"),
        (1, 3, "客户出差", "often"),
    ],
)
def test_what_may_wait(days, snoozes, reason, code):
    problem = rules.snooze_problem(until=TODAY + timedelta(days=days), today=TODAY, snoozes=snoozes, reason=reason)
    assert (problem.code if problem else None) == code


@pytest.mark.parametrize(("late", "days"), [(-3, 0), (0, 0), (1, 1), (11, 11)])
def test_days_late_are_whole_days_past_the_due_day(late, days):
    assert rules.days_late(TODAY - timedelta(days=late), TODAY) == days


@pytest.mark.parametrize(("position", "count", "factor"), [(0, 3, 3), (1, 3, 2), (2, 3, 1), (0, 2, 3), (1, 2, 1), (0, 5, 3), (1, 5, 2.5), (9, 5, 1)])
def test_grades_stand_evenly_between_three_and_one(position, count, factor):
    assert rules.grade_factor(position, count) == factor


@pytest.mark.parametrize(
    ("days", "snoozes", "limit"), [(0, 0, TODAY + timedelta(days=1)), (15, 0, TODAY + timedelta(days=14)), (1, 3, rules.SNOOZE_LIMIT)]
)
def test_the_limit_that_a_refusal_names_is_the_one_that_holds(days, snoozes, limit):
    problem = rules.snooze_problem(until=TODAY + timedelta(days=days), today=TODAY, snoozes=snoozes, reason="客户出差")
    assert problem.limit == limit


def test_what_lies_further_ahead_counts_less():
    factor = Decimal(6)
    assert [rules.urgency(TODAY + timedelta(days=ahead), TODAY, factor) for ahead in (-1, 0, 1, 2)] == [12, 6, 3, 2]
