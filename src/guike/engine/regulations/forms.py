"""Forms of the pages about documents."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.engine.forms import PublishForm
from guike.platform import clock
from guike.platform.ui import forms as ui


class ClauseForm(ui.Form):
    """One clause of a draft: where it stands, what it says, what carries it out."""

    chapter = forms.CharField(label=_("章"), max_length=60)
    title = forms.CharField(label=_("条目"), max_length=60, required=False)
    text = ui.TextAreaField(label=_("条文"), help_text=_("每款一行；数字写成 {制度代码.等级}，随制度走，不会各写各的"))
    policies = ui.ChipManyField(label=_("由哪些制度执行"), choices=[], required=False)
    forms_used = ui.ChipManyField(label=_("用到的表单"), choices=[], required=False)
    pages = ui.ChipManyField(label=_("用哪些页面检查"), choices=[], required=False)
    people = forms.CharField(label=_("由人执行"), max_length=60, required=False, help_text=_("写部门或岗位，如：市场部"))
    lock = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, offered: Mapping[str, Sequence[tuple[str, str]]], **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, kind in (("policies", "policy"), ("forms_used", "form"), ("pages", "page")):
            self.fields[name].choices = offered[kind]  # type: ignore[attr-defined]

    def carried_by(self) -> list[str]:
        """What was chosen, as it is written in the text."""
        given = self.cleaned_data
        people = [f"people:{given['people'].strip()}"] if given["people"].strip() else []
        return [*given["policies"], *given["forms_used"], *given["pages"], *people]


class WholeForm(ui.Form):
    """The whole text of a draft."""

    yaml = forms.CharField(
        label=_("全文"), widget=forms.Textarea(attrs={"rows": 32, "spellcheck": "false", "class": "form-control gk-code"}), strip=False
    )
    lock = forms.IntegerField(widget=forms.HiddenInput, required=False)


class PublishRegulationForm(PublishForm):
    """From which day, what was revised, and who is to read it."""

    note = ui.TextAreaField(label=_("修订说明"), required=False)
    departments = ui.PickManyField("department", label=_("要读的部门"), required=False, help_text=_("包括下级部门"))
    everyone = forms.BooleanField(label=_("全公司阅读"), required=False)


class AskForm(ui.Form):
    """Whom else to ask to read."""

    departments = ui.PickManyField("department", label=_("部门"), required=False, help_text=_("包括下级部门；空着是全公司"))
    due_on = ui.DayField(
        label=_("阅读期限"), presets=lambda: [(_("三天内"), clock.today() + timedelta(3)), (_("一周内"), clock.today() + timedelta(7))]
    )
