"""Customers as rows: one, many, found by text, similar to what is being typed."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models import Q, QuerySet

from guike.customers import rules
from guike.customers.models import Competitor, Customer, Need
from guike.platform.access import Viewer, row, rows


def customers(viewer: Viewer, action: str = "view") -> QuerySet[Customer]:
    """All customers within the viewer's reach."""
    return rows(viewer, "customer", action)


def customer(viewer: Viewer, customer_id: int) -> Customer:
    """One customer with owner, department, figures and parent; 404 out of sight. One query after the check."""
    found = row(viewer, "customer", customer_id)
    return Customer.objects.select_related("owner", "department", "figures", "parent").get(pk=found.pk)


def editable(viewer: Viewer, customer_id: int) -> Customer:
    """One customer that the viewer may change; 404 out of sight, Forbidden without the right."""
    return row(viewer, "customer", customer_id, "change")


def list_rows(viewer: Viewer) -> QuerySet[Customer]:
    """Rows of the customer list: record, figures and owner in one query."""
    return rows(viewer, "customer").select_related("figures", "owner")


def names(viewer: Viewer, customer_ids: Iterable[int]) -> dict[int, str]:
    """id → name of those within reach."""
    return dict(rows(viewer, "customer").filter(pk__in=list(customer_ids)).values_list("pk", "name"))


_GRADES = """
WITH RECURSIVE step AS (
    (SELECT grade_rank, grade FROM customers_customerfigures ORDER BY grade_rank LIMIT 1)
    UNION ALL
    SELECT next.* FROM step CROSS JOIN LATERAL (
        SELECT f.grade_rank, f.grade FROM customers_customerfigures f WHERE f.grade_rank > step.grade_rank ORDER BY f.grade_rank LIMIT 1) next
)
SELECT grade FROM step WHERE grade <> ''
"""


def grades() -> list[str]:
    """The grades that customers hold today, best first: as many steps through an index as there are grades."""
    with connection.cursor() as cursor:
        cursor.execute(_GRADES)
        return [grade for (grade,) in cursor.fetchall()]


def needs(viewer: Viewer, customer_id: int) -> list[Need]:
    """Open needs first, newest first."""
    row(viewer, "customer", customer_id)
    found = Need.objects.filter(customer_id=customer_id).select_related("noted_by")
    return sorted(found, key=lambda need: (need.state != Need.State.OPEN, -need.pk))


def competitors(viewer: Viewer, customer_id: int) -> list[Competitor]:
    """Rivals at the customer, newest first."""
    row(viewer, "customer", customer_id)
    return list(Competitor.objects.filter(customer_id=customer_id).select_related("noted_by"))


@dataclass(frozen=True)
class Similar:
    """A customer that may be the one being typed. `customer_id` is None where the viewer may not open it."""

    customer_id: int | None
    name: str
    owner: str
    why: str


def similar(viewer: Viewer, *, name: str = "", phone: str = "", uscc: str = "", but: int | None = None, limit: int = 5) -> list[Similar]:
    """Customers with the same code, number or normalised name, in all the books (CUS-07).

    Out of the viewer's reach only "there is one, and whose" is told: no name, no id.
    """
    code = rules.read_code(uscc) if uscc else None
    key, phones = rules.name_key(name), [rules.phone_key(one) for one in rules.split_phones(phone)]
    condition = Q(pk__in=[])
    if code and code.kind == "uscc":
        condition |= Q(uscc=code.value)
    if len(key) >= 2:
        condition |= Q(name_key=key)
    if phones := [one for one in phones if len(one) >= 7]:
        condition |= Q(phone_keys__overlap=phones)
    found = list(Customer.objects.filter(condition).exclude(pk=but).select_related("owner")[:limit])  # type: ignore[misc]
    seen = set(rows(viewer, "customer").filter(pk__in=[one.pk for one in found]).values_list("pk", flat=True)) if found else set()
    return [_similar(one, code.value if code else "", phones, one.pk in seen) for one in found]


def _similar(one: Customer, code: str, phones: list[str], is_seen: bool) -> Similar:
    if code and one.uscc == code:
        why = "代码相同"
    elif set(phones) & set(one.phone_keys):
        why = "电话相同"
    else:
        why = "名称相同"
    owner = str(one.owner) if one.owner else "公海"
    return Similar(one.pk if is_seen else None, one.name if is_seen else "", owner, why)
