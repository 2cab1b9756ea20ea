"""Backups that were taken, how each was proved, and what the administrator chose."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import history


@history.tracked()
class BackupPlan(models.Model):
    """When and where the nightly backup goes, and how long it stays. At most one row; without one the defaults hold."""

    active = models.BooleanField(_("每晚备份"), default=True)
    hour = models.PositiveSmallIntegerField(_("几点"), default=2, validators=[MaxValueValidator(23)])
    #: Empty: `backups` in the instance's folder.
    folder = models.CharField(_("放在哪里"), max_length=300, blank=True, default="")
    daily = models.PositiveSmallIntegerField(_("留几天"), default=7, validators=[MinValueValidator(1)])
    weekly = models.PositiveSmallIntegerField(_("留几周"), default=4)
    monthly = models.PositiveSmallIntegerField(_("留几个月"), default=12)
    drill = models.BooleanField(_("备份后演练恢复"), default=True)
    #: Sealed; empty = the key goes into the backup in clear.
    passphrase = models.TextField(blank=True, default="")
    version = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("备份设置")

    def __str__(self) -> str:
        return str(_("备份设置"))


class Backup(models.Model):
    """One backup: taken or not, and whether a restore of it was tried."""

    class Kind(models.TextChoices):
        NIGHTLY = "nightly", _("每晚")
        MANUAL = "manual", _("手工")

    class State(models.TextChoices):
        RUNNING = "running", _("进行中")
        DONE = "done", _("完成")
        FAILED = "failed", _("失败")

    class Drill(models.TextChoices):
        NONE = "", _("未演练")
        RUNNING = "running", _("演练中")
        PASSED = "passed", _("恢复无误")
        FAILED = "failed", _("恢复有问题")

    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.RUNNING)
    host = models.CharField(_("主机"), max_length=100)
    path = models.CharField(_("文件"), max_length=500)
    started_at = models.DateTimeField(_("开始"))
    finished_at = models.DateTimeField(null=True)
    size = models.BigIntegerField(_("大小"), default=0)
    tables = models.PositiveIntegerField(_("数据表"), default=0)
    rows = models.BigIntegerField(_("行数"), default=0)
    files = models.PositiveIntegerField(_("附件"), default=0)
    missing = models.PositiveIntegerField(_("缺的附件"), default=0)
    key = models.CharField(_("密钥"), max_length=10, blank=True, default="")
    error = models.TextField(_("原因"), blank=True, default="")
    drill = models.CharField(_("恢复演练"), max_length=10, choices=Drill.choices, default=Drill.NONE, blank=True)
    drilled_at = models.DateTimeField(_("演练时间"), null=True)
    drill_seconds = models.PositiveIntegerField(default=0)
    problems = models.JSONField(default=list)
    #: Its turn to make room came.
    removed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("备份")
        indexes = [models.Index(fields=["-started_at"])]
        constraints = [models.CheckConstraint(condition=~Q(state="done") | Q(size__gt=0), name="operations_backup_has_size")]

    def __str__(self) -> str:
        return self.path.rpartition("/")[2]

    @property
    def seconds(self) -> int | None:
        return round((self.finished_at - self.started_at).total_seconds()) if self.finished_at else None

    @property
    def megabytes(self) -> float:
        return self.size / 2**20
