"""When a message may go out, and what it must not say."""

from datetime import date, datetime, time

import pytest

from guike.platform.notifications import rules

NIGHT = rules.Quiet()
WORK = rules.Quiet(workdays=True)
NOON = rules.Quiet(time(12), time(14))
NONE = rules.Quiet(time(8), time(8))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"{text}:00+08:00")


def weekday(day: date) -> bool:
    return day.weekday() < 5


@pytest.mark.parametrize(
    ("quiet", "moment", "released"),
    [
        (NIGHT, "2026-11-24 21:59", "2026-11-24 21:59"),
        (NIGHT, "2026-11-24 22:00", "2026-11-25 08:00"),
        (NIGHT, "2026-11-25 00:10", "2026-11-25 08:00"),
        (NIGHT, "2026-11-25 07:59", "2026-11-25 08:00"),
        (NIGHT, "2026-11-25 08:00", "2026-11-25 08:00"),
        (NIGHT, "2026-11-28 12:00", "2026-11-28 12:00"),  # a Saturday, working days not asked for
        (WORK, "2026-11-28 12:00", "2026-11-30 08:00"),
        (WORK, "2026-11-27 23:00", "2026-11-30 08:00"),  # Friday night
        (WORK, "2026-11-30 12:00", "2026-11-30 12:00"),
        (NOON, "2026-11-24 12:30", "2026-11-24 14:00"),
        (NOON, "2026-11-24 14:00", "2026-11-24 14:00"),
        (NONE, "2026-11-24 03:00", "2026-11-24 03:00"),
    ],
)
def test_release(quiet, moment, released):
    assert rules.release_at(at(moment), quiet, weekday) == at(released)


def test_make_up_saturdays_are_worked_and_endless_holidays_end():
    assert rules.release_at(at("2026-11-28 12:00"), WORK, lambda day: True) == at("2026-11-28 12:00")
    assert rules.release_at(at("2026-11-28 12:00"), WORK, lambda day: False) > at("2026-12-20 12:00")


def test_back_off_grows_and_ends():
    now = at("2026-11-24 10:00")
    waits = [(rules.next_try(n, now) - now).total_seconds() / 60 for n in range(1, 6)]
    assert waits == [1, 5, 30, 120, 360]
    assert rules.next_try(6, now) is None


@pytest.mark.parametrize(
    ("moment", "hour", "workdays", "due"),
    [
        ("2026-11-24 07:59", 8, False, False),
        ("2026-11-24 08:00", 8, False, True),
        ("2026-11-24 17:00", 8, False, True),
        ("2026-11-28 09:00", 8, True, False),
    ],
)
def test_digest(moment, hour, workdays, due):
    assert rules.digest_is_due(at(moment), hour, workdays=workdays, is_workday=weekday) is due


@pytest.mark.parametrize(
    ("text", "veiled"),
    [
        ("回电 13800138000，谈价格", "回电 138****8000，谈价格"),
        ("回电 138 0013 8000", "回电 138****8000"),
        ("座机 0577-88881234", "座机 0577-****34"),
        ("身份证 33030219900101123X", "身份证 ****123X"),
        ("卡号 6222021234567890123", "卡号 ****0123"),
        ("发到 zhou@example.cn", "发到 z***@example.cn"),
        ("2026-11-24 到期，合计 1,234,567.00 元，单号 DD-2026-000123", "2026-11-24 到期，合计 1,234,567.00 元，单号 DD-2026-000123"),
    ],
)
def test_what_leaves_the_house_is_veiled(text, veiled):
    assert rules.veiled(text) == veiled
