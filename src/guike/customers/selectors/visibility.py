"""What of a customer's contact data a viewer reads in clear (CUS-12)."""

from typing import Any, TypeVar

from guike.customers.models import Contact, Customer
from guike.platform import masks
from guike.platform.access import Right, Viewer, field_right, hidden_fields


def in_clear(viewer: Viewer, customer: Customer) -> bool:
    """The owner calls these people every week: his own customers' numbers stand before him unveiled."""
    return viewer.person_id is not None and customer.owner_id == viewer.person_id


R = TypeVar("R", Customer, Contact)
#: Fields that say the same as one with a rule.
WITH: dict[str, tuple[str, ...]] = {"birthday": ("birthday_lunar",)}


def without_hidden(viewer: Viewer, record: R) -> R:
    """The record with what the viewer must never meet emptied, for pages and papers that only read. Such a record is not saved."""
    code = "contact" if isinstance(record, Contact) else "customer"
    model: Any = type(record)
    fields = {field.name: field for field in model._meta.concrete_fields}
    hidden = hidden_fields(viewer, code) & set(fields)
    emptied = hidden.union(*(WITH[one] for one in hidden if one in WITH))
    for one in emptied:
        setattr(record, one, fields[one].get_default() if fields[one].has_default() else None)
    return record


def shown(viewer: Viewer, record: Customer | Contact, name: str) -> object:
    """A veiled field's value for this viewer: clear for the owner, veiled or absent for others by role. Lists stay lists."""
    code = "contact" if isinstance(record, Contact) else "customer"
    customer = record.customer if isinstance(record, Contact) else record
    value = getattr(record, name)
    if in_clear(viewer, customer) and field_right(viewer, code, name) is not Right.HIDDEN:
        return value
    if isinstance(value, list):
        return [masks.shown(viewer, code, name, one) for one in value]
    return masks.shown(viewer, code, name, value)
