# ruff: noqa: S608 — composed from compiled queries and typed literals only
"""The movers of a simulation and why they move: the largest differences between old and new characteristics (POL-06)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.metrics.show import figure
from guike.engine.policies import match
from guike.engine.policies.compile import row_words
from guike.engine.policies.content import Content
from guike.engine.policies.words import input_label, input_value
from guike.engine.rulebook import Rulebook
from guike.engine.selectors.readable import unreadable
from guike.platform.access import Viewer, rows

CHUNK = 500


@dataclass(frozen=True)
class Mover:
    """One subject that a draft moves."""

    subject_id: int
    number: str
    name: str
    before: str
    before_label: str
    after: str
    after_label: str
    before_score: Decimal | None
    after_score: Decimal | None
    reasons: tuple[str, ...]
    url: str


@dataclass(frozen=True)
class Moving:
    """The two states compared, as queries."""

    book: Rulebook
    draft: Content
    before: Content | None
    after_sql: str
    before_sql: str

    def first(self, viewer: Viewer, limit: int) -> list[Mover]:
        """The most affected ones that the viewer may see."""
        return self._built(viewer, self._moved(viewer, limit))

    def every(self, viewer: Viewer) -> Iterator[Mover]:
        """All of them, reasons computed chunk by chunk."""
        moved = self._moved(viewer, None)
        for start in range(0, len(moved), CHUNK):
            yield from self._built(viewer, moved[start : start + CHUNK])

    def _moved(self, viewer: Viewer, limit: int | None) -> list[Any]:
        """id, number, name, outcomes and scores; by distance in outcomes, then in points."""
        subject = self.book.registry.subject(self.draft.subject)
        old = self.before or self.draft
        seen, params = rows(viewer, self.draft.subject).order_by().values("pk").query.sql_with_params()
        distance = f"abs({_ranks(self.draft, 'a.outcome')} - {_ranks(old, 'b.outcome')})"
        compared = f"({self.after_sql}) a LEFT JOIN ({self.before_sql}) b ON b.subject_id = a.subject_id".replace("%", "%%")
        query = (
            f"SELECT a.subject_id, w.{subject.number}, w.{subject.name}, COALESCE(b.outcome, ''), a.outcome, b.score, a.score FROM {compared}"
            f" JOIN {subject.table} w ON w.{subject.pk} = a.subject_id"
            f" WHERE a.outcome <> COALESCE(b.outcome, '') AND a.subject_id IN ({seen})"
            f" ORDER BY {distance.replace('%', '%%')} DESC, abs(COALESCE(a.score, 0) - COALESCE(b.score, 0)) DESC, a.subject_id"
            f" {f'LIMIT {int(limit)}' if limit is not None else ''}"
        )
        with connection.cursor() as cursor:
            cursor.execute(query, params)
            return cursor.fetchall()

    def _built(self, viewer: Viewer, moved: Sequence[Any]) -> list[Mover]:
        ids = [one[0] for one in moved]
        reasons = self._reasons(viewer, ids) if ids else {}
        old, url = self.before or self.draft, self.book.registry.subject(self.draft.subject).url
        return [
            Mover(
                pk,
                str(number),
                str(name),
                b,
                old.label(b),
                a,
                self.draft.label(a),
                b_score,
                a_score,
                reasons.get(pk, ()),
                url.format(id=pk),
            )
            for pk, number, name, b, a, b_score, a_score in moved
        ]

    # --- reasons -----------------------------------------------------------------------------------------------------

    def _reasons(self, viewer: Viewer, ids: Sequence[int]) -> dict[int, tuple[str, ...]]:
        after = self._inputs(self.draft, ids)
        before = self._inputs(self.before, ids) if self.before else {}
        hidden = unreadable(viewer, self.book.compiling(self.draft).metrics, self.book.registry)
        return {pk: self._reason(after[pk], before.get(pk), hidden) for pk in ids if pk in after}

    def _inputs(self, content: Content, ids: Sequence[int]) -> dict[int, dict[str, Any]]:
        compiling = self.book.compiling(content, ids)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT subject_id, {', '.join(compiling.columns) or 'NULL'} FROM ({compiling.inputs_sql()}) q")
            return {one[0]: dict(zip(compiling.inputs, one[1:], strict=False)) for one in cursor.fetchall()}

    def _reason(self, after: dict[str, Any], before: dict[str, Any] | None, hidden: set[str]) -> tuple[str, ...]:
        if self.draft.kind != "scorecard":
            places = match.matching(self.draft, after)[: None if self.draft.hit == "collect" else 1]
            return tuple(row_words(self.draft, place, self.book.compiling(self.draft).catalogue) for place in places) or (
                _("没有一行符合"),
            )
        if self.before is None or before is None or self.before.kind != "scorecard":
            return (_("总分 %(score)s 分") % {"score": figure(match.score_of(self.draft, after))},)
        differences = self._differences(after, before, hidden)
        return differences or (_("规则没有改变这家的得分，数据从上次判定后变了"),)

    def _differences(self, after: dict[str, Any], before: dict[str, Any], hidden: set[str]) -> tuple[str, ...]:
        """At most two sentences on the metrics whose contribution differs most; else on the lines that moved."""
        counted = _contributions(self.draft, after)
        earlier = _contributions(self.before, before) if self.before else {}
        gaps = {code: counted.get(code, Decimal(0)) - earlier.get(code, Decimal(0)) for code in {**counted, **earlier}}
        largest = sorted((code for code, gap in gaps.items() if gap), key=lambda code: (-abs(gaps[code]), code))[:2]
        if largest:
            return tuple(self._gap_words(code, gaps[code], {**before, **after}.get(code), code in hidden) for code in largest)
        if self.before and [one.at_least for one in self.before.outcomes] != [one.at_least for one in self.draft.outcomes]:
            return (_("得分不变 %(score)s 分，分数线变了") % {"score": figure(match.score_of(self.draft, after))},)
        return ()

    def _gap_words(self, code: str, gap: Decimal, value: Any, hidden: bool) -> str:
        catalogue = self.book.compiling(self.draft).catalogue
        names = {"label": input_label(code, catalogue), "gap": figure(abs(gap))}
        names["value"] = "" if hidden or value is None else f" {input_value(code, value, catalogue)}"
        return (_("%(label)s%(value)s，多 %(gap)s 分") if gap > 0 else _("%(label)s%(value)s，少 %(gap)s 分")) % names


def _contributions(content: Content, values: dict[str, Any]) -> dict[str, Decimal]:
    return {
        one.metric: one.contribution(match.points_of(one, match.band_of(one, values.get(one.metric)))) for one in content.characteristics
    }


def _ranks(content: Content, column: str) -> str:
    """Rank of an outcome; no outcome lies below the worst."""
    from guike.engine.metrics.measure import literal

    cases = " ".join(f"WHEN {literal(one.code)} THEN {one.rank}" for one in content.outcomes)
    return f"(CASE split_part(COALESCE({column}, ''), '+', 1) {cases} ELSE {len(content.outcomes)} END)"
