"""Conditions and bands over plain values: the same meaning as their SQL, for examples and for 「what if」 (POL-05)."""

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from guike.engine.policies.content import Band, Characteristic, Content
from guike.engine.policies.reader import as_number

Values = Mapping[str, Any]


def comparable(value: Any) -> Any:
    """Numbers as Decimal, truth as bool, dates as dates, everything else as text."""
    if isinstance(value, bool | date) or value is None:
        return value
    number = as_number(value)
    return number if number is not None else str(value)


def _pair(value: Any, operand: Any) -> tuple[Any, Any]:
    left, right = comparable(value), comparable(operand)
    if isinstance(left, date) and not isinstance(right, date):
        right = date.fromisoformat(str(operand))
    if isinstance(left, bool) != isinstance(right, bool):
        right = str(operand).lower() == "true" if isinstance(left, bool) else right
    if type(left) is not type(right):
        return str(value), str(operand)
    return left, right


def _equal(value: Any, operand: Any) -> bool:
    left, right = _pair(value, operand)
    return left == right


def _ordered(test: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    return lambda value, operand: test(*_pair(value, operand))


#: Over a value that is there; `ne`, `not_in`, `empty`, `filled` are also asked of nothing.
TESTS: dict[str, Callable[[Any, Any], bool]] = {
    "gte": _ordered(lambda a, b: a >= b),
    "gt": _ordered(lambda a, b: a > b),
    "lte": _ordered(lambda a, b: a <= b),
    "lt": _ordered(lambda a, b: a < b),
    "eq": _equal,
    "ne": lambda value, operand: not _equal(value, operand),
    "in": lambda value, operand: any(_equal(value, one) for one in operand),
    "not_in": lambda value, operand: not any(_equal(value, one) for one in operand),
    "between": lambda value, operand: TESTS["gte"](value, operand[0]) and TESTS["lte"](value, operand[1]),
    "contains": lambda value, operand: str(operand).lower() in str(value).lower(),
    "empty": lambda value, operand: False,
    "filled": lambda value, operand: True,
}
OF_NOTHING = {"ne", "not_in", "empty"}


def leaf_holds(leaf: Mapping[str, Any], values: Values) -> bool:
    value = values.get(str(leaf["field"]))
    if value is None:
        return leaf["op"] in OF_NOTHING
    return TESTS[leaf["op"]](value, leaf.get("value"))


def holds(tree: Mapping[str, Any] | None, values: Values) -> bool:
    """Does a condition hold? Unknown values meet only `ne`, `not_in` and `empty`, as in SQL."""
    if not tree:
        return True
    if "field" in tree:
        return leaf_holds(tree, values)
    if "not" in tree:
        return not holds(tree["not"], values)
    if "any" in tree:
        return not tree["any"] or any(holds(branch, values) for branch in tree["any"])
    return all(holds(branch, values) for branch in tree["all"])


def band_of(characteristic: Characteristic, value: Any) -> int:
    """The place of the band that holds a value; −1 where there is no value or no band."""
    if value is None:
        return -1
    return next((place for place, band in enumerate(characteristic.bands) if _in(band, value)), -1)


def _in(band: Band, value: Any) -> bool:
    if band.values:
        return any(_equal(value, one) for one in band.values)
    if band.low is None and band.high is None:
        return True
    number = comparable(value)
    return (band.low is None or number >= band.low) and (band.high is None or number < band.high)


def points_of(characteristic: Characteristic, place: int) -> Decimal:
    return characteristic.missing if place < 0 else characteristic.bands[place].points


def score_of(content: Content, values: Values) -> Decimal:
    """Σ contributions, exact to 0.01."""
    return sum(
        (one.contribution(points_of(one, band_of(one, values.get(one.metric)))) for one in content.characteristics), start=Decimal("0.00")
    )


def outcome_at(content: Content, score: Decimal) -> str:
    """The best outcome whose line the score reaches."""
    return next((one.code for one in content.outcomes if one.at_least is None or score >= one.at_least), "")


def matching(content: Content, values: Values) -> list[int]:
    """The rows of a table that hold, in order."""
    return [place for place, row in enumerate(content.rows) if holds(row.when, values)]


def outcome_of(content: Content, values: Values) -> str:
    """What a scorecard, table or alert decides for these values; "" for none."""
    if content.kind == "scorecard":
        return outcome_at(content, score_of(content, values))
    rows = matching(content, values)
    if content.hit == "first":
        return content.rows[rows[0]].then if rows else ""
    found = {content.rows[place].then for place in rows}
    return "+".join(outcome.code for outcome in content.outcomes if outcome.code in found)
