"""Taking a customer's row for writing: in reach, not merely readable, locked."""

from django.apps import apps
from django.utils.translation import gettext as _

from guike.customers.models import Collaborator, Contact, Customer
from guike.platform.access import Reach, Viewer, reach, row
from guike.platform.errors import Forbidden


def changeable(actor: Viewer, customer_id: int, *, action: str = "change") -> Customer:
    """The customer, locked for this transaction. 404 out of sight; Forbidden without the right, or as a read-only collaborator."""
    customer = row(actor, "customer", customer_id, action, lock=True)
    _require_more_than_reading(actor, customer, action)
    return customer


def changeable_contact(actor: Viewer, contact_id: int, *, action: str = "change") -> Contact:
    """A contact, locked, of a customer that the actor may change."""
    contact = row(actor, "contact", contact_id, action, lock=True)
    _require_more_than_reading(actor, contact.customer, action)
    return contact


def _require_more_than_reading(actor: Viewer, customer: Customer, action: str) -> None:
    if actor.is_system or customer.owner_id == actor.person_id or reach(actor, "customer", action) >= Reach.ALL:
        return
    if customer.department_id in _departments(actor, action):
        return
    if Collaborator.objects.filter(customer=customer, person_id=actor.person_id, right=Collaborator.Right.READ).exists():  # type: ignore[misc]
        raise Forbidden(_("你是这家客户的协同人，只能查看；要修改可找负责人 %(owner)s 开通") % {"owner": customer.owner or "—"})


def _departments(actor: Viewer, action: str) -> frozenset[int]:
    extent = reach(actor, "customer", action)
    if extent >= Reach.BELOW:
        return actor.department_tree_ids
    return actor.department_ids if extent >= Reach.DEPARTMENT else frozenset()


def home_department(person_id: int | None, actor: Viewer) -> int | None:
    """The department in which a person's main post stands; the actor's only one for a customer without owner."""
    if person_id is None:
        return next(iter(actor.department_ids)) if len(actor.department_ids) == 1 else None
    posts = apps.get_model("organisation", "Post").objects.filter(person_id=person_id, ends_on__isnull=True)
    return posts.order_by("-is_primary", "id").values_list("department_id", flat=True).first()
