"""Tables of cases: what may be written, by what way, when next."""

from datetime import date, timedelta

import pytest

from guike.contact import rules
from guike.contact.tests.conftest import TODAY, draft


def weekdays_only(day):
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("直接登门", "visit"),
        ("登门", "visit"),
        ("上门 拜访", "visit"),
        ("到店", "invite"),
        ("QQ", "online"),
        ("Email", "online"),
        ("其他", "other"),
        ("信鸽", None),
        ("", None),
    ],
)
def test_ways_in_other_peoples_words(text, code):
    assert rules.method_of(text) == code


@pytest.mark.parametrize(
    ("category", "ways"),
    [
        ("准客户", ("visit", "phone")),
        ("意向客户", ("invite", "online")),
        ("优质潜在", ()),
        ("一般潜在客户", ("sms",)),
        ("已成交", ()),
        ("", ()),
    ],
)
def test_ways_that_suit_a_category(category, ways):
    assert rules.recommended(category) == ways


def test_a_sound_draft_has_no_problems():
    assert rules.problems(draft(next_on=TODAY, next_step="x"), today=TODAY, founded_on=TODAY) == []


def test_all_problems_are_named_at_once():
    found = rules.problems(draft(method="", said="", happened_on=date(2027, 3, 1), next_step="x"), today=TODAY)
    assert [problem.code for problem in found] == ["method_missing", "said_missing", "future", "next_day_missing"]


def test_days_offered_are_workdays_and_none_twice():
    """On a Friday tomorrow is Monday, and so are 「3 天后」 and 「下周一」: offered once."""
    friday = date(2026, 11, 27)
    assert [(p.code, p.day) for p in rules.next_presets(friday, weekdays_only)] == [
        ("tomorrow", date(2026, 11, 30)),
        ("in_2_weeks", date(2026, 12, 11)),
    ]


def test_days_offered_on_a_tuesday_to_an_a_customer():
    presets = rules.next_presets(TODAY, weekdays_only, cadence_due=date(2026, 12, 1))
    assert [(p.code, p.day.isoformat()) for p in presets] == [
        ("tomorrow", "2026-11-25"),
        ("in_3_days", "2026-11-27"),
        ("monday", "2026-11-30"),
        ("cadence", "2026-12-01"),
    ]


@pytest.mark.parametrize(("age", "may"), [(0, True), (7, True), (8, False), (-1, False)])
def test_how_long_one_may_correct(age, may):
    assert rules.may_still_edit(TODAY - timedelta(days=age), TODAY) is may


def test_the_earliest_is_the_first():
    assert rules.is_first(TODAY, 5, [])
    assert not rules.is_first(TODAY, 5, [(TODAY - timedelta(days=1), 9)])
