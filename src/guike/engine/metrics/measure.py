# ruff: noqa: S608 — composed from declarations in code and typed literals only; see the docstring
"""The one compiler of metrics: a set of codes, a day and perhaps some subjects → one SELECT (POL-03, PRF-3).

Metrics of one source are merged into one grouped pass and joined to the subjects. What stands in the SQL comes from
declarations in code; days and ids are written as literals of their type.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.apps import apps
from django.db.models import Model
from psycopg import sql

from guike.engine.metrics.declare import Aggregate, Assessed, Attribute, Derived, Metric, Source, ValueKind
from guike.engine.metrics.registry import REFERENCE, REGISTRY, Registry
from guike.platform import clock, history

AS_OF = "%(as_of)s"
#: Columns of a source's rows in an expression: `sum(l.amount)` → amount.
OF_SOURCE = re.compile(r"\b[a-z]\.(\w+)")
COLUMN = re.compile(r"\bs\.([a-z_][a-z0-9_]*)")
#: Entered values are read as of their own day; withdrawn ones do not exist.
ASSESSMENTS = Source(
    code="engine.assessments",
    label="评价",
    relation="engine_assessment x",
    subject="x.subject_id",
    day="x.observed_on",
    where="x.withdrawn_at IS NULL",
)


def literal(value: object) -> str:
    """A value as SQL text."""
    return sql.Literal(value).as_string(None)


def day_before(as_of: str, interval: str) -> str:
    """The date `interval` before the day, folded to a constant by the planner."""
    return f"({as_of} - interval {literal(interval)})::date"


def columns_read(codes: Iterable[str], registry: Registry = REGISTRY) -> set[str]:
    """The columns of the subject's own record on which metrics rest."""
    bases = (base for code in codes for base in registry.base_of(code))
    return {column for base in bases if isinstance(base, Attribute) for column in COLUMN.findall(base.expression)}


@dataclass(frozen=True)
class Measuring:
    """What to measure: codes, subject kind, day, and which subjects (None = all that live)."""

    codes: tuple[str, ...]
    subject_kind: str
    as_of: date
    ids: Sequence[int] | None = None
    counts: bool = False
    registry: Registry = field(default=REGISTRY)

    @cached_property
    def metrics(self) -> list[Metric]:
        """The metrics asked for, in order; raises `LookupError` for an unknown one or one of another subject."""
        found = [self.registry.metric(code) for code in self.codes]
        for metric in found:
            if metric.subject != self.subject_kind:
                raise LookupError(f"{metric.code} measures {metric.subject}, not {self.subject_kind}")
        return found

    @cached_property
    def bases(self) -> dict[str, Metric]:
        """Every metric that facts are read for, by code."""
        return {base.code: base for metric in self.metrics for base in self.registry.base_of(metric.code)}

    @cached_property
    def day(self) -> str:
        return literal(self.as_of)

    def column(self, code: str) -> str:
        """The name under which a metric stands in the result: m0, m1, …"""
        return f"m{self.codes.index(code)}"

    def sql(self) -> str:
        """SELECT subject_id, m0, m1 … (and n0, n1 … = rows behind each when `counts`) with one row per subject."""
        columns = [f"{self._value(metric)} AS m{index}" for index, metric in enumerate(self.metrics)]
        if self.counts:
            columns += [f"{self._rows_behind(metric)} AS n{index}" for index, metric in enumerate(self.metrics)]
        subject = self.registry.subject(self.subject_kind)
        condition = f"{subject.live} AND {among(f's.{subject.pk}', self.ids)}"
        joins = "\n".join(self._joins(f"s.{subject.pk}"))
        listed = ", ".join([f"s.{subject.pk} AS subject_id", *columns])
        return f"SELECT {listed}\nFROM {subject.table} s\n{joins}\nWHERE {condition}"

    # --- values ------------------------------------------------------------------------------------------------------

    def _value(self, metric: Metric) -> str:
        """The expression of one metric over the joined passes."""
        if isinstance(metric, Derived):
            inner = REFERENCE.sub(lambda found: f"({self._value(self.registry.metric(found[1]))})", metric.expression)
            return self._dated(f"({inner})")
        if isinstance(metric, Attribute):
            return self._dated(self._attribute(metric))
        name = self._names[metric.code]
        if isinstance(metric, Aggregate) and metric.empty is not None:
            return f"COALESCE({name}, {literal(metric.empty)})"
        return name

    def _attribute(self, metric: Attribute) -> str:
        """Over the present record, or over its history where there is one."""
        if self._record == "s":
            return f"({metric.expression})"
        past = COLUMN.sub(lambda found: f"{'h' if found[1] in self._kept_columns else 's'}.{found[1]}", metric.expression)
        return f"(CASE WHEN h.pgh_obj_id IS NULL THEN {metric.expression} ELSE {past} END)"

    def _rows_behind(self, metric: Metric) -> str:
        counts = [
            f"({self._value(base)} IS NOT NULL)::int" if isinstance(base, Attribute) else f"COALESCE({self._names[base.code]}_n, 0)"
            for base in self.registry.base_of(metric.code)
        ]
        return f"({' + '.join(counts) or '0'})"

    def _dated(self, text: str) -> str:
        return text.replace(AS_OF, self.day)

    @cached_property
    def _names(self) -> dict[str, str]:
        """Base metric → its qualified column in the pass that computes it."""
        return {
            metric.code: f"p{number}.v{place}"
            for number, (_source, metrics) in enumerate(self._passes)
            for place, metric in enumerate(metrics)
        }

    # --- passes ------------------------------------------------------------------------------------------------------

    @cached_property
    def _passes(self) -> list[tuple[Source, list[Metric]]]:
        grouped: dict[str, tuple[Source, list[Metric]]] = {}
        for metric in self.bases.values():
            if isinstance(metric, Assessed):
                grouped.setdefault(ASSESSMENTS.code, (ASSESSMENTS, []))[1].append(metric)
            elif isinstance(metric, Aggregate):
                source = self.registry.sources[metric.source]
                grouped.setdefault(source.code, (source, []))[1].append(metric)
        return list(grouped.values())

    def _joins(self, pk: str) -> Iterable[str]:
        for number, (source, metrics) in enumerate(self._passes):
            yield f"LEFT JOIN ({self._grouped(source, metrics)}) p{number} ON p{number}.subject_id = {pk}"
        if self._record == "h":
            yield f"LEFT JOIN ({self._history()}) h ON h.pgh_obj_id = {pk}"

    def _grouped(self, source: Source, metrics: list[Metric]) -> str:
        windows = {metric.window if isinstance(metric, Aggregate) else "" for metric in metrics}
        shared = next(iter(windows)) if len(windows) == 1 else ""
        columns = []
        for place, metric in enumerate(metrics):
            columns.append(f"{self._aggregated(metric, source, shared)} AS v{place}")
            if self.counts:
                columns.append(f"count(*){self._filter(metric, source, shared)} AS v{place}_n")
        where = [source.where, f"{source.day} <= {self.day}", among(source.subject, self.ids)]
        if all(windows):
            oldest = ", ".join(day_before(self.day, window) for window in sorted(windows))
            where.append(f"{source.day} > LEAST({oldest})")
        if source is ASSESSMENTS:
            where.append(f"x.subject_kind = {literal(self.subject_kind)} AND x.metric IN ({', '.join(literal(m.code) for m in metrics)})")
        return self._dated(
            f"SELECT {source.subject} AS subject_id, {', '.join(columns)} FROM {source.relation}"
            f" WHERE {' AND '.join(f'({part})' for part in where)} GROUP BY 1"
        )

    def _aggregated(self, metric: Metric, source: Source, shared: str) -> str:
        if isinstance(metric, Assessed):
            return _latest(metric)
        assert isinstance(metric, Aggregate)  # noqa: S101 — only these two are grouped
        return metric.finish.replace("{}", f"{metric.aggregate}{self._filter(metric, source, shared)}")

    def _filter(self, metric: Metric, source: Source, shared: str) -> str:
        condition = row_condition(metric, source, self.day, shared)
        return f" FILTER (WHERE {condition})" if condition else ""

    # --- the subject's own record ------------------------------------------------------------------------------------

    @cached_property
    def _record(self) -> str:
        """Alias of the record that attributes read: the present one, or for past days its history."""
        return "h" if self.as_of < clock.today() and self._kept_columns else "s"

    @cached_property
    def _attribute_columns(self) -> list[str]:
        attributes = [metric for metric in self.bases.values() if isinstance(metric, Attribute)]
        return sorted({column for metric in attributes for column in COLUMN.findall(metric.expression)})

    @cached_property
    def _kept_columns(self) -> list[str]:
        """Those of them that the history keeps; what is left out of it on purpose is read from the present record."""
        if not self._attribute_columns:
            return []
        kept = {one.column for one in self._event_model._meta.concrete_fields}
        return [column for column in self._attribute_columns if column in kept]

    @property
    def _event_model(self) -> type[Model]:
        return history.event_model(apps.get_model(self.registry.subject(self.subject_kind).model))

    def _history(self) -> str:
        """One version per subject: the last one before the day ended, or the first on record for a younger record."""
        table = self._event_model._meta.db_table
        columns = ", ".join(f"e.{column}" for column in self._kept_columns)
        ended = f"(({self.day} + 1)::timestamp AT TIME ZONE 'Asia/Shanghai')"
        before = f"(e.pgh_created_at < {ended})"
        return (
            f"SELECT DISTINCT ON (e.pgh_obj_id) e.pgh_obj_id, {columns} FROM {table} e"
            f" WHERE e.pgh_label <> 'delete' AND {among('e.pgh_obj_id', self.ids)}"
            f" ORDER BY e.pgh_obj_id, {before} DESC, CASE WHEN {before} THEN e.pgh_id END DESC, e.pgh_id"
        )


def row_condition(metric: Metric, source: Source, day: str, shared: str = "") -> str:
    """Which rows of the source count for a metric; what the whole pass is bounded by anyway is left out."""
    if isinstance(metric, Assessed):
        return f"x.metric = {literal(metric.code)}"
    assert isinstance(metric, Aggregate)  # noqa: S101 — attributes have no rows
    parts = [f"({metric.where})"] if metric.where else []
    if metric.window and metric.window != shared:
        parts.append(f"{source.day} > {day_before(day, metric.window)}")
    if metric.until:
        parts.append(f"{source.day} <= {day_before(day, metric.until)}")
    return " AND ".join(parts)


def _latest(metric: Metric) -> str:
    """The last observed value of an entered metric, as the metric's type."""
    value = {ValueKind.TEXT: "x.text", ValueKind.FLAG: "x.number <> 0"}.get(metric.value, "x.number")
    return f"(array_agg({value} ORDER BY x.observed_on DESC, x.id DESC) FILTER (WHERE x.metric = {literal(metric.code)}))[1]"


def among(column: str, ids: Sequence[int] | None) -> str:
    if ids is None:
        return "TRUE"
    return f"{column} = ANY('{{{','.join(str(int(one)) for one in ids)}}}'::bigint[])"
