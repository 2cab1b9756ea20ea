"""When a term is over: the table of `rules/retention.py`, case by case (08-quality privacy)."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.oversight import rules
from guike.oversight.rules import Standing

DAY = date(2026, 11, 26)
CASES = [
    (Standing(date(2024, 3, 1), 36), DAY, "within"),
    (Standing(date(2023, 11, 26), 36), DAY, "within"),
    (Standing(date(2023, 11, 25), 36), DAY, "due"),
    (Standing(date(2024, 2, 29), 24), date(2026, 2, 28), "within"),
    (Standing(date(2024, 2, 29), 24), date(2026, 3, 1), "due"),
    (Standing(date(2020, 1, 1), 36, going_on=True), DAY, "within"),
    (Standing(date(2020, 1, 1), 36, held_until=date(2027, 6, 30)), DAY, "kept"),
    (Standing(date(2020, 1, 1), 36, held_until=date(2026, 11, 25)), DAY, "due"),
    (Standing(date(2020, 1, 1), 36, kept_until=DAY), DAY, "kept"),
    (Standing(date(2020, 1, 1), 36, kept_until=DAY), DAY + timedelta(days=1), "due"),
    (Standing(date(2025, 11, 25), 12), DAY, "due"),
]


@pytest.mark.parametrize(("standing", "today", "verdict"), CASES)
def test_the_table_of_cases(standing, today, verdict):
    assert standing.verdict(today) == verdict


DAYS = st.dates(date(2000, 1, 1), date(2060, 12, 31))


@given(DAYS, st.integers(1, 120))
def test_the_last_day_that_is_over_parts_who_is_due_from_who_is_not(today, months):
    last = rules.last_day_over(today, months)
    assert Standing(last, months).verdict(today) == "due"
    assert Standing(last + timedelta(days=1), months).verdict(today) == "within"


@given(DAYS, st.integers(0, 120))
def test_so_many_months_later_is_the_same_day_or_the_months_last(day, months):
    found = rules.later(day, months)
    assert (found.year * 12 + found.month) - (day.year * 12 + day.month) == months
    assert found.day == day.day or (found.day < day.day and (found + timedelta(days=1)).day == 1)


@pytest.mark.parametrize(
    ("until", "why"), [(DAY, "past"), (DAY + timedelta(days=1), ""), (date(2027, 11, 26), ""), (date(2027, 11, 27), "far")]
)
def test_a_decision_keeps_for_twelve_months_at_most(until, why):
    assert rules.why_not_keep(until, DAY) == why


@pytest.mark.parametrize(("own", "months"), [({}, 36), ({"dealings": 12}, 12), ({"dealings": 999}, 120), ({"leads": 6}, 36)])
def test_a_companys_own_term_counts_within_its_bounds(own, months):
    assert rules.months_of("dealings", 36, own) == months
