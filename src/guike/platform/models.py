"""Tables of the platform: number series, attachments, jobs, logged reveals."""

from datetime import date

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models.functions import TruncDate
from django.utils.translation import gettext_lazy as _

from guike.platform import history


@history.tracked()
class NumberSeries(models.Model):
    """How the numbers of one kind of record look: prefix, date part, running digits."""

    code = models.SlugField(_("代码"), unique=True)
    label = models.CharField(_("名称"), max_length=40)
    prefix = models.CharField(_("前缀"), max_length=12)
    digits = models.PositiveSmallIntegerField(_("流水位数"), default=6)
    restarts = models.CharField(
        _("重新起号"),
        max_length=5,
        default="never",
        choices=[("never", _("不重新起号")), ("year", _("每年")), ("month", _("每月")), ("day", _("每天"))],
    )

    class Meta:
        verbose_name = _("编号规则")

    def __str__(self) -> str:
        return self.label

    def render(self, number: int, day: date) -> str:
        """One number as printed: KH-000123, DD-2026-000007."""
        middle = {"never": "", "year": f"{day:%Y}-", "month": f"{day:%Y%m}-", "day": f"{day:%Y%m%d}-"}[self.restarts]
        return f"{self.prefix}-{middle}{number:0{self.digits}d}"


class NumberCounter(models.Model):
    """The last number given out in one period of a series. Only `numbering` writes it."""

    series = models.ForeignKey(NumberSeries, models.CASCADE)
    period = models.CharField(max_length=8)
    last = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["series", "period"], name="platform_numbercounter_once")]

    def __str__(self) -> str:
        return f"{self.series} {self.period}"


class Attachment(models.Model):
    """A file that belongs to some record. The bytes lie in the instance folder under their SHA-256."""

    subject_kind = models.CharField(_("所属对象"), max_length=40)
    subject_id = models.BigIntegerField()
    name = models.CharField(_("文件名"), max_length=200)
    size = models.BigIntegerField(_("大小"))
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    uploaded_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    uploaded_at = models.DateTimeField(_("上传时间"))
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("附件")
        indexes = [models.Index(fields=["subject_kind", "subject_id"])]

    def __str__(self) -> str:
        return self.name


class JobRun(models.Model):
    """One piece of background work as the administrator and its starter see it (PLT-08)."""

    class State(models.TextChoices):
        WAITING = "waiting", _("等待")
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    kind = models.CharField(_("类别"), max_length=60)
    title = models.CharField(_("名称"), max_length=200)
    arguments = models.JSONField(default=dict)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    done = models.BigIntegerField(_("已处理"), default=0)
    total = models.BigIntegerField(_("总数"), default=0)
    result = models.JSONField(default=dict)
    error = models.TextField(_("错误"), blank=True)
    started_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    created_at = models.DateTimeField(_("提交时间"))
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("后台任务")
        indexes = [models.Index(fields=["-created_at"])]

    def __str__(self) -> str:
        return self.title

    @property
    def share(self) -> int:
        """Progress in percent, 0–100."""
        return min(100, round(100 * self.done / self.total)) if self.total else 0


class Mark(models.Model):
    """Something that is set up once has changed (`kept`): one row a change; the sum of a name's numbers was never there before."""

    name = models.CharField(max_length=40)
    number = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["name"], include=["number"], name="platform_mark_sum")]

    def __str__(self) -> str:
        return self.name


class AccessLog(models.Model):
    """Who saw a record, a masked value in clear, exported, printed, was refused (CUS-12, PLT-02). Append-only, sealed by `oversight`.

    B-trees, no partitions: looks are cut after half a year, and a company of 300 people that opens 100 records a day each has 4 million
    lines by then; the indexes that end in (at, id) serve every question in the order in which it is shown.
    """

    at = models.DateTimeField(_("时间"))
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True)
    who = models.CharField(_("人员"), max_length=60)
    action = models.CharField(_("动作"), max_length=20)
    object = models.CharField(_("对象"), max_length=40)
    subject_id = models.BigIntegerField(null=True)
    field = models.CharField(_("字段"), max_length=40, blank=True)
    detail = models.JSONField(default=dict)
    address = models.GenericIPAddressField(_("来源地址"), null=True)

    class Meta:
        verbose_name = _("查看记录")
        indexes = [
            models.Index(fields=["object", "subject_id", "-at"]),
            models.Index(fields=["at", "id"], name="access_log_at"),
            models.Index(fields=["account", "at", "id"], name="access_log_account"),
            models.Index(fields=["action", "at", "id"], name="access_log_action"),
            models.Index(fields=["address", "at", "id"], name="access_log_address"),
            models.Index(TruncDate("at"), name="access_log_day"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.who} {self.action} {self.object}"
