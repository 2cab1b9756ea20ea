"""The weekend rule, and reading a holiday notice, without a database."""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

FIRST_DAY = date(2000, 1, 1)
LAST_DAY = date(2035, 12, 31)
YEARS = range(FIRST_DAY.year, LAST_DAY.year + 1)


class NoticeError(ValueError):
    """A notice that cannot be read: `code` for the message, `place` the line or field, `text` what stands there."""

    def __init__(self, code: str, place: str = "", text: str = ""):
        super().__init__(f"{code} {place} {text}".strip())
        self.code, self.place, self.text = code, place, text


@dataclass(frozen=True)
class NoticeDay:
    day: date
    is_workday: bool
    name: str


@dataclass(frozen=True)
class Notice:
    """The State Council's arrangement for one year: rest days and make-up workdays, and where it was published."""

    year: int
    days: tuple[NoticeDay, ...]
    source: str = ""


def weekend_rule(day: date) -> bool:
    """Is the day a workday where nothing is announced: Monday to Friday."""
    return day.weekday() < 5


def add_weekdays(day: date, n: int) -> date:
    """`n` weekdays after (before, if negative) a day by the weekend rule alone; 0 moves a weekend to Monday.

    >>> add_weekdays(date(2026, 11, 20), 1), add_weekdays(date(2026, 11, 21), 0), add_weekdays(date(2026, 11, 22), -1)
    (datetime.date(2026, 11, 23), datetime.date(2026, 11, 23), datetime.date(2026, 11, 20))
    """
    number = _count_weekdays(day) + n + (1 if n <= 0 and not weekend_rule(day) else 0)
    weeks, rest = divmod(number - 1, 5)
    return date(1, 1, 1) + timedelta(days=weeks * 7 + rest)


def _count_weekdays(day: date) -> int:
    """Weekdays from 0001-01-01 (a Monday) to the day, both included."""
    weeks, rest = divmod(day.toordinal(), 7)
    return weeks * 5 + min(rest, 5)


def weekdays_between(start: date, end: date) -> int:
    """Weekdays after `start` up to and including `end`; negative when `end` lies before `start`."""
    return _count_weekdays(end) - _count_weekdays(start)


def read_notice(text: str) -> Notice:
    """A notice from JSON in the shape of holiday-cn, or from lines 「2027-01-01 元旦 休」 / 「2027-02-06～2027-02-12 春节 休」.

    Raises `NoticeError` with the line that cannot be understood.
    """
    stripped = text.strip().lstrip("\ufeff")
    if not stripped:
        raise NoticeError("empty")
    notice = _from_json(stripped) if stripped.startswith("{") else _from_lines(stripped)
    _check(notice)
    return notice


def _from_json(text: str) -> Notice:
    try:
        tree = json.loads(text)
    except json.JSONDecodeError as error:
        raise NoticeError("json", str(error.lineno)) from error
    if not isinstance(tree, dict) or not isinstance(tree.get("days"), list):
        raise NoticeError("shape", "days")
    days = tuple(_json_day(entry, place) for place, entry in enumerate(tree["days"], start=1))
    if not days:
        raise NoticeError("unannounced", text=str(tree.get("year", "")))
    year = tree.get("year")
    papers = tree.get("papers") or []
    return Notice(year if isinstance(year, int) else _main_year(days), days, str(papers[0]) if papers else "")


def _json_day(entry: Any, place: int) -> NoticeDay:
    try:
        return NoticeDay(date.fromisoformat(entry["date"]), not bool(entry["isOffDay"]), str(entry["name"])[:30])
    except (KeyError, TypeError, ValueError) as error:
        raise NoticeError("day", str(place), str(entry)[:60]) from error


_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
_LINE = re.compile(rf"^{_DATE}(?:\s*(?:[~～—–]|至|到|-{{1,2}})\s*{_DATE})?[\s,，;；|\t]+(\S+?)[\s,，;；|\t]+(\S+)$")
_REST = {"休", "放假", "休息", "假", "rest", "off"}
_WORK = {"班", "上班", "调休", "调休上班", "补班", "work"}


def _from_lines(text: str) -> Notice:
    days: list[NoticeDay] = []
    for place, raw in enumerate(text.splitlines(), start=1):
        line = unicodedata.normalize("NFKC", raw).strip()
        if line and not line.startswith("#"):
            days += _line_days(line, str(place))
    if not days:
        raise NoticeError("empty")
    return Notice(_main_year(tuple(days)), tuple(days))


def _line_days(line: str, place: str) -> list[NoticeDay]:
    match = _LINE.match(line)
    if not match:
        raise NoticeError("line", place, line[:60])
    *parts, name, word = match.groups()
    if word not in _REST | _WORK:
        raise NoticeError("word", place, word)
    first = _date(parts[:3], place, line)
    last = _date(parts[3:], place, line) if parts[3] else first
    if not first <= last <= first + timedelta(days=15):
        raise NoticeError("span", place, line[:60])
    return [NoticeDay(first + timedelta(days=n), word in _WORK, name[:30]) for n in range((last - first).days + 1)]


def _date(parts: list[str], place: str, line: str) -> date:
    try:
        return date(*map(int, parts))
    except ValueError as error:
        raise NoticeError("line", place, line[:60]) from error


def _main_year(days: tuple[NoticeDay, ...]) -> int:
    """The year a notice is about: the one most of its days lie in."""
    years = [entry.day.year for entry in days]
    return max(set(years), key=years.count)


def _check(notice: Notice) -> None:
    if notice.year not in YEARS:
        raise NoticeError("year", text=str(notice.year))
    seen: set[date] = set()
    for entry in notice.days:
        if abs((entry.day - date(notice.year, 7, 1)).days) > 220:
            raise NoticeError("far", text=entry.day.isoformat())
        if entry.day in seen:
            raise NoticeError("twice", text=entry.day.isoformat())
        seen.add(entry.day)
    if all(entry.is_workday for entry in notice.days):
        raise NoticeError("no_rest", text=str(notice.year))
