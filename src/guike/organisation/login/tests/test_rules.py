import base64
from datetime import UTC, datetime, timedelta

import pytest

from guike.organisation.login import rules

T = datetime(2026, 6, 1, 9, tzinfo=UTC)
SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.mark.parametrize(
    ("second", "expected"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_rfc_6238(second, expected):
    assert rules.code_at(SECRET, second // 30) == expected


def test_a_code_fits_one_step_early_or_late_and_never_again():
    step = int(T.timestamp()) // 30
    shown = rules.code_at(SECRET, step)
    for away in (-1, 0, 1):
        assert rules.step_of(SECRET, shown, T + timedelta(seconds=30 * away)) == step
    for away in (-2, 2):
        assert rules.step_of(SECRET, shown, T + timedelta(seconds=30 * away)) is None
    assert rules.step_of(SECRET, shown, T, after=step) is None
    assert rules.step_of(SECRET, shown, T, after=step - 1) == step


@pytest.mark.parametrize(("typed", "plain"), [("123 456", "123456"), ("１２３４５６", "123456"), ("abcde-fghjk", "ABCDEFGHJK"), ("", "")])
def test_codes_are_read_as_people_type_them(typed, plain):
    assert rules.plain_code(typed) == plain


def test_the_picture_names_company_and_login():
    assert rules.key_uri("ABC", "chensy", "申衡") == "otpauth://totp/%E7%94%B3%E8%A1%A1%3Achensy?secret=ABC&issuer=%E7%94%B3%E8%A1%A1"


@pytest.mark.parametrize(
    ("profile", "days", "expected"), [("mlps3", 89, False), ("mlps3", 90, True), ("standard", 4000, False), ("asvs", 4000, False)]
)
def test_a_password_ages_only_where_the_profile_says_so(profile, days, expected):
    assert rules.expired(rules.PROFILES[profile], T, T + timedelta(days=days)) is expected


def test_a_password_without_a_date_is_too_old_where_age_counts():
    assert rules.expired(rules.PROFILES["mlps3"], None, T)
    assert not rules.expired(rules.PROFILES["asvs"], None, T)


@pytest.mark.parametrize(
    ("roles", "since", "opened", "required", "until"),
    [
        (["salesperson"], T, T, False, None),
        (["finance"], T, T - timedelta(days=12), True, T + timedelta(days=7)),
        (["finance", "clerk"], T, T + timedelta(days=9), True, T + timedelta(days=16)),
        (["administrator"], None, T, True, T + timedelta(days=7)),
    ],
)
def test_grace_runs_from_the_demand_or_the_account(roles, since, opened, required, until):
    found = rules.demand(roles, ["administrator", "finance"], since, opened, 7)
    assert (found.required, found.until) == (required, until)


def test_days_of_grace_are_counted_up():
    found = rules.Demand(True, T + timedelta(days=7))
    assert [found.days_left(T + timedelta(hours=hours)) for hours in (0, 1, 24, 167, 168, 200)] == [7, 7, 6, 1, 0, 0]
    assert [found.due(T + timedelta(hours=hours)) for hours in (167, 168)] == [False, True]
    assert not rules.Demand(False).due(T)


@pytest.mark.parametrize(("idle", "minutes"), [(5, 1), (15, 1), (30, 3), (240, 5), (1440, 5)])
def test_last_seen_is_kept_to_a_tenth_of_the_limit(idle, minutes):
    assert rules.seen_every(idle) == timedelta(minutes=minutes)


def test_a_session_ends_by_idling_or_by_age():
    hours = timedelta(hours=1)
    assert not rules.over(T, T + 11 * hours, T + 12 * hours, 60, 12)
    assert rules.over(T, T + 11 * hours, T + 12 * hours + timedelta(seconds=1), 120, 12)
    assert rules.over(T, T, T + hours + timedelta(seconds=1), 60, 12)
