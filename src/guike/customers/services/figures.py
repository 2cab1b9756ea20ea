"""Keeping the figures that lists show and sort by (PRF-1): all customers, or some, in one statement each.

The values come from the engine's own metrics, standings and obligations: the same expressions that policies read.
"""

from collections.abc import Sequence
from datetime import date

from django.db import connection
from psycopg import sql

from guike.customers import completeness
from guike.customers.services.file_duties import refresh_file_duties
from guike.engine import selectors as engine
from guike.engine.metrics import REGISTRY
from guike.engine.metrics.measure import Measuring
from guike.engine.obligations import selectors as obligations
from guike.platform import clock
from guike.platform.access import SYSTEM

_COMPLETENESS = sql.SQL(
    """
    UPDATE customers_customer t SET completeness = now.percent, decision_makers = now.deciders
      FROM (SELECT c.id, {percent} AS percent,
                   (SELECT count(*) FROM customers_contact k
                     WHERE k.customer_id = c.id AND k.role = 'decides' AND k.removed_at IS NULL AND k.left_on IS NULL) AS deciders
              FROM customers_customer c WHERE c.removed_at IS NULL AND {among}) now
     WHERE t.id = now.id AND (t.completeness, t.decision_makers) IS DISTINCT FROM (now.percent, now.deciders)
    """
)

#: Column → metric and how its value becomes the column's; a metric that no domain declared leaves the column at its blank.
_MEASURED = {
    "purchases_12m": ("purchases.amount_12m", "COALESCE({}, 0)"),
    "purchases_before": ("purchases.amount_prev_12m", "COALESCE({}, 0)"),
    "orders_12m": ("purchases.orders_12m", "COALESCE({}, 0)"),
    "last_purchase_on": ("purchases.last_on", "{}"),
    "first_purchase_on": ("purchases.first_on", "{}"),
    "last_contact_on": ("contacts.days_since_last", "{as_of} - {}::int"),
    "cooperation_years": ("cooperation.full_years", "{}"),
}
_BLANK = {"purchases_12m": "0", "purchases_before": "0", "orders_12m": "0"}
_KEPT = {
    "grade": "COALESCE(g.outcome, '')",
    "grade_rank": "COALESCE(g.rank, 99)",
    "score": "g.score",
    "next_due_on": "d.due_on",
    "next_due_title": "COALESCE(left(d.title, 120), '')",
    "open_obligations": "COALESCE(d.open, 0)",
}
_REFRESH = """
UPDATE customers_customerfigures f SET {assignments}, refreshed_at = %s
  FROM ({measured}) m
  LEFT JOIN ({standings}) g ON g.subject_id = m.subject_id
  LEFT JOIN ({due}) d ON d.subject_id = m.subject_id
 WHERE f.customer_id = m.subject_id AND ({present}) IS DISTINCT FROM ({wanted})
"""
_DUE = """
SELECT DISTINCT ON (o.subject_id) o.subject_id, o.due_on, o.title, count(*) OVER (PARTITION BY o.subject_id) AS open
  FROM ({live}) o ORDER BY o.subject_id, o.due_on, o.id
"""


def _among(customer_ids: Sequence[int] | None) -> sql.Composable:
    return sql.SQL("true") if customer_ids is None else sql.SQL("c.id = ANY({})").format(sql.Literal(list(customer_ids)))


def refresh_completeness(customer_ids: Sequence[int] | None) -> int:
    """Compute completeness and known decision makers of some files, or of all (None), and what is owed of them. Returns how many changed."""
    with connection.cursor() as cursor:
        cursor.execute(_COMPLETENESS.format(percent=completeness.percent(), among=_among(customer_ids)))
        changed = cursor.rowcount
    follow_file_duties(customer_ids)
    return changed


def follow_file_duties(customer_ids: Sequence[int] | None) -> None:
    """Bring what owners owe of incomplete files in line, and the lists' next steps where that changed something."""
    if refresh_file_duties(customer_ids):
        refresh_figures(customer_ids)


def _measured(customer_ids: Sequence[int] | None, as_of: date) -> tuple[str, dict[str, str]]:
    """The metrics as one relation, and the expression of each kept column over it (alias m)."""
    codes = tuple(dict.fromkeys(code for code, _shape in _MEASURED.values() if code in REGISTRY.metrics))
    measuring = Measuring(codes, "customer", as_of, customer_ids)
    columns = {}
    for name, (code, shape) in _MEASURED.items():
        value = f"m.{measuring.column(code)}" if code in codes else None
        columns[name] = shape.replace("{as_of}", f"DATE '{as_of:%Y-%m-%d}'").replace("{}", value) if value else _BLANK.get(name, "NULL")
    return measuring.sql(), columns


def _due(customer_ids: Sequence[int] | None) -> tuple[str, tuple]:
    live = obligations.live(SYSTEM).filter(subject_kind="customer").order_by()
    if customer_ids is not None:
        live = live.filter(subject_id__in=list(customer_ids))
    text, params = live.values("subject_id", "due_on", "title", "id").query.sql_with_params()
    return _DUE.format(live=text), params


def refresh_figures(customer_ids: Sequence[int] | None = None, as_of: date | None = None) -> int:
    """Bring the kept figures of some customers, or of all, up to the day. Returns how many rows changed.

    One statement whatever the number; rows that stay as they are are not written.
    """
    if customer_ids is not None and not customer_ids:
        return 0
    measured, columns = _measured(customer_ids, as_of or clock.today())
    columns.update(_KEPT)
    due, params = _due(customer_ids)
    statement = _REFRESH.format(
        assignments=", ".join(f"{name} = {value}" for name, value in columns.items()),
        measured=measured.replace("%", "%%"),
        standings=engine.primary_standings_sql("customer").replace("%", "%%"),
        due=due,
        present=", ".join(f"f.{name}" for name in columns),
        wanted=", ".join(columns.values()),
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [clock.now(), *params])
        return cursor.rowcount
