"""Messages about customers: one came to me (CUS-06)."""

from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers.models import Customer
from guike.platform import clock
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

registry.register_kind(
    registry.Kind("customer.assigned", gettext_lazy("客户转给我"), channels=frozenset({"page", "mail"}), icon="user-share")
)


def tell_new_owner(event: Any) -> None:
    """Customers changed hands: the new owner hears of each, unless he took it himself."""
    if event.owner_id is None or event.owner_id == event.by_id:
        return
    for customer in Customer.objects.filter(pk__in=event.customer_ids).only("pk", "name", "number", "version"):
        notify(
            "customer.assigned",
            people=[event.owner_id],
            title=_words(customer.name),
            href=customer.get_absolute_url(),
            key=f"customer.assigned:{customer.pk}:{customer.version}:{clock.today():%y%m%d}",
            subject=("customer", customer.pk),
        )


def _words(name: str) -> Callable[[], str]:
    return lambda: _("客户「%(name)s」转给你负责") % {"name": name}
