"""Requests for approval, their steps, who is asked, and what was signed (PLT-05). Acts are append-only; states go as `rules` says."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.engine.approvals import rules

FIXED = """
IF ROW(NEW.number, NEW.kind, NEW.subject_kind, NEW.subject_id, NEW.requested_by_id, NEW.requested_at)
   IS DISTINCT FROM ROW(OLD.number, OLD.kind, OLD.subject_kind, OLD.subject_id, OLD.requested_by_id, OLD.requested_at) THEN
    RAISE EXCEPTION 'approval % cannot change what it is about', OLD.id USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
STEP_FIXED = """
IF ROW(NEW.approval_id, NEW.round, NEW.place, NEW.position, NEW.words, NEW.sign, NEW.rule)
   IS DISTINCT FROM ROW(OLD.approval_id, OLD.round, OLD.place, OLD.position, OLD.words, OLD.sign, OLD.rule) THEN
    RAISE EXCEPTION 'approval step % cannot be rewritten', OLD.id USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class Approval(models.Model):
    """A request: what is asked for, by whom, with the facts as they were, and where it stands.

    `facts`: code → value as the route saw them. `changes`: [{"label", "before", "after"}]. `payload`: what the requesting domain needs to
    carry it out. `route`: {"code", "label", "row", "reason", "values"}: why it goes this way. `round` counts submissions.
    """

    class State(models.TextChoices):
        PENDING = rules.PENDING, _("审批中")
        RETURNED = rules.RETURNED, _("待修改")
        APPROVED = rules.APPROVED, _("已同意")
        REJECTED = rules.REJECTED, _("不同意")
        WITHDRAWN = rules.WITHDRAWN, _("已撤回")
        LAPSED = rules.LAPSED, _("已失效")

    number = models.CharField(_("编号"), max_length=30, unique=True)
    kind = models.CharField(_("类别"), max_length=30)
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    subject_name = models.CharField(_("对象名称"), max_length=120, blank=True, default="")
    title = models.CharField(_("事项"), max_length=160)
    amount = models.DecimalField(_("金额"), max_digits=16, decimal_places=2, null=True, blank=True)
    reason = models.CharField(_("理由"), max_length=500, blank=True, default="")
    facts = models.JSONField(_("依据"), default=dict, blank=True)
    changes = models.JSONField(_("改动"), default=list, blank=True)
    payload = models.JSONField(default=dict, blank=True, editable=False)
    requested_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("申请人"))
    department = models.ForeignKey("organisation.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    requested_at = models.DateTimeField(_("申请时间"))
    requested_on = models.DateField(_("申请日期"))
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.PENDING)
    round = models.PositiveSmallIntegerField(_("第几次提交"), default=1)
    policy = models.ForeignKey("engine.Policy", models.PROTECT, null=True, related_name="+", verbose_name=_("制度"))
    policy_version = models.ForeignKey("engine.PolicyVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("版本"))
    clause = models.CharField(_("条款"), max_length=80, blank=True, default="")
    route = models.JSONField(_("路径"), default=dict, blank=True)
    due_on = models.DateField(_("本步期限"), null=True, blank=True)
    closed_at = models.DateTimeField(_("办结时间"), null=True, blank=True)
    closed_reason = models.CharField(_("办结说明"), max_length=500, blank=True, default="")
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        app_label = "engine"
        verbose_name = _("审批")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["requested_on", "id"], name="approval_requested_on"),
            models.Index(fields=["due_on", "id"], name="approval_due_on"),
            models.Index(fields=["amount", "id"], name="approval_amount"),
            models.Index(fields=["requested_by", "-id"], name="approval_requester"),
            models.Index(fields=["department", "-id"], name="approval_department"),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="approval_subject"),
            models.Index(fields=["kind", "requested_on"], name="approval_kind_day"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=rules.CLOSED, closed_at__isnull=False) | (~Q(state__in=rules.CLOSED) & Q(closed_at__isnull=True)),
                name="approval_closed_has_time",
            ),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="states", when=pgtrigger.Before, operation=pgtrigger.Update, func=rules.transition_sql(rules.TRANSITIONS, "approval")
            ),
            pgtrigger.Trigger(name="what_is_fixed", when=pgtrigger.Before, operation=pgtrigger.Update, func=FIXED),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("approvals:card", args=[self.pk])

    @property
    def open(self) -> bool:
        """Does it still wait for somebody?"""
        return self.state not in rules.CLOSED


class ApprovalStep(models.Model):
    """One step of a round. Steps of the same `place` run at the same time; `rule` is the policy's step or who added it."""

    class State(models.TextChoices):
        WAITING = rules.WAITING, _("未到")
        OPEN = rules.OPEN, _("审批中")
        PASSED = rules.PASSED, _("已同意")
        STOPPED = rules.STOPPED, _("已退回")
        VOID = rules.VOID, _("未走")

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="steps")
    round = models.PositiveSmallIntegerField()
    place = models.PositiveIntegerField()
    position = models.PositiveSmallIntegerField()
    words = models.CharField(_("步骤"), max_length=80)
    sign = models.CharField(max_length=3, default=rules.ANY)
    rule = models.JSONField(default=dict, blank=True)
    days = models.PositiveSmallIntegerField(default=2)
    remind = models.PositiveSmallIntegerField(null=True)
    escalation_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    opened_at = models.DateTimeField(null=True)
    due_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "engine"
        verbose_name = _("审批步骤")
        ordering = ["round", "place", "position"]
        constraints = [models.UniqueConstraint(fields=["approval", "round", "place", "position"], name="approvalstep_once")]
        indexes = [models.Index(fields=["due_on"], condition=Q(state="open"), name="approvalstep_due")]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="states",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                func=rules.transition_sql(rules.STEP_TRANSITIONS, "approval step"),
            ),
            pgtrigger.Trigger(name="what_is_fixed", when=pgtrigger.Before, operation=pgtrigger.Update, func=STEP_FIXED),
        ]

    def __str__(self) -> str:
        return self.words


class ApprovalSigner(models.Model):
    """Who is asked at a step, or who gets a copy (`step` empty). `seat` is for whom the signature counts: a deputy sits in another's seat."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待签")
        SIGNED = "signed", _("已签")
        PASSED_ON = "passed_on", _("已转交")
        RELEASED = "released", _("不用签")
        COPY = "copy", _("抄送")

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="signers")
    step = models.ForeignKey(ApprovalStep, models.PROTECT, null=True, related_name="signers")
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name=_("签批人"))
    seat = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    why = models.CharField(max_length=120, blank=True, default="")
    seen_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "engine"
        verbose_name = _("签批人")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["step", "person"], condition=Q(state="waiting"), name="approvalsigner_asked_once"),
            models.UniqueConstraint(fields=["approval", "person"], condition=Q(state="copy"), name="approvalsigner_copied_once"),
            models.CheckConstraint(condition=Q(step__isnull=False) | Q(state="copy"), name="approvalsigner_has_step"),
        ]
        indexes = [
            models.Index(fields=["person", "state", "approval"], name="approvalsigner_person"),
            models.Index(fields=["step"], name="approvalsigner_step"),
        ]
        triggers = [pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.person_id} {self.state}"


class ApprovalAct(models.Model):
    """One entry of the trace: who did what, for whom, with which words. Append-only; one decision a seat, one alone where any may sign."""

    class Verb(models.TextChoices):
        SUBMIT = "submit", _("提交")
        RESUBMIT = "resubmit", _("改后再交")
        APPROVE = "approve", _("同意")
        RETURN = "return", _("退回修改")
        REJECT = "reject", _("不同意")
        DELEGATE = "delegate", _("转交")
        ADD = "add", _("加签")
        WITHDRAW = "withdraw", _("撤回")
        REMIND = "remind", _("催办")
        NOTICE = "notice", _("到期提醒")
        DEPUTY = "deputy", _("代理")
        REPLACE = "replace", _("换人")
        LAPSE = "lapse", _("失效")
        COMMENT = "comment", _("说明")

    approval = models.ForeignKey(Approval, models.PROTECT, related_name="acts")
    step = models.ForeignKey(ApprovalStep, models.PROTECT, null=True, related_name="acts")
    verb = models.CharField(max_length=10, choices=Verb.choices)
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    seat = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+")
    comment = models.CharField(max_length=500, blank=True, default="")
    alone = models.BooleanField(default=False)
    detail = models.JSONField(default=dict, blank=True)
    at = models.DateTimeField()

    class Meta:
        app_label = "engine"
        verbose_name = _("审批经过")
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "seat"], condition=Q(verb__in=["approve", "return", "reject"]), name="approvalact_one_decision_a_seat"
            ),
            models.UniqueConstraint(
                fields=["step"], condition=Q(verb__in=["approve", "return", "reject"], alone=True), name="approvalact_one_decision_alone"
            ),
            models.CheckConstraint(
                condition=~Q(verb__in=["approve", "return", "reject"]) | Q(step__isnull=False, person__isnull=False, seat__isnull=False),
                name="approvalact_decision_has_signer",
            ),
            models.CheckConstraint(condition=~Q(verb__in=["return", "reject"]) | ~Q(comment=""), name="approvalact_refusal_has_words"),
        ]
        indexes = [models.Index(fields=["approval", "id"], name="approvalact_trace"), models.Index(fields=["person", "approval"], name="approvalact_person")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.verb} {self.at:%Y-%m-%d}"
