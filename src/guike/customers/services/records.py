"""Adding, changing and removing customers and their addresses (CUS-01)."""

from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.events import CustomerChanged, CustomersAdded
from guike.customers.models import Customer, CustomerAddress, LifecycleMove
from guike.customers.services import cleaning, quotas, relations
from guike.customers.services.doors import changeable, home_department
from guike.customers.services.figures import refresh_completeness
from guike.platform import clock, events, numbering
from guike.platform.access import Viewer, allowed, require, rows
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

_SOUGHT = ("name", "short_name", "former_names", "former_numbers", "phone", "phones", "kind")


def _derive(customer: Customer) -> list[str]:
    """Bring the fields that follow from others in line; returns their names."""
    derived = rules.of_customer(number=customer.number, **{name: getattr(customer, name) for name in _SOUGHT})
    for name, value in derived.items():
        setattr(customer, name, value)
    return list(derived)


def _refuse_same_code(uscc: str, actor: Viewer, *, but: int | None = None) -> None:
    """Two live customers never share a unified code; the refusal names the place without opening it to strangers."""
    holder = Customer.objects.filter(uscc=uscc).exclude(pk=but).select_related("owner").first() if uscc else None  # type: ignore[misc]
    if holder is None:
        return
    owner = _("负责人 %(name)s") % {"name": holder.owner} if holder.owner else _("在公海")
    if rows(actor, "customer").filter(pk=holder.pk).exists():
        message = _("这个代码已登记在「%(name)s」（%(number)s，%(owner)s），不能再建一家") % {
            "name": holder.name,
            "number": holder.number,
            "owner": owner,
        }
    else:
        message = _("这个代码已登记在另一家客户名下（%(owner)s），可找负责人加你为协同人") % {"owner": owner}
    raise Refused(message, field="uscc", code="duplicate_uscc")


def _saved(customer: Customer, actor: Viewer, **options: Any) -> None:
    try:
        with transaction.atomic():
            customer.save(**options)
    except IntegrityError as error:
        if "customer_uscc_once" in str(error):
            _refuse_same_code(customer.uscc, actor, but=customer.pk)
        raise


@verb("customers.add_customer")
def add_customer(
    values: Mapping[str, Any],
    *,
    actor: Viewer,
    owner_id: int | None = None,
    number: str = "",
    stage: str = "lead",
    unowned: bool = False,
    reason: str = "",
) -> Customer:
    """Put a new customer on the books, owned by `owner_id`, else by the actor; `unowned` = into the public pool.

    Refused: no name, an invalid or taken unified code, a required custom field left blank. Giving it to somebody else needs
    the right to transfer. A similar name does not refuse: the form has warned (CUS-07).
    """
    require(actor, "customer", "add")
    cleaned = cleaning.customer({"name": "", **values}, None, actor=actor)
    _refuse_same_code(cleaned.get("uscc", ""), actor)
    if owner_id not in (None, actor.person_id) and not actor.is_system:
        require(actor, "customer", "transfer")
    if parent := cleaned.pop("parent", None):
        relations.hold_trees()
    customer = Customer(**cleaned, number=number.strip() or numbering.take("customer"), stage=stage, stage_since=clock.today())
    customer.owner_id = None if unowned else (owner_id or actor.person_id)
    customer.department_id = home_department(customer.owner_id, actor)
    _derive(customer)
    _saved(customer, actor)
    if parent is not None:
        relations.place_under(customer, parent, actor=actor)
    if customer.owner_id not in (None, actor.person_id) and not actor.is_system:
        quotas.require_room(customer.owner_id, [customer.pk], actor=actor)
    LifecycleMove.objects.create(customer=customer, to_stage=stage, on=clock.today(), why=_("建档"), moved_by_id=actor.person_id)
    refresh_completeness([customer.pk])
    events.emit(CustomersAdded((customer.pk,)))
    return customer


@verb("customers.change_customer")
def change_customer(customer_id: int, values: Mapping[str, Any], *, version: int, actor: Viewer, reason: str = "") -> Customer:
    """Change fields of a customer that still stands at `version`.

    `Stale` when somebody saved it meanwhile; refused like `add_customer`; nothing is written when nothing differs.
    """
    if "parent" in values:
        relations.hold_trees()
    customer = changeable(actor, customer_id)
    if customer.version != version:
        raise Stale(_("「%(name)s」刚被别人改过，刷新后再改，已填内容先复制") % {"name": customer})
    cleaned = cleaning.customer(values, customer, actor=actor)
    if cleaned.get("uscc") != customer.uscc:
        _refuse_same_code(cleaned.get("uscc", ""), actor, but=customer.pk)
    changed = [name for name, value in cleaned.items() if getattr(customer, name) != value]
    if not changed:
        return customer
    _remember_former_name(customer, cleaned, changed)
    if "parent" in changed:
        relations.place_under(customer, cleaned["parent"], actor=actor)
    for name in changed:
        setattr(customer, name, cleaned[name])
    _write(customer, changed, actor)
    return customer


def _write(customer: Customer, changed: list[str], actor: Viewer) -> None:
    customer.version += 1
    customer.updated_at = clock.now()
    _saved(customer, actor, update_fields=[*(name for name in changed if name != "parent"), *_derive(customer), "version", "updated_at"])
    refresh_completeness([customer.pk])
    events.emit(CustomerChanged(customer.pk, frozenset(changed)))


def _remember_former_name(customer: Customer, cleaned: dict[str, Any], changed: list[str]) -> None:
    """A renamed company is still found, and recognised as a duplicate, under its old name."""
    if "name" not in changed or not customer.is_company or rules.name_key(cleaned["name"]) == customer.name_key:
        return
    former = [name for name in (*cleaned.get("former_names", customer.former_names), customer.name) if name != cleaned["name"]]
    cleaned["former_names"] = list(dict.fromkeys(former))
    if "former_names" not in changed:
        changed.append("former_names")


@verb("customers.remove_customer")
def remove_customer(customer_id: int, *, actor: Viewer, reason: str) -> None:
    """Take a customer out of use; its records stay and its code becomes free. Needs a reason."""
    customer = changeable(actor, customer_id, action="delete")
    if not reason.strip():
        raise Refused(_("停用要写原因"), field="reason")
    customer.removed_at = clock.now()
    customer.version += 1
    customer.save(update_fields=["removed_at", "version"])
    events.emit(CustomerChanged(customer.pk, frozenset({"removed_at"})))


_ADDRESS = frozenset({"kind", "province", "city", "district", "division_code", "line", "receiver", "phone", "is_default"})


@verb("customers.add_address")
def add_address(customer_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> CustomerAddress:
    """Keep a delivery, works or invoice address; a new default takes the place of the old one of its kind."""
    customer = changeable(actor, customer_id)
    cleaning.require_known(values, _ADDRESS)
    cleaned = cleaning.texts(CustomerAddress, values)
    if not cleaned.get("line"):
        raise Refused(_("详细地址要填"), field="line")
    address = CustomerAddress(customer=customer, **cleaned)
    if address.is_default:
        customer.addresses.filter(kind=address.kind, is_default=True).update(is_default=False)
    address.save()
    refresh_completeness([customer.pk])
    return address


@verb("customers.remove_address")
def remove_address(customer_id: int, address_id: int, *, actor: Viewer, reason: str = "") -> None:
    """Delete an address; its history stays."""
    customer = changeable(actor, customer_id)
    customer.addresses.filter(pk=address_id).delete()
    refresh_completeness([customer.pk])


def may_choose_owner(actor: Viewer) -> bool:
    """May the actor give a new customer to somebody else at once?"""
    return allowed(actor, "customer", "transfer")
