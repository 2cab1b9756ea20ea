"""Automations, every version of them, and what they did (PLT-13)."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform import history


@history.tracked()
class Automation(models.Model):
    """When `trigger` happens to a subject that meets the conditions, the actions are done. `content` is that of version `number`.

    content: {"params": {…}, "where": tree, "pause": days, "actions": [{"code": …, "params": {…}}]}
    """

    name = models.CharField(_("名称"), max_length=60, unique=True)
    subject_kind = models.CharField(_("对象"), max_length=20)
    trigger = models.CharField(_("当"), max_length=40)
    content = models.JSONField(_("内容"), default=dict)
    number = models.PositiveIntegerField(_("版本"), default=1)
    active = models.BooleanField(_("启用"), default=False)
    created_at = models.DateTimeField(_("建立时间"))
    last_fired_at = models.DateTimeField(_("上次执行"), null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        app_label = "automations"
        verbose_name = _("自动化")
        indexes = [
            models.Index(fields=["trigger"], condition=models.Q(active=True), name="automation_listening"),
            models.Index(fields=["name", "id"], name="automation_name"),
            models.Index(fields=["last_fired_at", "id"], name="automation_last_fired"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def because(self) -> str:
        """What every effect carries."""
        return _("由自动化「%(name)s」") % {"name": self.name}


class AutomationVersion(models.Model):
    """What an automation was from one change to the next. Append-only."""

    automation = models.ForeignKey(Automation, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(_("版本"))
    name = models.CharField(_("名称"), max_length=60)
    trigger = models.CharField(max_length=40)
    content = models.JSONField()
    by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("谁改的"))
    at = models.DateTimeField(_("时间"))

    class Meta:
        app_label = "automations"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(fields=["automation", "number"], name="automation_version_once")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.name} {self.number}"


class AutomationRun(models.Model):
    """One time that an automation was set off and did something, or was kept from it."""

    class State(models.TextChoices):
        DONE = "done", _("完成")
        PARTLY = "partly", _("部分失败")
        LIMITED = "limited", _("超出上限")
        LOOP = "loop", _("连锁中止")
        FAILED = "failed", _("失败")

    automation = models.ForeignKey(Automation, models.CASCADE, related_name="runs")
    number = models.PositiveIntegerField(_("版本"))
    at = models.DateTimeField(_("时间"))
    state = models.CharField(_("结果"), max_length=10, choices=State.choices, default=State.DONE)
    acted = models.PositiveIntegerField(_("执行"), default=0)
    failed = models.PositiveIntegerField(_("失败"), default=0)
    note = models.CharField(_("说明"), max_length=300, blank=True, default="")

    class Meta:
        app_label = "automations"
        ordering = ["-id"]
        indexes = [models.Index(fields=["automation", "-id"], name="automation_run_newest")]

    def __str__(self) -> str:
        return f"{self.automation_id} {self.at}"


class Firing(models.Model):
    """One subject acted on because of one occasion, with what became of each action. The unique key lets it happen once."""

    automation = models.ForeignKey(Automation, models.CASCADE, related_name="firings")
    run = models.ForeignKey(AutomationRun, models.CASCADE, related_name="firings")
    subject_kind = models.CharField(max_length=20)
    subject_id = models.BigIntegerField()
    occasion = models.CharField(max_length=80)
    on = models.DateField(_("日期"))
    at = models.DateTimeField(_("时间"))
    results = models.JSONField(_("结果"), default=list)
    ok = models.BooleanField(default=True)

    class Meta:
        app_label = "automations"
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["automation", "subject_id", "occasion"], name="firing_once")]
        indexes = [
            models.Index(fields=["automation", "subject_id", "-on"], name="firing_last"),
            models.Index(fields=["automation", "-at"], name="firing_lately"),
        ]

    def __str__(self) -> str:
        return f"{self.subject_kind} {self.subject_id} {self.occasion}"
