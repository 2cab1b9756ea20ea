# ruff: noqa: S608 — composed from declarations in code and typed literals only; see the docstring
"""The one compiler of policies: content and day → one SELECT that decides for all subjects, or for some (POL-04, PRF-3).

Evaluation, simulation and explanation all run this query; there is no second meaning. Values from a policy's text reach
the SQL as typed literals only.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils.translation import gettext as _
from psycopg import sql

from guike.engine.metrics.declare import ValueKind
from guike.engine.metrics.measure import Measuring, literal
from guike.engine.metrics.registry import REGISTRY, Registry
from guike.engine.metrics.show import after_chinese
from guike.engine.policies.catalogue import OUTCOME, Catalogue
from guike.engine.policies.content import Band, Characteristic, Content
from guike.engine.policies.parse import inputs
from guike.platform import conditions
from guike.platform.errors import Refused


@dataclass(frozen=True)
class InForce:
    """A version that holds on a day."""

    policy_id: int
    version_id: int
    number: int
    content: Content
    mode: str = "apply"


Resolve = Callable[[str], InForce | None]


def _unresolved(code: str) -> InForce | None:
    return None


@dataclass(frozen=True)
class Compiling:
    """What to decide: content, day, subjects (None = all), the versions in force of other policies, whether to count rows.

    `measured` replaces the facts: SQL with subject_id, m0, m1 … for tests of the compiler itself.
    """

    content: Content
    as_of: date
    catalogue: Catalogue
    resolve: Resolve = _unresolved
    ids: Sequence[int] | None = None
    counts: bool = False
    registry: Registry = field(default=REGISTRY)
    measured: str = ""
    trail: tuple[str, ...] = ()

    @cached_property
    def inputs(self) -> tuple[str, ...]:
        """Metric codes and `outcome.<policy>` in the order in which their values are kept."""
        return inputs(self.content)

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        return tuple(code for code in self.inputs if not code.startswith(OUTCOME))

    def column(self, code: str) -> str:
        """Column of an input: m<n> for a metric, o<n> for another policy's outcome."""
        if code.startswith(OUTCOME):
            return f"o{self.inputs.index(code)}"
        return f"m{self.metrics.index(code)}"

    @property
    def columns(self) -> list[str]:
        """The inputs' columns, in their order."""
        return [self.column(code) for code in self.inputs]

    # --- inputs ------------------------------------------------------------------------------------------------------

    def inputs_sql(self) -> str:
        """subject_id, the inputs' columns and, when counting, n0, n1 …"""
        inner = self.measured or self._measuring().sql()
        depended = [code for code in self.inputs if code.startswith(OUTCOME)]
        if not depended:
            return inner
        columns = ", ".join(f"NULLIF({self.column(code)}.outcome, '') AS {self.column(code)}" for code in depended)
        joins = " ".join(
            f"LEFT JOIN ({self._other(code)}) {self.column(code)} ON {self.column(code)}.subject_id = q.subject_id" for code in depended
        )
        return f"SELECT q.*, {columns} FROM ({inner}) q {joins}"

    def _measuring(self) -> Measuring:
        return Measuring(self.metrics, self.content.subject, self.as_of, self.ids, self.counts, self.registry)

    def _other(self, code: str) -> str:
        """What another policy says on the day, overrides included."""
        other = code.removeprefix(OUTCOME)
        found = self.resolve(other)
        if other in (*self.trail, self.content.code):
            raise Refused(_("制度互相引用成了圈：%(code)s") % {"code": other})
        if found is None:
            raise Refused(
                _("《%(title)s》要用制度 %(other)s 的结果，它在 %(day)s 没有生效的版本")
                % {"title": self.content.title, "other": other, "day": self.as_of}
            )
        inner = Compiling(
            found.content, self.as_of, self.catalogue, self.resolve, self.ids, False, self.registry, "", (*self.trail, self.content.code)
        )
        return f"SELECT subject_id, outcome FROM ({effective_sql(inner, found)}) held"

    # --- decisions ---------------------------------------------------------------------------------------------------

    def sql(self) -> str:
        """subject_id, inputs, b0, b1 … (bands, −1 = no value), p0, p1 … (points), score, matched (row), outcome ("" = none)."""
        if self.content.kind == "scorecard":
            return self._scorecard()
        if self.content.decides:
            return self._table()
        raise ValueError(f"{self.content.kind} decides nothing for a subject")

    def _scorecard(self) -> str:
        scored = list(enumerate(self.content.characteristics))
        bands = ", ".join(f"{self._band(one)} AS b{place}" for place, one in scored)
        points = ", ".join(f"{_by_band(place, one, _points)} AS p{place}" for place, one in scored)
        total = " + ".join(_by_band(place, one, _hundredths) for place, one in scored) or "0"
        # OFFSET 0 keeps the planner from writing each band's CASE into every expression that uses it
        banded = f"SELECT q.*, {bands} FROM ({self.inputs_sql()}) q OFFSET 0"
        summed = f"SELECT b.*, {total} AS hundredths FROM ({banded}) b OFFSET 0"
        return f"SELECT t.*, {points}, t.hundredths * 0.01 AS score, NULL::int AS matched, {self._grade()} AS outcome FROM ({summed}) t"

    def _band(self, one: Characteristic) -> str:
        column = self.column(one.metric)
        metric = self.catalogue.metric(one.metric)
        if metric is not None and metric.is_numeric:
            return f"({_numeric_band(column, one.bands)})::smallint"
        flag = metric is not None and metric.value is ValueKind.FLAG
        return f"({_named_band(column, one.bands, flag)})::smallint"

    def _grade(self) -> str:
        lines = [(int(one.at_least * 100), one.code) for one in self.content.outcomes if one.at_least is not None]
        lowest = next((one.code for one in self.content.outcomes if one.at_least is None), "")
        cases = " ".join(f"WHEN t.hundredths >= {line} THEN {literal(code)}" for line, code in lines)
        return f"CASE {cases} ELSE {literal(lowest)} END" if cases else f"{literal(lowest)}::text"

    def _table(self) -> str:
        facts = self.inputs_sql()
        fields = self.catalogue.fields(set(self.inputs))
        columns = {code: sql.Identifier(self.column(code)) for code in self.inputs}
        tests = [conditions.to_sql(dict(row.when) if row.when else None, fields, columns).as_string(None) for row in self.content.rows]
        cases = " ".join(f"WHEN {test} THEN {place}" for place, test in enumerate(tests))
        matched = f"SELECT q.*, (CASE {cases} END)::int AS matched{self._collected(tests)} FROM ({facts}) q OFFSET 0"
        return f"SELECT t.*, NULL::numeric AS score, {self._row_outcome()} AS outcome FROM ({matched}) t"

    def _row_outcome(self) -> str:
        if self.content.hit == "collect":
            return "t.collected"
        cases = " ".join(f"WHEN {place} THEN {literal(row.then)}" for place, row in enumerate(self.content.rows))
        return f"CASE t.matched {cases} ELSE '' END"

    def _collected(self, tests: Sequence[str]) -> str:
        if self.content.hit != "collect":
            return ""
        parts = []
        for outcome in self.content.outcomes:
            meeting = [test for test, row in zip(tests, self.content.rows, strict=True) if row.then == outcome.code]
            if meeting:
                parts.append(f"CASE WHEN {' OR '.join(meeting)} THEN {literal(outcome.code)} END")
        return f", concat_ws('+', {', '.join(parts)}) AS collected"

    def kept_inputs(self) -> str:
        """The jsonb that a decision keeps: values, and bands with points, or the matched row."""
        values = f"jsonb_build_array({', '.join(f'r.{column}' for column in self.columns)})"
        if self.content.kind != "scorecard":
            return f"jsonb_build_object('values', {values}, 'row', r.matched)"
        places = range(len(self.content.characteristics))
        bands = ", ".join(f"r.b{place}" for place in places)
        points = ", ".join(f"r.p{place}" for place in places)
        return f"jsonb_build_object('values', {values}, 'bands', jsonb_build_array({bands}), 'points', jsonb_build_array({points}))"

    def reason_sql(self) -> str:
        """One sentence on why, from the row `r`."""
        if self.content.kind == "scorecard":
            cases = " ".join(f"WHEN {literal(one.code)} THEN {literal(_line_words(one))}" for one in self.content.outcomes)
            return f"concat('总分 ', r.score, ' 分，', CASE r.computed {cases} END)"
        cases = " ".join(
            f"WHEN {place} THEN {literal(row_words(self.content, place, self.catalogue))}" for place in range(len(self.content.rows))
        )
        return f"COALESCE(left(CASE r.matched {cases} END, 400), '')"

    def rank_sql(self, column: str) -> str:
        """The rank of an outcome: best 0, none 99; of several joined ones the best."""
        cases = " ".join(f"WHEN {literal(one.code)} THEN {one.rank}" for one in self.content.outcomes)
        return f"(CASE split_part({column}, '+', 1) {cases} ELSE 99 END)::smallint"


def effective_sql(compiling: Compiling, found: InForce) -> str:
    """All of `sql()` with `computed`, and `outcome` as it counts: an override in force first, then what was confirmed or computed."""
    day = literal(compiling.as_of)
    held = (
        f"LEFT JOIN engine_override v ON v.policy_id = {int(found.policy_id)} AND v.subject_id = r.subject_id"
        f" AND NOT v.cancelled AND {day} BETWEEN v.from_on AND v.ends_on"
    )
    if found.mode != "propose":
        outcome, confirmed = "COALESCE(v.outcome, r.outcome)", ""
    else:
        outcome = "COALESCE(v.outcome, k.outcome, '')"
        confirmed = (
            f"LEFT JOIN (SELECT DISTINCT ON (subject_id) subject_id, outcome FROM engine_decision WHERE policy_id = {int(found.policy_id)}"
            f" AND override_id IS NULL AND as_of <= {day} ORDER BY subject_id, as_of DESC, id DESC) k ON k.subject_id = r.subject_id"
        )
    columns = [*compiling.columns, "score", "matched"]
    if compiling.content.kind == "scorecard":
        columns += [f"{letter}{place}" for place in range(len(compiling.content.characteristics)) for letter in "bp"]
    if compiling.counts:
        columns += [f"n{place}" for place in range(len(compiling.metrics))]
    listed = ", ".join(f"r.{column}" for column in columns)
    return (
        f"SELECT r.subject_id, r.outcome AS computed, {outcome} AS outcome, v.id AS override_id, {listed}"
        f" FROM ({compiling.sql()}) r {held} {confirmed}"
    )


def row_words(content: Content, place: int, catalogue: Catalogue) -> str:
    """The reason of a table's row: as written, or the condition in words."""
    from guike.engine.policies.words import condition_words

    row = content.rows[place]
    if row.reason:
        return row.reason
    return condition_words(row.when, catalogue) if row.when else _("不符合前面各行")


def _line_words(outcome: Any) -> str:
    if outcome.at_least is None:
        return _("归入%(label)s") % {"label": after_chinese(outcome.label)}
    return _("达到%(label)s线 %(line)s 分") % {"label": after_chinese(outcome.label), "line": f"{outcome.at_least.normalize():f}"}


def _numeric_band(column: str, bands: Sequence[Band]) -> str:
    """From the highest lower edge down: the first one reached."""
    order = sorted(range(len(bands)), key=lambda place: bands[place].floor, reverse=True)
    cases = " ".join(f"WHEN {column} >= {literal(bands[place].low)} THEN {place}" for place in order if bands[place].low is not None)
    lowest = next((place for place in order if bands[place].low is None), -1)
    return f"CASE WHEN {column} IS NULL THEN -1 {cases} ELSE {lowest} END"


def _named_band(column: str, bands: Sequence[Band], flag: bool) -> str:
    cases = " ".join(
        f"WHEN {column} IN ({', '.join(literal(bool(value) if flag else str(value)) for value in band.values)}) THEN {place}"
        for place, band in enumerate(bands)
        if band.values
    )
    others = next((place for place, band in enumerate(bands) if not band.values), -1)
    return f"CASE WHEN {column} IS NULL THEN -1 {cases} ELSE {others} END"


def _points(one: Characteristic, points: Decimal) -> str:
    return f"{points:f}"


def _hundredths(one: Characteristic, points: Decimal) -> str:
    return str(int(one.contribution(points) * 100))


def _by_band(place: int, one: Characteristic, value: Callable[[Characteristic, Decimal], str]) -> str:
    """A constant by the band reached, or the one for no value."""
    cases = " ".join(f"WHEN {index} THEN {value(one, band.points)}" for index, band in enumerate(one.bands))
    return f"(CASE b{place} {cases} ELSE {value(one, one.missing)} END)"
