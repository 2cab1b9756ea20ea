from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.ui import forms as ui


class DayForm(ui.Form):
    """Make one day work or rest, with the reason everybody will read."""

    is_workday = ui.ChipField(label=_("这一天"), choices=[("1", _("上班")), ("0", _("休息"))])
    reason = forms.CharField(label=_("原因"), max_length=60, help_text=_("例如「年终盘点」「厂庆放假」，大家在日历上看得到"))


class NoticeForm(ui.Form):
    """A holiday notice, pasted."""

    text = ui.TextAreaField(label=_("放假安排"), rows=10, required=False)
    file = forms.FileField(label=_("或选 JSON 文件"), required=False)
    source = forms.CharField(label=_("依据"), max_length=300, required=False, help_text=_("通知的文号或网址"))
