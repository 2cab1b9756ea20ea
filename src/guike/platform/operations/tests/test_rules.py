"""Which backups stay, what is late, slow or full, and what a log line may say."""

from datetime import date, timedelta

import pytest

from guike.platform.operations import rules
from guike.platform.operations.rules import Keeping, State

GIGABYTE = 2**30


def nights(count: int, last: date = date(2026, 11, 25)) -> list[tuple[date, date]]:
    return [(day, day) for day in (last - timedelta(days=back) for back in reversed(range(count)))]


def test_a_year_of_nights_leaves_seven_days_four_weeks_twelve_months():
    stay = rules.kept(nights(500), Keeping(7, 4, 12))
    days = {date(2026, 11, 25) - timedelta(days=back) for back in range(7)}
    weeks = {date(2026, 11, 25), date(2026, 11, 22), date(2026, 11, 15), date(2026, 11, 8)}
    months = {date(2026, 11, 25), date(2026, 10, 31), date(2026, 9, 30), date(2026, 8, 31), date(2026, 7, 31), date(2026, 6, 30)}
    months |= {date(2026, 5, 31), date(2026, 4, 30), date(2026, 3, 31), date(2026, 2, 28), date(2026, 1, 31), date(2025, 12, 31)}
    assert stay == days | weeks | months


@pytest.mark.parametrize(
    ("found", "keeping", "stay"),
    [
        ([], Keeping(), set()),
        ([("a", date(2026, 1, 1))], Keeping(1, 0, 0), {"a"}),
        ([("old", date(2020, 1, 1))], Keeping(7, 4, 12), {"old"}),  # a pause of years removes nothing
        ([("first", date(2026, 1, 1)), ("second", date(2026, 1, 1))], Keeping(7, 4, 12), {"second"}),
        ([("dec", date(2026, 12, 31)), ("jan", date(2027, 1, 1))], Keeping(1, 2, 0), {"jan"}),  # one ISO week: 2026-W53
        ([("sun", date(2027, 1, 3)), ("mon", date(2027, 1, 4))], Keeping(1, 2, 0), {"sun", "mon"}),
    ],
)
def test_what_stays(found, keeping, stay):
    assert rules.kept(found, keeping) == stay


@pytest.mark.parametrize("count", [1, 5, 40, 400])
def test_keeping_every_night_leaves_what_keeping_all_at_once_leaves(count):
    """Rotation after every night must not lose a week's or month's last backup that the rule still wants."""
    left: list[tuple[date, date]] = []
    for night in nights(count):
        stay = rules.kept([*left, night], Keeping(7, 4, 12))
        left = [one for one in [*left, night] if one[0] in stay]
    assert {day for day, _ in left} == rules.kept(nights(count), Keeping(7, 4, 12))


@pytest.mark.parametrize(
    ("judged", "state"),
    [
        (rules.backup_age(None), State.WARNING),
        (rules.backup_age(timedelta(hours=25)), State.OK),
        (rules.backup_age(timedelta(hours=27)), State.WARNING),
        (rules.heart(None), State.FAILED),
        (rules.heart(timedelta(seconds=12)), State.OK),
        (rules.heart(timedelta(seconds=60)), State.FAILED),
        (rules.queue(None), State.OK),
        (rules.queue(timedelta(minutes=11)), State.WARNING),
        (rules.disk(50 * GIGABYTE, 100 * GIGABYTE), State.OK),
        (rules.disk(1 * GIGABYTE, 100 * GIGABYTE), State.WARNING),
        (rules.disk(100 * 2**20, 100 * GIGABYTE), State.FAILED),
        (rules.disk(4 * GIGABYTE, 2000 * GIGABYTE), State.OK),
    ],
)
def test_how_it_is(judged, state):
    assert judged is state


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("给 13800138000 打电话", "给 138****8000 打电话"),
        ("to wang.li@example.cn failed", "to …@example.cn failed"),
        ("id 20261125000012 stays", "id 20261125000012 stays"),
        ("duplicate key\nDETAIL:  Key (name)=(温州恒达) exists.\nnext", "duplicate key\nDETAIL: …\nnext"),
        ("ERROR: x\nLINE 1: SELECT '温州恒达'\n               ^\nend", "ERROR: x\nLINE 1: …\nend"),
    ],
)
def test_nothing_personal_in_the_log(text, clean):
    assert rules.without_personal(text) == clean
