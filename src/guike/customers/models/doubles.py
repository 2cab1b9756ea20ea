"""Possible doubles found by the scan, what was decided about them, and merges with all that they moved (CUS-07)."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer


class DuplicateCluster(models.Model):
    """Customers that the scan takes for one. Open ones are found anew at every scan; decided ones stay."""

    class State(models.TextChoices):
        OPEN = "open", _("待处理")
        MERGED = "merged", _("已合并")
        DISMISSED = "dismissed", _("不是重复")

    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.OPEN)
    score = models.PositiveSmallIntegerField(_("相似度"))
    reasons = ArrayField(models.CharField(max_length=20), verbose_name=_("理由"))
    size = models.PositiveSmallIntegerField(_("家数"))
    lead = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("客户"))
    found_at = models.DateTimeField(_("发现时间"))
    decided_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("处理人"))
    decided_at = models.DateTimeField(_("处理时间"), null=True, blank=True)
    reason = models.CharField(_("说明"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("疑似重复")
        ordering = ["-score", "id"]
        indexes = [
            models.Index(fields=["score", "id"], name="duplicate_score"),
            models.Index(fields=["found_at", "id"], name="duplicate_found"),
            models.Index(fields=["state", "score", "id"], name="duplicate_state"),
        ]

    def __str__(self) -> str:
        return str(_("%(name)s 等 %(n)d 家") % {"name": self.lead, "n": self.size})

    def get_absolute_url(self) -> str:
        return f"/customers/duplicates/{self.pk}/"


class DuplicateMember(models.Model):
    """One customer of a cluster."""

    cluster = models.ForeignKey(DuplicateCluster, models.CASCADE, related_name="members")
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="+", verbose_name=_("客户"))

    class Meta:
        verbose_name = _("疑似重复的客户")
        constraints = [models.UniqueConstraint(fields=["cluster", "customer"], name="duplicate_member_once")]

    def __str__(self) -> str:
        return str(self.customer_id)


class NotDuplicate(models.Model):
    """Somebody decided that two customers are two; the scan does not ask again."""

    low = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    high = models.ForeignKey(Customer, models.CASCADE, related_name="+")
    decided_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("处理人"))
    decided_at = models.DateTimeField(_("处理时间"))
    reason = models.CharField(_("说明"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("不是重复")
        constraints = [
            models.UniqueConstraint(fields=["low", "high"], name="notduplicate_once"),
            models.CheckConstraint(condition=Q(low__lt=F("high")), name="notduplicate_ordered"),
        ]

    def __str__(self) -> str:
        return f"{self.low_id} ≠ {self.high_id}"


class CustomerMerge(models.Model):
    """One customer merged into another: who, when, why, how much moved. `undone_at` set = taken back."""

    survivor = models.ForeignKey(Customer, models.PROTECT, related_name="merges", verbose_name=_("留下的客户"))
    merged = models.ForeignKey(Customer, models.PROTECT, related_name="merges_away", verbose_name=_("并入的客户"))
    merged_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("合并人"))
    merged_at = models.DateTimeField(_("合并时间"))
    reason = models.CharField(_("原因"), max_length=200, blank=True, default="")
    moved: Any = models.JSONField(_("转移"), default=dict)
    undone_at = models.DateTimeField(_("撤销时间"), null=True, blank=True)
    undone_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("撤销人"))
    undo_report: Any = models.JSONField(default=list)

    class Meta:
        verbose_name = _("合并记录")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["merged"], condition=Q(undone_at__isnull=True), name="customermerge_once"),
            models.CheckConstraint(condition=~Q(survivor=F("merged")), name="customermerge_of_two"),
        ]
        indexes = [models.Index(fields=["merged_at", "id"], name="customermerge_newest")]

    def __str__(self) -> str:
        return f"{self.merged} → {self.survivor}"

    def get_absolute_url(self) -> str:
        return f"/customers/merges/{self.pk}/"


class MergeChange(models.Model):
    """One row that a merge wrote: its changed columns before and after. `before` empty = the merge made the row."""

    merge = models.ForeignKey(CustomerMerge, models.CASCADE, related_name="changes")
    model = models.CharField(max_length=100)
    object_id = models.BigIntegerField()
    before: Any = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after: Any = models.JSONField(encoder=DjangoJSONEncoder)

    class Meta:
        verbose_name = _("合并改动")
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.model} {self.object_id}"
