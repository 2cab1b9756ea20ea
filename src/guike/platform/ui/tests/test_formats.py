"""What people read: amounts, days, phones."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
import time_machine

from guike.platform.ui import formats, html


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (formats.yuan(Decimal("1234567")), "¥1,234,567.00"),
        (formats.yuan(Decimal("-0.5")), "−¥0.50"),
        (formats.yuan(None), "—"),
        (formats.wan(6124000), "612.4"),
        (formats.wan(86500, 2), "8.65"),
        (formats.wan(0), "—"),
        (formats.number(Decimal("1200.50")), "1,200.5"),
        (formats.number(Decimal("1E+3")), "1,000"),
        (formats.number(-7), "−7"),
        (formats.number("abc"), "—"),
        (formats.percent(Decimal("0.824")), "82%"),
        (formats.percent(Decimal("0.824"), 1), "82.4%"),
        (formats.phone("13800138000"), "138 0013 8000"),
        (formats.phone("+86 138-0013-8000"), "138 0013 8000"),
        (formats.phone("0577-88001234"), "0577-88001234"),
        (formats.phone(""), "—"),
        (formats.masked("138 0013 8000"), "138****8000"),
    ],
)
def test_numbers_and_phones(shown, expected):
    assert shown == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (date(2026, 11, 22), "今天"),
        (date(2026, 11, 21), "昨天"),
        (date(2026, 11, 23), "明天"),
        (date(2026, 11, 11), "11 天前"),
        (date(2026, 12, 2), "10 天后"),
        (date(2022, 11, 22), "1,461 天前"),
        (datetime(2026, 11, 21, 17, 0, tzinfo=UTC), "今天"),
        (None, "—"),
    ],
)
def test_days_are_counted_in_the_companys_time_zone(value, expected):
    with time_machine.travel("2026-11-22 01:00+08:00"):
        assert formats.ago(value) == expected


def test_this_years_days_are_short():
    with time_machine.travel("2026-11-22 09:00+08:00"):
        assert formats.short_day(date(2026, 11, 13)) == "11-13"
        assert formats.short_day(date(2025, 11, 13)) == "2025-11-13"
        assert formats.day_and_note(date(2026, 11, 13)) == ("11-13", "周五")
        assert formats.day_and_note(date(2025, 11, 13)) == ("11-13", "2025")
        assert formats.moment(datetime(2026, 11, 21, 9, 20, tzinfo=UTC)) == "11-21 17:20"


@pytest.mark.parametrize(
    ("outcome", "rank", "tone"),
    [("A", None, "solid"), ("VIP", None, "solid"), ("一级", None, "solid"), ("B", None, "outlined"), ("H", None, "outlined"), ("C", None, "grey"),
     ("C", 1, "solid"), ("A", 3, "grey")],
)  # fmt: skip
def test_the_seal_of_an_outcome(outcome, rank, tone):
    drawn = html.seal(outcome, rank=rank)
    assert f"gk-seal-{tone}" in drawn
    assert f">{outcome}<" in drawn


def test_a_seal_escapes_its_outcome():
    assert "<b>" not in html.seal("<b>")
    assert "gk-seal-none" in html.seal(None)


def test_dots_join_only_what_is_there():
    joined = html.dots(["经销商", "", None, "<i>"])
    assert joined.count("gk-dot") == 1
    assert joined.endswith("&lt;i&gt;")
