from datetime import UTC, datetime, timedelta

import pytest

from guike.organisation import pinyin, rules

COMMON = frozenset({"password", "qwertyuiop", "1qaz2wsx3edc"})
PERSONAL = ["chensy", "陈思远", "chensiyuan"]


@pytest.mark.parametrize(
    ("password", "problems"),
    [
        ("Wen-Zhou-2026", []),
        ("温州瓯泰Valve2026", []),
        ("Ab1-x", ["short"]),
        ("abcdefghijkl", ["plain"]),
        ("Password2026!", ["common"]),
        ("P@ssw0rd2026!", ["common"]),
        ("1qaz2wsx3edc", ["plain", "common"]),
        ("Chensy-2026-x", ["personal"]),
        ("我是陈思远-Ab12", ["personal"]),
        ("abc", ["short", "plain"]),
    ],
)
def test_passwords(password, problems):
    assert [p.code for p in rules.password_problems(password, personal=PERSONAL, common=COMMON)] == problems


def test_five_failures_shut_the_door_for_fifteen_minutes_and_old_ones_are_forgotten():
    now = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
    guard = rules.Guard(0, None, None)
    for turn in range(1, 5):
        guard = rules.after_failure(guard, now, 5)
        assert (guard.failures, rules.locked(guard, now)) == (turn, False)
    guard = rules.after_failure(guard, now, 5)
    assert guard.locked_until == now + timedelta(minutes=15)
    assert rules.locked(guard, now + timedelta(minutes=14, seconds=59))
    assert not rules.locked(guard, now + timedelta(minutes=15))
    assert rules.after_failure(guard, now + timedelta(minutes=16), 5).failures == 1
    assert rules.after_failure(rules.Guard(4, now, None), now + timedelta(minutes=15), 5).failures == 1


@pytest.mark.parametrize(
    ("text", "role"),
    [("业务员", "salesperson"), (" 销售 经理", "sales_manager"), ("executive", "executive"), ("大区经理", "sales_manager"), ("市场部", "marketing"), ("花匠", None)],
)
def test_roles_are_known_by_name_code_and_synonym(text, role):
    assert rules.role_of(text) == role


@pytest.mark.parametrize(
    ("title", "function", "role"),
    [
        ("综合代表", "sales", "salesperson"),
        ("区域主管", "sales", "sales_manager"),
        ("", "finance", "finance"),
        ("总经理", "management", "clerk"),  # the top roles must be written down
        ("系统管理员", "other", "clerk"),
    ],
)
def test_a_role_is_guessed_but_never_a_high_one(title, function, role):
    assert rules.likely_role(title, function) == role


def test_a_path_is_read_however_it_is_typed():
    assert rules.split_path("销售部 / 浙南片区") == ["销售部", "浙南片区"]
    assert rules.split_path("销售部＞浙南片区／温州组/") == ["销售部", "浙南片区", "温州组"]


@pytest.mark.parametrize(("typed", "login"), [(" Chen.SY ", "chen.sy"), ("ＣＨＥＮ", "chen"), ("陈思远", "陈思远")])
def test_one_login_has_one_spelling(typed, login):
    assert rules.normal_login(typed) == login
    assert rules.login_is_usable(login)


def test_a_login_has_no_spaces_or_signs():
    assert not any(rules.login_is_usable(bad) for bad in ("a", "chen sy", "chen/sy", "x" * 61, ""))


@pytest.mark.parametrize(
    ("name", "sound"), [("陈思远", "chensiyuan csy"), ("曾惠", "zenghui zh"), ("单小燕", "shanxiaoyan sxy"), ("尉迟恭", "yuchigong ycg"), ("Anna", "anna a")]
)
def test_family_names_sound_as_family_names(name, sound):
    assert pinyin.of_name(name) == sound
