"""The customer's people (CUS-02)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.events import CustomerChanged
from guike.customers.models import Contact
from guike.customers.services import cleaning
from guike.customers.services.doors import changeable, changeable_contact
from guike.customers.services.figures import refresh_completeness
from guike.platform import clock, events
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

EDITABLE = frozenset(field.name for field in Contact._meta.concrete_fields if field.editable and field.name not in {"id", "customer"})


def _cleaned(values: Mapping[str, Any], stored: Contact | None, *, actor: Viewer) -> dict[str, Any]:
    cleaning.require_known(values, EDITABLE)
    cleaning.require_fields(values, "contact", actor, stored)
    cleaned = cleaning.texts(Contact, values)
    cleaning.require_name(cleaned, _("姓名"))
    cleaning.numbers(cleaned, stored.phones if stored else None)
    cleaning.lunar(cleaned)
    return cleaned


def _derive(contact: Contact) -> None:
    for name, value in rules.of_contact(name=contact.name, phone=contact.phone, phones=contact.phones).items():
        setattr(contact, name, value)


def _refuse_circle(contact: Contact) -> None:
    """The decision chain is a tree within one customer."""
    boss = contact.reports_to
    if boss is not None and boss.customer_id != contact.customer_id:
        raise Refused(_("上级「%(name)s」不是这家客户的人") % {"name": boss}, field="reports_to")
    while boss is not None:
        if boss.pk == contact.pk:
            raise Refused(_("「%(name)s」是下级，不能同时作上级") % {"name": contact.reports_to}, field="reports_to")
        boss = boss.reports_to


def _only_primary(contact: Contact) -> None:
    if contact.is_primary:
        Contact.objects.filter(customer_id=contact.customer_id, is_primary=True).exclude(pk=contact.pk).update(is_primary=False)


def _after(contact: Contact) -> None:
    refresh_completeness([contact.customer_id])
    events.emit(CustomerChanged(contact.customer_id, frozenset({"contacts"})))


@verb("customers.add_contact")
def add_contact(customer_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> Contact:
    """Put a person of a customer on file; the first one becomes the primary contact."""
    require(actor, "contact", "add")
    customer = changeable(actor, customer_id)
    contact = Contact(customer=customer, **_cleaned({"name": "", **values}, None, actor=actor))
    contact.is_primary = contact.is_primary or not customer.contacts.exists()
    _refuse_circle(contact)
    _derive(contact)
    _only_primary(contact)
    contact.save()
    _after(contact)
    return contact


@verb("customers.change_contact")
def change_contact(contact_id: int, values: Mapping[str, Any], *, version: int, actor: Viewer, reason: str = "") -> Contact:
    """Change a contact that still stands at `version`."""
    contact = changeable_contact(actor, contact_id)
    if contact.version != version:
        raise Stale(_("「%(name)s」刚被别人改过，刷新后再改，已填内容先复制") % {"name": contact})
    cleaned = _cleaned(values, contact, actor=actor)
    if all(getattr(contact, name) == value for name, value in cleaned.items()):
        return contact
    for name, value in cleaned.items():
        setattr(contact, name, value)
    _refuse_circle(contact)
    _derive(contact)
    _only_primary(contact)
    contact.version += 1
    contact.save()
    _after(contact)
    return contact


@verb("customers.remove_contact")
def remove_contact(contact_id: int, *, actor: Viewer, reason: str = "") -> None:
    """Take a contact out of use; those who reported to the contact now report one level up."""
    contact = changeable_contact(actor, contact_id, action="delete")
    Contact.objects.filter(reports_to=contact).update(reports_to=contact.reports_to_id)
    contact.removed_at = clock.now()
    contact.is_primary = False
    contact.version += 1
    contact.save(update_fields=["removed_at", "is_primary", "version"])
    _after(contact)
