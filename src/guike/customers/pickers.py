"""Choosing a customer or one of its people in any form and in the search box (PLT-09)."""

from collections.abc import Iterable, Sequence

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.customers import selectors
from guike.customers.models import Contact, Customer
from guike.platform.access import Viewer, rows
from guike.platform.ui import pickers
from guike.platform.ui.pickers import Choice


def _customer(one: Customer) -> Choice:
    second = " · ".join(part for part in (one.number, one.place, str(one.owner or _("公海"))) if part)
    return Choice(one.pk, one.name, second=second, seal=one.figures.grade, href=one.get_absolute_url())


def _customers(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    found = selectors.customers_found(viewer, text, limit) if text else selectors.list_rows(viewer).order_by("-id")[:limit]
    return [_customer(one) for one in found]


def _chosen_customers(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    return [_customer(one) for one in selectors.list_rows(viewer).filter(pk__in=wanted)]


def _contact(one: Contact) -> Choice:
    second = " · ".join(part for part in (one.customer.name, one.position) if part)
    return Choice(one.pk, one.name, second=second, href=f"/customers/{one.customer_id}/?tab=contacts")


def _contacts(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    customer = int(chosen) if (chosen := filters.get("customer", "")).isdigit() else None
    if text:
        return [_contact(one) for one in selectors.contacts_found(viewer, text, limit, customer)]
    found = rows(viewer, "contact").select_related("customer")
    found = found.filter(customer_id=customer, left_on__isnull=True) if customer else found
    return [_contact(one) for one in found.order_by("-is_primary", "-id")[:limit]]


def _chosen_contacts(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    return [_contact(one) for one in rows(viewer, "contact").filter(pk__in=wanted).select_related("customer")]


def _create_contact(viewer: Viewer, filters: pickers.Filters) -> str:
    """A contact belongs to a customer: made where the form has said which."""
    customer = str(filters.get("customer", ""))
    return reverse("customers:contact_add", args=[customer]) if customer.isdigit() else ""


pickers.register(
    "customer",
    title=_("客户"),
    access=("customer", "view"),
    icon="building",
    in_palette=True,
    search=_customers,
    chosen=_chosen_customers,
    create=lambda viewer, filters: reverse("customers:add"),
    list_url_name="customers:list",
)
pickers.register(
    "contact",
    title=_("联系人"),
    access=("contact", "view"),
    icon="user",
    in_palette=True,
    search=_contacts,
    chosen=_chosen_contacts,
    create=_create_contact,
)
