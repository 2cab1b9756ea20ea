"""Values of metrics, for one subject or many, and the rows behind them (POL-03)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.metrics import drill
from guike.engine.metrics.declare import Aggregate, Drill, Metric
from guike.engine.metrics.measure import Measuring
from guike.engine.metrics.registry import REGISTRY, Registry
from guike.engine.selectors.readable import unreadable
from guike.platform import clock
from guike.platform.access import Viewer, require, row, rows
from guike.platform.errors import Forbidden, Refused


@dataclass(frozen=True)
class Summary:
    """One metric over all subjects: how many have a value, and its spread. Texts and flags are counted per value."""

    code: str
    as_of: date
    subjects: int
    sum: Decimal | None
    min: Any
    max: Any
    mean: Decimal | None
    values: dict[str, int]


def catalogue(viewer: Viewer, subject_kind: str | None = None, registry: Registry = REGISTRY) -> list[Metric]:
    """Every metric, by code."""
    require(viewer, "policy", "view")
    found = registry.metrics.values()
    return sorted((one for one in found if subject_kind in (None, one.subject)), key=lambda one: one.code)


def known_metric(code: str, registry: Registry = REGISTRY) -> Metric:
    """The metric of a code; refuses with the nearest known one."""
    if code not in registry.metrics:
        nearest = registry.nearest(code)
        raise Refused(
            _("没有指标 %(code)s%(hint)s") % {"code": code, "hint": f"，是不是 {nearest}？" if nearest else ""}, code="unknown_metric"
        )
    return registry.metrics[code]


def metric_values(
    viewer: Viewer, codes: Sequence[str], subject_kind: str, subject_ids: Sequence[int], as_of: date | None = None
) -> dict[int, dict[str, Any]]:
    """Values by subject and code, of subjects the viewer may see; None for what is made of hidden records or fields."""
    for code in codes:
        known_metric(code)
    hidden = unreadable(viewer, codes, REGISTRY)
    seen = list(rows(viewer, subject_kind).filter(pk__in=list(subject_ids)).values_list("pk", flat=True))
    measuring = Measuring(tuple(dict.fromkeys(codes)), subject_kind, as_of or clock.today(), seen)
    with connection.cursor() as cursor:
        cursor.execute(measuring.sql())
        values = {found[0]: dict(zip(measuring.codes, found[1:], strict=True)) for found in cursor.fetchall()}
    return {pk: {code: None if code in hidden else value for code, value in one.items()} for pk, one in values.items()} if hidden else values


def require_readable(viewer: Viewer, code: str) -> None:
    """Raise `Forbidden` for a metric that is made of records or fields hidden from the viewer."""
    if unreadable(viewer, [code], REGISTRY):
        raise Forbidden(_("指标「%(metric)s」用到的记录或字段，你的岗位看不到") % {"metric": REGISTRY.metrics[code].label})


def metric_rows(viewer: Viewer, code: str, subject_id: int, as_of: date | None = None, limit: int = 50) -> Drill:
    """The newest rows behind one value; `hidden` where the viewer may see the subject but not such records."""
    metric = known_metric(code)
    row(viewer, metric.subject, subject_id, "view")
    found = drill.rows_behind(viewer, metric, subject_id, as_of or clock.today(), limit)
    return replace(found, columns=(), rows=(), urls=(), hidden=True) if unreadable(viewer, [code], REGISTRY) else found


def metric_summary(viewer: Viewer, code: str, as_of: date | None = None) -> Summary:
    """Count, sum, smallest, largest and mean over the subjects the viewer may see."""
    require(viewer, "policy", "view")
    metric = known_metric(code)
    require_readable(viewer, code)
    day = as_of or clock.today()
    seen, params = rows(viewer, metric.subject).order_by().values("pk").query.sql_with_params()
    measured = Measuring((code,), metric.subject, day).sql().replace("%", "%%")
    counted = "sum(m0), min(m0), max(m0), avg(m0)" if metric.is_numeric else "NULL, NULL, NULL, NULL"
    base = f"FROM ({measured}) q WHERE m0 IS NOT NULL AND subject_id IN ({seen})"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(m0), {counted} {base}", params)
        count, total, low, high, mean = cursor.fetchone()
        values: dict[str, int] = {}
        if not metric.is_numeric:
            cursor.execute(f"SELECT m0::text, count(*) {base} GROUP BY 1 ORDER BY 2 DESC LIMIT 50", params)
            values = dict(cursor.fetchall())
    return Summary(code, day, count, total, low, high, mean, values)


def definition(metric: Metric) -> str:
    """How a metric comes about, in words for the catalogue page."""
    if metric.semantics:
        return str(metric.semantics)
    if isinstance(metric, Aggregate) and metric.window:
        return _("截至当日（含）的 %(window)s") % {"window": metric.window.replace("months", "个月").replace("days", "天")}
    return _("截至当日（含）")
