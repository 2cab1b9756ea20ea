"""What became of accepted finds, read from the customers' timeline: never typed, taken back with what it was read from (CUS-08)."""

from collections.abc import Sequence
from typing import Any

from django.db.models import F, Q

from guike.engine.activities.selectors import first_day
from guike.marketing.events import FindOrdered
from guike.marketing.models import Find
from guike.platform import events


def refresh_outcomes(customer_ids: Sequence[int] | None = None) -> int:
    """First contact and first order since acceptance, of the finds that became these customers, or of all.

    Few statements whatever the number."""
    accepted = Find.objects.filter(state=Find.State.ACCEPTED, customer__isnull=False)
    if customer_ids is not None:
        accepted = accepted.filter(customer__in=list(customer_ids))
        if not accepted.exists():  # most customers were no find: the small question spares composing the large one (PRF-8)
            return 0
    asked = accepted.annotate(
        contact_day=first_day("customer", "customer_id", "accepted_on"),
        order_day=first_day("customer", "customer_id", "accepted_on", kind="sales_order"),
    )
    stale = _differ("contacted_on", "contact_day") | _differ("ordered_on", "order_day")
    moved = list(asked.filter(stale).values_list("pk", "ordered_on", "order_day"))
    if not moved:
        return 0
    Find.objects.filter(pk__in=[pk for pk, *_days in moved]).update(
        contacted_on=first_day("customer", "customer_id", "accepted_on"),
        ordered_on=first_day("customer", "customer_id", "accepted_on", kind="sales_order"),
    )
    if first := tuple(pk for pk, before, now in moved if before is None and now is not None):
        events.emit(FindOrdered(first))
    return len(moved)


def _differ(kept: str, read: str) -> Q:
    """IS DISTINCT FROM, in the language of queries."""
    one_is_missing = Q(**{f"{kept}__isnull": True, f"{read}__isnull": False}) | Q(**{f"{kept}__isnull": False, f"{read}__isnull": True})
    return one_is_missing | Q(**{f"{kept}__lt": F(read)}) | Q(**{f"{kept}__gt": F(read)})


def customer_changed(event: Any) -> None:
    """A follow-up, an order, a return with one customer."""
    refresh_outcomes([event.customer_id])


def customers_changed(event: Any) -> None:
    """An import or a merge."""
    refresh_outcomes(event.customer_ids)
