"""What a follow-up must say, which contacts count for what, and when the next one may be. Plain values only (ACT-01, ACT-02)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, time, timedelta

#: Ways of contact: code → word on forms. Cadences, categories and figures refer to the codes.
METHODS: dict[str, str] = {
    "phone": "电话",
    "visit": "直接登门",
    "invite": "邀约登门",
    "wechat": "微信",
    "online": "网络对话",
    "sms": "短信",
    "other": "其它",
}
#: Shorter words for the timeline and *Today*.
SHORT: dict[str, str] = {**METHODS, "visit": "登门", "invite": "邀约", "online": "网聊"}
ICONS: dict[str, str] = {
    "phone": "phone",
    "visit": "map-pin",
    "invite": "building-store",
    "wechat": "brand-wechat",
    "online": "message-circle",
    "sms": "message-2",
    "other": "notes",
}
#: What other people's sheets call them.
METHOD_SYNONYMS: dict[str, str] = {
    "登门": "visit",
    "登门拜访": "visit",
    "上门": "visit",
    "上门拜访": "visit",
    "拜访": "visit",
    "面谈": "visit",
    "走访": "visit",
    "来访": "invite",
    "邀约": "invite",
    "到店": "invite",
    "来店": "invite",
    "电联": "phone",
    "电话沟通": "phone",
    "去电": "phone",
    "来电": "phone",
    "手机": "phone",
    "网络": "online",
    "网聊": "online",
    "在线": "online",
    "qq": "online",
    "邮件": "online",
    "email": "online",
    "企业微信": "wechat",
    "信息": "sms",
    "其他": "other",
}
#: Contacts in person.
VISITS = frozenset({"visit", "invite"})

#: Follow-up category → the ways that suit it (ACT-02); a category not named here leaves the choice open.
RECOMMENDED: dict[str, tuple[str, ...]] = {
    "准客户": ("visit", "phone"),
    "意向客户": ("invite", "online"),
    "优质潜在": (),
    "一般潜在": ("sms",),
}

EDIT_DAYS = 7
EARLIEST = date(2000, 1, 1)
NEXT_WITHIN_DAYS = 730
PROMISES_AT_ONCE = 10


def method_of(text: str) -> str | None:
    """The code for what somebody wrote: a code, a word or a usual synonym; None when unknown.

    >>> method_of("直接登门"), method_of(" 上门拜访 "), method_of("phone"), method_of("飞鸽")
    ('visit', 'visit', 'phone', None)
    """
    word = "".join(text.split()).lower()
    if word in METHODS:
        return word
    by_word = {**{label: code for code, label in METHODS.items()}, **{label: code for code, label in SHORT.items()}}
    return by_word.get(word) or METHOD_SYNONYMS.get(word)


def recommended(category: str) -> tuple[str, ...]:
    """Ways that suit a follow-up category; empty where any will do. Longer names are recognised by their beginning."""
    return next((ways for name, ways in RECOMMENDED.items() if category.startswith(name)), ())


@dataclass(frozen=True)
class Promise:
    """Something we promised the customer, and until when."""

    text: str
    due_on: date | None


@dataclass(frozen=True)
class Draft:
    """What somebody wants to write down. Required: method, what was said, the day. `done` are obligations closed with it by hand."""

    method: str
    said: str
    happened_on: date
    happened_time: time | None = None
    contact_ids: tuple[int, ...] = ()
    topic: str = ""
    feedback: str = ""
    place: str = ""
    next_on: date | None = None
    next_step: str = ""
    promises: tuple[Promise, ...] = ()
    done: tuple[int, ...] = ()


def without_next(draft: Draft) -> Draft:
    """The draft without its next step, for checks of what was already agreed."""
    return replace(draft, next_on=None, next_step="")


@dataclass(frozen=True)
class Problem:
    """What is wrong: the field, a code for programs, and the days the message names."""

    field: str
    code: str
    day: date | None = None
    limit: date | None = None


def problems(draft: Draft, *, today: date, founded_on: date | None = None) -> list[Problem]:
    """All that keeps a draft from being written; empty when it may. A follow-up lies between the customer's founding and today."""
    found = []
    if draft.method not in METHODS:
        found.append(Problem("method", "method_missing"))
    if not draft.said.strip():
        found.append(Problem("said", "said_missing"))
    return [
        *found,
        *_day_problems(draft, today, founded_on),
        *next_problems(draft.next_on, draft.next_step, today),
        *_promise_problems(draft, today),
    ]


def _day_problems(draft: Draft, today: date, founded_on: date | None) -> list[Problem]:
    day = draft.happened_on
    if day > today:
        return [Problem("happened_on", "future", day, today)]
    if day < EARLIEST:
        return [Problem("happened_on", "too_early", day, EARLIEST)]
    if founded_on and day < founded_on:
        return [Problem("happened_on", "before_founding", day, founded_on)]
    return []


def next_problems(next_on: date | None, next_step: str, today: date) -> list[Problem]:
    """A next step has a day, from today to two years ahead."""
    if next_on is None:
        return [Problem("next_on", "next_day_missing")] if next_step.strip() else []
    if next_on < today:
        return [Problem("next_on", "next_past", next_on, today)]
    if next_on > today + timedelta(days=NEXT_WITHIN_DAYS):
        return [Problem("next_on", "next_far", next_on, today + timedelta(days=NEXT_WITHIN_DAYS))]
    return []


def _promise_problems(draft: Draft, today: date) -> list[Problem]:
    found = []
    for promise in draft.promises:
        if promise.due_on is None:
            found.append(Problem("promises", "promise_day_missing"))
        elif promise.due_on < today:
            found.append(Problem("promises", "promise_past", promise.due_on, today))
        if not promise.text.strip():
            found.append(Problem("promises", "promise_empty"))
    if len(draft.promises) > PROMISES_AT_ONCE:
        found.append(Problem("promises", "promises_many"))
    return found


def is_first(happened_on: date, number: int, others: list[tuple[date, int]]) -> bool:
    """Is this the customer's first contact? The earliest day counts, then the one written down first.

    >>> is_first(date(2026, 3, 1), 9, [(date(2026, 4, 1), 2)]), is_first(date(2026, 3, 1), 9, [(date(2026, 3, 1), 2)])
    (True, False)
    """
    return all((happened_on, number) < other for other in others)


def may_still_edit(recorded_on: date, today: date, days: int = EDIT_DAYS) -> bool:
    """One's own follow-up can be corrected on the day it was written and the 7 days after.

    >>> may_still_edit(date(2026, 11, 15), date(2026, 11, 22)), may_still_edit(date(2026, 11, 14), date(2026, 11, 22))
    (True, False)
    """
    return 0 <= (today - recorded_on).days <= days


@dataclass(frozen=True)
class Preset:
    """A day offered for the next contact: code, and the workday it means."""

    code: str
    day: date


def next_presets(today: date, is_workday: Callable[[date], bool], *, cadence_due: date | None = None) -> list[Preset]:
    """Days offered with one tap: tomorrow, in 3 days, next Monday, and what the grade's cadence asks. Each moved on to a workday, none twice.

    On Tuesday 2026-11-24: 11-25, 11-27, 11-30 and, for an A customer (7 days), 12-01.
    """
    monday = today + timedelta(days=7 - today.weekday())
    wanted = [
        ("tomorrow", today + timedelta(days=1)),
        ("in_3_days", today + timedelta(days=3)),
        ("monday", monday),
        ("in_2_weeks", today + timedelta(days=14)),
    ]
    if cadence_due and cadence_due > today:
        wanted[3] = ("cadence", cadence_due)
    presets: list[Preset] = []
    for code, day in wanted:
        moved = day if code == "cadence" else _workday(day, is_workday)
        if moved not in {preset.day for preset in presets} or code == "cadence":
            presets.append(Preset(code, moved))
    return presets


def _workday(day: date, is_workday: Callable[[date], bool]) -> date:
    for _step in range(30):
        if is_workday(day):
            return day
        day += timedelta(days=1)
    return day
