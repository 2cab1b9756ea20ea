"""Proposed grades and overrides as requests for approval, and what is done once they are signed (POL-11, PLT-05)."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.approvals.registry import Past
from guike.engine.approvals.selectors import governed
from guike.engine.approvals.services import Request, lapse, submit
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models import Approval, ApprovalAct, Decision, Override, Proposal, Standing
from guike.engine.policies.content import Content
from guike.engine.rulebook import Rulebook, content_of, rules_read_once
from guike.engine.selectors.entitlement_preview import preview
from guike.engine.selectors.entitlements import changes_between
from guike.platform import access, clock
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused

#: So many proposals are sent in one go; what is left goes with the next evaluation.
AT_ONCE = 500
#: So many documents of the past a simulation looks at.
PAST = 2000
LIVE = ("pending", "returned")


def nothing(approval: Any, actor: Viewer) -> None:
    """A withdrawn or lapsed grade changes nothing: the proposal itself was closed by what made it lapse."""


def facts_of(content: Content, before: str, after: str) -> dict[str, Any]:
    """What a change of outcome brings along: up or down, by how many grades, from what to what, under which policy."""
    old, new = content.rank(before), content.rank(after)
    known = before != "" and old < 99 and new < 99
    return {
        "request.direction": "same" if known and old == new else "down" if known and new > old else "up",
        "request.steps": abs(new - old) if known else 1,
        "request.from": content.label(before),
        "request.to": content.label(after),
        "request.policy": content.code,
        "request.is_primary": content.primary,
    }


def _subject(kind: str, pk: int) -> tuple[str, int | None, int | None]:
    """Name, owner and department of a subject."""
    subject = REGISTRY.subject(kind)
    found = access.row(SYSTEM, kind, pk)
    owner = getattr(found, subject.owner) if subject.owner else None
    return str(getattr(found, subject.name)), owner, getattr(found, subject.department) if subject.department else None


# --- proposed grades --------------------------------------------------------------------------------------------------------


def send_proposals(policy_id: int, *, actor: Viewer) -> int:
    """Open proposals of a policy become requests where an authority policy says who signs; requests for others lapse. Returns how many."""
    live = {one.payload.get("proposal"): one for one in Approval.objects.filter(kind="grade", state__in=LIVE, policy__isnull=False)}
    waiting = Proposal.objects.filter(policy_id=policy_id, state="open").select_related("policy", "policy_version").order_by("pk")
    if not live and not waiting.exists():
        return 0
    current = dict(waiting.values_list("pk", "outcome"))
    own = set(Proposal.objects.filter(policy_id=policy_id, pk__in=[pk for pk in live if pk]).values_list("pk", flat=True))
    gone = [one.pk for pk, one in live.items() if pk in own and current.get(pk) != one.payload.get("outcome")]
    lapse("grade", gone, actor=actor, reason=_("计算结果已变"))
    if not governed("grade"):
        return 0
    kept = {pk for pk, one in live.items() if one.pk not in gone}
    fresh = list(waiting.exclude(pk__in=kept)[:AT_ONCE])
    with rules_read_once():
        for proposal in fresh:
            submit(_grade_request(proposal), actor=SYSTEM)
    return len(fresh)


def _grade_request(proposal: Proposal) -> Request:
    content = content_of(proposal.policy_version)
    name, owner, department = _subject(proposal.subject_kind, proposal.subject_id)
    before, after = content.label(proposal.previous), content.label(proposal.outcome)
    changes = [(proposal.policy.title, before, after)]
    brought = changes_between(proposal.policy.code)(proposal.previous, proposal.outcome)
    changes += [(one.label, one.before, one.after) for one in brought]
    if proposal.score is not None:
        changes.append((_("总分"), "", f"{proposal.score:f}"))
    return Request(
        kind="grade",
        subject_kind=proposal.subject_kind,
        subject_id=proposal.subject_id,
        subject_name=name,
        title=_("%(name)s %(before)s → %(after)s") % {"name": name, "before": before, "after": after},
        reason=proposal.reasons,
        facts=facts_of(content, proposal.previous, proposal.outcome),
        changes=changes,
        payload={"proposal": proposal.pk, "outcome": proposal.outcome},
        owner_id=owner,
        department_id=department,
    )


def live_request(proposal_id: int) -> Approval | None:
    """The request on whose way a proposal is."""
    return Approval.objects.filter(kind="grade", state__in=LIVE, payload__proposal=proposal_id).first()


def live_requests(proposal_ids: Iterable[int]) -> dict[int, Approval]:
    """Proposal → the request on whose way it is. One query."""
    found = Approval.objects.filter(kind="grade", state__in=LIVE, payload__proposal__in=list(proposal_ids))
    return {one.payload["proposal"]: one for one in found}


def _proposal(approval: Any) -> Proposal:
    found = Proposal.objects.select_for_update(of=("self",)).select_related("policy", "policy_version").get(pk=approval.payload["proposal"])
    if found.state != Proposal.State.OPEN:
        raise Refused(_("这条等级建议%(state)s，不能再签") % {"state": found.get_state_display()}, code="closed")
    return found


def _confirmations(approval: Any) -> list[dict[str, Any]]:
    """The signatures as the proposal keeps them."""
    acts = ApprovalAct.objects.filter(approval=approval, verb__in=["approve", "reject"]).select_related("person", "step").order_by("pk")
    return [
        {"as": str(act.step), "person": act.person_id, "name": str(act.person), "at": act.at.isoformat(), "note": act.comment} for act in acts
    ]


def grade_approved(approval: Any, actor: Viewer) -> None:
    """The proposed outcome holds from today."""
    from guike.engine.services.proposals import decide

    proposal = _proposal(approval)
    proposal.confirmations = _confirmations(approval)
    proposal.step, proposal.state, proposal.closed_at = len(proposal.confirmations), Proposal.State.CONFIRMED, clock.now()
    decide(proposal, content_of(proposal.policy_version), actor)
    proposal.save()


def grade_rejected(approval: Any, actor: Viewer) -> None:
    """The outcome stays as it was."""
    proposal = _proposal(approval)
    proposal.confirmations = _confirmations(approval)
    proposal.state, proposal.closed_at = Proposal.State.REJECTED, clock.now()
    proposal.closed_reason = approval.closed_reason[:200]
    proposal.save()


def past_grades(start: date, end: date) -> Iterator[Past]:
    """Changes of outcome that were applied at once: what would have been proposed."""
    found = Decision.objects.filter(as_of__range=(start, end), override=None).exclude(previous="").select_related("policy_version", "policy")
    for one in found.order_by("-pk")[:PAST]:
        content = content_of(one.policy_version)
        if content.kind == "alert":
            continue
        title = f"{content.label(one.previous)} → {content.label(one.outcome)}"
        yield Past(one.subject_kind, one.subject_id, title, one.as_of, None, facts_of(content, one.previous, one.outcome))


# --- overrides --------------------------------------------------------------------------------------------------------------


def request_override(
    policy_code: str, subject_id: int, outcome: str, *, reason: str, until: date, starts: date, actor: Viewer
) -> Approval:
    """Send an override on its way; it is set once it is signed. Refuses a second one that still waits."""
    found = Rulebook(clock.today()).holding(policy_code)
    content = found.content
    waiting = Approval.objects.filter(kind="override", state__in=LIVE, subject_kind=content.subject, subject_id=subject_id)
    if other := waiting.filter(payload__policy=policy_code).first():
        raise Refused(_("%(number)s 还在审批，先等它办完") % {"number": other.number}, code="waiting")
    name, owner, department = _subject(content.subject, subject_id)
    held = Standing.objects.filter(policy_id=found.policy_id, subject_id=subject_id).values_list("outcome", flat=True).first() or ""
    days = (until - starts).days + 1
    after = content.label(outcome)
    return submit(
        Request(
            kind="override",
            subject_kind=content.subject,
            subject_id=subject_id,
            subject_name=name,
            title=_("%(name)s 人工调为%(after)s，到 %(until)s") % {"name": name, "after": f" {after}", "until": until},
            reason=reason,
            facts={**facts_of(content, held, outcome), "request.days": days},
            changes=[
                (content.title, content.label(held), after),
                *((one.label, one.before, one.after) for one in preview(actor, content.subject, subject_id, policy_code, outcome).lines),
                (_("期间"), "", _("%(from)s～%(to)s，%(days)s 天") % {"from": starts, "to": until, "days": days}),
            ],
            payload={"policy": policy_code, "outcome": outcome, "until": until.isoformat(), "starts": starts.isoformat()},
            owner_id=owner,
            department_id=department,
        ),
        actor=actor,
    )


def override_approved(approval: Any, actor: Viewer) -> None:
    """Set the override; its signer is who signed last. Refuses where its end has passed meanwhile."""
    from guike.engine.services.overrides import set_override

    asked = approval.payload
    signer = ApprovalAct.objects.filter(approval=approval, verb="approve").order_by("-pk").values_list("person_id", flat=True).first()
    starts = max(date.fromisoformat(asked["starts"]), clock.today())
    set_override(
        asked["policy"],
        approval.subject_id,
        asked["outcome"],
        reason=approval.reason[:300],
        signer_id=signer or actor.person_id or approval.requested_by_id,
        until=date.fromisoformat(asked["until"]),
        starts=starts,
        entered_by=approval.requested_by_id,
        actor=actor,
    )


def past_overrides(start: date, end: date) -> Iterable[Past]:
    """Overrides that were set without a request."""
    sent = Approval.objects.filter(kind="override").values_list("subject_id", flat=True)
    found = Override.objects.filter(from_on__range=(start, end)).exclude(subject_id__in=list(sent)).select_related("policy")
    book = Rulebook(clock.today())
    for one in found.order_by("-pk")[:PAST]:
        held = book.resolve(one.policy.code)
        if held is None:
            continue
        given = {**facts_of(held.content, one.computed, one.outcome), "request.days": (one.until_on - one.from_on).days + 1}
        yield Past(one.subject_kind, one.subject_id, one.reason, one.from_on, one.entered_by_id, given)
