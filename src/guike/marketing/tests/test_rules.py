"""Who gets a find, and shares (CUS-08)."""

import doctest
from datetime import date

import pytest

from guike.marketing import rules
from guike.marketing.views.report import starts_on

WAYS = [
    rules.Way(1, regions=("温州", "台州市"), product_lines=("gate",)),
    rules.Way(2, regions=("浙江省",), sources=("trade_event", "web")),
    rules.Way(3, product_lines=("gate",)),
]


@pytest.mark.parametrize(
    ("province", "city", "line", "source", "key"),
    [
        ("浙江省", "温州市", "gate", "", 1),
        ("浙江", "台州", "gate", "web", 1),
        ("浙江省", "温州市", "", "web", 2),
        ("浙江省", "温州市", "", "referral", None),
        ("江苏省", "苏州市", "gate", "web", 3),
        ("", "", "", "", None),
        ("", "温州", "gate", "", 1),
    ],
)
def test_the_first_way_that_fits(province, city, line, source, key):
    way = rules.way_for(WAYS, province=province, city=city, product_line=line, source=source)
    assert (way.key if way else None) == key


@pytest.mark.parametrize(("state", "reachable"), [("new", {"sent", "dropped"}), ("accepted", {"returned"}), ("dropped", set())])
def test_moves(state, reachable):
    assert {one for one in rules.MOVES if rules.may_become(state, one)} == reachable


@pytest.mark.parametrize(
    ("period", "today", "start"),
    [
        ("month", date(2026, 11, 25), date(2026, 11, 1)),
        ("quarter", date(2026, 3, 1), date(2026, 1, 1)),
        ("year", date(2026, 11, 25), date(2026, 1, 1)),
        ("12m", date(2026, 11, 25), date(2025, 12, 1)),
        ("12m", date(2026, 12, 31), date(2026, 1, 1)),
    ],
)
def test_periods(period, today, start):
    assert starts_on(period, today) == start


def test_the_examples_in_the_docstrings():
    assert doctest.testmod(rules).failed == 0 and doctest.testmod(rules).attempted > 5
