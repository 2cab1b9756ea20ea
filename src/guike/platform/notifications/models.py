"""Messages, what went out, and what people and the administrator chose (PLT-06)."""

from datetime import time

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import history


class Notice(models.Model):
    """One message to one person, read in the program. `key` names the fact: the same fact is told once."""

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(_("类别"), max_length=40)
    title = models.CharField(_("标题"), max_length=200)
    text = models.CharField(_("内容"), max_length=500, blank=True, default="")
    href = models.CharField(max_length=300, blank=True, default="")
    subject_kind = models.CharField(max_length=40, blank=True, default="")
    subject_id = models.BigIntegerField(null=True)
    key = models.CharField(max_length=120)
    at = models.DateTimeField(_("时间"))
    read_at = models.DateTimeField(_("已读时间"), null=True)

    class Meta:
        verbose_name = _("消息")
        constraints = [models.UniqueConstraint(fields=["account", "key"], name="notice_told_once")]
        indexes = [
            models.Index(fields=["account", "-id"], name="notice_newest"),
            models.Index(fields=["account", "-id"], condition=Q(read_at__isnull=True), name="notice_unread"),
        ]

    def __str__(self) -> str:
        return self.title


class Choice(models.Model):
    """A person wants, or does not want, one kind of message by one channel; without a row the kind's default holds."""

    CHANNELS = [("page", _("站内")), ("mail", _("邮件"))]

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=CHANNELS)
    wanted = models.BooleanField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "kind", "channel"], name="choice_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} {self.channel}"


class Habit(models.Model):
    """When a person wants to be left alone, and whether mails come one by one or as one digest a day."""

    account = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", primary_key=True)
    quiet_from = models.TimeField(_("免打扰开始"), default=time(22))
    quiet_until = models.TimeField(_("免打扰结束"), default=time(8))
    workdays = models.BooleanField(_("只在工作日发"), default=False)
    digest = models.BooleanField(_("每天一封汇总"), default=False)
    digest_hour = models.PositiveSmallIntegerField(_("几点发"), default=8, validators=[MaxValueValidator(23)])

    def __str__(self) -> str:
        return f"{self.account_id}"


@history.tracked(exclude=["password"])
class MailServer(models.Model):
    """The one way out for mail; there is at most one row. `password` is sealed and never shown again."""

    SECURITY = [("starttls", "STARTTLS"), ("ssl", "SSL"), ("none", _("不加密"))]

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    host = models.CharField(_("服务器"), max_length=200)
    port = models.PositiveIntegerField(_("端口"), default=465)
    security = models.CharField(_("加密"), max_length=10, choices=SECURITY, default="ssl")
    login = models.CharField(_("登录名"), max_length=200, blank=True, default="")
    password = models.TextField(blank=True, default="")
    sender = models.EmailField(_("发件人"))
    site = models.CharField(_("贵客的网址"), max_length=200)
    active = models.BooleanField(_("启用"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("邮件服务器")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="mail_server_one")]

    def __str__(self) -> str:
        return self.host


@history.tracked(exclude=["address", "secret"])
class Robot(models.Model):
    """A robot of a group chat, or any web address that takes messages. Its address is the secret: sealed, never shown again."""

    SORTS = [("wecom", _("企业微信")), ("dingtalk", _("钉钉")), ("feishu", _("飞书")), ("webhook", "Webhook")]

    name = models.CharField(_("名称"), max_length=40)
    sort = models.CharField(_("类型"), max_length=10, choices=SORTS)
    address = models.TextField()
    secret = models.TextField(blank=True, default="")
    host = models.CharField(_("主机"), max_length=200, blank=True, default="")
    kinds = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("发哪些消息"))
    people = ArrayField(models.BigIntegerField(), default=list, blank=True, verbose_name=_("只发这些人的"))
    active = models.BooleanField(_("启用"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("群机器人")
        ordering = ["name", "id"]

    def __str__(self) -> str:
        return self.name


class Delivery(models.Model):
    """One message on its way out of the house by one channel. `key` makes it once; the state is moved by conditional updates only."""

    class State(models.TextChoices):
        WAITING = "waiting", _("待发")
        HELD = "held", _("等汇总")
        SENDING = "sending", _("发送中")
        SENT = "sent", _("已发")
        CARRIED = "carried", _("已并入汇总")
        FAILED = "failed", _("失败")
        UNCLEAR = "unclear", _("不明")
        SKIPPED = "skipped", _("未发")

    CHANNELS = [("mail", _("邮件")), ("robot", _("群机器人"))]

    channel = models.CharField(_("渠道"), max_length=10, choices=CHANNELS)
    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, related_name="+", verbose_name=_("收件人"))
    robot = models.ForeignKey(Robot, models.CASCADE, null=True, related_name="deliveries", verbose_name=_("群机器人"))
    kind = models.CharField(_("类别"), max_length=40)
    title = models.CharField(_("标题"), max_length=200)
    text = models.TextField(_("内容"), blank=True, default="")
    href = models.CharField(max_length=300, blank=True, default="")
    key = models.CharField(max_length=160, unique=True)
    state = models.CharField(_("状态"), max_length=10, choices=State.choices, default=State.WAITING)
    created_at = models.DateTimeField(_("产生时间"))
    due_at = models.DateTimeField(_("最早发送"))
    started_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(_("发出时间"), null=True)
    attempts = models.PositiveSmallIntegerField(_("次数"), default=0)
    error = models.CharField(_("原因"), max_length=300, blank=True, default="")
    carried_by = models.ForeignKey("self", models.SET_NULL, null=True, related_name="carried")

    class Meta:
        verbose_name = _("发送记录")
        constraints = [
            models.CheckConstraint(
                condition=Q(channel="mail", account__isnull=False, robot__isnull=True)
                | Q(channel="robot", robot__isnull=False, account__isnull=True),
                name="delivery_has_one_addressee",
            )
        ]
        indexes = [
            models.Index(fields=["created_at", "id"], name="delivery_newest"),
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="delivery_due"),
            models.Index(fields=["started_at"], condition=Q(state="sending"), name="delivery_sending"),
            models.Index(fields=["account"], condition=Q(state="held"), name="delivery_held"),
        ]

    def __str__(self) -> str:
        return self.title


class Attempt(models.Model):
    """One try of one delivery: how long it took and what came back."""

    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="tries")
    at = models.DateTimeField()
    seconds = models.DecimalField(max_digits=6, decimal_places=2)
    error = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.delivery_id} {self.error}"
