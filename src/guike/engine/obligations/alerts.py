"""What alerts make due (POL-02, RSK-04): one open task per policy and subject while the level stands, withdrawn when it clears.

Set-based like the cadences. A task that was done is not opened again until the level cleared and came back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from guike.engine.events import Escalated
from guike.engine.models.obligation import Obligation
from guike.engine.obligations import rules
from guike.engine.obligations.escalation import superiors
from guike.engine.obligations.refresh import Piece, among, run, subjects, with_parts
from guike.engine.obligations.selectors import LIVE
from guike.platform import clock, events


@dataclass(frozen=True)
class AlertTask:
    """One level of one alert in force that makes something due: what, within how many days of the level's begin, whom else to tell."""

    policy_id: int
    version_id: int
    outcome: str
    subject_kind: str
    title: str
    reason: str
    clause: str
    days: int
    factor: float
    tells_superior: bool


_COLUMNS = (
    ("policy_id", "bigint"),
    ("version_id", "bigint"),
    ("outcome", "text"),
    ("title", "text"),
    ("reason", "text"),
    ("clause", "text"),
    ("days", "int"),
    ("factor", "float8"),
)

_OPEN = """
INSERT INTO engine_obligation AS o (
       kind, subject_kind, subject_id, title, reason, clause, policy_id, policy_version_id, outcome, channels,
       assignee_id, as_owner, department_id, opened_on, opened_at, due_on, weight, escalation_days,
       state, closed_reason, snooze_reason, snoozes, escalation_level)
SELECT 'alert', %s, s.subject_id, t.title, t.reason, t.clause, t.policy_id, t.version_id, t.outcome, '{{}}',
       s.assignee_id, true, s.department_id, %s, %s, GREATEST(st.since, %s::date) + t.days,
       round((t.factor * (1 + log(1 + GREATEST(COALESCE(s.value, 0), 0)::float8 / {value_unit}) / 2))::numeric, 3), %s,
       'open', '', '', 0, 0
  FROM task t
  JOIN engine_standing st ON st.policy_id = t.policy_id AND st.outcome = t.outcome AND st.subject_kind = %s
  JOIN subject s ON s.subject_id = st.subject_id AND s.assignee_id IS NOT NULL
 WHERE NOT EXISTS (SELECT 1
                     FROM engine_obligation done
                    WHERE done.kind = 'alert' AND done.policy_id = t.policy_id AND done.subject_kind = st.subject_kind
                      AND done.subject_id = st.subject_id AND done.state = 'fulfilled' AND done.outcome = t.outcome
                      AND done.opened_on >= st.since)
 ORDER BY s.subject_id
    ON CONFLICT (policy_id, subject_kind, subject_id) WHERE kind = 'alert' AND state IN ('open', 'snoozed')
    DO UPDATE SET title = excluded.title, reason = excluded.reason, outcome = excluded.outcome, assignee_id = excluded.assignee_id,
       department_id = excluded.department_id, policy_version_id = excluded.policy_version_id, weight = excluded.weight
 WHERE (o.title, o.reason, o.outcome, o.assignee_id, o.department_id, o.policy_version_id, o.weight)
       IS DISTINCT FROM
       (excluded.title, excluded.reason, excluded.outcome, excluded.assignee_id, excluded.department_id, excluded.policy_version_id, excluded.weight)
"""

_CLEAR = """
UPDATE engine_obligation o
   SET state = 'withdrawn', closed_reason = %s
 WHERE o.kind = 'alert' AND o.state IN ('open', 'snoozed') AND o.subject_kind = %s AND o.policy_id IS NOT NULL
   AND NOT EXISTS (SELECT 1
                     FROM task t
                     JOIN engine_standing st ON st.policy_id = t.policy_id AND st.outcome = t.outcome
                     JOIN subject s ON s.subject_id = st.subject_id AND s.assignee_id IS NOT NULL
                    WHERE t.policy_id = o.policy_id AND st.subject_kind = o.subject_kind AND st.subject_id = o.subject_id)
"""


def _tasks(found: Sequence[AlertTask]) -> Piece:
    names = ", ".join(name for name, _kind in _COLUMNS)
    row = "(" + ", ".join(f"%s::{kind}" for _name, kind in _COLUMNS) + ")"
    values = tuple(getattr(task, name) for task in found for name, _kind in _COLUMNS)
    if not found:
        empty = ", ".join(f"NULL::{kind}" for _name, kind in _COLUMNS)
        return Piece(f"task ({names}) AS (SELECT {empty} WHERE false)")
    return Piece(f"task ({names}) AS (VALUES {', '.join([row] * len(found))})", values)


def refresh_alerts(
    kind: str, *, tasks: Sequence[AlertTask], subject_ids: Sequence[int] | None = None, on: date | None = None
) -> tuple[int, int]:
    """Open or bring up to date what the alerts in force ask for, withdraw what cleared. Returns (opened or changed, withdrawn).

    A task is due `days` after its level began, but never counted from before today: who sees it first today has the full time.
    """
    day = on or clock.today()
    mine = [task for task in tasks if task.subject_kind == kind]
    parts = with_parts(_tasks(mine), subjects(kind, subject_ids))
    cleared = run(parts, Piece(_CLEAR, (_("预警已解除"), kind)), among("o.subject_id", subject_ids))
    opened = 0
    if mine:
        text = _OPEN.format(value_unit=rules.VALUE_UNIT)
        opened = run(parts, Piece(text, (kind, day, clock.now(), day, list(rules.ESCALATION_DAYS), kind)))
        if told := [task for task in mine if task.tells_superior]:
            _tell_superiors(told, subject_ids, day)
    return opened, cleared


def _tell_superiors(told: Sequence[AlertTask], subject_ids: Sequence[int] | None, day: date) -> None:
    """Alerts that the superior is to hear of stand before him at once, not only when they are late."""
    policies, outcomes = {task.policy_id for task in told}, {task.outcome for task in told}
    fresh = Obligation.objects.filter(
        kind="alert", state__in=LIVE, policy__in=policies, outcome__in=outcomes, escalation_level=0, assignee__isnull=False
    )
    if subject_ids is not None:
        fresh = fresh.filter(subject_kind=told[0].subject_kind, subject_id__in=list(subject_ids))
    assignees = set(fresh.values_list("assignee_id", flat=True).distinct())
    above = superiors(assignees, day) if assignees else {}
    hears: dict[int, tuple[int, ...]] = {}
    for person, superior in above.items():
        ids = tuple(fresh.filter(assignee=person).values_list("pk", flat=True))
        Obligation.objects.filter(pk__in=ids).update(escalation_level=1, escalated_to_id=superior, escalated_at=clock.now())
        hears[superior] = hears.get(superior, ()) + ids
    if hears:
        events.emit(Escalated(hears))
