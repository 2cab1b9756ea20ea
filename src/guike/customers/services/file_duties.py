"""A file that is not complete in time is owed by the customer's owner (CUS-03)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from psycopg import sql

from guike.customers import completeness
from guike.engine.obligations import registry
from guike.engine.obligations import selectors as obligations
from guike.engine.obligations.gaps import Gaps, refresh_gaps
from guike.engine.obligations.refresh import Piece, among
from guike.platform.access import SYSTEM

registry.register_kind(
    registry.Kind(
        "profile", gettext_lazy("补资料"), gettext_lazy("补资料"), "file-text", link="/customers/{subject_id}/supplement/", by_record=True
    )
)
_LACKING = """
SELECT c.id AS subject_id, c.owner_id AS assignee_id, c.department_id, f.purchases_12m AS value,
       GREATEST(c.registered_on, (c.created_at AT TIME ZONE 'Asia/Shanghai')::date) AS base, {days} AS days, %s AS title, {missing} AS reason
  FROM customers_customer c LEFT JOIN customers_customerfigures f ON f.customer_id = c.id
 WHERE c.removed_at IS NULL AND c.owner_id IS NOT NULL AND c.completeness < 100 AND {days} > 0
"""


def _days(found: dict[tuple[str, str], int]) -> sql.Composable:
    """The days of customer `c`'s category, from the same line as its required items."""
    branches, lists = [], completeness.requirements()
    for condition, kind, nature in completeness.categories():
        days = found.get((kind, nature) if (kind, nature) in lists else (kind, ""), 0)
        branches.append(sql.SQL("WHEN {} THEN {}").format(condition, sql.Literal(days)))
    return sql.SQL("(CASE {} ELSE 0 END)").format(sql.SQL(" ").join(branches))


def refresh_file_duties(customer_ids: Sequence[int] | None) -> int:
    """Open, bring up to date and close what is owed of some files, or of all. Returns how many obligations were written.

    registered 11-01, 30 days → due 12-01; the list of what is missing is the reason; complete → closed by itself. Two queries where
    no category has a deadline and nothing is open.
    """
    days = completeness.deadlines()
    if not days and not obligations.live(SYSTEM).filter(kind="profile").exists():
        return 0
    lacking = sql.SQL(_LACKING).format(days=_days(days), missing=completeness.missing(completeness.LIVE)).as_string(None)
    mine = among("c.id", customer_ids)
    complete = Piece("SELECT c.id FROM customers_customer c WHERE c.completeness = 100")
    asked = Piece(f"{lacking} {mine.sql}", (_("补齐客户资料"), *mine.params))
    return refresh_gaps(Gaps("profile", "customer", asked, Piece(f"{complete.sql} {mine.sql}", mine.params)), subject_ids=customer_ids)
