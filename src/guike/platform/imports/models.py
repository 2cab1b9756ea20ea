"""Runs of an import, what they changed, and the header mappings that people settled once."""

from typing import Any

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform.imports.kinds import kind_of
from guike.platform.models import JobRun


class ImportRun(models.Model):
    """One file on its way in: uploaded, mapped, checked, written, perhaps undone. Counts add up to `rows`."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("待确认")
        WAITING = "waiting", _("排队中")
        RUNNING = "running", _("导入中")
        CHECKED = "checked", _("已试跑")
        DONE = "done", _("已导入")
        REFUSED = "refused", _("未导入")
        FAILED = "failed", _("出错")
        UNDONE = "undone", _("已撤销")

    kind = models.CharField(_("类别"), max_length=40)
    file_name = models.CharField(_("文件"), max_length=200)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField(_("大小"))
    sheet = models.CharField(_("工作表"), max_length=200, blank=True)
    header_row = models.PositiveIntegerField(_("表头行"), default=1)
    #: Column code per column of the sheet, "" for 不导入.
    mapping = models.JSONField(default=list)
    options = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.UPLOADED)
    rows = models.PositiveIntegerField(_("行数"), default=0)
    created = models.PositiveIntegerField(_("新建"), default=0)
    updated = models.PositiveIntegerField(_("更新"), default=0)
    unchanged = models.PositiveIntegerField(_("无变化"), default=0)
    skipped = models.PositiveIntegerField(_("跳过"), default=0)
    rejected = models.PositiveIntegerField(_("退回"), default=0)
    totals = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    notes = models.JSONField(default=list)
    #: The first problems; all of them stand in the file of rejected rows.
    errors = models.JSONField(default=list, encoder=DjangoJSONEncoder)
    error_count = models.PositiveIntegerField(_("问题"), default=0)
    rejected_file = models.CharField(max_length=200, blank=True)
    refusal = models.TextField(_("原因"), blank=True)
    seconds = models.DecimalField(_("用时"), max_digits=9, decimal_places=2, default=0)
    job = models.ForeignKey(JobRun, models.SET_NULL, null=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("导入人"))
    uploaded_at = models.DateTimeField(_("上传时间"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(_("完成时间"), null=True)
    undone_at = models.DateTimeField(_("撤销时间"), null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("撤销人"))
    undo_report = models.JSONField(default=dict)

    class Meta:
        verbose_name = _("导入记录")
        indexes = [models.Index(fields=["-uploaded_at"])]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.file_name}"

    @property
    def kind_label(self) -> str:
        """The kind in words; its code when the kind is no longer part of the product."""
        kind = kind_of(self.kind)
        return str(kind.label) if kind else self.kind

    def counts(self) -> dict[str, int]:
        """The six figures of the report."""
        return {name: getattr(self, name) for name in ("rows", "created", "updated", "unchanged", "skipped", "rejected")}


class ImportPart(models.Model):
    """The changes of one run to one model and one set of fields; undone together, the latest part first."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="parts")
    model = models.CharField(max_length=100)
    action = models.CharField(max_length=6, choices=[("create", _("新建")), ("update", _("更新"))])
    fields = ArrayField(models.CharField(max_length=63))
    #: How often the rows had been changed by the same run before: the last turn is undone first.
    turn = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("导入明细")

    def __str__(self) -> str:
        return f"{self.action} {self.model}"


class ImportChange(models.Model):
    """One row of the database that an import wrote: what stood there before, and a fingerprint of what it wrote."""

    part = models.ForeignKey(ImportPart, models.CASCADE, related_name="changes")
    row = models.PositiveIntegerField()
    object_id = models.BigIntegerField()
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    fingerprint = models.UUIDField(null=True)
    kept = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        verbose_name = _("导入改动")
        indexes = [models.Index(fields=["part", "object_id"])]

    def __str__(self) -> str:
        return f"{self.part_id}:{self.object_id}"


class ImportMapping(models.Model):
    """How somebody matched the headers of such a file; used again for the next file with the same headers."""

    kind = models.CharField(max_length=40)
    signature = models.CharField(max_length=64)
    columns: Any = models.JSONField(default=dict)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("列对应")
        constraints = [models.UniqueConstraint(fields=["kind", "signature"], name="imports_mapping_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.signature[:8]}"


class ExportRecord(models.Model):
    """Who took which rows out of the system, and when (PLT-02); kept for ever."""

    kind = models.CharField(_("类别"), max_length=40)
    title = models.CharField(_("内容"), max_length=100)
    filter = models.TextField(_("筛选"), blank=True)
    columns = models.JSONField(default=list)
    rows = models.PositiveIntegerField(_("行数"))
    form = models.CharField(_("格式"), max_length=5)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("导出人"))
    who = models.CharField(_("导出人"), max_length=60, blank=True)
    at = models.DateTimeField(_("时间"))
    #: Number of the approval it was made by, or `unmetered` for what a freed key read; such rows do not count against the day's limit.
    approved = models.CharField(_("审批编号"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("导出记录")
        indexes = [models.Index(fields=["-at"]), models.Index(fields=["by", "-at"])]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.title} {self.rows}"
