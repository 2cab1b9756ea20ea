from django import forms
from django.utils.translation import gettext_lazy as _

from guike.organisation.login.models import IdentityProvider, SignInRules
from guike.organisation.models.people import role_choices
from guike.platform.ui import forms as ui


def _password(label: str, autocomplete: str, **more: object) -> forms.CharField:
    return forms.CharField(label=label, max_length=200, strip=False, widget=forms.PasswordInput({"autocomplete": autocomplete}), **more)  # type: ignore[arg-type]


class CodeForm(ui.Form):
    """A code of an authenticator or a recovery code; `credential` is what a passkey answered."""

    code = forms.CharField(
        label=_("验证器上的 6 位数字"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True, "spellcheck": "false"}),
    )
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput())

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if not cleaned.get("code") and not cleaned.get("credential"):
            self.add_error("code", _("输验证码"))
        return cleaned


class RecoveryForm(CodeForm):
    """A recovery code: letters and digits, so that a phone shows its whole keyboard."""

    code = forms.CharField(
        label=_("备用码"),
        max_length=40,
        required=False,
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters", "autofocus": True, "spellcheck": "false"}),
    )


class ProofForm(ui.Form):
    password = _password(_("密码"), "current-password")


class AuthenticatorForm(ui.Form):
    code = forms.CharField(
        label=_("验证器上的 6 位数字"),
        max_length=20,
        widget=forms.TextInput({"autocomplete": "one-time-code", "inputmode": "numeric", "spellcheck": "false"}),
    )


class PasskeyForm(ui.Form):
    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("认得出是哪台设备，例如「办公室电脑」"))
    credential = forms.CharField(required=False, max_length=20_000, widget=forms.HiddenInput())


class NewPasswordForm(ui.Form):
    new_password = _password(_("新密码"), "new-password")
    again = _password(_("再输一次"), "new-password")

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if "again" in cleaned and cleaned.get("new_password") != cleaned["again"]:
            self.add_error("again", _("两次输入的不一样"))
        return cleaned


class ForgotForm(ui.Form):
    login = forms.CharField(
        label=_("登录名或邮箱"),
        max_length=100,
        widget=forms.TextInput({"autocomplete": "username", "autocapitalize": "none", "autofocus": True}),
    )


class ReasonForm(ui.Form):
    reason = forms.CharField(label=_("原因"), max_length=100, help_text=_("例如「换手机，当面核对过」"))


class RulesForm(ui.VersionMixin, ui.Form):
    profile = forms.ChoiceField(label=_("密码规则"), choices=SignInRules.PROFILES, widget=forms.RadioSelect)
    required_roles = ui.ChipManyField(label=_("要二次验证的角色"), choices=role_choices, required=False)
    grace_days = forms.IntegerField(label=_("宽限天数"), min_value=0, max_value=90, help_text=_("从开始要求或开账号那天算起"))
    idle_minutes = forms.IntegerField(label=_("多久不用就退出（分钟）"), min_value=5, max_value=1440)
    longest_hours = forms.IntegerField(label=_("一次登录最长（小时）"), min_value=1, max_value=168)
    self_reset = forms.BooleanField(
        label=_("忘了密码，可以自己用邮件重置"), required=False, help_text=_("要先设好邮件服务器，人员资料里有邮箱")
    )


class ProviderForm(ui.VersionMixin, ui.Form):
    active = forms.BooleanField(label=_("启用"), required=False)
    label = forms.CharField(label=_("按钮上的字"), max_length=20)
    issuer = forms.CharField(
        label=_("签发者网址（Issuer）"), max_length=300, widget=forms.URLInput({"placeholder": "https://sso.example.cn/realms/main"})
    )
    client_id = forms.CharField(label=_("客户端编号（Client ID）"), max_length=200)
    client_secret = forms.CharField(
        label=_("客户端密钥（Client Secret）"),
        max_length=400,
        required=False,
        strip=False,
        widget=forms.PasswordInput({"autocomplete": "off"}),
        help_text=_("保存后不再显示；不填就用原来的"),
    )
    claim = forms.ChoiceField(label=_("用哪一项认人"), choices=IdentityProvider.CLAIMS)
    match = forms.ChoiceField(label=_("对应到"), choices=IdentityProvider.MATCHES)
    unknown = forms.ChoiceField(label=_("认不出的人"), choices=IdentityProvider.UNKNOWN)
    checks_factor = forms.BooleanField(label=_("对方已做二次验证，这里不再要"), required=False)
