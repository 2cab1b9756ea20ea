from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.ui import forms as ui

SECRET = {"autocomplete": "new-password", "spellcheck": "false"}


class PlanForm(ui.VersionMixin, ui.Form):
    active = forms.BooleanField(label=_("每晚备份"), required=False)
    hour = forms.TypedChoiceField(label=_("几点"), coerce=int, choices=[(hour, f"{hour}:00") for hour in range(24)])
    folder = forms.CharField(
        label=_("放在哪里"),
        max_length=300,
        required=False,
        help_text=_("完整路径，最好是另一块盘或网络盘；不填放在实例文件夹的 backups 里"),
    )
    daily = forms.IntegerField(label=_("留几天"), min_value=1, max_value=366)
    weekly = forms.IntegerField(label=_("留几周"), min_value=0, max_value=260)
    monthly = forms.IntegerField(label=_("留几个月"), min_value=0, max_value=120)
    drill = forms.BooleanField(
        label=_("备份后演练恢复"),
        required=False,
        help_text=_("恢复到临时的数据库，逐表对行数和内容，查附件，完了删掉；要的磁盘和数据库一样大"),
    )
    passphrase = forms.CharField(
        label=_("密钥的口令"), max_length=300, required=False, strip=False, widget=forms.PasswordInput(SECRET),
        help_text=_("不填就不改。没有口令时密钥明文放在备份里；恢复时要用，另外记好"),
    )  # fmt: skip
    forget_passphrase = forms.BooleanField(label=_("去掉口令"), required=False)
