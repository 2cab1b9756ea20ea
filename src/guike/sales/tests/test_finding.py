"""Orders and returns in the search box, by their number (PLT-09)."""

from datetime import date
from decimal import Decimal

import pytest

from guike.platform.ui import pickers
from guike.sales.models import SalesOrder

pytestmark = pytest.mark.django_db


@pytest.fixture
def numbers(customer):
    made = ["XS20240301-0012", "XS20240302-0120", "US-2017-154620", "0012-A", "kd0012", "13800138000-1", "X13800138000Y"]
    for number in made:
        SalesOrder.objects.create(
            customer=customer, number=number, ordered_on=date(2024, 3, 1), confirmed_on=date(2024, 3, 1), amount=Decimal(0)
        )
    return made


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("0012", ["0012-A", "kd0012", "XS20240301-0012"]),  # begins so, then ends so, newer first
        ("kd0", ["kd0012"]),  # as it is spelled
        ("us-2017", ["US-2017-154620"]),
        ("154620", ["US-2017-154620"]),
        ("2024", []),  # few signs in the midst of a number mean none
        ("202403", ["XS20240302-0120", "XS20240301-0012"]),
        ("0301 - 0012", ["XS20240301-0012"]),
        ("13800138000", ["13800138000-1"]),  # a whole mobile number is somebody's: it stands in the midst of no order number
        ("1380013", ["13800138000-1", "X13800138000Y"]),
        ("12", []),  # too short
        ("XS", []),
        ("阀门", []),
    ],
)
def test_by_ends_and_long_pieces(seller, numbers, typed, found):
    assert [choice.label for choice in pickers.found(seller, "sales_order", typed)] == found


def test_words_ask_the_books_nothing(seller, numbers, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert pickers.found(seller, "sales_order", "温州恒达") == []
