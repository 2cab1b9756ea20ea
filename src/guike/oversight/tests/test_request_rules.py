"""Requests, time and what the law holds back, without a database; the day on which an answer is due, with the real calendar."""

from datetime import date

import pytest

from guike.organisation.calendar import add_workdays
from guike.oversight import rules
from guike.oversight.rules import Pause

TODAY = date(2026, 11, 26)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("received", "due"),
    [
        (date(2026, 11, 26), date(2026, 12, 17)),  # three ordinary weeks
        (date(2026, 11, 28), date(2026, 12, 18)),  # came in on a Saturday: counts from Monday
        (date(2026, 9, 25), date(2026, 10, 22)),  # Mid-autumn and National Day lie between, two Saturdays are worked
        (date(2026, 2, 13), date(2026, 3, 12)),  # Spring Festival
    ],
)
def test_fifteen_working_days(received, due):
    found = add_workdays(received, rules.WORKDAYS)
    independent = _count(received)
    assert found == independent
    assert found == due


def _count(day: date) -> date:
    """The same by the calendar's own seed, day by day."""
    from datetime import timedelta

    import chinese_calendar

    left = rules.WORKDAYS
    while left:
        day += timedelta(days=1)
        left -= chinese_calendar.is_workday(day)
    return day


@pytest.mark.parametrize(
    ("old", "new", "may"),
    [
        ("open", "done", True),
        ("open", "refused", True),
        ("open", "waiting", True),
        ("waiting", "erasing", True),
        ("waiting", "refused", False),
        ("waiting", "done", False),
        ("erasing", "open", True),
        ("done", "open", False),
        ("refused", "open", False),
    ],
)
def test_what_follows_what(old, new, may):
    assert rules.may_become(old, new) is may


ORDER, DISPUTE = Pause("订单", date(2029, 3, 1)), Pause("诉讼", date(2027, 1, 1), everything=True)


@pytest.mark.parametrize(
    ("pauses", "proves", "kept"),
    [
        ([], True, None),
        ([ORDER], True, ORDER),
        ([ORDER], False, None),  # a contract keeps only what proves it
        ([DISPUTE], False, DISPUTE),  # a dispute keeps everything
        ([ORDER, DISPUTE], True, ORDER),  # the longest counts
        ([ORDER, DISPUTE], False, DISPUTE),
        ([Pause("过了", date(2026, 11, 25))], True, None),
        ([Pause("今天到期", TODAY)], True, Pause("今天到期", TODAY)),  # to the end of its last day
    ],
)
def test_what_is_kept_and_until_when(pauses, proves, kept):
    assert rules.kept_until(pauses, proves, TODAY) == kept


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({}, ""),
        ({"checked": False}, "identity"),
        ({"state": "done"}, "state"),
        ({"other_open": 1}, "requests"),
        ({"open_orders": 2}, "orders"),
    ],
)
def test_what_stands_against_erasing(facts, why):
    assert rules.why_not_erase(**{"checked": True, "state": "open", "other_open": 0, "open_orders": 0, **facts}) == why


@pytest.mark.parametrize(
    ("text", "near", "rare", "left"),
    [
        ("和王伟谈过", True, False, "和［已删除］谈过"),
        ("和王伟谈过", False, False, "和王伟谈过"),  # perhaps another 王伟
        ("和王伟谈过", False, True, "和王伟谈过"),  # two characters are too little far away
        ("回电 138-0013-8000", False, False, "回电 ［已删除］"),
        ("回电 138 0013 8000，", False, False, "回电 ［已删除］，"),
        ("单号 9138001380001", False, False, "单号 9138001380001"),  # a longer number
        ("微信 wx_ouyang8", False, False, "微信 ［已删除］"),
        ("找欧阳云裳", False, True, "找［已删除］"),
        ("找欧阳云裳", False, False, "找欧阳云裳"),
    ],
)
def test_what_is_taken_out_of_a_text(text, near, rare, left):
    who = rules.identity(["王伟", "欧阳云裳"], ["13800138000"], ["wx_ouyang8"], rare=rare)
    assert rules.without(text, who.pattern(near=near)) == left


def test_json_is_walked_and_what_is_no_text_stays():
    who = rules.identity(["王伟"], ["13800138000"], [])
    found = rules.without({"联系人": ["王伟", 3, None], "13800138000": {"x": "138 0013 8000"}}, who.pattern(near=True))
    assert found == {"联系人": [rules.MARK, 3, None], rules.MARK: {"x": rules.MARK}}


def test_what_a_database_looks_for_first_holds_all_that_the_pattern_finds():
    who = rules.identity(["王(伟)", "欧阳云裳", '小"明'], ["13800138000"], ["a.b+c@x.cn"], rare=True)
    assert who.sought(near=True) == ("a.b+c@x.cn", "王(伟)", "欧阳云裳", '小"明', '小\\"明')
    assert who.sought(near=False) == ("a.b+c@x.cn", "王(伟)", "欧阳云裳", '小"明', '小\\"明')
    assert rules.identity(["王伟"], [], ["wx_8888"], rare=True).sought(near=False) == ("wx_8888",)
    assert rules.without("aXb+c@x.cn", who.pattern(near=True)) == "aXb+c@x.cn"
