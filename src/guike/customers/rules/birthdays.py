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
LEAP = "闰"
#: What `parse_lunar` gives, or nothing: the only shape in which a lunar birthday may lie in the database.
STORED_LUNAR = rf"^({LEAP}?(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|30))?$"
LUNAR = re.compile(r"^(\d{1,2})[-/.月](\d{1,2})日?$")
WORDS = re.compile(r"^(正|[一二三四五六七八九]|十[一二]?|冬|腊)月(.+)$")


def parse_lunar(text: str) -> str | None:
    """A lunar month and day as 「MM-DD」, in a leap month 「闰MM-DD」: from 「10-22」, 「十月廿二」, 「农历腊月初八」 or 「闰六月初八」.

    None when it is no such day (CUS-09).
    """
    text = text.strip().removeprefix("农历")
    leap = LEAP if text.startswith(LEAP) else ""
    text = text.removeprefix(LEAP)
    if found := LUNAR.match(text):
        month, day = int(found[1]), int(found[2])
    elif (found := WORDS.match(text)) and found[2] in DAYS:
        month = MONTHS.index(found[1]) + 1 if found[1] in MONTHS else ALIASES[found[1]]
        day = DAYS.index(found[2]) + 1
    else:
        return None
    return f"{leap}{month:02}-{day:02}" if 1 <= month <= 12 and 1 <= day <= 30 else None


def lunar_words(stored: str) -> str:
    """「10-22」 → 十月廿二, 「闰06-08」 → 闰六月初八"""
    leap, month, day = _parts(stored)
    return f"{LEAP if leap else ''}{MONTHS[month - 1]}月{DAYS[day - 1]}"


def _parts(stored: str) -> tuple[bool, int, int]:
    month, day = (int(part) for part in stored.removeprefix(LEAP).split("-"))
    return stored.startswith(LEAP), month, day


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
    """The solar day on which a lunar birthday next falls, today included (CUS-09).

    A 30th in a month of 29 days is kept on the 29th. A day of a leap month is kept in the leap month in the years that have it and in
    the plain month of that number in all others; a day of the plain month is never repeated in the leap one: once a year.
    """
    from lunar_python import Lunar, LunarMonth

    leap, number, day = _parts(stored)
    for year in (today.year - 1, today.year, today.year + 1):
        month = LunarMonth.fromYm(year, -number) if leap else None
        month = month or LunarMonth.fromYm(year, number)
        solar = Lunar.fromYmd(year, month.getMonth(), min(day, month.getDayCount())).getSolar()
        again = date(solar.getYear(), solar.getMonth(), solar.getDay())
        if again >= today:
            return again
    raise AssertionError("a lunar birthday returns every year")
