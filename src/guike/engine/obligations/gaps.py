"""Records that must be complete by a day (CUS-03): one open obligation per subject and kind while something is missing.

Set-based like the cadences: what is complete is closed, what lost its owner is withdrawn, what is missing is opened or brought up to date.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guike.engine.obligations import rules
from guike.engine.obligations.refresh import Piece, among, run
from guike.platform import clock


@dataclass(frozen=True)
class Gaps:
    """How a domain tells what is missing. `lacking`: SQL giving subject_id, assignee_id, department_id, value (yearly purchases or null),
    base (the day from which the days count), days, title, reason — a row for each owned subject that lacks something and has a deadline.
    `complete`: SQL giving the ids of subjects that lack nothing any more."""

    kind: str
    subject_kind: str
    lacking: Piece
    complete: Piece


_CLOSE = """
UPDATE engine_obligation o SET state = 'fulfilled', fulfilled_on = %s
 WHERE o.kind = %s AND o.subject_kind = %s AND o.state IN ('open', 'snoozed') AND o.subject_id IN (
"""
_LAPSE = """
UPDATE engine_obligation o SET state = 'withdrawn', closed_reason = %s
 WHERE o.kind = %s AND o.subject_kind = %s AND o.state IN ('open', 'snoozed')
   AND NOT EXISTS (SELECT 1 FROM lacking l WHERE l.subject_id = o.subject_id)
"""
_OPEN = """
INSERT INTO engine_obligation AS o (
       kind, subject_kind, subject_id, title, reason, clause, outcome, channels, assignee_id, as_owner, department_id,
       opened_on, opened_at, due_on, weight, escalation_days, state, closed_reason, snooze_reason, snoozes, escalation_level)
SELECT %s, %s, l.subject_id, left(l.title, 160), left(l.reason, 300), '', '', '{{}}', l.assignee_id, true, l.department_id,
       %s, %s, CASE WHEN l.base + l.days >= COALESCE(mine.opened_on, %s) THEN l.base + l.days ELSE COALESCE(mine.opened_on, %s) + l.days END,
       round((1 + log(1 + GREATEST(COALESCE(l.value, 0), 0)::float8 / {value_unit}) / 2)::numeric, 3), %s, 'open', '', '', 0, 0
  FROM lacking l
  LEFT JOIN engine_obligation mine
    ON mine.kind = %s AND mine.subject_kind = %s AND mine.subject_id = l.subject_id AND mine.state IN ('open', 'snoozed')
 ORDER BY l.subject_id
    ON CONFLICT (kind, subject_kind, subject_id) WHERE kind = 'profile' AND state IN ('open', 'snoozed')
    DO UPDATE SET title = excluded.title, reason = excluded.reason, assignee_id = excluded.assignee_id,
       department_id = excluded.department_id, due_on = excluded.due_on, weight = excluded.weight
 WHERE (o.title, o.reason, o.assignee_id, o.department_id, o.due_on, o.weight)
       IS DISTINCT FROM
       (excluded.title, excluded.reason, excluded.assignee_id, excluded.department_id, excluded.due_on, excluded.weight)
"""


def refresh_gaps(gaps: Gaps, *, subject_ids: Sequence[int] | None = None) -> int:
    """Bring the obligations in line with what is missing, of some subjects or all. Returns how many rows were written.

    Due `days` after `base`; who hears of it only after that day has the full time from then. What was closed and lacks something
    again is opened anew by the same rule.
    """
    day, kind, subject = clock.today(), gaps.kind, gaps.subject_kind
    lacking = Piece("WITH lacking AS (" + gaps.lacking.sql + ")", gaps.lacking.params)
    mine = among("o.subject_id", subject_ids)
    closed = run(Piece(_CLOSE, (day, kind, subject)), gaps.complete, Piece(")"), mine)
    lapsed = run(lacking, Piece(_LAPSE, (_("资料要求不再催办，或客户没有负责人"), kind, subject)), mine)
    given = (kind, subject, day, clock.now(), day, day, list(rules.ESCALATION_DAYS), kind, subject)
    return closed + lapsed + run(lacking, Piece(_OPEN.format(value_unit=rules.VALUE_UNIT), given))
