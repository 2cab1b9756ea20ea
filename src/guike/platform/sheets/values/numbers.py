"""Whole numbers, amounts and shares. Amounts come out as `Decimal`, rounded half-up, with Excel's float dust swept."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from guike.platform.sheets.problems import CellProblem, gettext_noop
from guike.platform.sheets.values.base import Parser, as_text, half_width
from guike.platform.sheets.values.texts import NOTHING

SCALES = {"亿": Decimal(10**8), "千万": Decimal(10**7), "百万": Decimal(10**6), "万": Decimal(10**4), "千": Decimal(10**3)}
_NUMBER = re.compile(
    r"(?P<open>\()?(?P<sign>[-+−–]?)(?:人民币|RMB|CNY|[¥$])?(?P<inner>[-−–]?)(?P<digits>\d[\d,']*(?:\.\d*)?|\.\d+)(?P<power>[eE][-+]?\d{1,3})?"
    r"(?P<scale>亿|千万|百万|万|千)?(?P<unit>%|元整|元|[^\W\d_]{1,4})?(?(open)\))"
)


def exact(cell: Any) -> Decimal:
    """The number a person meant: a float to 15 significant digits (125.43999999999998 is 125.44), text with ¥ , 万 understood."""
    if isinstance(cell, bool):
        raise CellProblem(gettext_noop("「%(value)s」不是数字"), value=as_text(cell))
    if isinstance(cell, int):
        return Decimal(cell)
    if isinstance(cell, float):
        return Decimal(format(cell, ".15g"))
    number, unit = _read(as_text(cell))
    if unit == "%":
        return number / 100
    return number


def _read(text: str) -> tuple[Decimal, str]:
    compact = re.sub(r"\s", "", half_width(text))
    found = _NUMBER.fullmatch(compact)
    if not found:
        raise CellProblem(gettext_noop("「%(value)s」不是数字"), value=text[:40])
    try:
        number = Decimal(found["digits"].replace(",", "").replace("'", "") + (found["power"] or ""))
    except InvalidOperation:
        raise CellProblem(gettext_noop("「%(value)s」不是数字"), value=text[:40]) from None
    number *= SCALES.get(found["scale"] or "", Decimal(1))
    negative = bool(found["open"]) != (found["sign"] in {"-", "−", "–"} or found["inner"] != "")
    return (-number if negative else number), found["unit"] or ""


class Number(Parser):
    """A decimal with `places` digits after the point, half-up. `low` and `high` are included in what is allowed."""

    word = gettext_noop("数字")

    def __init__(self, places: int = 2, *, low: Decimal | int | None = None, high: Decimal | int | None = None, digits: int = 18):
        self.places = places
        self.low, self.high, self.digits = low, high, digits
        self.step = Decimal(1).scaleb(-places)
        self.number_format = "0" if places == 0 else "0." + "0" * places

    def __call__(self, cell: Any) -> Decimal | None:
        if type(cell) is str and cell in NOTHING:
            return None
        number = exact(cell)
        if not number.is_finite() or number.adjusted() >= self.digits - self.places:
            raise CellProblem(gettext_noop("数字太大，整数部分最多 %(digits)s 位"), digits=self.digits - self.places)
        return self.within(number.quantize(self.step, ROUND_HALF_UP))

    def within(self, number: Decimal) -> Decimal:
        """The number itself, refused outside the limits."""
        if self.low is not None and number < self.low:
            raise CellProblem(gettext_noop("%(value)s 小于下限 %(limit)s"), value=number, limit=self.low)
        if self.high is not None and number > self.high:
            raise CellProblem(gettext_noop("%(value)s 大于上限 %(limit)s"), value=number, limit=self.high)
        return number


class Money(Number):
    """An amount in yuan to the cent. 「1.2万」 is 12,000.00; 「¥1,234.5」 is 1,234.50; (300) is −300."""

    word = gettext_noop("金额")

    def __init__(self, *, low: Decimal | int | None = None, high: Decimal | int | None = None):
        super().__init__(2, low=low, high=high)
        self.number_format = "#,##0.00"


class Integer(Number):
    """A whole number; 12.0 is 12, 12.5 is refused."""

    word = gettext_noop("整数")

    def __init__(self, *, low: int | None = None, high: int | None = None):
        super().__init__(0, low=low, high=high)

    def __call__(self, cell: Any) -> int | None:  # type: ignore[override]
        if type(cell) is str and cell in NOTHING:
            return None
        number = exact(cell)
        if not number.is_finite() or number != number.to_integral_value():
            raise CellProblem(gettext_noop("%(value)s 不是整数"), value=as_text(cell))
        if abs(number) >= 2**31 and self.high is None:
            raise CellProblem(gettext_noop("数字太大，整数部分最多 %(digits)s 位"), digits=9)
        return int(self.within(number))


class Percent(Number):
    """A share as a fraction: 12 % is 0.12. A bare number above 1 is taken as percent points, up to 1 as a fraction."""

    word = gettext_noop("百分比")

    def __init__(self, places: int = 4, *, low: Decimal | int | None = None, high: Decimal | int | None = None, points: bool = False):
        super().__init__(places, low=low, high=high)
        self.points = points
        self.number_format = "0." + "0" * max(places - 2, 0) + "%" if places > 2 else "0%"

    def __call__(self, cell: Any) -> Decimal | None:
        if type(cell) is str and (cell in NOTHING or half_width(cell).endswith("%")):
            return super().__call__(cell)
        number = exact(cell)
        return super().__call__(str(number / 100 if self.points or abs(number) > 1 else number))
