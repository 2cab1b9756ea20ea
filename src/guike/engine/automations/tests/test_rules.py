from datetime import date

import pytest

from guike.engine.automations import rules

D = date


@pytest.mark.parametrize(
    ("chain", "automation", "why_not"),
    [((), 1, ""), ((1,), 1, "own"), ((1, 2), 1, "own"), ((1,), 2, ""), ((1, 2), 3, ""), ((1, 2, 3), 4, "deep")],
)
def test_chains(chain, automation, why_not):
    assert rules.may_follow(chain, automation) == why_not


@pytest.mark.parametrize(
    ("last", "pause", "day", "paused"),
    [
        (None, 30, D(2026, 11, 1), False),
        (D(2026, 11, 1), 0, D(2026, 11, 1), False),
        (D(2026, 11, 1), 30, D(2026, 11, 30), True),
        (D(2026, 11, 1), 30, D(2026, 12, 1), False),
    ],
)
def test_pause(last, pause, day, paused):
    assert rules.is_paused(last, pause, day) is paused


def test_a_trial_counts_with_the_pause():
    days = [D(2026, 11, 20), D(2026, 11, 1), D(2026, 11, 2)]
    assert rules.within_pause(days, 0) == sorted(days)
    assert rules.within_pause(days, 7) == [D(2026, 11, 1), D(2026, 11, 20)]


def test_room():
    assert [rules.room(n) for n in (0, 499, 500, 900)] == [500, 1, 0, 0]
