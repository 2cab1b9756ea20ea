# ruff: noqa: S608 — composed from declarations in code and typed literals only
"""The rows behind a value: the same relation, conditions and window as the value itself (POL-03, POL-05)."""

from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.metrics.declare import Aggregate, Assessed, Attribute, Derived, Drill, Metric, Shown, Source, ValueKind
from guike.engine.metrics.measure import AS_OF, ASSESSMENTS, OF_SOURCE, Measuring, day_before, literal, row_condition
from guike.engine.metrics.registry import REGISTRY, Registry
from guike.platform.access import Viewer, allowed, reads

ASSESSED_ROWS = (
    Shown("observed_on", _("观察日期"), "x.observed_on", ValueKind.DATE),
    Shown("value", _("填报值"), "COALESCE(trim_scale(x.number)::text, x.text)"),
    Shown("source", _("来源"), "x.source"),
    Shown("evidence", _("凭据"), "x.evidence"),
)


def rows_behind(viewer: Viewer, metric: Metric, subject_id: int, as_of: date, limit: int, registry: Registry = REGISTRY) -> Drill:
    """Newest first. A derived metric shows the rows of the first metric it rests on that has any, and says so."""
    if metric.drill is not None:
        return metric.drill(viewer, subject_id, as_of, limit)
    if isinstance(metric, Derived):
        return _derived(viewer, metric, subject_id, as_of, limit, registry)
    if isinstance(metric, Attribute):
        return _attribute(metric, subject_id, as_of, registry)
    source = ASSESSMENTS if isinstance(metric, Assessed) else registry.sources[_source_code(metric)]
    columns = ASSESSED_ROWS if isinstance(metric, Assessed) else source.rows
    where = _where(metric, source, subject_id, as_of)
    if source.object and not allowed(viewer, source.object, "view"):
        return Drill((), (), (), _count(source, where), hidden=True)
    return _listed(source, tuple(column for column in columns if _shows(viewer, source, column)), where, limit)


def _shows(viewer: Viewer, source: Source, column: Shown) -> bool:
    """A column of the rows, unless the field behind it is hidden from the viewer."""
    return column.internal or not source.object or reads(viewer, source.object, *OF_SOURCE.findall(column.expression))


def _source_code(metric: Metric) -> str:
    assert isinstance(metric, Aggregate)  # noqa: S101 — the other kinds were handled
    return metric.source


def _where(metric: Metric, source: Source, subject_id: int, as_of: date) -> str:
    day = literal(as_of)
    parts = [source.where, f"{source.day} <= {day}", f"{source.subject} = {int(subject_id)}", row_condition(metric, source, day) or "TRUE"]
    if isinstance(metric, Assessed):
        parts.append(f"x.subject_kind = {literal(metric.subject)}")
    if isinstance(metric, Aggregate) and metric.window:
        parts.append(f"{source.day} > {day_before(day, metric.window)}")
    return " AND ".join(f"({part})" for part in parts).replace(AS_OF, day)


def _count(source: Source, where: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {source.relation} WHERE {where}")
        return cursor.fetchone()[0]


def _listed(source: Source, columns: tuple[Shown, ...], where: str, limit: int) -> Drill:
    listed = ", ".join(f"{column.expression} AS c{place}" for place, column in enumerate(columns)) or "1 AS c0"
    query = f"SELECT {listed} FROM {source.relation} WHERE {where} ORDER BY {source.day} DESC, c0 DESC LIMIT {int(limit)}"
    with connection.cursor() as cursor:
        cursor.execute(query)
        found: list[tuple[Any, ...]] = cursor.fetchall()
    names = [column.code for column in columns]
    urls = tuple(source.url.format(**dict(zip(names, one, strict=True))) if source.url else "" for one in found)
    total = len(found) if len(found) < limit else _count(source, where)
    return Drill(columns, tuple(found), urls, total)


def _derived(viewer: Viewer, metric: Derived, subject_id: int, as_of: date, limit: int, registry: Registry) -> Drill:
    bases = registry.base_of(metric.code)
    drills = [rows_behind(viewer, base, subject_id, as_of, limit, registry) for base in bases]
    best = max(zip(bases, drills, strict=True), key=lambda pair: len(pair[1].rows), default=None)
    if best is None:
        return Drill((), (), (), 0)
    base, found = best
    note = _("由 %(bases)s 算出；下列是%(base)s的记录") % {"bases": "、".join(str(one.label) for one in bases), "base": base.label}
    return Drill(found.columns, found.rows, found.urls, sum(one.total for one in drills), found.hidden, note)


def _attribute(metric: Attribute, subject_id: int, as_of: date, registry: Registry) -> Drill:
    """The field itself, as the record had it on the day."""
    with connection.cursor() as cursor:
        cursor.execute(Measuring((metric.code,), metric.subject, as_of, [subject_id], registry=registry).sql())
        found = cursor.fetchone()
    columns = (Shown("value", metric.label, "", metric.value),)
    url = registry.subject(metric.subject).url.format(id=subject_id)
    rows = ((found[1],),) if found and found[1] is not None else ()
    return Drill(columns, rows, (url,) * len(rows), len(rows), note=_("取自档案"))
