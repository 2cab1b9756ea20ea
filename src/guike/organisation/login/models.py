"""What getting in is made of: the company's rules, second factors, open sessions, reset links, the identity provider (PLT-01)."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.sessions.base_session import AbstractBaseSession
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import clock, history
from guike.platform.roles import SEPARATED

ACCOUNT = settings.AUTH_USER_MODEL


def _required() -> list[str]:
    """Who could do most harm with a stolen password: administrators of every kind, and finance."""
    return sorted(["administrator", *SEPARATED, "finance"])


@history.tracked()
class SignInRules(models.Model):
    """One row, id 1: what the company asks of everybody who gets in."""

    PROFILES = [("standard", _("通用")), ("mlps3", _("等保三级")), ("asvs", "OWASP ASVS / NIST")]

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    profile = models.CharField(_("密码规则"), max_length=10, choices=PROFILES, default="standard")
    required_roles = ArrayField(models.CharField(max_length=40), default=_required, blank=True, verbose_name=_("要二次验证的角色"))
    grace_days = models.PositiveSmallIntegerField(_("宽限天数"), default=7, validators=[MaxValueValidator(90)])
    required_since = models.DateTimeField(_("从什么时候起要求"), null=True, blank=True)
    idle_minutes = models.PositiveIntegerField(_("多久不用就退出（分钟）"), default=240)
    longest_hours = models.PositiveIntegerField(_("一次登录最长（小时）"), default=12)
    self_reset = models.BooleanField(_("可以自己用邮件重置密码"), default=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("登录设置")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sign_in_rules_are_one")]

    def __str__(self) -> str:
        return str(self.get_profile_display())


@history.tracked(exclude=["secret", "credential", "credential_id", "sign_count", "last_step", "last_used_at"])
class Factor(models.Model):
    """What somebody has besides the password. `secret` (of an authenticator app) is sealed; a passkey's public key is none."""

    KINDS = [("totp", _("验证器")), ("passkey", _("通行密钥"))]

    account = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="factors", verbose_name=_("账号"))
    kind = models.CharField(_("类型"), max_length=8, choices=KINDS)
    name = models.CharField(_("名称"), max_length=40)
    secret = models.TextField(blank=True, default="")
    last_step = models.BigIntegerField(default=0)
    credential_id = models.BinaryField(null=True)
    credential = models.BinaryField(null=True)
    sign_count = models.BigIntegerField(default=0)
    host = models.CharField(_("网址"), max_length=200, blank=True, default="")
    created_at = models.DateTimeField(_("设置时间"), default=clock.now)
    last_used_at = models.DateTimeField(_("上次使用"), null=True)

    class Meta:
        verbose_name = _("二次验证")
        ordering = ["kind", "id"]
        constraints = [
            models.UniqueConstraint(fields=["account"], condition=Q(kind="totp"), name="factor_one_authenticator"),
            models.UniqueConstraint(fields=["credential_id"], name="factor_credential_once"),
            models.CheckConstraint(
                condition=(Q(kind="totp") & ~Q(secret="")) | Q(kind="passkey", credential__isnull=False, credential_id__isnull=False),
                name="factor_has_its_secret",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class RecoveryCode(models.Model):
    """One of the codes for the day the phone is lost: only its keyed hash is kept, and it works once."""

    account = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "digest"], name="recovery_code_once")]

    def __str__(self) -> str:
        return f"{self.account_id}"


class ResetLink(models.Model):
    """A way to a new password, used once within its time. Only the hash of the link is kept."""

    account = models.ForeignKey(ACCOUNT, models.CASCADE, related_name="reset_links")
    digest = models.CharField(max_length=64, unique=True)
    made_by = models.ForeignKey(ACCOUNT, models.SET_NULL, null=True, related_name="+")
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.made_at:%Y-%m-%d}"


class Session(AbstractBaseSession):
    """An open session. `session_key` is the hash of what the cookie holds, so that reading this table lets nobody in."""

    id = models.BigAutoField(primary_key=True)
    session_key = models.CharField(max_length=64, unique=True)
    account = models.ForeignKey(ACCOUNT, models.CASCADE, null=True, related_name="sessions")
    address = models.CharField(max_length=45, blank=True, default="")
    device = models.CharField(max_length=200, blank=True, default="")
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    idle_minutes = models.PositiveIntegerField(default=240)
    longest_hours = models.PositiveIntegerField(default=12)

    class Meta:
        verbose_name = _("登录")

    @classmethod
    def get_session_store_class(cls) -> Any:
        from guike.organisation.sessions import SessionStore

        return SessionStore


@history.tracked(exclude=["client_secret"])
class IdentityProvider(models.Model):
    """One row, id 1: the company's own identity provider (OpenID Connect). Its secret is sealed and never shown again."""

    CLAIMS = [
        ("preferred_username", _("登录名（preferred_username）")),
        ("email", _("邮箱（email）")),
        ("sub", _("用户编号（sub）")),
        ("employee_number", _("工号（employee_number）")),
    ]
    MATCHES = [("login", _("登录名")), ("email", _("邮箱")), ("number", _("工号"))]
    UNKNOWN = [("refuse", _("不让进")), ("open", _("在职人员自动开账号"))]

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    active = models.BooleanField(_("启用"), default=False)
    label = models.CharField(_("按钮上的字"), max_length=20, default="公司账号登录")
    issuer = models.CharField(_("签发者网址（Issuer）"), max_length=300)
    client_id = models.CharField(_("客户端编号（Client ID）"), max_length=200)
    client_secret = models.TextField(blank=True, default="")
    claim = models.CharField(_("用哪一项认人"), max_length=60, choices=CLAIMS, default="preferred_username")
    match = models.CharField(_("对应到"), max_length=8, choices=MATCHES, default="login")
    unknown = models.CharField(_("认不出的人"), max_length=8, choices=UNKNOWN, default="refuse")
    checks_factor = models.BooleanField(_("对方已做二次验证，这里不再要"), default=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("公司账号登录")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="identity_provider_is_one")]

    def __str__(self) -> str:
        return self.issuer


@history.tracked()
class Identity(models.Model):
    """Who an account is at the identity provider: bound at the first log-in, so that a name given to somebody else opens nothing."""

    account = models.OneToOneField(ACCOUNT, models.CASCADE, related_name="identity", verbose_name=_("账号"))
    issuer = models.CharField(max_length=300)
    subject = models.CharField(_("用户编号（sub）"), max_length=255)
    bound_at = models.DateTimeField(_("绑定时间"), default=clock.now)

    class Meta:
        verbose_name = _("公司账号绑定")
        constraints = [models.UniqueConstraint(fields=["issuer", "subject"], name="identity_once")]

    def __str__(self) -> str:
        return self.subject
