from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.organisation.calendar import rules

DAYS = st.dates(date(1995, 1, 1), date(2045, 12, 31))


def walked(day: date, n: int) -> date:
    """Weekday by weekday: slow, and obviously right."""
    if n == 0:
        while day.weekday() > 4:
            day += timedelta(1)
        return day
    step = timedelta(1 if n > 0 else -1)
    for _turn in range(abs(n)):
        day += step
        while day.weekday() > 4:
            day += step
    return day


@given(DAYS, st.integers(-60, 60))
def test_weekdays_are_added_as_one_would_by_walking(day, n):
    assert rules.add_weekdays(day, n) == walked(day, n)


@given(DAYS, st.integers(0, 400))
def test_weekdays_between_are_those_passed(start, length):
    end = start + timedelta(length)
    passed = sum((start + timedelta(n)).weekday() < 5 for n in range(1, length + 1))
    assert rules.weekdays_between(start, end) == passed
    assert rules.weekdays_between(end, start) == -passed


def test_a_notice_in_lines_is_read():
    notice = rules.read_notice("2027-01-01～2027-01-03 元旦 休\n2027年2月14日，春节，班\n\n# 说明\n2027/10/1 至 2027/10/7 国庆节 放假")
    assert notice.year == 2027
    assert len(notice.days) == 11
    assert rules.NoticeDay(date(2027, 2, 14), True, "春节") in notice.days
    assert rules.NoticeDay(date(2027, 10, 7), False, "国庆节") in notice.days


def test_a_notice_as_json_keeps_its_paper():
    text = '{"year": 2027, "papers": ["https://www.gov.cn/x"], "days": [{"name": "元旦", "date": "2027-01-01", "isOffDay": true}]}'
    assert rules.read_notice(text) == rules.Notice(2027, (rules.NoticeDay(date(2027, 1, 1), False, "元旦"),), "https://www.gov.cn/x")


@pytest.mark.parametrize(
    ("text", "code", "place"),
    [
        ("", "empty", ""),
        ("# 只有说明", "empty", ""),
        ('{"year": 2027, "days": []}', "unannounced", ""),
        ('{"year": 2027}', "shape", "days"),
        ('{"year": 2027,\n "days": [', "json", "2"),
        ('{"days": [{"date": "2027-13-01", "isOffDay": true, "name": "x"}]}', "day", "1"),
        ("2027-01-01 元旦 休\n元旦放假三天", "line", "2"),
        ("2027-02-30 春节 休", "line", "1"),
        ("2027-01-01 元旦 放羊", "word", "1"),
        ("2027-01-09～2027-01-01 元旦 休", "span", "1"),
        ("2027-01-01～2027-03-01 元旦 休", "span", "1"),
        ("2027-01-01 元旦 休\n2027-01-01 元旦 班", "twice", ""),
        ("2027-01-02 元旦 班", "no_rest", ""),
        ("2041-01-01 元旦 休", "year", ""),
        ('{"year": 2027, "days": [{"date": "2025-01-01", "isOffDay": true, "name": "元旦"}]}', "far", ""),
    ],
)
def test_a_notice_that_cannot_be_read_says_where(text, code, place):
    with pytest.raises(rules.NoticeError) as refused:
        rules.read_notice(text)
    assert (refused.value.code, refused.value.place) == (code, place)
