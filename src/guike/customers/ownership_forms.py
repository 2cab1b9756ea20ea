"""Who gets a customer of the pool, who takes over from whom (CUS-06)."""

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.customers.models import Handover
from guike.platform.ui import forms as ui


class PersonForm(ui.Form):
    person = ui.PickField("person", label=_("谁要交接"))


class HandoverForm(ui.Form):
    """To whom, and how it is split among several."""

    successors = ui.PickManyField("person", label=_("由谁接手"))
    split = ui.ChipField(label=_("分法"), choices=Handover.Split.choices, initial=Handover.Split.ONE)
    reason = forms.CharField(label=_("原因"), max_length=200)
    release = forms.BooleanField(label=_("超过客户数上限也交接"), required=False, help_text=_("制度准许放行的人可勾"))


class ExceptionForm(ui.Form):
    """Until when, and why the rules of the pool should not hold."""

    until = ui.DayField(label=_("保护到"))
    reason = ui.TextAreaField(
        label=_("理由"), phrases=[_("正在报价"), _("已约下周拜访"), _("招标中，等结果"), _("客户点名要我跟")], rows=2, max_length=500
    )


class AssignForm(ui.Form):
    """Who gets a customer of the pool, and why a rule is passed over where one stands against it."""

    person = ui.PickField("person", label=_("分派给"))
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)
    exception = forms.CharField(
        label=_("破例理由"), max_length=200, required=False, help_text=_("满额或在冷却期也要分派时填，制度准许放行的人才有效")
    )
