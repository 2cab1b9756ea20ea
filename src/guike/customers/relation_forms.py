"""Forms of relations between customers (CUS-15)."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.platform.ui import forms as ui


class RelationForm(ui.Form):
    """What another customer is to this one."""

    side = forms.ChoiceField(label=_("对方是"), choices=lambda: [("", "—"), *((code, _(word)) for code, word in rules.sides().items())])
    other = ui.PickField("customer", label=_("客户"))
    since = ui.DayField(label=_("开始日期"), required=False, help_text=_("不清楚就不填"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)

    def values(self) -> dict[str, Any]:
        """What the service takes besides side and other."""
        return {name: self.cleaned_data[name] for name in ("since", "note")}


class RelationDetailForm(ui.VersionMixin, ui.Form):
    """What may be corrected of a relation."""

    since = ui.DayField(label=_("开始日期"), required=False, help_text=_("不清楚就不填"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class RelationEndForm(ui.Form):
    """The last day on which a relation counts."""

    until = ui.DayField(label=_("结束日期"))
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)
