"""The form of a push address."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.ui import forms as ui
from guike.platform.webhooks import events


class WebhookForm(ui.VersionMixin, ui.Form):
    name = forms.CharField(label=_("名称"), max_length=60, help_text=_("推给谁，如「ERP」"))
    address = forms.CharField(label=_("地址"), max_length=500, help_text=_("https:// 开头；内网的主机要由运维放行"))
    wanted = ui.ChipManyField(label=_("事件"), choices=lambda: [(kind.code, kind.label) for kind in events.kinds().values()])
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)
