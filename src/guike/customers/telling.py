"""How what the history keeps of customers and their files reads (PLT-02)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guike.customers.models import Customer, CustomField
from guike.customers.rules.profile import COMPANY_FIELDS, PERSON_FIELDS
from guike.platform import access, dictionaries, history, masks
from guike.platform.telling import OfRow, Parts, chosen, tell

ITEMS = {**PERSON_FIELDS, **COMPANY_FIELDS}


def _own_fields(_row: Any, kept: Mapping[str, Any]) -> dict[str, str]:
    """The company's own fields by what it calls them; one that is gone keeps its code."""
    labels = dict(CustomField.objects.values_list("code", "label"))
    return {labels.get(code, code): _plain(value) for code, value in kept.items()}


def _plain(value: Any) -> str:
    return (_("是") if value else _("否")) if isinstance(value, bool) else "" if value is None else str(value)


def _social(_row: Any, kept: Mapping[str, Any]) -> dict[str, str]:
    words = {"wechat": _("微信")}
    return {str(words.get(code, code)): masks.everything(str(value)) for code, value in kept.items() if value}


def _proposed(row: Any, value: Any) -> str:
    """A proposed value as the customer's own history would tell it; what is veiled there stays veiled whoever reads."""
    field: Any = Customer._meta.get_field(row.field)
    rule = access.declarations()["customer"].fields.get(row.field)
    if rule and rule.mask:
        return masks.MASKS[rule.mask](str(value))
    return history.shown(field, field.to_python(value))


tell(
    "customers.Customer",
    source=dictionaries.teller("customer_source"),
    industry=dictionaries.teller("industry"),
    channel=dictionaries.teller("channel"),
    outlet_type=dictionaries.teller("outlet_type"),
    tags=dictionaries.teller("customer_tag"),
    custom=Parts(_own_fields),
    social=Parts(_social),
)
tell("customers.Certificate", kind=dictionaries.teller("certificate_kind"))
tell("customers.FileProposal", field=chosen(ITEMS), before=OfRow(_proposed), value=OfRow(_proposed))
tell(
    "customers.ProfileRule",
    kind=chosen(dict(Customer.Kind.choices)),
    nature=chosen(dict(Customer.Nature.choices)),
    fields=chosen(ITEMS),
)
tell("customers.PoolException", overrides=lambda kept: _("%(n)d 项") % {"n": len(kept)} if kept else "")
