"""The timeline, obligations and approvals speak of customers and of their people (08-quality privacy)."""

from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.engine.models import Obligation
from guike.platform.privacy import DEALINGS, dealing, plain, texts

COURSE = _("往来经过、要办的事和审批")

texts("engine.Activity", "counterpart title text", purpose=COURSE)
texts("engine.Obligation", "title reason closed_reason snooze_reason", purpose=COURSE)
texts("engine.Approval", "subject_name title reason facts changes payload route closed_reason", purpose=COURSE)
texts("engine.ApprovalAct", "comment detail", purpose=COURSE)
texts("engine.ApprovalStep", "rule", purpose=COURSE)
texts("engine.Assessment", "text source evidence withdrawn_reason", purpose=COURSE, term=DEALINGS)
texts("engine.Override", "reason ended_reason", purpose=COURSE)
texts("engine.Proposal", "closed_reason", purpose=COURSE)
texts("automations.Firing", "results", purpose=COURSE)
texts("automations.AutomationRun", "note", purpose=COURSE)

plain("engine.Activity", "kind channel subject_kind source_kind")
plain("engine.Approval", "number kind subject_kind clause")
plain("engine.ApprovalStep", "words sign escalation_days")
plain("engine.ApprovalSigner", "why")
plain("engine.Policy", "code title subject_kind owner_function pack")
plain("engine.PolicyVersion", "content yaml clause_title clause_number clause_text")
plain("engine.Run", "trigger outcomes groups")
plain("engine.Override", "subject_kind outcome computed")
plain("engine.Decision", "subject_kind previous outcome computed inputs reasons")
plain("engine.Standing", "subject_kind outcome computed")
plain("engine.Proposal", "subject_kind previous outcome inputs reasons confirmations")
plain("engine.Assessment", "metric subject_kind")
plain("engine.Obligation", "kind subject_kind clause outcome channels escalation_days")
plain("engine.Regulation", "code title owner_function pack")
plain("engine.RegulationVersion", "title yaml note")
plain("engine.Clause", "key chapter title text carried_by")
plain("automations.Automation", "name subject_kind trigger content")
plain("automations.AutomationVersion", "name trigger content")
plain("automations.Firing", "subject_kind occasion")


@dealing("customer", "obligation", _("办结待办"))
def last_done(of: Any) -> QuerySet:
    """What was owed and done; what nobody did is no dealing."""
    done = Obligation.objects.filter(subject_kind="customer", subject_id=of, state=Obligation.State.FULFILLED)
    return done.order_by().values("subject_id").annotate(day=Max("fulfilled_on")).values("day")
