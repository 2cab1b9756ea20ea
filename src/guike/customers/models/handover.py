"""Handing over what somebody held to others, with what it takes to undo it (CUS-06)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import clock


class Handover(models.Model):
    """One hand-over: who gave, how it was split, until when it can be undone. The rows stand in its items."""

    class Split(models.TextChoices):
        ONE = "one", _("都给一个人")
        EVENLY = "evenly", _("平均分")
        REGION = "region", _("按地区分")
        GRADE = "grade", _("按等级分")
        MAPPED = "mapped", _("按对照表分")

    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name=_("交出人"))
    department = models.ForeignKey("organisation.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    split = models.CharField(_("分法"), max_length=8, choices=Split.choices, default=Split.ONE)
    shares = models.JSONField(_("各人接手"), default=list)
    reason = models.CharField(_("原因"), max_length=200)
    made_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("经手人"))
    made_on = models.DateField(_("日期"), default=clock.today)
    made_at = models.DateTimeField(default=clock.now)
    undo_until = models.DateField(_("可撤回到"))
    undone_at = models.DateTimeField(_("撤回时间"), null=True)
    undone_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("撤回人"))
    left_over = models.JSONField(_("未能撤回"), default=list)

    class Meta:
        verbose_name = _("交接")
        ordering = ["-made_on", "-id"]
        indexes = [
            models.Index(fields=["made_on", "id"], name="handover_made"),
            models.Index(fields=["person", "-id"], name="handover_person"),
        ]
        constraints = [models.CheckConstraint(condition=~Q(reason=""), name="handover_has_reason")]

    def __str__(self) -> str:
        return f"{self.person} {self.made_on}"


class HandoverItem(models.Model):
    """One row as it stood before and after. `before` empty: the row was made; `after` empty: it was taken away."""

    handover = models.ForeignKey(Handover, models.CASCADE, related_name="items")
    table = models.CharField(max_length=20)
    row_id = models.BigIntegerField()
    before: Any = models.JSONField(null=True)
    after: Any = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handover", "table", "row_id"], name="handover_item_once")]

    def __str__(self) -> str:
        return f"{self.table} {self.row_id}"
