"""The upload, the way of importing, the export."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.platform.access import Viewer, allowed
from guike.platform.imports.kinds import kinds
from guike.platform.imports.selectors import kinds_for
from guike.platform.ui import forms as ui

ENDINGS = ".xlsx,.xlsm,.xls,.xlsb,.ods,.csv,.tsv,.txt"


class UploadForm(ui.Form):
    """Which kind, which file."""

    kind = ui.ChipField(label=_("导入什么"))
    file = forms.FileField(
        label=_("文件"),
        help_text=_("Excel（xlsx、xls、xlsb）、WPS、CSV 都可以，最大 40 MB"),
        widget=forms.ClearableFileInput({"accept": ENDINGS, "class": "form-control"}),
        error_messages={"empty": _("文件是空的（0 字节），重新导出一份")},
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any):
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds_for(viewer)]  # type: ignore[attr-defined]


class OptionsForm(ui.Form):
    """How to import."""

    on_error = ui.ChipField(
        label=_("有问题的行"), choices=[("reject-file", _("有一行不对就整份不导入")), ("skip-rows", _("只导入没有问题的行"))]
    )
    existing = ui.ChipField(label=_("已有的记录"), choices=[("update", _("更新")), ("skip", _("跳过，不改")), ("refuse", _("当作有问题"))])
    keep_examples = forms.BooleanField(label=_("示例行也当作记录"), required=False)


class ExportForm(ui.Form):
    """What to take out, and as which kind of file."""

    kind = ui.ChipField(label=_("导出什么"))
    form = ui.ChipField(label=_("格式"), choices=[("xlsx", "Excel"), ("csv", "CSV")], initial="xlsx")
    filter = forms.CharField(
        label=_("筛选"),
        required=False,
        max_length=500,
        help_text=_("不填为全部。如：等级 in (A, B) and not 城市 = 温州"),
        widget=forms.TextInput({"class": "form-control"}),
    )

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any):
        super().__init__(*args, viewer=viewer, **kwargs)
        self.fields["kind"].choices = [(kind.code, kind.label) for kind in kinds().values() if allowed(viewer, kind.object, "export")]  # type: ignore[attr-defined]
