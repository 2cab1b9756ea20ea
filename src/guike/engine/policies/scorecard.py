"""Scorecards (评分卡): weighted characteristics with bands, a total, a grade (POL-02; terms as in PMML)."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.declare import Metric, ValueKind
from guike.engine.metrics.show import figure, shown, span
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.content import Band, Characteristic, Outcome
from guike.engine.policies.reader import Reader

HUNDRED = Decimal(100)


def read_outcomes(reader: Reader, *, scored: bool) -> tuple[Outcome, ...]:
    """The outcomes from best to worst; those of a scorecard with the score they begin at."""
    found: list[Outcome] = []
    for place, item in enumerate(reader.children("outcomes", required=True)):
        outcome = _outcome(item, place, scored)
        if "+" in outcome.code or any(outcome.code == other.code for other in found):
            item.problem(_("等级代码「%(code)s」重复或含 +") % {"code": outcome.code}, "code")
        found.append(outcome)
    if scored and found:
        _check_lines(reader, found)
    return tuple(found)


def _outcome(item: Reader, place: int, scored: bool) -> Outcome:
    code = item.text("code", required=True, limit=40)
    outcome = Outcome(
        code=code,
        label=item.text("label", default=code, limit=40),
        rank=place,
        strategy=item.text("strategy", limit=1000),
        note=item.text("note", limit=1000),
        at_least=item.number("from", low=0, high=100) if scored else None,
    )
    item.done()
    return outcome


def _check_lines(reader: Reader, outcomes: Sequence[Outcome]) -> None:
    """Lines must fall from best to worst; only the lowest has none."""
    for place, (better, worse) in enumerate(zip(outcomes, [*outcomes[1:], None], strict=True)):
        where = f"outcomes.{place}.from"
        if worse is None:
            if better.at_least is not None:
                reader.problem(_("最低的「%(label)s」不写 from，接住其余所有分数") % {"label": better.label}, where)
        elif better.at_least is None:
            reader.problem(_("「%(label)s」缺少起始分 from") % {"label": better.label}, f"outcomes.{place}")
        elif worse.at_least is not None and worse.at_least >= better.at_least:
            names = {"better": better.label, "worse": worse.label, "a": figure(better.at_least), "b": figure(worse.at_least)}
            reader.problem(_("分数线要从高到低：「%(better)s」%(a)s 分，下一级「%(worse)s」%(b)s 分") % names, where)


def read_characteristics(reader: Reader, catalogue: Catalogue, subject: str) -> tuple[Characteristic, ...]:
    """The characteristics; their weights must make 100 %."""
    items = reader.children("characteristics", required=True)
    found = [_characteristic(item, catalogue, subject) for item in items]
    seen: set[str] = set()
    for item, one in zip(items, found, strict=True):
        if one.metric in seen:
            item.problem(_("指标 %(metric)s 用了两次，合成一项") % {"metric": one.metric}, "metric")
        seen.add(one.metric)
    _check_weights(reader, found)
    return tuple(found)


def _check_weights(reader: Reader, found: Sequence[Characteristic]) -> None:
    total = sum((one.weight for one in found), Decimal(0))
    if found and total < HUNDRED:
        reader.problem(
            _("权重合计 %(total)s%%，还差 %(gap)s%%") % {"total": figure(total), "gap": figure(HUNDRED - total)}, "characteristics"
        )
    if total > HUNDRED:
        reader.problem(
            _("权重合计 %(total)s%%，多出 %(gap)s%%") % {"total": figure(total), "gap": figure(total - HUNDRED)}, "characteristics"
        )


def read_metric(item: Reader, key: str, catalogue: Catalogue, subject: str) -> Metric | None:
    """The metric that a key names, if it is known and measures this subject."""
    code = item.text(key, required=True, limit=60)
    metric = catalogue.metric(code)
    if code and metric is None:
        item.problem(_("没有指标 %(code)s%(hint)s") % {"code": code, "hint": catalogue.suggestion(code)}, key)
    elif metric is not None and metric.subject != subject:
        item.problem(_("指标 %(code)s 不是这类对象的指标") % {"code": code}, key)
    return metric


def _characteristic(item: Reader, catalogue: Catalogue, subject: str) -> Characteristic:
    metric = read_metric(item, "metric", catalogue, subject)
    bands = tuple(_band(band) for band in item.children("bands", required=True))
    if metric is not None and bands:
        bands = _chained(item, metric, bands) if metric.is_numeric else _named(item, metric, bands)
    found = Characteristic(
        metric=item.text("metric"),
        weight=item.number("weight", low=0, high=100, required=True) or Decimal(0),
        bands=bands,
        missing=item.number("missing", low=0, high=100) or Decimal(0),
        label=item.text("label", default=str(metric.label) if metric else "", limit=40),
    )
    if found.weight != round(found.weight, 2):
        item.problem(_("权重最多两位小数"), "weight")
    item.done()
    return found


def _band(item: Reader) -> Band:
    values = item.raw("values", [])
    band = Band(
        points=item.number("points", low=0, high=100, required=True) or Decimal(0),
        low=item.number("from"),
        high=item.number("to"),
        values=tuple(values) if isinstance(values, list) else (values,),
        label=item.text("label", limit=40),
    )
    item.done()
    return band


def _chained(item: Reader, metric: Metric, bands: Sequence[Band]) -> tuple[Band, ...]:
    """Numeric bands in a row without gap or overlap, open at both ends; a missing edge is taken from the neighbour."""
    for place, band in enumerate(bands):
        if band.values:
            item.problem(_("「%(label)s」是数值，分档写 from、to") % {"label": metric.label}, f"bands.{place}")
            return tuple(bands)
    order = sorted(range(len(bands)), key=lambda place: _first_to_last(bands[place]))
    closed = _closed([bands[place] for place in order])
    for place, lower, higher in zip(order, closed, [*closed[1:], None], strict=True):
        message = _edge_fault(metric, lower, higher)
        if message:
            item.problem(message, f"bands.{place}")
    if closed[0].low is not None:
        item.problem(_("不足 %(low)s 没有档：最低一档不写 from") % {"low": shown(metric, closed[0].low)}, f"bands.{order[0]}")
    by_place = dict(zip(order, closed, strict=True))
    return tuple(by_place[place] for place in range(len(bands)))


def _first_to_last(band: Band) -> tuple[Decimal, Decimal]:
    """Bands by their lower edges, those that name none first; among these by their upper ones, as people who write only `to` mean it."""
    return band.floor, Decimal("Infinity") if band.high is None else band.high


def _closed(ordered: list[Band]) -> list[Band]:
    """Edges that one neighbour left out."""
    lows = [band.low if band.low is not None or place == 0 else ordered[place - 1].high for place, band in enumerate(ordered)]
    return [
        Band(band.points, low, band.high if band.high is not None or place + 1 == len(ordered) else lows[place + 1], (), band.label)
        for place, (band, low) in enumerate(zip(ordered, lows, strict=True))
    ]


def _edge_fault(metric: Metric, lower: Band, higher: Band | None) -> str:
    if lower.low is not None and lower.high is not None and lower.high <= lower.low:
        return _("分档「%(band)s」的上限不大于下限") % {"band": span(metric, lower.low, lower.high)}
    if higher is None:
        if lower.high is not None:
            return _("%(high)s没有档：最高一档不写 to") % {"high": span(metric, lower.high, None)}
        return ""
    if lower.high is None or higher.low is None:
        return _("有两档都没有边界，写明 from 或 to")
    if lower.high < higher.low:
        return _("%(gap)s 之间没有档") % {"gap": span(metric, lower.high, higher.low)}
    if lower.high > higher.low:
        names = {"a": span(metric, lower.low, lower.high), "b": span(metric, higher.low, higher.high)}
        return _("「%(a)s」和「%(b)s」两档重叠") % names
    return ""


def _named(item: Reader, metric: Metric, bands: Sequence[Band]) -> tuple[Band, ...]:
    """Bands of a text or flag metric name values; a band without values takes all others and stands last."""
    known: set[Any] | None = {code for code, _label in metric.choices} or ({True, False} if metric.value is ValueKind.FLAG else None)
    seen: list = []
    for place, band in enumerate(bands):
        if band.low is not None or band.high is not None:
            item.problem(_("「%(label)s」不是数值，分档写 values") % {"label": metric.label}, f"bands.{place}")
        for value in band.values:
            if value in seen:
                item.problem(_("「%(value)s」写在两档里") % {"value": shown(metric, value)}, f"bands.{place}")
            if known is not None and value not in known:
                item.problem(_("「%(label)s」没有「%(value)s」这一项") % {"label": metric.label, "value": value}, f"bands.{place}")
            seen.append(value)
        if not band.values and place + 1 < len(bands):
            item.problem(_("没有 values 的一档接住其它所有取值，要放在最后"), f"bands.{place}")
    missing = [shown(metric, value) for value in known or () if value not in seen]
    if missing and bands[-1].values:
        item.problem(_("「%(label)s」还有取值没有档：%(missing)s") % {"label": metric.label, "missing": "、".join(missing)}, "bands")
    return tuple(bands)
