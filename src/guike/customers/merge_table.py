"""Customers side by side, field by field, as the merge page and the record of a merge show them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guike.customers import rules, selectors, services
from guike.customers.forms import COMPANY_GROUPS, DICTIONARIES, FIRST, PERSON_GROUPS
from guike.customers.models import Customer
from guike.platform import dictionaries
from guike.platform.access import Viewer, hidden_fields
from guike.platform.ui import formats


@dataclass(frozen=True)
class Cell:
    """One customer's value, as shown; `wins` where it counts unless one chooses otherwise."""

    customer_id: int
    text: str
    wins: bool


@dataclass(frozen=True)
class Row:
    """One field of all customers. `differs`: there is something to choose."""

    name: str
    label: str
    cells: list[Cell]
    differs: bool


def compared(viewer: Viewer, records: Sequence[Customer], chosen: Mapping[str, str]) -> list[Row]:
    """Fields that at least one record has filled, the short form's first; hidden ones left out, veiled ones veiled."""
    wins = services.defaults(records)
    found = []
    for name in _order(records[0]):
        values = [getattr(one, name) for one in records]
        if all(rules.is_blank(value) for value in values):
            continue
        winner = int(chosen[name]) if chosen.get(name, "").isdigit() else wins[name]
        cells = [Cell(one.pk, _text(viewer, one, name), one.pk == winner) for one in records]
        differs = len({str(value) for value in values}) > 1
        label = str(Customer._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
        found.append(Row(name, label, cells, differs))
    return sorted(found, key=lambda row: not row.differs)


def _order(record: Customer) -> list[str]:
    groups = COMPANY_GROUPS if record.is_company else PERSON_GROUPS
    listed = [*FIRST, *(name for _label, names in groups for name in names)]
    more = [name for name in services.CHOSEN if name not in listed]
    return [name for name in [*listed, *more] if name in services.CHOSEN]


def _text(viewer: Viewer, record: Customer, name: str) -> str:
    if name in hidden_fields(viewer, "customer"):
        return ""
    value: Any = selectors.shown(viewer, record, name)
    if rules.is_blank(value):
        return ""
    if name in DICTIONARIES:
        return str(dictionaries.labels(DICTIONARIES[name]).get(value, value))
    field: Any = Customer._meta.get_field(name)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(value, bool):
        return _("是") if value else _("否")
    return formats.day(value) if field.get_internal_type() == "DateField" else str(value)
