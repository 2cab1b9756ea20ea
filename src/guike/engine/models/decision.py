"""What policies decided: runs, decisions (kept for ever), today's standing, overrides and proposals (POL-04, POL-11)."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Q, Value
from django.utils.translation import gettext_lazy as _

from guike.engine.models.policy import DateRange, Exactly
from guike.platform import history


class Run(models.Model):
    """One evaluation of one policy as of a day. `kept` is false when a newer evaluation stood and this one only reported."""

    policy = models.ForeignKey("engine.Policy", models.PROTECT, related_name="runs", verbose_name=_("制度"))
    policy_version = models.ForeignKey("engine.PolicyVersion", models.PROTECT, related_name="+", verbose_name=_("版本"))
    as_of = models.DateField(_("判定日"))
    everyone = models.BooleanField(_("全部对象"), default=True)
    kept = models.BooleanField(_("写入"), default=True)
    trigger = models.CharField(_("起因"), max_length=20)
    subjects = models.PositiveIntegerField(_("对象数"), default=0)
    changed = models.PositiveIntegerField(_("变动"), default=0)
    outcomes = models.JSONField(_("结果"), default=dict)
    groups = models.JSONField(_("配额"), default=list, blank=True)
    seconds = models.DecimalField(_("用时（秒）"), max_digits=10, decimal_places=3, default=0)
    started_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("发起人"))
    started_at = models.DateTimeField(_("开始时间"))

    class Meta:
        app_label = "engine"
        verbose_name = _("判定批次")
        ordering = ["-id"]
        indexes = [models.Index(fields=["policy", "-as_of"], name="run_policy_day")]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.as_of}"


@history.tracked()
class Override(models.Model):
    """An outcome set by a person against the computed one, with reason, signer and end (CUS-04, POL-11).

    In force from `from_on` to `ends_on`, both included; `until_on` is the end that was signed. Ends by itself.
    """

    policy = models.ForeignKey("engine.Policy", models.PROTECT, related_name="overrides", verbose_name=_("制度"))
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    outcome = models.CharField(_("改为"), max_length=40)
    computed = models.CharField(_("当时计算结果"), max_length=120, blank=True, default="")
    score = models.DecimalField(_("当时总分"), max_digits=8, decimal_places=2, null=True)
    reason = models.CharField(_("理由"), max_length=300)
    signer = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name=_("批准人"))
    from_on = models.DateField(_("开始"))
    until_on = models.DateField(_("到期"))
    ends_on = models.DateField(_("实际结束"))
    cancelled = models.BooleanField(_("取消"), default=False)
    ended_reason = models.CharField(_("结束原因"), max_length=200, blank=True, default="")
    entered_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    entered_at = models.DateTimeField(_("录入时间"))

    class Meta:
        app_label = "engine"
        verbose_name = _("人工调整")
        ordering = ["-from_on", "-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="override_subject")]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="override_has_reason"),
            models.CheckConstraint(condition=Q(until_on__gte=F("from_on")), name="override_ends_after_start"),
            ExclusionConstraint(
                name="override_one_at_a_time",
                expressions=[
                    (Exactly("policy"), RangeOperators.OVERLAPS),
                    (Exactly("subject_id"), RangeOperators.OVERLAPS),
                    (DateRange("from_on", "ends_on", Value("[]")), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {self.from_on}～{self.ends_on}"


class Decision(models.Model):
    """One change of one subject's outcome under one policy. Append-only; what did not change is counted in the run.

    `inputs`: {"values": […], "bands": […], "points": […], "row": n} in the order of the version's characteristics or fields.
    `previous` and `outcome` are codes, "" for none; several outcomes of a collecting table are joined with "+".
    """

    class Trigger(models.TextChoices):
        CYCLE = "cycle", _("定期")
        DEMAND = "demand", _("手动")
        EVENT = "event", _("事实变化")
        INSTALL = "install", _("启用制度包")
        OVERRIDE = "override", _("人工调整")
        CONFIRM = "confirm", _("确认")

    policy = models.ForeignKey("engine.Policy", models.PROTECT, related_name="+", verbose_name=_("制度"))
    policy_version = models.ForeignKey("engine.PolicyVersion", models.PROTECT, related_name="+", verbose_name=_("版本"))
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="decisions", verbose_name=_("批次"))
    override = models.ForeignKey(Override, models.PROTECT, null=True, related_name="+", verbose_name=_("人工调整"))
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    as_of = models.DateField(_("判定日"))
    previous = models.CharField(_("原结果"), max_length=120, blank=True, default="")
    outcome = models.CharField(_("结果"), max_length=120, blank=True, default="")
    computed = models.CharField(_("计算结果"), max_length=120, blank=True, default="")
    score = models.DecimalField(_("总分"), max_digits=8, decimal_places=2, null=True)
    inputs = models.JSONField(_("依据"), default=dict)
    reasons = models.CharField(_("理由"), max_length=400, blank=True, default="")
    trigger = models.CharField(_("起因"), max_length=20, choices=Trigger.choices)
    decided_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("经办人"))
    decided_at = models.DateTimeField(_("时间"))

    class Meta:
        app_label = "engine"
        verbose_name = _("判定")
        indexes = [
            models.Index(fields=["subject_kind", "subject_id", "policy", "-as_of"], name="decision_subject"),
            models.Index(fields=["policy", "-as_of", "-id"], name="decision_policy_day"),
            models.Index(fields=["run"], name="decision_run"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.previous} → {self.outcome}"


class Standing(models.Model):
    """What holds now: one row per policy and subject. `computed` is what the policy says, `outcome` what counts (override first).

    `rank` is the outcome's place in the version, best = 0; `since` the day from which the outcome holds.
    """

    policy = models.ForeignKey("engine.Policy", models.PROTECT, related_name="standings", verbose_name=_("制度"))
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    outcome = models.CharField(_("结果"), max_length=120, blank=True, default="")
    computed = models.CharField(_("计算结果"), max_length=120, blank=True, default="")
    score = models.DecimalField(_("总分"), max_digits=8, decimal_places=2, null=True)
    rank = models.PositiveSmallIntegerField(_("次序"), default=99)
    since = models.DateField(_("起始"))
    as_of = models.DateField(_("判定日"))
    decision = models.ForeignKey(Decision, models.PROTECT, null=True, related_name="+", verbose_name=_("判定"))
    override = models.ForeignKey(Override, models.PROTECT, null=True, related_name="+", verbose_name=_("人工调整"))

    class Meta:
        app_label = "engine"
        verbose_name = _("现行结果")
        constraints = [
            models.UniqueConstraint(fields=["policy", "subject_id"], include=["outcome", "rank", "score"], name="standing_once"),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_id"], name="standing_subject"),
            models.Index(fields=["policy", "outcome"], name="standing_outcome"),
            models.Index(fields=["override"], condition=Q(override__isnull=False), name="standing_overridden"),
        ]

    def __str__(self) -> str:
        return f"{self.policy_id} {self.subject_id} {self.outcome}"


@history.tracked()
class Proposal(models.Model):
    """An outcome that waits for people: `step` counts the confirmations given so far of those the version asks for (POL-11)."""

    class State(models.TextChoices):
        OPEN = "open", _("待确认")
        CONFIRMED = "confirmed", _("已确认")
        REJECTED = "rejected", _("不同意")
        LAPSED = "lapsed", _("已失效")

    policy = models.ForeignKey("engine.Policy", models.PROTECT, related_name="proposals", verbose_name=_("制度"))
    policy_version = models.ForeignKey("engine.PolicyVersion", models.PROTECT, related_name="+", verbose_name=_("版本"))
    run = models.ForeignKey(Run, models.PROTECT, null=True, related_name="proposals", verbose_name=_("批次"))
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    as_of = models.DateField(_("判定日"))
    previous = models.CharField(_("原结果"), max_length=120, blank=True, default="")
    outcome = models.CharField(_("建议"), max_length=120, blank=True, default="")
    score = models.DecimalField(_("总分"), max_digits=8, decimal_places=2, null=True)
    inputs = models.JSONField(_("依据"), default=dict)
    reasons = models.CharField(_("理由"), max_length=400, blank=True, default="")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    step = models.PositiveSmallIntegerField(_("已确认步数"), default=0)
    confirmations = models.JSONField(_("确认记录"), default=list, blank=True)
    proposed_at = models.DateTimeField(_("提出时间"))
    closed_at = models.DateTimeField(_("结束时间"), null=True, blank=True)
    closed_reason = models.CharField(_("结束原因"), max_length=200, blank=True, default="")

    class Meta:
        app_label = "engine"
        verbose_name = _("等级建议")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "subject_kind", "subject_id"], condition=Q(state="open"), name="proposal_one_open"),
        ]
        indexes = [models.Index(fields=["subject_kind", "subject_id", "-id"], name="proposal_subject")]

    def __str__(self) -> str:
        return f"{self.previous} → {self.outcome}"
