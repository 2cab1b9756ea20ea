"""Forms of messages: one's own habits; the administrator's mail server and robots."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.notifications import registry
from guike.platform.notifications.models import MailServer, Robot
from guike.platform.ui import forms as ui

SECRET = {"autocomplete": "new-password", "spellcheck": "false"}


def _time(label: object, help_text: object = "") -> forms.TimeField:
    return forms.TimeField(label=label, help_text=help_text, widget=forms.TimeInput({"type": "time"}, format="%H:%M"))  # type: ignore[arg-type]


class HabitForm(ui.Form):
    quiet_from = _time(_("免打扰开始"))
    quiet_until = _time(_("免打扰结束"), _("这段时间的邮件等结束后再发，紧急的除外；两个时间相同就不设"))
    workdays = forms.BooleanField(label=_("只在工作日发"), required=False)
    digest = forms.BooleanField(label=_("每天一封汇总"), required=False, help_text=_("到期、逾期、待审批和当天的消息合成一封，不再逐条发；紧急的照发"))
    digest_hour = forms.TypedChoiceField(label=_("几点发"), coerce=int, choices=[(hour, f"{hour}:00") for hour in range(24)])


class MailServerForm(ui.VersionMixin, ui.Form):
    host = forms.CharField(label=_("服务器"), max_length=200, help_text=_("如 smtp.exmail.qq.com"))
    security = ui.ChipField(label=_("加密"), choices=MailServer.SECURITY)
    port = forms.IntegerField(label=_("端口"), min_value=1, max_value=65535, help_text=_("SSL 一般 465，STARTTLS 一般 587"))
    login = forms.CharField(label=_("登录名"), max_length=200, required=False)
    password = forms.CharField(
        label=_("密码或授权码"), max_length=300, required=False, strip=False, widget=forms.PasswordInput(SECRET), help_text=_("已存的不再显示；不填就不改")
    )
    sender = forms.EmailField(label=_("发件人"))
    site = forms.CharField(label=_("贵客的网址"), max_length=200, help_text=_("邮件里的链接用它开头，如 https://crm.example.cn"))
    active = forms.BooleanField(label=_("启用"), required=False)


class TrialForm(ui.Form):
    to = forms.EmailField(label=_("收件邮箱"))


def _kinds() -> list[tuple[str, object]]:
    return [(code, kind.label) for code, kind in registry.kinds().items()]


class RobotForm(ui.VersionMixin, ui.Form):
    """A robot already kept: its sort stays, its address is only ever replaced."""

    name = forms.CharField(label=_("名称"), max_length=40, help_text=_("如「销售部群」"))
    address = forms.CharField(
        label=_("机器人的地址"), max_length=1000, required=False, widget=forms.TextInput(SECRET), help_text=_("已存的不再显示；不填就不改")
    )
    secret = forms.CharField(
        label=_("密钥"),
        max_length=300,
        required=False,
        widget=forms.PasswordInput(SECRET),
        help_text=_("钉钉填「加签」的密钥；Webhook 填了就放进 Authorization；其余不用填"),
    )
    kinds = ui.ChipManyField(label=_("发哪些消息"), choices=_kinds)  # type: ignore[arg-type]
    people = ui.PickManyField("person", label=_("只发这些人的"), required=False, help_text=_("不选就是所有人的；群里人人看得到，别选不该公开的"))
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class NewRobotForm(RobotForm):
    sort = ui.ChipField(label=_("类型"), choices=Robot.SORTS)
    field_order = ["name", "sort", "address", "secret", "kinds", "people", "active"]

    def __init__(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        super().__init__(*args, **kwargs)
        self.fields["address"].required = True
        self.fields["address"].help_text = _("从群机器人的「Webhook 地址」整段复制；保存后不再显示")
