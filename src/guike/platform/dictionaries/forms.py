from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.dictionaries.models import DictionaryEntry
from guike.platform.ui import forms as ui


class NewWordForm(ui.Form):
    label = forms.CharField(label=_("加一个词"), max_length=60)


class WordForm(ui.VersionMixin, ui.Form):
    label = forms.CharField(label=_("名称"), max_length=60)
    synonyms = forms.CharField(label=_("同义词"), max_length=400, required=False, help_text=_("导入时这些写法也认得，用顿号隔开"))
    colour = ui.ChipField(label=_("颜色"), choices=DictionaryEntry.COLOURS, required=False)
    active = forms.BooleanField(label=_("启用"), required=False, help_text=_("停用后不再出现在选择里，旧记录照样显示"))
