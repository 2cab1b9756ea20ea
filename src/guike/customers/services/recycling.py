"""Every night: owners are warned, and what was warned of long enough goes to the public pool (CUS-06)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import F
from django.utils.translation import gettext as _

from guike.customers.events import OwnersChanged
from guike.customers.models import Collaborator, Customer, PoolStay
from guike.customers.services import exceptions, warnings
from guike.customers.services.warnings import Judged, judge
from guike.engine.activities.services import Happening, record_many
from guike.platform import clock, events
from guike.platform.access import Viewer, require
from guike.platform.verbs import verb

#: So many customers are locked and released in one transaction.
PIECE = 200
WHY = {"holding.days_without_contact": PoolStay.Why.NO_CONTACT, "holding.days_without_deal": PoolStay.Why.NO_DEAL}


@dataclass(frozen=True)
class Recycled:
    """What a night did: customers released, owners newly warned, warnings that were answered."""

    released: int
    warned: int
    answered: int


@verb("customers.recycle")
def recycle(*, actor: Viewer, on: date | None = None) -> Recycled:
    """Warn and release as of a day (today). Safe to repeat: a second run of the day does nothing."""
    require(actor, "pool_stay", "recycle")
    day = on or clock.today()
    judged = judge(day)
    over = [one.customer_id for one in judged if one.going.now]
    released = sum(release_piece(over[start : start + PIECE], day, actor=actor) for start in range(0, len(over), PIECE))
    warned, answered = warnings.refresh([one for one in judged if not one.going.now], day, actor=actor)
    return Recycled(released, warned, answered)


@verb("customers.release_by_rule")
def release_piece(customer_ids: Sequence[int], day: date, *, actor: Viewer) -> int:
    """Release those of some customers that are still over their limit once locked: a follow-up logged in between keeps its customer."""
    locked = Customer.objects.select_for_update(of=("self",)).filter(pk__in=list(customer_ids), owner__isnull=False).order_by("pk")
    customers = {customer.pk: customer for customer in locked.select_related("owner")}
    going = [one for one in judge(day, sorted(customers)) if one.going.now]
    if not going:
        return 0
    ids = [one.customer_id for one in going]
    Customer.objects.filter(pk__in=ids).update(owner=None, owner_since=None, version=F("version") + 1, updated_at=clock.now())
    Collaborator.objects.filter(customer__in=ids).delete()
    stays = PoolStay.objects.filter(customer__in=ids, left_on__isnull=True).in_bulk(field_name="pk")
    by_customer = {stay.customer_id: stay for stay in stays.values()}
    said = exceptions.said_of(ids)
    for one in going:
        _explain(by_customer[one.customer_id], one, day, said.get(one.customer_id, ""))
    PoolStay.objects.bulk_update(by_customer.values(), ["why", "reason", "policy_version", "clause", "entered_on", "entered_at"])
    record_many(_happening(by_customer[one.customer_id], customers[one.customer_id], day) for one in going)
    events.emit(OwnersChanged(tuple(ids), None))
    return len(ids)


def _explain(stay: PoolStay, one: Judged, day: date, exception: str) -> None:
    remaining = one.position.remaining
    stay.why = WHY.get(remaining.measure, PoolStay.Why.BY_HAND) if remaining else PoolStay.Why.BY_HAND
    stay.reason = "，".join(filter(None, [one.words, exception]))[:200]
    stay.policy_version_id = one.position.clause.version_id
    stay.clause = one.position.clause.words[:160]
    stay.entered_on, stay.entered_at = day, clock.now()


def _happening(stay: PoolStay, customer: Customer, day: date) -> Happening:
    return Happening(
        kind="customer.transfer",
        subject_kind="customer",
        subject_id=customer.pk,
        happened_on=day,
        title=_("%(before)s → %(after)s") % {"before": customer.owner or _("公海"), "after": _("公海")},
        text=f"{stay.reason}\n{stay.clause}",
        source_kind="customers.poolstay",
        source_id=stay.pk,
    )
