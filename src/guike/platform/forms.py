"""Forms of the platform's own pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.models import NumberSeries
from guike.platform.ui import forms as ui


class SeriesForm(ui.Form):
    """How the numbers to come of one series look (PLT-13)."""

    prefix = forms.CharField(  # type: ignore[assignment]  # a field of the form, not its prefix
        label=_("前缀"), max_length=8, help_text=_("大写字母或数字，如 KH"))
    digits = forms.IntegerField(label=_("流水位数"), min_value=3, max_value=10)
    restarts = ui.ChipField(label=_("重新起号"), choices=NumberSeries._meta.get_field("restarts").choices)  # type: ignore[arg-type]
