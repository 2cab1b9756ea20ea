"""Taking customers out of the public pool and putting them in by hand (CUS-06)."""

from collections.abc import Callable, Sequence

from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers.events import OwnersChanged
from guike.customers.models import Customer, PoolStay
from guike.customers.services import pool_guards as guards
from guike.customers.services import quotas
from guike.customers.services.doors import changeable, home_department
from guike.customers.services.ownership import RowResult, active_person, let_go, on_timeline
from guike.engine import selectors as engine
from guike.platform import clock, events
from guike.platform.access import SYSTEM, Viewer, allowed, require, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb


@verb("customers.claim")
def claim(stay_id: int, *, actor: Viewer, reason: str = "") -> Customer:
    """Take a customer of the pool for oneself. One of many who reach at once gets it; the cool-down and the quota hold."""
    stay = row(actor, "pool_stay", stay_id, "claim")
    if actor.person_id is None:
        raise Refused(_("这个账号没有对应的人员，不能领取客户"))
    return _taken(stay, actor.person_id, PoolStay.How.CLAIMED, actor=actor, reason=reason)


@verb("customers.assign")
def assign(stay_id: int, person_id: int, *, actor: Viewer, reason: str = "", exception: str = "") -> Customer:
    """Give a customer of the pool to somebody. `exception`: why cool-down or quota may be passed over, by whom the policy names."""
    stay = row(actor, "pool_stay", stay_id, "assign")
    active_person(person_id, field="person")
    return _taken(stay, person_id, PoolStay.How.ASSIGNED, actor=actor, reason=reason, exception=exception)


def _taken(stay: PoolStay, person_id: int, how: str, *, actor: Viewer, reason: str, exception: str = "", by: Viewer | None = None) -> Customer:
    today = clock.today()
    if not guards.take(stay.customer_id, person_id, home_department(person_id, actor), today):
        raise Refused(too_late(stay.customer_id), code="taken")
    passed = guards.cooled_down(stay.customer_id, person_id, actor=actor, exception=exception)
    passed += guards.room(person_id, stay.customer_id, actor=actor, exception=exception)
    newest = PoolStay.objects.filter(customer=stay.customer_id).order_by("-pk").values("pk")[:1]
    PoolStay.objects.filter(pk__in=newest).update(
        left_on=today,
        left_at=clock.now(),
        how=how,
        given_by_id=actor.person_id if how == PoolStay.How.ASSIGNED else None,
        exception=exception.strip()[:200] if passed else "",
    )
    customer = Customer.objects.select_related("owner").get(pk=stay.customer_id)
    said = [part for part in (reason, exception if passed else "") if part]
    on_timeline(customer, None, customer.owner, "\n".join([*said, *passed]), by or actor)
    events.emit(OwnersChanged((customer.pk,), person_id, actor.person_id))
    return customer


def take_by_exception(stay: PoolStay, person_id: int, exception: str, *, actor: Viewer) -> Customer:
    """Take a customer of the pool because an exception was signed; for the verb that carries it out. One of many still gets it."""
    return _taken(stay, person_id, PoolStay.How.CLAIMED, actor=SYSTEM, reason="", exception=exception, by=actor)


def claim_obstacles(customer_id: int, *, actor: Viewer) -> list[str]:
    """What would keep the actor from claiming it now, in words; nothing is locked or written."""
    if actor.person_id is None or not allowed(actor, "pool_stay", "claim"):
        return []
    cooling = guards.cooling(customer_id, actor.person_id)
    return [*([cooling[1]] if cooling else []), *quotas.room_warnings(actor.person_id, [customer_id], refusing=True)]


def cooldown_words() -> list[str]:
    """What the owner is told before letting go: how long it cannot come back."""
    return [
        _("原负责人 %(days)d 天内不能领回（%(clause)s）") % {"days": one.content.cooldown_days, "clause": one.words}
        for one in engine.holdings(clock.today())
        if one.content.cooldown_days
    ]


def too_late(customer_id: int) -> str:
    customer = Customer.everything.select_related("owner").get(pk=customer_id)
    if customer.owner is None:
        return _("「%(name)s」已停用") % {"name": customer}
    last = PoolStay.objects.filter(customer=customer_id, left_at__isnull=False).order_by("-pk").first()
    at = clock.local(last.left_at).strftime("%H:%M") if last and last.left_at else ""
    return _("「%(name)s」%(at)s 已归 %(owner)s，刷新看最新的公海") % {"name": customer, "at": at, "owner": customer.owner}


@verb("customers.release")
def release(customer_id: int, *, actor: Viewer, reason: str) -> PoolStay:
    """Put a customer into the pool by hand, with a reason. Collaborations end, what its owner owed is withdrawn."""
    customer = changeable(actor, customer_id, action="release")
    if customer.owner is None:
        raise Refused(_("「%(name)s」已经在公海") % {"name": customer})
    if not reason.strip():
        raise Refused(_("写明放入公海的原因"), field="reason")
    return let_go(customer, PoolStay.Why.BY_HAND, reason, actor=actor)


# --- many at once ---------------------------------------------------------------------------------------------------------


def claim_many(stay_ids: Sequence[int], *, actor: Viewer) -> list[RowResult]:
    """Claim several, each in its own transaction: one result per row."""
    require(actor, "pool_stay", "claim")
    return _each(stay_ids, lambda pk: claim(pk, actor=actor), actor)


def assign_many(stay_ids: Sequence[int], person_id: int, *, actor: Viewer, reason: str = "", exception: str = "") -> list[RowResult]:
    """Give several to somebody, each in its own transaction: one result per row."""
    require(actor, "pool_stay", "assign")
    return _each(stay_ids, lambda pk: assign(pk, person_id, actor=actor, reason=reason, exception=exception), actor)


def _each(stay_ids: Sequence[int], take: Callable[[int], Customer], actor: Viewer) -> list[RowResult]:
    found = PoolStay.objects.filter(pk__in=stay_ids).select_related("customer")
    named = {stay.pk: stay.customer for stay in found}
    return [_one(pk, named.get(pk), take) for pk in dict.fromkeys(stay_ids)]


def _one(stay_id: int, customer: Customer | None, take: Callable[[int], Customer]) -> RowResult:
    try:
        taken = take(stay_id)
    except Http404:
        return RowResult(0, "", False, _("没有找到，或不在可见范围内"))
    except (Refused, Forbidden) as refusal:
        return RowResult(customer.pk if customer else 0, str(customer or ""), False, refusal.message)
    return RowResult(taken.pk, taken.name, True, _("已归 %(owner)s") % {"owner": taken.owner})
