"""What is due: for whom, until when, why, and what became of it (architecture: Obligation)."""

from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

#: Bookkeeping that changes with every refresh; its changes tell nobody anything.
UNTOLD = ["weight", "counted_from", "department", "policy_version", "opened_at", "as_owner", "escalated_at"]
#: Statement level: a refresh that moves a million rows writes its history in one pass.
WHOLE_STATEMENT: dict[str, Any] = {"level": pghistory.Statement}


@pghistory.track(
    pghistory.InsertEvent(**WHOLE_STATEMENT), pghistory.UpdateEvent(**WHOLE_STATEMENT), exclude=UNTOLD, model_name="ObligationEvent"
)
class Obligation(models.Model):
    """Something a policy or a promise makes due. Closed by a record or withdrawn with a reason; never deleted.

    `counted_from`: a cadence counts contacts after this day. `channels`: which ways of contact fulfil it; empty = any.
    `as_owner`: owed as the subject's owner, so it goes along to the next one. `weight` = grade × value, at least 0; times the days it is late it gives the order on *Today*.
    """

    class State(models.TextChoices):
        OPEN = "open", _("待办")
        SNOOZED = "snoozed", _("稍后")
        FULFILLED = "fulfilled", _("已办")
        WITHDRAWN = "withdrawn", _("撤销")

    kind = models.CharField(_("类别"), max_length=30)
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    title = models.CharField(_("事项"), max_length=160)
    reason = models.CharField(_("依据"), max_length=300, blank=True, default="")
    clause = models.CharField(_("条款"), max_length=60, blank=True, default="")
    policy = models.ForeignKey("engine.Policy", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("制度"))
    policy_version = models.ForeignKey(
        "engine.PolicyVersion", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("版本")
    )
    outcome = models.CharField(_("等级"), max_length=40, blank=True, default="")
    channels = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("方式"))
    counted_from = models.DateField(null=True, blank=True)
    assignee = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("责任人"))
    as_owner = models.BooleanField(default=False)
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("部门")
    )
    opened_on = models.DateField(_("产生日期"))
    opened_at = models.DateTimeField()
    due_on = models.DateField(_("到期日"))
    weight = models.DecimalField(max_digits=10, decimal_places=3, default=1)
    arose_from = models.ForeignKey("engine.Activity", models.PROTECT, null=True, blank=True, related_name="obligations_opened")
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    fulfilled_by = models.ForeignKey("engine.Activity", models.PROTECT, null=True, blank=True, related_name="obligations_fulfilled")
    fulfilled_on = models.DateField(_("办结日期"), null=True, blank=True)
    closed_reason = models.CharField(_("撤销原因"), max_length=200, blank=True, default="")
    snoozed_until = models.DateField(_("推迟到"), null=True, blank=True)
    snooze_reason = models.CharField(_("推迟原因"), max_length=200, blank=True, default="")
    snoozes = models.PositiveSmallIntegerField(_("推迟次数"), default=0)
    escalation_days = ArrayField(models.PositiveSmallIntegerField(), default=list, blank=True)
    escalation_level = models.PositiveSmallIntegerField(_("升级"), default=0)
    escalated_to = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("升级给")
    )
    escalated_at = models.DateTimeField(_("升级时间"), null=True, blank=True)

    class Meta:
        app_label = "engine"
        verbose_name = _("时限任务")
        indexes = [
            models.Index(fields=["assignee", "due_on"], condition=Q(state__in=["open", "snoozed"]), name="obligation_mine"),
            models.Index(fields=["department", "due_on"], condition=Q(state__in=["open", "snoozed"]), name="obligation_team"),
            models.Index(fields=["due_on"], condition=Q(state__in=["open", "snoozed"]), name="obligation_due"),
            models.Index(
                fields=["escalated_to"], condition=Q(state__in=["open", "snoozed"], escalated_to__isnull=False), name="obligation_escalated"
            ),
            models.Index(fields=["subject_kind", "subject_id", "-id"], name="obligation_subject"),
            models.Index(fields=["fulfilled_by"], condition=Q(fulfilled_by__isnull=False), name="obligation_fulfilled_by"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["policy", "subject_kind", "subject_id"],
                condition=Q(kind="cadence", state__in=["open", "snoozed"]),
                name="obligation_one_open_cadence",
            ),
            models.UniqueConstraint(
                fields=["policy", "subject_kind", "subject_id"],
                condition=Q(kind="alert", state__in=["open", "snoozed"]),
                name="obligation_one_open_alert",
            ),
            models.UniqueConstraint(
                fields=["kind", "subject_kind", "subject_id"],
                condition=Q(kind="profile", state__in=["open", "snoozed"]),
                name="obligation_one_open_profile",
            ),
            models.CheckConstraint(
                condition=Q(state="fulfilled", fulfilled_on__isnull=False)
                | (~Q(state="fulfilled") & Q(fulfilled_on__isnull=True, fulfilled_by__isnull=True)),
                name="obligation_fulfilled_has_day",
            ),
            models.CheckConstraint(condition=~Q(state="withdrawn") | ~Q(closed_reason=""), name="obligation_withdrawn_has_reason"),
            models.CheckConstraint(condition=~Q(state="snoozed") | Q(snoozed_until__isnull=False), name="obligation_snoozed_has_day"),
            models.CheckConstraint(condition=~Q(kind="cadence") | Q(policy__isnull=False), name="obligation_cadence_has_policy"),
            models.CheckConstraint(condition=Q(weight__gte=0), name="obligation_weight_positive"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="closed_stays_closed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.state IN ('fulfilled', 'withdrawn')"),
                func="""
                IF NEW.state IS DISTINCT FROM OLD.state OR NEW.due_on IS DISTINCT FROM OLD.due_on
                   OR NEW.fulfilled_on IS DISTINCT FROM OLD.fulfilled_on OR NEW.fulfilled_by_id IS DISTINCT FROM OLD.fulfilled_by_id THEN
                    RAISE EXCEPTION 'obligation % is closed', OLD.id USING ERRCODE = 'check_violation';
                END IF;
                RETURN NEW;
                """,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} {self.title}"
