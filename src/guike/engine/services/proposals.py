"""Proposed outcomes and their confirmation, step by step (POL-04, POL-11: sales submits, marketing reviews)."""

from typing import Any

from django.utils.translation import gettext as _

from guike.engine.events import StandingsChanged
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.decision import Decision, Proposal, Standing
from guike.engine.policies.content import Content
from guike.engine.rulebook import content_of
from guike.engine.services import signatures
from guike.platform import clock, events
from guike.platform.access import ROLES, Viewer, require, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb

State = Proposal.State


@verb("engine.confirm_proposal")
def confirm_proposal(proposal_id: int, *, actor: Viewer, note: str = "") -> Proposal:
    """Give the next confirmation that the version asks for. The last one makes the outcome hold from today.

    Refuses a proposal that is closed, and a person who is not the one to confirm next.
    """
    proposal, content = _open(proposal_id, actor)
    _require_turn(proposal, content, actor)
    proposal.confirmations = [*proposal.confirmations, _entry(content.confirmation[proposal.step], actor, note)]
    proposal.step += 1
    if proposal.step >= len(content.confirmation):
        proposal.state, proposal.closed_at = State.CONFIRMED, clock.now()
        decide(proposal, content, actor)
    proposal.save()
    return proposal


@verb("engine.reject_proposal")
def reject_proposal(proposal_id: int, *, reason: str, actor: Viewer) -> Proposal:
    """Close a proposal without effect; the same one is not made again while the outcome and the version stay."""
    proposal, content = _open(proposal_id, actor)
    _require_turn(proposal, content, actor)
    if not reason.strip():
        raise Refused(_("写明不同意的原因"), field="reason")
    proposal.confirmations = [*proposal.confirmations, _entry(content.confirmation[proposal.step], actor, reason)]
    proposal.state, proposal.closed_at, proposal.closed_reason = State.REJECTED, clock.now(), reason.strip()
    proposal.save()
    return proposal


def _open(proposal_id: int, actor: Viewer) -> tuple[Proposal, Content]:
    require(actor, "policy", "confirm")
    proposal = Proposal.objects.select_for_update(of=("self",)).select_related("policy_version", "policy").filter(pk=proposal_id).first()
    if proposal is None:
        raise Refused(_("没有这条等级建议"))
    row(actor, proposal.subject_kind, proposal.subject_id, "view")
    if proposal.state != State.OPEN:
        raise Refused(_("这条等级建议%(state)s") % {"state": proposal.get_state_display()})
    if waiting := signatures.live_request(proposal.pk):
        raise Refused(_("这条建议在走审批 %(number)s，到「审批」里签") % {"number": waiting.number}, code="in_approval")
    return proposal, content_of(proposal.policy_version)


def _require_turn(proposal: Proposal, content: Content, actor: Viewer) -> None:
    who = content.confirmation[proposal.step]
    if actor.is_system or (actor.has_role(who) if who != "owner" else _is_owner(proposal, actor)):
        return
    name = _("负责人") if who == "owner" else _(ROLES[who])
    raise Forbidden(_("第 %(n)s 步由%(name)s确认") % {"n": proposal.step + 1, "name": name})


def _is_owner(proposal: Proposal, actor: Viewer) -> bool:
    subject = REGISTRY.subject(proposal.subject_kind)
    found = row(actor, proposal.subject_kind, proposal.subject_id, "view")
    return bool(subject.owner) and actor.person_id is not None and getattr(found, str(subject.owner)) == actor.person_id


def _entry(who: str, actor: Viewer, note: str) -> dict[str, Any]:
    return {"as": who, "person": actor.person_id, "name": actor.name, "at": clock.now().isoformat(), "note": note.strip()}


def decide(proposal: Proposal, content: Content, actor: Viewer) -> None:
    """The outcome holds from today; an override that came meanwhile keeps counting."""
    standing = Standing.objects.select_for_update().get(policy_id=proposal.policy_id, subject_id=proposal.subject_id)
    if standing.override_id:
        raise Refused(_("这家正在人工调整期内，到期后再确认"))
    decision = Decision.objects.create(
        policy_id=proposal.policy_id,
        policy_version_id=proposal.policy_version_id,
        run_id=proposal.run_id,
        subject_kind=proposal.subject_kind,
        subject_id=proposal.subject_id,
        as_of=clock.today(),
        previous=standing.outcome,
        outcome=proposal.outcome,
        computed=proposal.outcome,
        score=proposal.score,
        inputs=proposal.inputs,
        reasons=proposal.reasons,
        trigger=Decision.Trigger.CONFIRM,
        decided_by_id=actor.person_id,
        decided_at=clock.now(),
    )
    standing.outcome, standing.rank, standing.since = proposal.outcome, content.rank(proposal.outcome), clock.today()
    standing.as_of, standing.decision = clock.today(), decision
    standing.save()
    policy = proposal.policy
    events.emit(StandingsChanged(policy.code, policy.is_primary, proposal.subject_kind, clock.today(), (proposal.subject_id,)))
