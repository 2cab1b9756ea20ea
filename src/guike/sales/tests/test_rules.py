"""Rules of orders and returns as tables of cases."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guike.sales import rules

D = Decimal


@pytest.mark.parametrize(
    ("quantity", "price", "discount", "amount"),
    [
        ("2", "108.08", "0.4", "129.70"),
        ("1", "0.005", "0", "0.01"),
        ("3", "12.345", "0.1", "33.33"),
        ("7", "31.92", "1", "0.00"),
    ],
)
def test_line_amount_rounds_half_up_to_the_cent(quantity, price, discount, amount):
    assert rules.line_amount(D(quantity), D(price), D(discount)) == D(amount)


@pytest.mark.parametrize(
    ("current", "to", "may"),
    [
        ("draft", "confirmed", True),
        ("draft", "delivered", False),
        ("confirmed", "delivered", True),
        ("confirmed", "cancelled", True),
        ("delivered", "cancelled", False),
        ("delivered", "closed", True),
        ("closed", "confirmed", False),
        ("cancelled", "confirmed", False),
    ],
)
def test_moves(current, to, may):
    assert rules.may_move(current, to) is may


def test_every_status_has_its_moves():
    assert set(rules.MOVES) == set(rules.STATUSES)
    assert set().union(*rules.MOVES.values()) <= set(rules.STATUSES)


def test_head_takes_the_earliest_day_and_says_that_days_differ():
    head = rules.head_of([(date(2016, 5, 2), D("10.00")), (date(2016, 4, 30), D("2.50")), (date(2016, 5, 2), D("1"))])
    assert head == rules.Head(D("13.50"), date(2016, 4, 30), True)


@pytest.mark.parametrize(("amount", "may"), [("0", False), ("-1", False), ("40.00", True), ("40.01", False)])
def test_no_more_comes_back_than_was_bought(amount, may):
    assert rules.returnable(D(100), D(60), D(amount)) is may


days = st.dates(date(2020, 1, 1), date(2027, 12, 31))


@given(days, days, st.none() | days, days)
def test_what_happens_after_a_day_changes_nothing_on_it(day, confirmed, cancelled, as_of):
    later = as_of + timedelta(days=1)
    before = rules.counts_on(day, confirmed, cancelled, as_of)
    if cancelled is None or cancelled > as_of:
        assert rules.counts_on(day, confirmed, later, as_of) is before
    if day > as_of or confirmed > as_of:
        assert before is False


@given(days, days)
def test_full_years_grow_by_one_a_year(first, as_of):
    if as_of < first or (as_of.month, as_of.day) == (2, 29):
        return
    assert rules.full_years(first, as_of.replace(year=as_of.year + 1)) == rules.full_years(first, as_of) + 1
