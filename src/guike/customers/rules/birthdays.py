"""Birthdays by the sun and by the moon (CUS-01, CUS-09)."""

import re
from datetime import date

MONTHS = ("正", "二", "三", "四", "五", "六", "七", "八", "九", "十", "冬", "腊")
DAYS = (
    *(f"初{n}" for n in "一二三四五六七八九十"),
    *(f"十{n}" for n in "一二三四五六七八九"),
    "二十",
    *(f"廿{n}" for n in "一二三四五六七八九"),
    "三十",
)
ALIASES = {"一": 1, "十一": 11, "十二": 12}
LUNAR = re.compile(r"^(\d{1,2})[-/.月](\d{1,2})日?$")
WORDS = re.compile(r"^(?:农历)?(正|[一二三四五六七八九]|十[一二]?|冬|腊)月(.+)$")


def parse_lunar(text: str) -> str | None:
    """A lunar month and day as 「MM-DD」: from 「10-22」, 「十月廿二」 or 「农历腊月初八」. None when it is no such day."""
    text = text.strip()
    if found := LUNAR.match(text):
        month, day = int(found[1]), int(found[2])
    elif (found := WORDS.match(text)) and found[2] in DAYS:
        month = MONTHS.index(found[1]) + 1 if found[1] in MONTHS else ALIASES[found[1]]
        day = DAYS.index(found[2]) + 1
    else:
        return None
    return f"{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 30 else None


def lunar_words(stored: str) -> str:
    """「10-22」 → 十月廿二"""
    month, day = (int(part) for part in stored.split("-"))
    return f"{MONTHS[month - 1]}月{DAYS[day - 1]}"


def next_solar(birthday: date, today: date) -> date:
    """The next return of a solar birthday, today included; 29 February is kept on the 28th where there is none."""
    for year in (today.year, today.year + 1):
        try:
            again = birthday.replace(year=year)
        except ValueError:
            again = date(year, 2, 28)
        if again >= today:
            return again
    raise AssertionError("a birthday returns every year")


def next_lunar(stored: str, today: date) -> date:
    """The solar day on which a lunar birthday next falls, today included. A 30th in a month of 29 days is kept on the 29th."""
    from lunar_python import Lunar, LunarMonth

    month, day = (int(part) for part in stored.split("-"))
    for year in (today.year - 1, today.year, today.year + 1):
        length = LunarMonth.fromYm(year, month).getDayCount()
        solar = Lunar.fromYmd(year, month, min(day, length)).getSolar()
        again = date(solar.getYear(), solar.getMonth(), solar.getDay())
        if again >= today:
            return again
    raise AssertionError("a lunar birthday returns every year")
