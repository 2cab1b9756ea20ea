"""Cadence obligations of all subjects, or of a few, brought in line by one and the same SQL (ACT-02).

Three statements, each over a million subjects as over one: contacts close what they fulfil; what is required is opened or
moved; what is no longer required is withdrawn. `rules.due_on` says the same in Python and the tests hold the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.obligations import registry, rules
from guike.engine.obligations.requirements import Requirement
from guike.platform import clock


@dataclass(frozen=True)
class Refreshed:
    """How many obligations a refresh closed, opened or moved, and withdrew."""

    fulfilled: int
    opened_or_moved: int
    withdrawn: int


@dataclass(frozen=True)
class Piece:
    """A part of a statement with its parameters, in order."""

    sql: str
    params: tuple = ()


def run(*pieces: Piece) -> int:
    """Execute the pieces as one statement; returns how many rows it wrote."""
    with connection.cursor() as cursor:
        cursor.execute(" ".join(piece.sql for piece in pieces), [value for piece in pieces for value in piece.params])
        return cursor.rowcount


def among(column: str, subject_ids: Sequence[int] | None) -> Piece:
    """Keep to some subjects; nothing where all are meant."""
    return Piece("") if subject_ids is None else Piece(f"AND {column} = ANY(%s)", (list(subject_ids),))


# --- contacts close what they fulfil ---------------------------------------------------------------------------------

_FULFIL = """
UPDATE engine_obligation o
   SET state = 'fulfilled', fulfilled_by_id = found.activity_id, fulfilled_on = found.happened_on
  FROM (SELECT x.id, a.id AS activity_id, a.happened_on
          FROM engine_obligation x
         CROSS JOIN LATERAL (
               SELECT a.id, a.happened_on
                 FROM engine_activity a
                WHERE a.subject_kind = x.subject_kind AND a.subject_id = x.subject_id AND a.channel <> '' AND a.current
                  AND a.happened_on <= %s
                  AND (x.channels = '{}' OR a.channel = ANY(x.channels))
                  AND a.happened_on >= COALESCE(x.counted_from + 1, x.due_on)
                  AND (x.counted_from IS NOT NULL OR a.id > COALESCE(x.arose_from_id, 0))
                ORDER BY a.happened_on, a.id
                LIMIT 1) a
         WHERE x.state IN ('open', 'snoozed') AND x.kind = ANY(%s) AND x.subject_kind = %s
"""


def fulfil_by_contacts(subject_kind: str, *, subject_ids: Sequence[int] | None = None, on: date | None = None) -> int:
    """Close what contacts up to `on` have fulfilled, each by the first contact that qualifies. Returns how many.

    A cadence counts contacts after `counted_from`: a second one on the same day closes nothing twice. An agreed step (no
    `counted_from`) is closed by a contact on its day or later; an earlier one leaves the appointment standing.
    """
    day = on or clock.today()
    head = Piece(_FULFIL, (day, registry.closed_by_contact(), subject_kind))
    return run(head, among("x.subject_id", subject_ids), Piece(") found WHERE o.id = found.id"))


# --- what is required is opened or moved -----------------------------------------------------------------------------

_REQUIREMENT_COLUMNS = (
    ("policy_id", "bigint"),
    ("version_id", "bigint"),
    ("outcome_policy_id", "bigint"),
    ("outcome", "text"),
    ("interval_days", "int"),
    ("channels", "varchar[]"),
    ("rest_day", "text"),
    ("factor", "float8"),
    ("phrase", "text"),
    ("clause", "text"),
    ("title", "text"),
    ("escalation_days", "smallint[]"),
    ("in_force_from", "date"),
)


def _requirements(found: Sequence[Requirement]) -> Piece:
    row = "(" + ", ".join(f"%s::{kind}" for _name, kind in _REQUIREMENT_COLUMNS) + ")"
    names = ", ".join(name for name, _kind in _REQUIREMENT_COLUMNS)
    values: list[Any] = []
    for requirement in found:
        for name, _kind in _REQUIREMENT_COLUMNS:
            value = getattr(requirement, name)
            values.append(list(value) if isinstance(value, tuple) else value)
    return Piece(f"requirement ({names}) AS (VALUES {', '.join([row] * len(found))})", tuple(values))


def subjects(kind: str, subject_ids: Sequence[int] | None) -> Piece:
    """Who owes for which subjects, as a part of a WITH clause: subject_id, assignee_id, department_id, value, taken_on."""
    rows = registry.subjects(kind).rows()
    if subject_ids is not None:
        rows = rows.filter(pk__in=list(subject_ids))
    sql, params = rows.order_by().query.sql_with_params()
    return Piece(f"subject (subject_id, assignee_id, department_id, value, taken_on) AS ({sql})", tuple(params))


_REQUIRED = """
required AS (
    SELECT r.*, s.subject_id, s.assignee_id, s.department_id, since.day AS since, contact.happened_on AS last_on,
           s.taken_on, GREATEST(GREATEST(COALESCE(contact.happened_on, since.day), s.taken_on) + r.interval_days, since.day) AS raw_due,
           round((r.factor * (1 + log(1 + GREATEST(COALESCE(s.value, 0), 0)::float8 / {value_unit}) / 2))::numeric, 3) AS weight
      FROM requirement r
      JOIN engine_standing st ON st.policy_id = r.outcome_policy_id AND st.outcome = r.outcome AND st.subject_kind = %s
      JOIN subject s ON s.subject_id = st.subject_id
     CROSS JOIN LATERAL (SELECT GREATEST(st.since, r.in_force_from) AS day) since
      LEFT JOIN LATERAL (
           SELECT a.happened_on
             FROM engine_activity a
            WHERE a.subject_kind = %s AND a.subject_id = s.subject_id AND a.channel <> '' AND a.current AND a.happened_on <= %s
              AND (r.channels = '{{}}' OR a.channel = ANY(r.channels))
            ORDER BY a.happened_on DESC
            LIMIT 1) contact ON true
     WHERE s.assignee_id IS NOT NULL
),
dated AS (
    SELECT q.*,
           CASE WHEN q.rest_day = 'keep' OR d.day IS NULL OR d.is_workday THEN q.raw_due
                WHEN q.rest_day = 'before' AND before.day > COALESCE(q.last_on, q.since - 1) AND before.day >= GREATEST(q.since, q.taken_on) THEN before.day
                ELSE COALESCE(after.day, q.raw_due) END AS due_on
      FROM required q
      LEFT JOIN organisation_calendarday d ON d.day = q.raw_due
      LEFT JOIN organisation_calendarday before ON before.is_workday AND before.ordinal = d.ordinal
      LEFT JOIN organisation_calendarday after ON after.is_workday AND after.ordinal = d.ordinal + 1
)
"""

_UPSERT = """
INSERT INTO engine_obligation AS o (
       kind, subject_kind, subject_id, title, reason, clause, policy_id, policy_version_id, outcome, channels, counted_from,
       assignee_id, as_owner, department_id, opened_on, opened_at, due_on, weight, escalation_days,
       state, closed_reason, snooze_reason, snoozes, escalation_level)
SELECT 'cadence', %s, subject_id, title, phrase, clause, policy_id, version_id, outcome, channels, COALESCE(last_on, since - 1),
       assignee_id, true, department_id, %s, %s, due_on, weight, escalation_days, 'open', '', '', 0, 0
  FROM dated
 ORDER BY subject_id
    ON CONFLICT (policy_id, subject_kind, subject_id) WHERE kind = 'cadence' AND state IN ('open', 'snoozed')
    DO UPDATE SET reason = excluded.reason, clause = excluded.clause, title = excluded.title, policy_version_id = excluded.policy_version_id,
       outcome = excluded.outcome, channels = excluded.channels, counted_from = excluded.counted_from, assignee_id = excluded.assignee_id,
       department_id = excluded.department_id, due_on = excluded.due_on, weight = excluded.weight, escalation_days = excluded.escalation_days
 WHERE (o.reason, o.clause, o.title, o.policy_version_id, o.outcome, o.channels, o.counted_from, o.assignee_id, o.department_id,
        o.due_on, o.weight, o.escalation_days)
       IS DISTINCT FROM
       (excluded.reason, excluded.clause, excluded.title, excluded.policy_version_id, excluded.outcome, excluded.channels,
        excluded.counted_from, excluded.assignee_id, excluded.department_id, excluded.due_on, excluded.weight, excluded.escalation_days)
"""

_WITHDRAW = """
UPDATE engine_obligation o
   SET state = 'withdrawn',
       closed_reason = CASE WHEN EXISTS (SELECT 1 FROM subject s WHERE s.subject_id = o.subject_id AND s.assignee_id IS NOT NULL)
                            THEN %s ELSE %s END
 WHERE o.kind = 'cadence' AND o.state IN ('open', 'snoozed') AND o.subject_kind = %s
   AND NOT EXISTS (SELECT 1
                     FROM requirement r
                     JOIN engine_standing st ON st.policy_id = r.outcome_policy_id AND st.outcome = r.outcome AND st.subject_kind = %s
                     JOIN subject s ON s.subject_id = st.subject_id AND s.assignee_id IS NOT NULL
                    WHERE r.policy_id = o.policy_id AND st.subject_id = o.subject_id)
"""

_WITHDRAW_ALL = """
UPDATE engine_obligation SET state = 'withdrawn', closed_reason = %s
 WHERE kind = 'cadence' AND state IN ('open', 'snoozed') AND subject_kind = %s
"""


def with_parts(*pieces: Piece) -> Piece:
    """A WITH clause of several parts, parameters in the same order."""
    return Piece("WITH " + ", ".join(piece.sql for piece in pieces), tuple(value for piece in pieces for value in piece.params))


def _open_or_move(kind: str, found: Sequence[Requirement], subject_ids: Sequence[int] | None, day: date) -> int:
    required = Piece(_REQUIRED.format(value_unit=rules.VALUE_UNIT), (kind, kind, day))
    parts = with_parts(_requirements(found), subjects(kind, subject_ids), required)
    return run(parts, Piece(_UPSERT, (kind, day, clock.now())))


def _withdraw(kind: str, found: Sequence[Requirement], subject_ids: Sequence[int] | None) -> int:
    reasons = (_("现行制度不再要求联系"), _("客户已停用或进入公海"))
    if not found:
        return run(Piece(_WITHDRAW_ALL, (reasons[0], kind)), among("subject_id", subject_ids))
    parts = with_parts(_requirements(found), subjects(kind, subject_ids))
    return run(parts, Piece(_WITHDRAW, (*reasons, kind, kind)), among("o.subject_id", subject_ids))


def refresh(
    kind: str,
    *,
    requirements: Sequence[Requirement],
    subject_ids: Sequence[int] | None = None,
    on: date | None = None,
    only_contacts: bool = False,
) -> Refreshed:
    """Bring the cadence obligations of one kind of subject in line as of a day; of all of them, or of some.

    After it, every subject that a requirement asks for and somebody owns has exactly one open cadence obligation per policy,
    due as `rules.due_on` says; nothing else has one. `only_contacts`: nothing but contacts changed, so nothing is withdrawn.
    """
    day = on or clock.today()
    mine = [requirement for requirement in requirements if requirement.subject_kind == kind]
    fulfilled = fulfil_by_contacts(kind, subject_ids=subject_ids, on=day)
    withdrawn = 0 if only_contacts else _withdraw(kind, mine, subject_ids)
    moved = _open_or_move(kind, mine, subject_ids, day) if mine else 0
    return Refreshed(fulfilled, moved, withdrawn)
