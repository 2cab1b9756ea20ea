"""Where facts are pushed to, the facts, and what became of each push (PLT-07)."""

import uuid

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import clock, history


@history.tracked(exclude=["secret", "old_secret", "failing_since"])
class Webhook(models.Model):
    """An address that is told of facts, as far as its owner may see them at that moment.

    `secret` signs (sealed); after a change `old_secret` signs too until `old_until`, so that the receiver can follow.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="webhooks", verbose_name=_("账号"))
    name = models.CharField(_("名称"), max_length=60)
    address = models.URLField(_("地址"), max_length=500)
    kinds = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("事件"))
    secret = models.TextField(editable=False)
    old_secret = models.TextField(default="", editable=False)
    old_until = models.DateTimeField(_("旧签名密钥用到"), null=True, editable=False)
    active = models.BooleanField(_("启用"), default=True)
    stopped_why = models.CharField(_("停用原因"), max_length=200, default="", blank=True, editable=False)
    failing_since = models.DateTimeField(null=True, editable=False)
    created_at = models.DateTimeField(_("建立时间"), default=clock.now, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("推送地址")
        ordering = ["-id"]
        indexes = [GinIndex(fields=["kinds"], condition=Q(active=True), name="webhook_events")]
        constraints = [models.CheckConstraint(condition=Q(kinds__len__gt=0) & ~Q(name=""), name="webhook_named_with_events")]

    def __str__(self) -> str:
        return self.name


class Fact(models.Model):
    """What happened to one record, written in the transaction in which it happened. `told` holds ids and names of fields only:
    the record itself is read when it is sent, with the rights of the receiver's owner.
    """

    kind = models.CharField(max_length=40)
    object = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    told = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("事件")
        indexes = [models.Index(fields=["at"], name="fact_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject_id}"


class Push(models.Model):
    """One fact for one address. Facts of one record arrive in their order: a later one waits until the earlier one is done."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待送")
        SENDING = "sending", _("正在送")
        DELIVERED = "delivered", _("送达")
        SKIPPED = "skipped", _("没送")
        FAILED = "failed", _("失败")

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="pushes")
    fact = models.ForeignKey(Fact, models.CASCADE, related_name="pushes")
    message = models.UUIDField(default=uuid.uuid4, unique=True)
    object = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    due_at = models.DateTimeField(_("下次"))
    started_at = models.DateTimeField(null=True)
    status = models.PositiveSmallIntegerField(_("回答"), null=True)
    answer = models.TextField(default="")
    error = models.CharField(max_length=300, default="")
    seconds = models.FloatField(default=0)
    done_at = models.DateTimeField(_("送达时间"), null=True)

    class Meta:
        verbose_name = _("推送记录")
        ordering = ["-id"]
        constraints = [models.UniqueConstraint(fields=["webhook", "fact"], name="push_once")]
        indexes = [
            models.Index(fields=["webhook", "due_at", "id"], condition=Q(state__in=["waiting", "sending"]), name="push_due"),
            models.Index(
                fields=["webhook", "object", "subject_id", "id"], condition=Q(state__in=["waiting", "sending"]), name="push_order"
            ),
            models.Index(fields=["webhook", "-id"], name="push_newest"),
        ]

    def __str__(self) -> str:
        return f"{self.webhook_id} {self.fact_id}"
