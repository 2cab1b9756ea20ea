from decimal import Decimal

import pytest

from guike.platform import money


@pytest.mark.parametrize(
    ("amount", "rounded"),
    [
        ("129.696", "129.70"),
        ("0.005", "0.01"),
        ("-0.005", "-0.01"),
        ("125.43999999999998", "125.44"),
        ("0.12499999999", "0.13"),
        ("2.675", "2.68"),
        ("3", "3.00"),
    ],
)
def test_rounds_half_up_after_sweeping_float_dust(amount, rounded):
    assert money.round_half_up(amount) == Decimal(rounded)


@pytest.mark.parametrize(("amount", "text"), [("1234567", "¥1,234,567.00"), ("-86500.5", "−¥86,500.50"), ("0", "¥0.00")])
def test_yuan_reads_as_printed(amount, text):
    assert money.yuan(Decimal(amount)) == text


@pytest.mark.parametrize(("amount", "text"), [("6124000", "612.4"), ("146825000", "14,682.5"), ("-30000", "−3.0"), ("0", "0.0")])
def test_wan_reads_in_ten_thousands(amount, text):
    assert money.wan(Decimal(amount)) == text
