"""Messages about customers: one came to me, some are about to leave me (CUS-06)."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers.models import Customer
from guike.customers.services.warnings import KIND as WARNING
from guike.engine.obligations import selectors as obligations
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.notifications import registry
from guike.platform.notifications.services import notify

registry.register_kind(
    registry.Kind("customer.assigned", gettext_lazy("客户转给我"), channels=frozenset({"page", "mail"}), icon="user-share")
)
registry.register_kind(
    registry.Kind("customer.pool_soon", gettext_lazy("客户快进公海"), channels=frozenset({"page", "mail"}), icon="hourglass")
)
#: More customers at once than this are told in one sentence.
ONE_BY_ONE = 10
NAMED = 5


def tell_new_owner(event: Any) -> None:
    """Customers changed hands: the new owner hears of each, unless he took it himself; of many at once in one sentence."""
    if event.owner_id is None or event.owner_id == event.by_id:
        return
    if len(event.customer_ids) > ONE_BY_ONE:
        _tell_many(event)
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


def _tell_many(event: Any) -> None:
    count, first = len(event.customer_ids), min(event.customer_ids)
    notify(
        "customer.assigned",
        people=[event.owner_id],
        title=lambda: _("%(n)d 家客户转给你负责") % {"n": count},
        text="、".join(Customer.objects.filter(pk__in=event.customer_ids).order_by("pk").values_list("name", flat=True)[:NAMED]),
        href=f"{reverse('customers:list')}?view=mine",
        key=f"customer.assigned:{first}+{count}:{clock.now():%y%m%d%H%M}",
        subject=("customer", None),
    )


def tell_pool_soon() -> int:
    """After the night's round: each owner hears once which of his customers were newly warned of. Returns how many owners (CUS-06)."""
    today = clock.today()
    fresh = obligations.live(SYSTEM).filter(kind=WARNING, opened_on=today, assignee__isnull=False).order_by("due_on", "pk")
    by_owner: dict[int, list[int]] = defaultdict(list)
    for owner, customer in fresh.values_list("assignee_id", "subject_id"):
        by_owner[owner].append(customer)
    names = dict(Customer.objects.filter(pk__in=[pk for ids in by_owner.values() for pk in ids[:NAMED]]).values_list("pk", "name"))
    for owner, ids in by_owner.items():
        notify(
            "customer.pool_soon",
            people=[owner],
            title=_soon_words(len(ids)),
            text="、".join(names[pk] for pk in ids[:NAMED] if pk in names),
            href=f"{reverse('workspace:obligations')}?view=open&f.kind={WARNING}",
            key=f"pool_soon:{today.isoformat()}",
        )
    return len(by_owner)


def _soon_words(count: int) -> Callable[[], str]:
    return lambda: _("%(n)d 家客户快进公海") % {"n": count}
