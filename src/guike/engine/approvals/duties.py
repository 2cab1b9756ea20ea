"""What a signer owes stands on *Today* as an obligation, with the policy's time limit and its way up the chain (ACT-12, PLT-05)."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from guike.engine.models import Approval, ApprovalStep
from guike.engine.obligations import registry as kinds
from guike.engine.obligations.services import Due, close_of, open_many
from guike.organisation.selectors import Directory
from guike.platform import clock
from guike.platform.access import Viewer

KIND, SUBJECT = "approval", "approval"
kinds.register_kind(kinds.Kind(KIND, "审批", "去签批", icon="checkup-list", link="/approvals/{subject_id}/", by_record=True))


def open_for(approval: Approval, step: ApprovalStep, person_ids: Sequence[int], *, actor: Viewer) -> None:
    """One duty a person asked."""
    directory = Directory()
    who = directory.names.get(approval.requested_by_id or 0) or _("系统")
    open_many(
        [
            Due(
                kind=KIND,
                subject_kind=SUBJECT,
                subject_id=approval.pk,
                title=_("签批：%(title)s") % {"title": approval.title},
                due_on=step.due_on or clock.today(),
                assignee_id=person,
                department_id=directory.departments.get(person),
                reason=_("%(who)s申请，%(step)s") % {"who": who, "step": step.words},
                clause=approval.clause,
                policy_id=approval.policy_id,
                policy_version_id=approval.policy_version_id,
                escalation_days=tuple(step.escalation_days) or (1, 3),
            )
            for person in dict.fromkeys(person_ids)
        ],
        actor=actor,
    )


def open_for_applicant(approval: Approval, *, actor: Viewer) -> None:
    """A returned request waits for its applicant."""
    if approval.requested_by_id is None:
        return
    open_many(
        [
            Due(
                kind=KIND,
                subject_kind=SUBJECT,
                subject_id=approval.pk,
                title=_("改后再交：%(title)s") % {"title": approval.title},
                due_on=clock.today(),
                assignee_id=approval.requested_by_id,
                department_id=approval.department_id,
                reason=approval.closed_reason,
                clause=approval.clause,
                policy_id=approval.policy_id,
            )
        ],
        actor=actor,
    )


def done(approval: Approval, person_ids: Sequence[int], *, actor: Viewer) -> None:
    """These have signed."""
    close_of(SUBJECT, approval.pk, actor=actor, done=True, assignee_ids=person_ids)


def close(approval: Approval, *, actor: Viewer, reason: str, person_ids: Sequence[int] | None = None) -> None:
    """Nobody (or these) need to sign any more."""
    close_of(SUBJECT, approval.pk, actor=actor, done=False, reason=reason, assignee_ids=person_ids)
