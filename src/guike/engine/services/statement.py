# ruff: noqa: S608 — composed from declarations in code and typed literals only; see the docstring
"""The statement of an evaluation: decide, compare with the standing, write what changed — in one pass (POL-04)."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from guike.engine.metrics.measure import among, literal
from guike.engine.models.decision import Run
from guike.engine.policies.compile import Compiling, InForce, effective_sql


@dataclass(frozen=True)
class Deciding:
    """One policy's query and the run it is written under. All values come from rows and dates of our own."""

    compiling: Compiling
    found: InForce
    run: Run

    def report(self) -> str:
        """Outcome, count, 0 changes: nothing is written."""
        return f"SELECT r.outcome, count(*), 0 FROM ({self._counted()}) r GROUP BY 1"

    def write(self) -> str:
        """Outcome, count, number of changes; decisions, standings and proposals are written."""
        mine = among("subject_id", self.compiling.ids)  # of a few they are looked up; those of all are read through
        parts = [
            f"r AS MATERIALIZED ({effective_sql(self.compiling, self.found)})",
            f"st AS (SELECT * FROM engine_standing WHERE policy_id = {self.found.policy_id} AND {mine})",
            f"moved AS ({self._decisions()})",
            f"kept AS ({self._standings()})",
        ]
        if self.found.mode == "propose":
            parts += [f"proposed AS ({self._proposals()})", f"lapsed AS ({self._lapsed()})"]
        changes = "(SELECT count(*) FROM moved)"
        return f"WITH {', '.join(parts)} SELECT r.outcome, count(*), {changes} FROM r GROUP BY 1"

    def _counted(self) -> str:
        return effective_sql(self.compiling, self.found)

    @property
    def _day(self) -> str:
        return literal(self.run.as_of)

    def _reason(self) -> str:
        overridden = literal(_("人工调整"))
        return f"CASE WHEN r.override_id IS NOT NULL THEN {overridden} ELSE {self.compiling.reason_sql()} END"

    def _decisions(self) -> str:
        """A row for every outcome that differs from the standing; a newer standing is left alone."""
        run, found = self.run, self.found
        by = "NULL::bigint" if run.started_by_id is None else str(int(run.started_by_id))
        return f"""
            INSERT INTO engine_decision (policy_id, policy_version_id, run_id, override_id, subject_kind, subject_id, as_of, previous, outcome,
                                         computed, score, inputs, reasons, trigger, decided_by_id, decided_at)
            SELECT {found.policy_id}, {found.version_id}, {run.pk}, r.override_id, {literal(found.content.subject)}, r.subject_id, {self._day},
                   COALESCE(st.outcome, ''), r.outcome, r.computed, r.score, {self.compiling.kept_inputs()}, {self._reason()},
                   {literal(run.trigger)}, {by}, {literal(run.started_at)}
              FROM r LEFT JOIN st ON st.subject_id = r.subject_id
             WHERE r.outcome IS DISTINCT FROM COALESCE(st.outcome, '') AND (st.as_of IS NULL OR st.as_of <= {self._day})
            RETURNING id, subject_id"""

    def _standings(self) -> str:
        """One row a subject that has or had an outcome; touched only where something differs."""
        found = self.found
        rank = self.compiling.rank_sql("r.outcome")
        return f"""
            INSERT INTO engine_standing AS s (policy_id, subject_kind, subject_id, outcome, computed, score, rank, since, as_of,
                                              decision_id, override_id)
            SELECT {found.policy_id}, {literal(found.content.subject)}, r.subject_id, r.outcome, r.computed, r.score, {rank},
                   CASE WHEN moved.id IS NULL THEN COALESCE(st.since, {self._day}) ELSE {self._day} END, {self._day},
                   COALESCE(moved.id, st.decision_id), r.override_id
              FROM r LEFT JOIN st ON st.subject_id = r.subject_id LEFT JOIN moved ON moved.subject_id = r.subject_id
             WHERE (st.id IS NULL AND (r.outcome <> '' OR r.computed <> ''))
                OR (st.as_of <= {self._day} AND (st.outcome, st.computed, st.score, st.rank, st.override_id)
                    IS DISTINCT FROM (r.outcome::varchar, r.computed::varchar, r.score, {rank}, r.override_id))
                ON CONFLICT (policy_id, subject_id) DO UPDATE
               SET outcome = excluded.outcome, computed = excluded.computed, score = excluded.score, rank = excluded.rank,
                   since = excluded.since, as_of = excluded.as_of, decision_id = excluded.decision_id, override_id = excluded.override_id
             WHERE s.as_of <= excluded.as_of"""

    def _proposals(self) -> str:
        """What was computed and does not hold yet waits for confirmation; a new target starts the confirmations anew."""
        run, found = self.run, self.found
        return f"""
            INSERT INTO engine_proposal AS p (policy_id, policy_version_id, run_id, subject_kind, subject_id, as_of, previous, outcome, score,
                                              inputs, reasons, state, step, confirmations, proposed_at, closed_reason)
            SELECT {found.policy_id}, {found.version_id}, {run.pk}, {literal(found.content.subject)}, r.subject_id, {self._day}, r.outcome,
                   r.computed, r.score, {self.compiling.kept_inputs()}, {self.compiling.reason_sql()}, 'open', 0, '[]',
                   {literal(run.started_at)}, ''
              FROM r LEFT JOIN st ON st.subject_id = r.subject_id
             WHERE r.computed <> r.outcome AND r.override_id IS NULL AND (st.as_of IS NULL OR st.as_of <= {self._day})
               AND NOT EXISTS (SELECT 1 FROM engine_proposal x WHERE x.policy_id = {found.policy_id} AND x.subject_id = r.subject_id
                                AND x.state = 'rejected' AND x.outcome = r.computed AND x.policy_version_id = {found.version_id}
                                AND x.previous = r.outcome)
                ON CONFLICT (policy_id, subject_kind, subject_id) WHERE state = 'open' DO UPDATE
               SET outcome = excluded.outcome, previous = excluded.previous, score = excluded.score, inputs = excluded.inputs,
                   reasons = excluded.reasons, policy_version_id = excluded.policy_version_id, run_id = excluded.run_id,
                   as_of = excluded.as_of, step = 0, confirmations = '[]', proposed_at = excluded.proposed_at
             WHERE p.outcome <> excluded.outcome OR p.previous <> excluded.previous"""

    def _lapsed(self) -> str:
        """A proposal whose reason is gone."""
        return f"""
            UPDATE engine_proposal p SET state = 'lapsed', closed_at = {literal(self.run.started_at)}, closed_reason = {literal(_("计算结果已变"))}
              FROM r
             WHERE p.policy_id = {self.found.policy_id} AND p.subject_id = r.subject_id AND p.state = 'open'
               AND (r.computed = r.outcome OR r.override_id IS NOT NULL)"""
