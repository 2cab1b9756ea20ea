"""Days and moments in the shapes people type them. Business time is Asia/Shanghai; a moment without a zone is meant there."""

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from guike.platform.sheets.problems import CellProblem, gettext_noop
from guike.platform.sheets.values.base import Parser, as_text, half_width
from guike.platform.sheets.values.texts import NOTHING

SHANGHAI = ZoneInfo("Asia/Shanghai")
#: Excel counts days from here; the year 1900 that it takes for a leap year lies before every date we accept by number.
SERIAL_ZERO = date(1899, 12, 30)
SERIALS = range(10_000, 80_000)
EARLIEST, LATEST = 1900, 2100

_YMD = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*(?:日|号)?")
_COMPACT = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})(?=$|\D|\d{6}$)")
_XY_YEAR = re.compile(r"(\d{1,2})\s*([-/.])\s*(\d{1,2})\s*\2\s*(\d{4})")
_SHORT_YEAR = re.compile(r"(\d{2})年(\d{1,2})月(\d{1,2})(?:日|号)")
_NAMED = re.compile(r"(?:(\d{1,2})[-\s]([A-Za-z]{3,9})\.?|([A-Za-z]{3,9})\.?\s(\d{1,2}))[-,\s]+(\d{4})")
_CLOCK = re.compile(
    r"\s*(?:T|，|,|星期.|周.)?\s*(上午|下午|中午|晚上|凌晨|早上|AM|PM)?\s*(\d{1,2})[:：时点](\d{1,2})?(?:[:：分](\d{1,2})?(?:\.\d+)?)?秒?\s*(AM|PM|am|pm)?\s*"
    r"(Z|[+-]\d{2}:?\d{2})?"
)
_COMPACT_CLOCK = re.compile(r"(\d{2})(\d{2})(\d{2})")
_MONTHS = {
    name: number for number, name in enumerate(["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], 1)
}
_AFTERNOON = {"下午", "晚上", "PM", "pm"}


def _unclear(text: str) -> CellProblem:
    return CellProblem(gettext_noop("「%(value)s」不是日期，写成 2026-11-22 这样"), value=text[:40])


class Day(Parser):
    """A calendar day. `day_first` settles 05-06-2018; left open, the column itself is asked, and refused when it cannot tell."""

    word = gettext_noop("日期")
    number_format = "yyyy-mm-dd"
    width = 12

    def __init__(self, *, day_first: bool | None = None):
        self.fixed = self.day_first = day_first

    def __call__(self, cell: Any) -> date | None:
        if type(cell) is date:
            return self._within(cell)
        moment = self.read(cell)
        return self._within(moment.date()) if moment else None

    def learn(self, cells: Sequence[Any]) -> None:
        """One 26-02-2018 in the column tells that the day comes first in all of it; one 02-26-2018 that the month does."""
        if self.fixed is not None:
            return
        pairs = [_XY_YEAR.match(half_width(cell)) for cell in cells if type(cell) is str]
        firsts = [int(pair[1]) > 12 for pair in pairs if pair]
        seconds = [int(pair[3]) > 12 for pair in pairs if pair]
        self.day_first = True if any(firsts) and not any(seconds) else False if any(seconds) and not any(firsts) else None

    def read(self, cell: Any) -> datetime | None:
        """The cell as a moment without zone (midnight when no clock is given), or None for "nothing"."""
        if isinstance(cell, datetime):
            return cell
        if isinstance(cell, date):
            return datetime.combine(cell, time())
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            return self._number(cell)
        if isinstance(cell, str):
            text = half_width(cell)
            return None if text in NOTHING or text in {"0000-00-00", "0"} else self._text(text)
        raise _unclear(as_text(cell))

    def _number(self, cell: float) -> datetime:
        if float(cell).is_integer() and 19_000_101 <= cell <= 21_001_231:
            return self._text(str(int(cell)))
        if int(cell) not in SERIALS:
            raise _unclear(as_text(cell))
        whole = int(cell)
        seconds = round((cell - whole) * 86_400)
        return datetime.combine(SERIAL_ZERO + timedelta(days=whole), time()) + timedelta(seconds=seconds)

    def _text(self, text: str) -> datetime:
        if re.fullmatch(r"\d{5}(\.\d+)?", text):
            return self._number(float(text))
        day, rest = self._day(text)
        return _with_clock(day, rest, text)

    def _day(self, text: str) -> tuple[date, str]:
        """The day at the start of the text and what follows it."""
        if found := _YMD.match(text) or _COMPACT.match(text):
            return _date(int(found[1]), int(found[2]), int(found[3]), text), text[found.end() :]
        if found := _SHORT_YEAR.match(text):
            year = int(found[1])
            return _date(year + (2000 if year < 60 else 1900), int(found[2]), int(found[3]), text), text[found.end() :]
        if found := _XY_YEAR.match(text):
            return self._day_or_month_first(found, text), text[found.end() :]
        if found := _NAMED.match(text):
            month = _MONTHS.get((found[2] or found[3])[:3].lower())
            if month:
                return _date(int(found[5]), month, int(found[1] or found[4]), text), text[found.end() :]
        raise _unclear(text)

    def _day_or_month_first(self, found: re.Match, text: str) -> date:
        first, second, year = int(found[1]), int(found[3]), int(found[4])
        day_first = True if first > 12 else False if second > 12 else first == second or self.day_first
        if day_first is None:
            raise CellProblem(gettext_noop("「%(value)s」分不清日和月，写成 2026-11-22 这样"), value=text[:40])
        return _date(year, second, first, text) if day_first else _date(year, first, second, text)

    def _within(self, day: date) -> date:
        if not EARLIEST <= day.year < LATEST:
            raise CellProblem(gettext_noop("年份 %(year)s 不在 1900～2099 年之间"), year=day.year)
        return day


class Moment(Day):
    """A day with a clock, in Asia/Shanghai unless the text names a zone; without a clock it is midnight."""

    word = gettext_noop("日期时间")
    number_format = "yyyy-mm-dd hh:mm:ss"
    width = 20

    def __call__(self, cell: Any) -> datetime | None:  # type: ignore[override]
        moment = self.read(cell)
        if moment is None:
            return None
        self._within(moment.date())
        return moment.replace(tzinfo=SHANGHAI) if moment.tzinfo is None else moment.astimezone(SHANGHAI)

    def show(self, value: Any) -> Any:
        return value.astimezone(SHANGHAI).replace(tzinfo=None) if isinstance(value, datetime) and value.tzinfo else value


def _date(year: int, month: int, day: int, text: str) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise CellProblem(gettext_noop("没有「%(value)s」这一天"), value=text[:40]) from None


def _with_clock(day: date, rest: str, text: str) -> datetime:
    """Add the clock that follows the day; what is neither clock nor blank makes the cell unclear."""
    if not rest.strip() or re.fullmatch(r"\s*(?:星期.|周.|\((?:星期|周).\))\s*", rest):
        return datetime.combine(day, time())
    if found := _COMPACT_CLOCK.fullmatch(rest):
        return _moment(day, [int(part) for part in found.groups()], text)
    found = _CLOCK.fullmatch(rest)
    if not found:
        raise _unclear(text)
    hour, minute, second = (int(part or 0) for part in found.group(2, 3, 4))
    if (found[1] in _AFTERNOON or found[5] in _AFTERNOON) and hour < 12:
        hour += 12
    moment = _moment(day, [hour, minute, second], text)
    return moment.replace(tzinfo=_zone(found[6])) if found[6] else moment


def _moment(day: date, clock: Sequence[int], text: str) -> datetime:
    hour, minute, second = clock
    if hour == 24 and minute == second == 0:
        return datetime.combine(day + timedelta(days=1), time())
    try:
        return datetime.combine(day, time(hour, minute, second))
    except ValueError:
        raise _unclear(text) from None


def _zone(text: str) -> Any:
    return datetime.fromisoformat(f"2000-01-01T00:00:00{'+00:00' if text == 'Z' else text}").tzinfo
