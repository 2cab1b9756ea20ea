"""Values in the reader's words: 612.4 万元, +8.2%, 6 年, 是 (design/mock/notes: number before the judgement)."""

from collections.abc import Iterable, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.declare import Metric, ValueKind

WAN = Decimal(10000)
#: The smallest step of a kind: how far below an edge a value must lie to be in the next band.
STEPS = {ValueKind.MONEY: Decimal("0.01"), ValueKind.PERCENT: Decimal("0.01"), ValueKind.NUMBER: Decimal(1), ValueKind.DAYS: Decimal(1)}
STEPS[ValueKind.YEARS] = Decimal(1)


def figure(value: Decimal | int | float, digits: int = 2) -> str:
    """A number with thousands separators and at most `digits` decimals, no trailing zeros; minus is −."""
    rounded = Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    text = f"{abs(rounded):,}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"−{text}" if rounded < 0 else text


def amount(value: Decimal | int | float, kind: ValueKind, unit: str = "") -> str:
    """A numeric value with its unit; money from ten thousand up in 万元."""
    number = Decimal(str(value))
    if kind is ValueKind.MONEY:
        return f"{figure(number / WAN)} 万元" if abs(number) >= WAN else f"{figure(number)} 元"
    if kind is ValueKind.PERCENT:
        return f"{figure(number)}%"
    return f"{figure(number)} {unit}".strip()


def shown(metric: Metric, value: Any) -> str:
    """The value of a metric as a page prints it; — where there is none."""
    if value is None or value == "":
        return "—"
    if metric.is_numeric:
        return amount(value, metric.value, metric.unit_shown)
    if metric.value is ValueKind.FLAG:
        return _("是") if value in (True, "true", 1) else _("否")
    if metric.value is ValueKind.DATE:
        return value.isoformat() if isinstance(value, date) else str(value)
    return str(dict(metric.choices).get(value, value))


def span(metric: Metric, low: Decimal | None, high: Decimal | None) -> str:
    """A band in words: lower edge in, upper edge out. 「不足 100 万元」「100～300 万元」「500 万元以上」."""
    if low is None and high is None:
        return _("不限")
    if low is None:
        return _("不足 %(high)s") % {"high": shown(metric, high)}
    if high is None:
        return before_chinese(shown(metric, low)) + _("以上")
    first, last = shown(metric, low), shown(metric, high)
    unit = last.rpartition(" ")[2] if " " in last else ""
    return f"{first.removesuffix(unit).strip() if unit and first.endswith(f' {unit}') else first}～{last}"


def after_chinese(words: str) -> str:
    """A space between Chinese and a Latin letter or digit that follows: 升为 A 级, but 升为准客户."""
    return f" {words}" if words[:1].isascii() and words[:1].isalnum() else words


def before_chinese(words: str) -> str:
    """The same in front of Chinese: 15% 以上, but 500 万元以上."""
    return f"{words} " if words[-1:].isascii() and words[-1:] else words


def listed(metric: Metric, values: Iterable[Any]) -> str:
    """Several values of a text or flag metric."""
    return "、".join(shown(metric, value) for value in values)


def step(metric: Metric) -> Decimal:
    """The smallest step of a metric's values."""
    return STEPS.get(metric.value, Decimal(1))


def labels(choices: Iterable[tuple[str, Any]]) -> Mapping[str, str]:
    return {code: str(label) for code, label in choices}
