"""What a contact agreed to or took back, as it is noted."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.customers.models import Consent
from guike.platform.ui import forms as ui


class ConsentForm(ui.Form):
    """What a contact said about one purpose."""

    purpose = ui.ChipField(label=_("用途"), choices=Consent.Purpose.choices, initial=Consent.Purpose.MARKETING)
    given = ui.ChipField(label=_("说了什么"), choices=[("yes", _("同意")), ("no", _("撤回、拒绝"))])
    on = ui.DayField(label=_("日期"))
    source = ui.ChipField(label=_("怎么知道的"), choices=Consent.Source.choices)
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def values(self) -> dict[str, Any]:
        """What goes to the service."""
        return {**self.cleaned_data, "given": self.cleaned_data["given"] == "yes"}
