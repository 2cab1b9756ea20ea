"""Customers as rows: one, many."""

from collections.abc import Iterable

from django.db import connection
from django.db.models import QuerySet

from guike.customers.models import Competitor, Customer, CustomField, Need
from guike.platform.access import Viewer, row, rows
from guike.platform.kept import kept

#: What only the record shows; a test holds that no column of the list asks for it row by row.
OF_THE_RECORD = (
    *("former_names", "former_numbers", "merged_into", "name_key", "initials", "brand_key", "brand_sound", "brand_place", "search", "dial"),
    *("uscc", "registration_number", "legal_representative", "registered_capital", "founded_on", "business_scope", "employees"),
    *("production_lines", "division_code", "registered_address", "phones", "phone_keys", "email", "website", "social"),
    *("invoice_title", "tax_number", "invoice_address", "bank_name", "bank_account", "gender", "birthday", "birthday_lunar", "title"),
    *("organisation", "owner_since", "dealer_agreement_on", "commission_agreement_on", "strategic_agreement_on", "supply_contract_on"),
    *("own_use", "stage_since", "decision_makers", "note", "custom", "created_at", "updated_at", "changed_at"),
    *("figures__purchases_before", "figures__first_purchase_on", "figures__cooperation_years", "figures__refreshed_at"),
    *("owner__pinyin", "owner__phone", "owner__email", "owner__joined_on", "owner__left_on"),
)  # fmt: skip


def customers(viewer: Viewer, action: str = "view") -> QuerySet[Customer]:
    """All customers within the viewer's reach."""
    return rows(viewer, "customer", action)


def customer(viewer: Viewer, customer_id: int, action: str = "view") -> Customer:
    """One customer with owner, department and figures; 404 out of sight, Forbidden out of the action's reach. One query after the check."""
    found = row(viewer, "customer", customer_id, action)
    return Customer.objects.select_related("owner", "department", "figures").get(pk=found.pk)


def editable(viewer: Viewer, customer_id: int) -> Customer:
    """One customer that the viewer may change; 404 out of sight, Forbidden without the right."""
    return row(viewer, "customer", customer_id, "change")


def releasable(viewer: Viewer, customer_id: int) -> Customer:
    """One customer that the viewer may put into the pool, with owner and figures."""
    row(viewer, "customer", customer_id, "release")
    return customer(viewer, customer_id)


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


@kept("custom_fields")
def own_fields() -> tuple[CustomField, ...]:
    """The fields of the company's own that are asked for, in its order."""
    return tuple(CustomField.objects.filter(active=True))


def needs(viewer: Viewer, customer_id: int) -> list[Need]:
    """Open needs first, newest first."""
    row(viewer, "customer", customer_id)
    found = Need.objects.filter(customer_id=customer_id).select_related("noted_by")
    return sorted(found, key=lambda need: (need.state != Need.State.OPEN, -need.pk))


def competitors(viewer: Viewer, customer_id: int) -> list[Competitor]:
    """Rivals at the customer, newest first."""
    row(viewer, "customer", customer_id)
    return list(Competitor.objects.filter(customer_id=customer_id).select_related("noted_by"))
