"""What of a customer's contact data a viewer reads in clear (CUS-12)."""

from guike.customers.models import Contact, Customer
from guike.platform import masks
from guike.platform.access import Right, Viewer, field_right


def in_clear(viewer: Viewer, customer: Customer) -> bool:
    """The owner calls these people every week: his own customers' numbers stand before him unveiled."""
    return viewer.person_id is not None and customer.owner_id == viewer.person_id


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
