"""Logins and what guards them (PLT-01)."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules
from guike.platform import clock, history


class AccountRows(BaseUserManager):
    """Lets Django's authentication find an account whatever the case of what was typed."""

    def get_by_natural_key(self, login: str | None) -> "Account":  # type: ignore[override]
        return self.get(login=rules.normal_login(login or ""))  # type: ignore[return-value]


@history.tracked(exclude=["password", "last_login", "session_epoch", "language", "density", "theme"])
class Account(AbstractBaseUser):
    """A login of one person. `roles` are rights held without a post: the administrator's, as a rule."""

    LANGUAGES = [("zh-hans", "简体中文"), ("zh-hant", "繁體中文"), ("en", "English")]
    DENSITIES = [("comfortable", _("宽松")), ("compact", _("紧凑"))]
    THEMES = [("auto", _("跟随系统")), ("light", _("浅色")), ("dark", _("深色"))]

    login = models.CharField(_("登录名"), max_length=60, unique=True)
    person = models.OneToOneField("organisation.Person", models.PROTECT, related_name="account", verbose_name=_("人员"))
    roles = ArrayField(models.CharField(max_length=20), default=list, blank=True, verbose_name=_("岗位之外的角色"))
    is_active = models.BooleanField(_("启用"), default=True)
    must_change_password = models.BooleanField(_("下次登录改密码"), default=True)
    password_changed_at = models.DateTimeField(_("上次改密码"), null=True, blank=True)
    language = models.CharField(_("语言"), max_length=8, choices=LANGUAGES, default="zh-hans")
    density = models.CharField(_("行距"), max_length=12, choices=DENSITIES, default="comfortable")
    theme = models.CharField(_("外观"), max_length=6, choices=THEMES, default="auto")
    session_epoch = models.PositiveIntegerField(default=0, editable=False)
    created_at = models.DateTimeField(default=clock.now, editable=False)

    USERNAME_FIELD = "login"
    EMAIL_FIELD = None
    REQUIRED_FIELDS: list[str] = []  # type: ignore[misc]

    objects = AccountRows()

    #: The viewer behind a running session, found by the same query as the account (`selectors.viewers.arriving`).
    arrival: Any

    class Meta:
        verbose_name = _("账号")
        ordering = ["login"]
        constraints = [
            models.CheckConstraint(condition=Q(login=Lower("login")), name="account_login_lower_case"),
            models.CheckConstraint(condition=~Q(login=""), name="account_login_not_empty"),
        ]

    def __str__(self) -> str:
        return self.login

    @property
    def may_enter(self) -> bool:
        """Is the account open and its person still here? Asked by everything that acts in somebody's name later on."""
        return self.is_active and self.person.active

    def _get_session_auth_hash(self, secret: str | bytes | None = None) -> str:
        """Sessions carry this: a new password or a new epoch ends them all."""
        key_salt = f"guike.organisation.session.{self.session_epoch}"
        return salted_hmac(key_salt, self.password, secret=secret, algorithm="sha256").hexdigest()


class PasswordRecord(models.Model):
    """A password (its hash) that was in use: the last five may not come back."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="password_records")
    password = models.CharField(max_length=128)
    set_at = models.DateTimeField()

    class Meta:
        ordering = ["-set_at", "-id"]

    def __str__(self) -> str:
        return f"{self.account_id} {self.set_at:%Y-%m-%d}"


class LoginGuard(models.Model):
    """Failures of one login (known or not) or one network address, and until when it is shut."""

    KINDS = [("login", _("登录名")), ("address", _("网络地址")), ("asked", _("要重置邮件的")), ("asker", _("要重置邮件的地址"))]

    kind = models.CharField(max_length=8, choices=KINDS)
    key = models.CharField(max_length=100)
    failures = models.PositiveIntegerField(default=0)
    last_failure = models.DateTimeField(null=True)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="login_guard_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class LoginRecord(models.Model):
    """One attempt to get in, or a way out: who, from where, with what result. Written once, never changed (PLT-02)."""

    OUTCOMES = [
        ("in", _("登录")),
        ("wrong", _("密码不对")),
        ("locked", _("已锁定")),
        ("inactive", _("账号已停用")),
        ("half", _("密码对，等二次验证")),
        ("code", _("验证码不对")),
        ("again", _("再次验证")),
        ("refused", _("公司账号不认识")),
        ("out", _("退出")),
    ]
    WAYS = [("", "—"), ("password", _("密码")), ("totp", _("密码 + 验证器")), ("recovery", _("密码 + 备用码")),
            ("key", _("密码 + 通行密钥")), ("passkey", _("通行密钥")), ("oidc", _("公司账号"))]  # fmt: skip

    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="login_records")
    login = models.CharField(max_length=100)
    outcome = models.CharField(max_length=8, choices=OUTCOMES)
    address = models.CharField(max_length=45, blank=True, default="")
    device = models.CharField(max_length=200, blank=True, default="")
    way = models.CharField(max_length=8, choices=WAYS, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [
            models.Index(fields=["account", "-at"], name="login_record_account"),
            models.Index(fields=["at", "id"], name="login_record_at"),
        ]

    def __str__(self) -> str:
        return f"{self.login} {self.get_outcome_display()}"

    @property
    def device_name(self) -> str:
        """「Windows · Edge」."""
        return rules.device_name(self.device)
