"""What stands in the public pool, its way in and out, and what keeps a viewer from taking it (CUS-06)."""

from dataclasses import dataclass

from django.db.models import QuerySet

from guike.customers.models import PoolStay
from guike.platform.access import Viewer, row, rows


def stays(viewer: Viewer) -> QuerySet[PoolStay]:
    """Stays within reach, closed ones included, of customers in use; with what the list shows, no contact data."""
    found = rows(viewer, "pool_stay").filter(customer__removed_at__isnull=True)
    return found.select_related("customer", "customer__figures", "last_owner", "taken_by", "given_by").order_by()


def stay(viewer: Viewer, stay_id: int, action: str = "view") -> PoolStay:
    """One stay; 404 out of sight, Forbidden without the right."""
    found = row(viewer, "pool_stay", stay_id, action)
    return stays(viewer).get(pk=found.pk)


@dataclass(frozen=True)
class Passage:
    """One line of the log: when, in or out, who, why."""

    stay: PoolStay

    @property
    def days(self) -> int | None:
        """How long it stood in the pool; None while it does."""
        return (self.stay.left_on - self.stay.entered_on).days if self.stay.left_on else None


def passages(viewer: Viewer, customer_id: int) -> list[Passage]:
    """A customer's stays within the viewer's reach, newest first."""
    found = stays(viewer).filter(customer=customer_id).select_related("released_by").order_by("-pk")
    return [Passage(one) for one in found[:50]]
