"""Pass on, add a signer, withdraw, submit again, remind, comment (PLT-05)."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import F
from django.utils.translation import gettext as _

from guike.engine.approvals import duties, registry, routing, rules
from guike.engine.approvals.services.asking import advance, ask, finish, note, set_out
from guike.engine.approvals.services.signing import locked, release, turns
from guike.engine.events import ApprovalAsked
from guike.engine.models import Approval, ApprovalAct, ApprovalSigner, ApprovalStep
from guike.engine.rulebook import Rulebook
from guike.organisation import selectors as organisation
from guike.organisation.selectors import Directory
from guike.platform import clock, events
from guike.platform.access import Viewer, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb

Verb = ApprovalAct.Verb
PLACES = {"before": "先签", "after": "后签"}


@verb("approvals.delegate")
def delegate(approval_id: int, to_id: int, *, actor: Viewer, comment: str = "") -> Approval:
    """Let somebody else sign in one's place (转交). Refuses the applicant, who left, and who is asked already."""
    approval = locked(approval_id, actor)
    signer = turns(approval, actor)[0]
    step = _step_of(signer)
    _check_other(approval, step, to_id, _("转交给"))
    release(approval, ApprovalSigner.objects.filter(step=step, seat=signer.seat, state="waiting"), actor, _("已转交"))
    ApprovalSigner.objects.filter(pk=signer.pk).update(state="passed_on")
    note(approval, Verb.DELEGATE, actor, step=step, seat_id=signer.seat_id, to_id=to_id, comment=comment)
    ask(approval, step, [to_id], actor, _("%(name)s转交") % {"name": actor.name})
    return approval


@verb("approvals.add_signer")
def add_signer(approval_id: int, person_id: int, *, place: str, actor: Viewer, comment: str = "") -> Approval:
    """Add a signature before or after one's own (加签). Before: the own turn comes again once the other has signed."""
    approval = locked(approval_id, actor)
    if place not in PLACES:
        raise Refused(_("选先签还是后签"), field="place")
    step = _step_of(turns(approval, actor)[0])
    _check_other(approval, step, person_id, _("加签给"))
    at = _place_beside(approval, step, place)
    name = Directory().names.get(person_id, "")
    ApprovalStep.objects.create(
        approval=approval,
        round=approval.round,
        place=at,
        position=ApprovalStep.objects.filter(approval=approval, round=approval.round).count(),
        words=_("%(name)s（%(who)s加签）") % {"name": name, "who": actor.name},
        rule={"who": "person", "person_id": person_id},
        days=step.days,
        remind=step.remind,
        escalation_days=step.escalation_days,
        added_by_id=actor.person_id,
    )
    note(approval, Verb.ADD, actor, step=step, to_id=person_id, comment=comment, detail={"place": place})
    if place == "before":
        _wait_again(approval, step, actor)
    advance(approval, actor)
    return approval


def _step_of(signer: ApprovalSigner) -> ApprovalStep:
    return ApprovalStep.objects.get(pk=signer.step_id or 0)


def _check_other(approval: Approval, step: ApprovalStep, person_id: int, words: str) -> None:
    if not organisation.works_here(person_id):
        raise Refused(_("选一位在职的同事"), field="person")
    if person_id == approval.requested_by_id:
        raise Refused(_("不能%(words)s申请人自己") % {"words": words}, field="person")
    if step.signers.filter(person_id=person_id, state="waiting").exists():
        raise Refused(_("这位同事已经在这一步里，换一位"), field="person")


def _place_beside(approval: Approval, step: ApprovalStep, place: str) -> int:
    """Room between the step and its neighbour."""
    steps = ApprovalStep.objects.filter(approval=approval, round=approval.round).exclude(state=rules.VOID)
    if place == "after":
        following = steps.filter(place__gt=step.place).order_by("place").values_list("place", flat=True).first()
        found = rules.between(step.place, following)
    else:
        former = steps.filter(place__lt=step.place).order_by("-place").values_list("place", flat=True).first()
        found = rules.between(former or 0, step.place)
    if found is None:
        raise Refused(_("这里加签的人太多了，改为转交"), code="no_room")
    return found


def _wait_again(approval: Approval, step: ApprovalStep, actor: Viewer) -> None:
    """The step steps back; who was asked there is asked again when it opens."""
    release(approval, ApprovalSigner.objects.filter(step=step, state="waiting"), actor, _("等加签的人先签"))
    ApprovalStep.objects.filter(pk=step.pk, state=rules.OPEN).update(state=rules.WAITING)


@verb("approvals.withdraw")
def withdraw(approval_id: int, *, actor: Viewer, reason: str = "") -> Approval:
    """The applicant takes the request back while nobody has decided it for good (撤回)."""
    approval = _own(approval_id, actor, (rules.PENDING, rules.RETURNED))
    note(approval, Verb.WITHDRAW, actor, comment=reason)
    finish(approval, rules.WITHDRAWN, actor, reason)
    return approval


def _own(approval_id: int, actor: Viewer, states: Sequence[str]) -> Approval:
    approval = row(actor, "approval", approval_id, "view", lock=True)
    if not actor.is_system and (actor.person_id is None or approval.requested_by_id != actor.person_id):
        raise Forbidden(_("只有申请人能这样做"))
    if approval.state not in states:
        raise Refused(_("%(number)s %(state)s，不能再改") % {"number": approval.number, "state": approval.get_state_display()}, code="closed")
    return approval


@verb("approvals.resubmit")
def resubmit(
    approval_id: int,
    *,
    actor: Viewer,
    comment: str = "",
    reason: str = "",
    given: Mapping[str, Any] | None = None,
    changes: Sequence[tuple[str, str, str]] | None = None,
    payload: Mapping[str, Any] | None = None,
    title: str = "",
) -> Approval:
    """Send a returned request on its way again from the first step, by the policy as it is now; `given` are facts that changed."""
    approval = _own(approval_id, actor, (rules.RETURNED,))
    book, directory = Rulebook(clock.today()), Directory()
    found = routing.authority(approval.kind, book)
    if found is None:
        raise Refused(_("还没有规定「%(kind)s」由谁批，先发布一份核决权限") % {"kind": registry.kind(approval.kind).label}, code="no_authority")
    brought = {code: value for code, value in approval.facts.items() if code.startswith("request.")} | dict(given or {})
    owner = approval.facts.get("owner")
    values = routing.measured(found.content, approval.subject_kind, approval.subject_id, clock.today(), brought)
    way = routing.route(found.content, values, book.catalogue, directory, approval.requested_by_id, owner)
    duties.close(approval, actor=actor, reason=_("已改后再交"))
    approval.state, approval.round, approval.closed_reason = rules.PENDING, approval.round + 1, ""
    approval.facts, approval.reason = {**values, "owner": owner}, reason.strip()[:500] or approval.reason
    if changes is not None:
        approval.changes = [{"label": label, "before": before, "after": after} for label, before, after in changes]
    approval.payload = dict(payload) if payload is not None else approval.payload
    approval.title = title[:160] or approval.title
    approval.save(update_fields=["state", "round", "closed_reason", "facts", "reason", "changes", "payload", "title"])
    set_out(approval, found, way, directory, owner)
    note(approval, Verb.RESUBMIT, actor, comment=comment)
    advance(approval, actor)
    return approval


@verb("approvals.remind")
def remind(approval_id: int, *, actor: Viewer) -> Approval:
    """The applicant asks for haste (催办), once a day; those who are to sign are told."""
    approval = _own(approval_id, actor, (rules.PENDING,))
    if approval.acts.filter(verb=Verb.REMIND, at__date=clock.today()).exists():
        raise Refused(_("今天已经催过，明天再催"), code="reminded")
    people = waiting_people(approval)
    note(approval, Verb.REMIND, actor, detail={"people": people})
    events.emit(ApprovalAsked(approval.pk, tuple(people), approval.title, reminder=True))
    return approval


def waiting_people(approval: Approval) -> list[int]:
    """Who is asked now."""
    found = ApprovalSigner.objects.filter(approval=approval, state="waiting", step__state=rules.OPEN)
    return list(found.order_by("pk").values_list("person_id", flat=True).distinct())


@verb("approvals.comment")
def comment(approval_id: int, *, actor: Viewer, text: str) -> ApprovalAct:
    """Say something without deciding: whoever sees the request may."""
    approval = row(actor, "approval", approval_id, "view", lock=True)
    if not text.strip():
        raise Refused(_("写一句说明"), field="comment")
    Approval.objects.filter(pk=approval.pk).update(version=F("version") + 1)
    return note(approval, Verb.COMMENT, actor, comment=text)


@verb("approvals.mark_seen")
def mark_seen(approval_id: int, *, actor: Viewer) -> None:
    """Somebody who got a copy has looked at it."""
    copies = ApprovalSigner.objects.filter(approval=approval_id, person=actor.person_id, state="copy", seen_at=None)
    copies.update(seen_at=clock.now())
