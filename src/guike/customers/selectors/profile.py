"""How complete a file is, and what it lacks (CUS-03)."""

from dataclasses import dataclass

from django.db import connection
from psycopg import sql

from guike.customers import completeness, rules
from guike.customers.models import Customer
from guike.platform.access import Viewer, require


@dataclass(frozen=True)
class Profile:
    """Whole percent and the missing items as (code, label), in the order of the requirement."""

    percent: int
    missing: list[tuple[str, str]]
    required: int


def profile(customer: Customer) -> Profile:
    """The completeness of one customer that the caller has authorised, from the same expressions as the metric. Two queries."""
    items = rules.requirement_for(completeness.requirements(), customer.kind, customer.nature)
    present = _present(customer.pk, items)
    percent, missing = rules.completeness(items, present)
    labels = {**rules.PERSON_FIELDS, **rules.COMPANY_FIELDS}
    return Profile(percent, [(item, labels[item]) for item in missing], len(items))


def _present(customer_id: int, items: tuple[str, ...]) -> set[str]:
    if not items:
        return set()
    columns = sql.SQL(", ").join(completeness.present(item, completeness.LIVE) for item in items)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("SELECT {} FROM customers_customer c WHERE c.id = {}").format(columns, sql.Literal(customer_id)))
        found = cursor.fetchone() or [False] * len(items)
    return {item for item, is_there in zip(items, found, strict=True) if is_there}


def requirement_lists(viewer: Viewer) -> dict[tuple[str, str], tuple[str, ...]]:
    """The required items per kind and nature, for the page that sets them."""
    require(viewer, "profile_rule", "view")
    return completeness.requirements()


def requirement_days(viewer: Viewer) -> dict[tuple[str, str], int]:
    """Within how many days after registration files must be complete, where set."""
    require(viewer, "profile_rule", "view")
    return completeness.deadlines()
