"""What may be filled in of a file in passing, and what waits to be accepted (CUS-03)."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from guike.customers import rules
from guike.customers.models import Customer, FileProposal
from guike.customers.selectors.profile import profile
from guike.customers.selectors.visibility import in_clear
from guike.platform import dictionaries, masks
from guike.platform.access import Right, Viewer, allowed, field_right, row, rows
from guike.platform.ui import formats

#: Fields whose words come from a dictionary of the company.
DICTIONARIES = {"source": "customer_source", "industry": "industry", "channel": "channel", "outlet_type": "outlet_type"}
#: What a complete file needs besides fields of the record → where it is added.
ELSEWHERE = {
    "contact": "/customers/{pk}/contacts/add/",
    "decision_maker": "/customers/{pk}/contacts/add/",
    "delivery_address": "/customers/{pk}/addresses/add/",
    "need": "/customers/{pk}/needs/add/",
    "competitor": "/customers/{pk}/competitors/add/",
}


@dataclass(frozen=True)
class Blank:
    """A field that is missing: its code, label, kind (text, day, number, choice) and what may be chosen."""

    code: str
    label: str
    kind: str
    choices: tuple[tuple[str, str], ...] = ()
    most: int | None = None


@dataclass(frozen=True)
class Lacking:
    """What a file lacks, as far as this viewer may fill it in: fields, and links to where the rest is added."""

    percent: int
    blanks: tuple[Blank, ...]
    elsewhere: tuple[tuple[str, str], ...]


def lacking(viewer: Viewer, customer: Customer) -> Lacking:
    """For a customer that the caller has authorised. Two queries."""
    found = profile(customer)
    fields = rules.record_fields(customer.kind)
    mine = [code for code, _label in found.missing if code in fields and field_right(viewer, "customer", code) is not Right.HIDDEN]
    links = [(label, ELSEWHERE[code].format(pk=customer.pk)) for code, label in found.missing if code in ELSEWHERE]
    return Lacking(found.percent, tuple(blank(code) for code in mine), tuple(links) if allowed(viewer, "customer", "change") else ())


def blank(code: str) -> Blank:
    """How a field is filled in."""
    field: Any = Customer._meta.get_field(code)
    label, kind = str(field.verbose_name), field.get_internal_type()
    if code in DICTIONARIES:
        return Blank(code, label, "choice", tuple(dictionaries.choices(DICTIONARIES[code])))
    if field.choices:
        return Blank(code, label, "choice", tuple(field.flatchoices))
    shapes = {"DateField": "day", "DecimalField": "number", "PositiveIntegerField": "number"}
    return Blank(code, label, shapes.get(kind, "text"), most=field.max_length)


@dataclass(frozen=True)
class ProposalLine:
    """One proposal as this viewer may read it: before, now and proposed. `moved`: the file changed after it was proposed."""

    proposal: FileProposal
    label: str
    before: str
    now: str
    proposed: str
    who: str
    at: datetime
    moved: bool


def proposals(viewer: Viewer, customer_id: int, *, closed: int = 10) -> tuple[list[ProposalLine], list[ProposalLine]]:
    """(waiting, the last ones decided) of a customer in sight, newest first. Two queries after the check."""
    customer: Customer = row(viewer, "customer", customer_id)
    found = FileProposal.objects.filter(customer=customer).select_related("proposed_by", "decided_by")
    waiting, decided = list(found.filter(state="open")), list(found.exclude(state="open")[:closed])
    return [_line(viewer, customer, one) for one in waiting], [_line(viewer, customer, one) for one in decided]


def _line(viewer: Viewer, customer: Customer, one: FileProposal) -> ProposalLine:
    field: Any = Customer._meta.get_field(one.field)
    before, proposed, now = field.to_python(one.before), field.to_python(one.value), getattr(customer, one.field)
    was, stands, wanted = (_words(viewer, customer, one.field, value) for value in (before, now, proposed))
    moved = one.state == "open" and before != now
    return ProposalLine(one, str(field.verbose_name), was, stands, wanted, str(one.proposed_by), one.proposed_at, moved)


def _words(viewer: Viewer, customer: Customer, name: str, value: Any) -> str:
    if value in (None, "", []):
        return formats.NOTHING
    if not in_clear(viewer, customer):
        value = masks.shown(viewer, "customer", name, value)
    field: Any = Customer._meta.get_field(name)
    if name in DICTIONARIES:
        return dictionaries.label_of(DICTIONARIES[name], value) or str(value)
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    return formats.day(value) if field.get_internal_type() == "DateField" else str(value if value is not None else formats.NOTHING)


def may_change(viewer: Viewer, customer_id: int) -> bool:
    """May the viewer change this customer, so also decide what is proposed for it?"""
    return allowed(viewer, "customer", "change") and rows(viewer, "customer", "change").filter(pk=customer_id).exists()


def waiting_count(customer: Customer) -> int:
    """How many proposals wait with one customer that the caller has authorised. One query."""
    return FileProposal.objects.filter(customer=customer, state="open").count()
