"""Approve, return, reject: the signer's decisions (PLT-05). Row locks in one order: request, signer, step."""

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guike.engine.approvals import duties, rules
from guike.engine.approvals.services.asking import advance, finish, note
from guike.engine.models import Approval, ApprovalAct, ApprovalSigner, ApprovalStep
from guike.platform import clock
from guike.platform.access import Viewer, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb

Verb = ApprovalAct.Verb


@verb("approvals.approve")
def approve(approval_id: int, *, actor: Viewer, comment: str = "") -> Approval:
    """Sign. The last signature of the last step carries the matter out in the same transaction.

    Refuses who is not asked, the applicant, and a step that somebody else has signed meanwhile.
    """
    approval = locked(approval_id, actor)
    for signer in turns(approval, actor):
        _decide(approval, signer, Verb.APPROVE, actor, comment)
        _pass(approval, signer.step, actor)
    advance(approval, actor)
    return approval


@verb("approvals.return")
def send_back(approval_id: int, *, actor: Viewer, comment: str) -> Approval:
    """Return for correction: the applicant changes it and submits again, or withdraws it. Needs words."""
    approval = locked(approval_id, actor)
    if approval.requested_by_id is None:
        raise Refused(_("这是制度提出的建议，没有申请人可以改；同意或不同意"), code="nobody_to_return_to")
    _stop(approval, Verb.RETURN, rules.RETURNED, actor, comment)
    duties.open_for_applicant(approval, actor=actor)
    return approval


@verb("approvals.reject")
def reject(approval_id: int, *, actor: Viewer, comment: str) -> Approval:
    """Refuse for good; the domain is told in the same transaction. Needs words."""
    approval = locked(approval_id, actor)
    _stop(approval, Verb.REJECT, rules.REJECTED, actor, comment)
    return approval


def locked(approval_id: int, actor: Viewer, action: str = "sign") -> Approval:
    """The request, locked and still pending; else a sentence with what became of it."""
    approval = row(actor, "approval", approval_id, action, lock=True)
    if approval.state != rules.PENDING:
        raise Refused(_("%(number)s %(state)s，不用再签") % {"number": approval.number, "state": approval.get_state_display()}, code="closed")
    return approval


def turns(approval: Approval, actor: Viewer) -> list[ApprovalSigner]:
    """The seats that the actor may sign for now, one a step. Refuses where it is not the actor's turn."""
    if actor.person_id is not None and actor.person_id == approval.requested_by_id:
        raise Forbidden(_("自己申请的不能自己批"))
    found = ApprovalSigner.objects.select_for_update(of=("self",)).select_related("step").order_by("pk")
    mine = list(found.filter(approval=approval, state="waiting", step__state=rules.OPEN, person_id=actor.person_id or 0))
    if not mine:
        signed = ApprovalAct.objects.filter(approval=approval, person_id=actor.person_id or 0, verb="approve").exists()
        raise Forbidden(_("你已经签过，现在等别人签") if signed else _("现在没有轮到你签"))
    first: dict[int | None, ApprovalSigner] = {}
    for signer in mine:
        first.setdefault(signer.step_id, signer)
    return list(first.values())


def _decide(approval: Approval, signer: ApprovalSigner, what: str, actor: Viewer, comment: str) -> None:
    """Write the decision: the signer's turn is taken by a conditional update, the act is unique a seat and, where any may sign, a step."""
    taken = ApprovalSigner.objects.filter(pk=signer.pk, state="waiting").update(state="signed")
    if not taken:
        raise Refused(_("这一步刚被签过，刷新再看"), code="signed")
    alone = signer.step.sign == rules.ANY  # type: ignore[union-attr]
    try:
        with transaction.atomic():
            note(approval, what, actor, step=signer.step, seat_id=signer.seat_id, comment=comment, alone=alone)
    except IntegrityError as error:
        raise Refused(_("这一步刚被签过，刷新再看"), code="signed") from error
    duties.done(approval, [signer.person_id], actor=actor)
    others = ApprovalSigner.objects.filter(step=signer.step, seat=signer.seat, state="waiting")  # the absent and the deputy hold one seat
    release(approval, others, actor, _("已由%(name)s签") % {"name": actor.name})


def release(approval: Approval, signers: object, actor: Viewer, reason: str) -> None:
    """These need not sign any more."""
    people = list(signers.values_list("person_id", flat=True))  # type: ignore[attr-defined]
    if people:
        signers.update(state="released")  # type: ignore[attr-defined]
        duties.close(approval, actor=actor, reason=reason, person_ids=people)


def _pass(approval: Approval, step: ApprovalStep | None, actor: Viewer) -> None:
    """Pass the step where its signatures are complete."""
    assert step is not None  # noqa: S101 — a signer with a turn has a step
    asked = ApprovalSigner.objects.filter(step=step, state__in=["waiting", "signed"]).values_list("seat_id", "state")
    given = frozenset(seat for seat, state in asked if state == "signed")
    if not rules.Signed(step.place, step.sign, frozenset(seat for seat, _state in asked), given).done:
        return
    moved = ApprovalStep.objects.filter(pk=step.pk, state=rules.OPEN).update(state=rules.PASSED, closed_at=clock.now())
    if not moved:
        raise Refused(_("这一步刚被签过，刷新再看"), code="signed")
    release(approval, ApprovalSigner.objects.filter(step=step, state="waiting"), actor, _("已由%(name)s签") % {"name": actor.name})


def _stop(approval: Approval, what: str, state: str, actor: Viewer, comment: str) -> None:
    if not comment.strip():
        raise Refused(_("写一句原因，申请人才知道怎么改"), field="comment")
    signer = turns(approval, actor)[0]
    _decide(approval, signer, what, actor, comment)
    ApprovalStep.objects.filter(pk=signer.step_id or 0, state=rules.OPEN).update(state=rules.STOPPED)
    finish(approval, state, actor, comment.strip())
