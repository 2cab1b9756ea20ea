"""Keys of other programs, how much they ask, and what they were answered (PLT-07)."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from guike.platform import clock, history


@history.tracked(exclude=["digest"])
class ApiKey(models.Model):
    """A program's way in, with the rights of the account it belongs to, cut down to its scopes.

    Shown once, when it is made: `prefix` finds it again, `digest` (SHA-256 of 256 random bits) proves it. `addresses`: networks it may
    come from, empty = any. `unmetered`: what it reads does not count against its owner's exports. Never deleted, so that what it did
    keeps its name.
    """

    account = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="api_keys", verbose_name=_("账号"))
    name = models.CharField(_("名称"), max_length=60)
    prefix = models.CharField(_("开头"), max_length=16, unique=True, editable=False)
    digest = models.CharField(max_length=64, editable=False)
    scopes = ArrayField(models.CharField(max_length=40), default=list, verbose_name=_("范围"))
    addresses = ArrayField(models.CharField(max_length=43), default=list, blank=True, verbose_name=_("来源地址"))
    unmetered = models.BooleanField(_("不限行数"), default=False)
    expires_on = models.DateField(_("有效期到"), null=True, blank=True)
    created_at = models.DateTimeField(_("生成时间"), default=clock.now, editable=False)
    revoked_at = models.DateTimeField(_("停用时间"), null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("接口密钥")
        ordering = ["-id"]
        indexes = [models.Index(fields=["account", "-id"], name="apikey_account")]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="apikey_has_name"),
            models.CheckConstraint(condition=Q(scopes__len__gt=0), name="apikey_has_scopes"),
        ]

    def __str__(self) -> str:
        return self.name


class KeyUse(models.Model):
    """How a key is used: the tokens left of its rate, when and from where it came last, and how many rows it read since when that no
    record tells yet. Written with every call, so apart from the key."""

    key = models.OneToOneField(ApiKey, models.CASCADE, primary_key=True, related_name="use")
    tokens = models.FloatField(default=0)
    refilled_at = models.DateTimeField(db_default=Now())
    calls = models.BigIntegerField(default=0)
    last_at = models.DateTimeField(_("上次使用"), null=True)
    last_address = models.GenericIPAddressField(_("上次来自"), null=True)
    rows = models.PositiveIntegerField(default=0)
    rows_since = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("密钥使用")

    def __str__(self) -> str:
        return f"{self.key_id}"


class IdempotentAnswer(models.Model):
    """The answer to a call that carried an `Idempotency-Key`, written in the transaction of its effect: both stand or neither does.

    `body` is sealed: it may hold what is shown once. `fingerprint` is the SHA-256 of method, address and body: the same key with another request is refused.
    """

    key = models.ForeignKey(ApiKey, models.CASCADE, related_name="answers")
    token = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    headers = models.JSONField(default=dict)
    at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["key", "token"], name="idempotentanswer_once")]
        indexes = [models.Index(fields=["at"], name="idempotentanswer_at")]

    def __str__(self) -> str:
        return f"{self.key_id} {self.token}"
