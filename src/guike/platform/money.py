"""Amounts in yuan: `Decimal` in Python, `numeric(18,2)` in the database, never float."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
DUST = Decimal("0.000001")
TEN_THOUSAND = Decimal(10000)


def round_half_up(amount: Decimal | int | str) -> Decimal:
    """To the cent, half away from zero. Float dust below a millionth is swept first: 0.124999999999 is 0.125, hence 0.13."""
    exact = Decimal(amount)
    return exact.quantize(DUST, ROUND_HALF_UP).quantize(CENT, ROUND_HALF_UP)


def yuan(amount: Decimal | int) -> str:
    """¥1,234,567.00; a minus is written − before the sign of the currency."""
    rounded = round_half_up(amount)
    return f"{'−' if rounded < 0 else ''}¥{abs(rounded):,.2f}"


def wan(amount: Decimal | int, digits: int = 1) -> str:
    """In units of ten thousand yuan (万元), without the unit: 6124000 → 612.4."""
    step = Decimal(1).scaleb(-digits)
    value = (Decimal(amount) / TEN_THOUSAND).quantize(step, ROUND_HALF_UP)
    return f"{'−' if value < 0 else ''}{abs(value):,}"
