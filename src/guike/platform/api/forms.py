"""The form of a key."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.access import allowed
from guike.platform.api import scopes
from guike.platform.ui import forms as ui


class KeyForm(ui.VersionMixin, ui.Form):
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("给哪个程序用，如「ERP 同步」"))
    scopes = ui.ChipManyField(
        label=_("范围"), choices=lambda: list(scopes.known().items()), help_text=_("只勾用得着的；写包括读。你看不到的，密钥也看不到")
    )
    expires_on = ui.DayField(label=_("有效期到"), required=False, help_text=_("不填就一直有效，停用为止"))
    addresses = ui.TextAreaField(
        label=_("来源地址"), rows=2, required=False, help_text=_("一行一个，如 203.0.113.7 或 10.1.2.0/24；不填不限")
    )

    unmetered = forms.BooleanField(
        label=_("不限行数"), required=False, help_text=_("系统长期对接用：读取的行数不算主人的导出，仍留记录")
    )

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if not allowed(self.viewer, "api_key", "manage"):
            del self.fields["unmetered"]

    def clean_addresses(self) -> list[str]:
        return self.cleaned_data["addresses"].split()
