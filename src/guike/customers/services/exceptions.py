"""Asking for an exception from the rules of the public pool, and what the last signature carries out (CUS-06, PLT-05).

Two matters: an owner who was warned asks to keep the customer until a day; somebody whose claim the cool-down or the quota refuses asks to
take it all the same, and keeps it until that day. What the rules say is asked again at the moment of the signature.
"""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guike.customers.models import Customer, PoolException
from guike.customers.services import pool, warnings
from guike.customers.services.doors import changeable
from guike.customers.services.ownership import active_person
from guike.engine import selectors as engine_selectors
from guike.engine import services as engine
from guike.engine.approvals import registry
from guike.engine.approvals import selectors as requests
from guike.engine.approvals import services as approvals
from guike.engine.policies.holding import KEPT
from guike.organisation.selectors import viewer_of_person
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer, row
from guike.platform.errors import Refused
from guike.platform.ui import formats
from guike.platform.verbs import verb

KIND = "pool_exception"
KEEP, CLAIM = PoolException.What.KEEP, PoolException.What.CLAIM
#: Longer than a year is a matter for the policy.
LONGEST = timedelta(days=366)
MOVED = gettext_noop("客户已经换了负责人")
#: A row of the engine, whose model is its own affair.
Approval = Any


# --- asking ---------------------------------------------------------------------------------------------------------------


@verb("customers.ask_to_keep")
def ask_to_keep(customer_id: int, *, until: date, reason: str, actor: Viewer) -> Approval:
    """The owner of a customer that is about to be released asks to keep it until a day. A returned request goes round again."""
    customer = changeable(actor, customer_id, action="keep")
    if customer.owner_id is None or customer.owner_id != actor.person_id:
        raise Refused(_("只有负责人能申请，「%(name)s」归 %(owner)s") % {"name": customer, "owner": customer.owner or _("公海")})
    near = warnings.judge(clock.today(), [customer.pk])
    if not near:
        raise Refused(_("「%(name)s」还没到提醒的日子，不用申请") % {"name": customer}, code="not_near")
    rule = (near[0].words, _("%(day)s 进公海") % {"day": formats.short_day(near[0].going.on)}, _("%(day)s 之前不进") % {"day": until})
    return _send(customer, KEEP, until, reason, [rule], {}, actor)


@verb("customers.ask_to_claim")
def ask_to_claim(stay_id: int, *, until: date, reason: str, actor: Viewer) -> Approval:
    """Somebody whom cool-down or quota keeps from a customer of the pool asks to take it all the same, and to keep it until a day."""
    stay = row(actor, "pool_stay", stay_id, "claim")
    customer = Customer.objects.select_for_update(of=("self",)).select_related("owner").get(pk=stay.customer_id)
    if customer.owner_id is not None:
        raise Refused(pool.too_late(customer.pk), code="taken")
    obstacles = pool.claim_obstacles(customer.pk, actor=actor)
    if not obstacles:
        raise Refused(_("「%(name)s」没有限制，直接领取") % {"name": customer}, code="free")
    rules = [(_("限制"), "", words) for words in obstacles]
    rules.append((_("负责人"), _("公海"), _("%(name)s，%(day)s 之前不进公海") % {"name": actor.name, "day": until}))
    return _send(customer, CLAIM, until, reason, rules, {"stay": stay.pk}, actor)


def _send(customer: Customer, what: str, until: date, reason: str, rules: list, payload: dict[str, Any], actor: Viewer) -> Approval:
    _check(until, reason)
    given = {"request.days": (until - clock.today()).days, "request.times": times(customer.pk)}
    payload = {"what": what, "until": until.isoformat(), **payload}
    title = (_("%(name)s 破例领取，保护到 %(day)s") if what == CLAIM else _("%(name)s 到 %(day)s 不进公海")) % {"name": customer, "day": until}
    waiting = requests.live_of(KIND, "customer", [customer.pk])
    mine = waiting.filter(requested_by=actor.person_id).first()
    if mine is not None and mine.state == "returned" and mine.payload.get("what") == what:
        return approvals.resubmit(mine.pk, actor=actor, reason=reason, given=given, changes=rules, payload=payload, title=title)
    if mine is not None:
        raise Refused(_("%(number)s 还在审批，先等它办完") % {"number": mine.number}, code="waiting")
    asked = approvals.Request(
        kind=KIND,
        subject_kind="customer",
        subject_id=customer.pk,
        title=title,
        subject_name=str(customer),
        reason=reason,
        facts=given,
        changes=rules,
        payload=payload,
        owner_id=actor.person_id,
        department_id=customer.department_id,
    )
    return approvals.submit(asked, actor=actor)


def _check(until: date, reason: str) -> None:
    if not reason.strip():
        raise Refused(_("写明为什么要例外"), field="reason")
    if until <= clock.today():
        raise Refused(_("到期日从明天起选"), field="until")
    if until - clock.today() > LONGEST:
        raise Refused(_("例外最长一年；长期例外写进制度"), field="until")


def times(customer_id: int) -> int:
    """Which exception of the year this one would be for the customer: after two granted ones the third."""
    return PoolException.objects.filter(customer=customer_id, granted_on__year=clock.today().year).count() + 1


# --- signed ---------------------------------------------------------------------------------------------------------------


def approved(approval: Approval, actor: Viewer) -> None:
    """Carry it out in the transaction of the last signature, as the rules and rights are now; what is refused here is not signed."""
    until = date.fromisoformat(approval.payload["until"])
    if until < clock.today():
        raise Refused(_("申请的到期日 %(day)s 已过，退回改日期") % {"day": until}, code="over")
    carry_out: Callable[[Approval, Viewer], Customer] = _claimed if approval.payload["what"] == CLAIM else _kept
    customer = carry_out(approval, actor)
    made = PoolException.objects.create(
        approval=approval,
        customer=customer,
        person_id=approval.requested_by_id,  # type: ignore[misc]
        what=approval.payload["what"],
        reason=approval.reason,
        until_on=until,
        overrides=_protect(approval, customer, until, actor),
    )
    answered = _("%(number)s 获准，%(day)s 之前不进公海") % {"number": approval.number, "day": made.until_on}
    warnings.refresh(warnings.judge(clock.today(), [customer.pk]), clock.today(), actor=actor, ids=[customer.pk], answered=answered)


def _kept(approval: Approval, actor: Viewer) -> Customer:
    """Still the applicant's? The lock makes a release at the same moment wait, or lets us see that it was quicker."""
    customer = Customer.objects.select_for_update(of=("self",)).select_related("owner").get(pk=approval.subject_id)
    if customer.owner_id != approval.requested_by_id:
        names = {"name": customer, "owner": customer.owner or _("公海")}
        raise Refused(_("「%(name)s」现在归 %(owner)s，不能再签；选「不同意」结束它") % names, code="changed_hands")
    return customer


def _claimed(approval: Approval, actor: Viewer) -> Customer:
    person_id = approval.requested_by_id or 0
    active_person(person_id, field="person")
    applicant = viewer_of_person(person_id)
    if applicant is None:
        raise Refused(_("申请人的账号已停用，不能领取"), code="no_account")
    stay = row(applicant, "pool_stay", approval.payload["stay"], "claim")
    return pool.take_by_exception(stay, person_id, _("%(number)s %(reason)s") % {"number": approval.number, "reason": approval.reason}, actor=actor)


def _protect(approval: Approval, customer: Customer, until: date, actor: Viewer) -> list[int]:
    """Every holding policy in force lets the customer stay until the day, from the end of what lets it stay already."""
    signed = requests.last_signer(approval)
    made = []
    for clause in engine_selectors.holdings(clock.today()):
        starts = engine.free_from(clause.policy_id, "customer", customer.pk)
        if starts <= until:
            override = engine.set_override(
                clause.content.code,
                customer.pk,
                KEPT,
                reason=f"{approval.number} {approval.reason}"[:300],
                signer_id=signed or actor.person_id or approval.requested_by_id,
                until=until,
                starts=starts,
                entered_by=approval.requested_by_id,
                actor=actor,
            )
            made.append(override.pk)
    return made


# --- over -----------------------------------------------------------------------------------------------------------------


def owners_changed(event: Any) -> None:
    """Customers changed hands (OwnersChanged): what was granted to somebody else ends, requests that lost their ground lapse."""
    ids = list(event.customer_ids)
    standing = PoolException.objects.filter(customer__in=ids, ended_on__isnull=True, until_on__gte=clock.today())
    for one in standing.exclude(person=event.owner_id).select_for_update(of=("self",)):
        _end(one)
    approvals.lapse_groundless(KIND, "customer", ids, lambda one: _groundless(one, event.owner_id), actor=SYSTEM, reason=_(MOVED))


def _groundless(approval: Approval, owner_id: int | None) -> bool:
    """A claim needs the customer in the pool, a keeping the applicant as its owner."""
    return owner_id is not None if approval.payload.get("what") == CLAIM else owner_id != approval.requested_by_id


def _end(one: PoolException) -> None:
    engine.end_overrides(one.overrides, reason=_(MOVED), actor=SYSTEM)
    one.ended_on, one.ended_reason = clock.today(), _(MOVED)
    one.save(update_fields=["ended_on", "ended_reason"])


def said_of(customer_ids: list[int]) -> dict[int, str]:
    """Customer → what became of the newest exception asked for it this year, for the log of releases. One query."""
    found = requests.of_subjects(KIND, "customer", customer_ids).filter(requested_on__year=clock.today().year)
    newest = found.order_by("subject_id", "-pk").distinct("subject_id")
    return {one.subject_id: outcome_words(one) for one in newest}


def outcome_words(one: Approval) -> str:
    """「例外 SP-2026-0003 到 12-20 期满」, 「… 不同意：理由不充分」, 「… 审批中」"""
    names = {"number": one.number, "state": one.get_state_display(), "why": one.closed_reason}
    if one.state == "approved":
        day = date.fromisoformat(one.payload["until"])
        over = _("例外 %(number)s 到 %(day)s 期满") if day < clock.today() else _("例外 %(number)s 到 %(day)s")
        return over % {**names, "day": formats.short_day(day)}
    return _("例外 %(number)s %(state)s：%(why)s") % names if one.closed_reason else _("例外 %(number)s %(state)s") % names


def _again(one: Approval) -> str:
    """A returned request is changed where it was made, so that its date can change too."""
    return f"/customers/pool/{one.payload['stay']}/exception/" if one.payload.get("what") == CLAIM else f"/customers/{one.subject_id}/exception/"


registry.register(registry.Kind(KIND, approved=approved, again=_again))
