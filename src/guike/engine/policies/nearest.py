"""What would change the outcome: the smallest single changes, found by deciding again with one value moved (POL-05)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.declare import Metric, ValueKind
from guike.engine.metrics.show import after_chinese, amount, figure, listed, shown, span, step
from guike.engine.policies import match
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.content import Band, Characteristic, Content
from guike.engine.policies.words import input_label, input_value
from guike.platform.conditions.tree import leaves

PER_DIRECTION = 3


@dataclass(frozen=True)
class Move:
    """One value moved and what comes of it. `direction`: up (better outcome), down (worse), same (more points, same outcome)."""

    metric: str
    label: str
    now: Any
    then: Any
    outcome: str
    direction: str
    score: Decimal | None
    text: str
    detail: str
    distance: tuple[int, Decimal] = (0, Decimal(0))


def nearest(content: Content, values: Mapping[str, Any], catalogue: Catalogue) -> tuple[Move, ...]:
    """Smallest moves first, at most three up and three down; where nothing leads up, the best single gain in points."""
    candidates = _card_moves(content, values, catalogue) if content.kind == "scorecard" else _table_moves(content, values, catalogue)
    found = list(candidates)
    best: dict[tuple[str, str], Move] = {}
    for move in sorted((one for one in found if one.direction != "same"), key=lambda one: one.distance):
        best.setdefault((move.metric, move.direction), move)
    up = [move for move in best.values() if move.direction == "up"][:PER_DIRECTION]
    down = [move for move in best.values() if move.direction == "down"][:PER_DIRECTION]
    gains = [move for move in found if move.direction == "same" and move.score is not None and move.score > match.score_of(content, values)]
    gain = [] if up or not gains else [max(gains, key=lambda one: (one.score or 0, -one.distance[0]))]
    return (*up, *down, *gain)


def _direction(content: Content, before: str, after: str) -> str:
    if before == after:
        return "same"
    return "up" if _standing(content, after) < _standing(content, before) else "down"


def _standing(content: Content, outcome: str) -> tuple[int, int, list[int]]:
    """The better the smaller: by the best of several outcomes at once, then by how many they are, then by the others."""
    parts = outcome.split("+")
    return content.rank(outcome), -len(parts), [content.rank(part) for part in parts]


# --- scorecards -----------------------------------------------------------------------------------------------------------


def _card_moves(content: Content, values: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Move]:
    score = match.score_of(content, values)
    before = match.outcome_at(content, score)
    for one in content.characteristics:
        metric = catalogue.metric(one.metric)
        if metric is None:
            continue
        now = values.get(one.metric)
        place = match.band_of(one, now)
        own = one.contribution(match.points_of(one, place))
        for other, band in enumerate(one.bands):
            if other == place:
                continue
            total = score - own + one.contribution(band.points)
            then = _value_in(one, band, now, metric)
            if metric.value is ValueKind.YEARS and now is not None and then < now:
                continue  # years of cooperation do not shrink
            direction = _direction(content, before, match.outcome_at(content, total))
            yield _card_move(content, one, metric, (now, then), band, total, direction, _bands_between(one, place, other))


def _bands_between(one: Characteristic, place: int, other: int) -> int:
    if place < 0 or one.bands[place].values or one.bands[other].values:
        return 1
    order = sorted(range(len(one.bands)), key=lambda at: one.bands[at].floor)
    return abs(order.index(place) - order.index(other))


def _value_in(one: Characteristic, band: Band, now: Any, metric: Metric) -> Any:
    """The value of the band that lies nearest to the present one; None where any will do, or any of several that no other band names."""
    if band.values:
        return band.values[0]
    if not metric.is_numeric:
        named = {value for other in one.bands for value in other.values}
        known = [True, False] if metric.value is ValueKind.FLAG else [code for code, _label in metric.choices]
        left = [value for value in known if value not in named]
        return left[0] if len(left) == 1 else None
    number = Decimal(str(now)) if now is not None else None
    if band.low is not None and (number is None or number < band.low or band.high is None):
        return band.low
    if band.high is None:
        return number
    below = band.high - step(metric)
    return below if band.low is None or below >= band.low else band.low


def _card_move(
    content: Content, one: Characteristic, metric: Metric, ends: tuple[Any, Any], band: Band, total: Decimal, direction: str, apart: int
) -> Move:
    now, then = ends
    outcome = match.outcome_at(content, total)
    words = span(metric, band.low, band.high) if metric.is_numeric else listed(metric, band.values) or _("其他")
    return Move(
        metric=one.metric,
        label=one.label,
        now=now,
        then=then,
        outcome=outcome,
        direction=direction,
        score=total,
        text=_told(one.label, _change(metric, now, then), _result(content, direction, outcome)),
        detail=_("到「%(band)s」，总分 %(total)s") % {"band": band.label or words, "total": figure(total)},
        distance=(apart, _relative(now, then)),
    )


def _relative(now: Any, then: Any) -> Decimal:
    """How far a move is against the size of its value; moves of unlike metrics are ranked by it."""
    first, last = match.comparable(now), match.comparable(then)
    if not isinstance(first, Decimal) or not isinstance(last, Decimal):
        return Decimal(1)
    return abs(last - first) / max(abs(first), abs(last), Decimal(1))


def _told(label: str, change: str, result: str) -> str:
    """采购额再少 112.4 万元，降为 B 级"""
    return _("%(label)s%(change)s，%(result)s") % {"label": label, "change": change, "result": result}


def _result(content: Content, direction: str, outcome: str) -> str:
    words = after_chinese(content.label(outcome))
    if content.hit == "collect":
        return _("变为%(o)s") % {"o": words}
    return {"up": _("升为%(o)s"), "down": _("降为%(o)s"), "same": _("仍为%(o)s")}[direction] % {"o": words}


def _change(metric: Metric, now: Any, then: Any) -> str:
    if then is None:
        return _("有了数值") if metric.is_numeric else _("为其他")
    if now is None or not metric.is_numeric:
        return _("为%(value)s") % {"value": after_chinese(shown(metric, then))}
    gap = Decimal(str(then)) - Decimal(str(now))
    size = f"{figure(abs(gap))} 个百分点" if metric.value is ValueKind.PERCENT else amount(abs(gap), metric.value, metric.unit_shown)
    return (_("再多 %(size)s") if gap > 0 else _("再少 %(size)s")) % {"size": size}


# --- tables ---------------------------------------------------------------------------------------------------------------


def _table_moves(content: Content, values: Mapping[str, Any], catalogue: Catalogue) -> Iterator[Move]:
    before = match.outcome_of(content, values)
    for code, candidates in _edges(content, catalogue).items():
        for then in candidates:
            if match.comparable(then) == match.comparable(values.get(code)):
                continue
            after = match.outcome_of(content, {**values, code: then})
            if after != before:
                yield _table_move(content, code, values.get(code), then, _direction(content, before, after), after, catalogue)


def _table_move(content: Content, code: str, now: Any, then: Any, direction: str, after: str, catalogue: Catalogue) -> Move:
    label, metric = input_label(code, catalogue), catalogue.metric(code)
    change = _change(metric, now, then) if metric else _("为%(value)s") % {"value": after_chinese(input_value(code, then, catalogue))}
    text = _told(label, change, _result(content, direction, after))
    detail = _reached(code, then, metric, catalogue)
    return Move(code, label, now, then, after, direction, None, text, detail, (1, _relative(now, then)))


def _reached(code: str, then: Any, metric: Metric | None, catalogue: Catalogue) -> str:
    """Just below an edge it is the edge that is told: 99,999.99 would read as 「10 万元」."""
    if metric is not None and metric.is_numeric and then % 1 and not (edge := then + step(metric)) % 1:
        return _("到「%(value)s」") % {"value": span(metric, None, edge)}
    return _("到 %(value)s") % {"value": input_value(code, then, catalogue)}


def _edges(content: Content, catalogue: Catalogue) -> dict[str, list[Any]]:
    """Values just inside and just outside of every condition, per input."""
    found: dict[str, list[Any]] = {}
    for row in content.rows:
        for leaf in leaves(row.when):
            code = str(leaf["field"])
            found.setdefault(code, []).extend(_leaf_edges(leaf, catalogue.metric(code)))
    return found


def _leaf_edges(leaf: Mapping[str, Any], metric: Metric | None) -> list[Any]:
    value = leaf.get("value")
    if metric is not None and metric.value is ValueKind.FLAG:
        return [True, False]
    if metric is None or not metric.is_numeric:
        return [one for one in (value if isinstance(value, list) else [value]) if one is not None]
    ends: list[Any] = [match.comparable(one) for one in (value if isinstance(value, list) else [value])]
    around: Callable[[Decimal], list[Decimal]] = lambda end: [end - step(metric), end, end + step(metric)]  # noqa: E731
    return [near for end in ends if isinstance(end, Decimal) for near in around(end)]
