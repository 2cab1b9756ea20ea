"""What is pushed of grades and duties (PLT-07)."""

from collections.abc import Iterable

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from guike.engine.events import Escalated, StandingsChanged
from guike.engine.models.decision import Decision
from guike.platform.webhooks.events import register, tell

register("customer.grade_changed", "customer", _("客户等级变动"))
register("obligation.overdue", "obligation", _("时限任务逾期上报"))


def graded(event: StandingsChanged) -> None:
    """Of the policy that gives the grade; an evaluation of everybody tells those whom its run moved."""
    if event.is_primary and event.subject_kind == "customer":
        ids = event.subject_ids if event.subject_ids is not None else lambda: _moved(event.policy_code)
        tell("customer.grade_changed", ids, {"policy": event.policy_code})


def _moved(policy_code: str) -> Iterable[int]:
    decisions = Decision.objects.filter(policy__code=policy_code, subject_kind="customer")
    last = decisions.aggregate(run=Max("run"))["run"]
    return decisions.filter(run=last).exclude(outcome=F("previous")).values_list("subject_id", flat=True).distinct()


def escalated(event: Escalated) -> None:
    tell("obligation.overdue", sorted({pk for ids in event.to.values() for pk in ids}))
