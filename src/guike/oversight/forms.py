"""Forms about people's requests; rules are the services'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.oversight.models import Hold, PersonalRequest
from guike.platform import clock
from guike.platform.ui import forms as ui


class RequestForm(ui.Form):
    """What somebody asks: which wish, who, how, since when; how it was checked that it is the person, if it was."""

    wish = ui.ChipField(label=_("要求"), choices=PersonalRequest.Wish.choices)
    asker = forms.CharField(label=_("申请人"), max_length=60, help_text=_("本人，或带着授权书的代理人"))
    way = ui.ChipField(label=_("怎么提出的"), choices=PersonalRequest.Way.choices, initial=PersonalRequest.Way.PHONE)
    received_on = ui.DayField(label=_("收到日期"), help_text=_("15 个工作日从这天算起"))
    detail = ui.TextAreaField(label=_("内容"), required=False, rows=3, help_text=_("要哪些资料、哪里写错了"))
    checked = ui.ChipField(label=_("身份核对"), choices=[("", _("还没核对")), *PersonalRequest.Checked.choices], required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"received_on": clock.today(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class CheckForm(ui.VersionMixin, ui.Form):
    checked = ui.ChipField(label=_("怎么核对的"), choices=PersonalRequest.Checked.choices)


class RefusalForm(ui.VersionMixin, ui.Form):
    refusal = ui.ChipField(label=_("拒绝理由"), choices=PersonalRequest.Refusal.choices)
    explained = ui.TextAreaField(label=_("情况"), rows=3, help_text=_("告知本人时说的话"))


class OutcomeForm(ui.VersionMixin, ui.Form):
    outcome = ui.TextAreaField(label=_("怎么办的"), rows=3, required=False)


class ReasonForm(ui.VersionMixin, ui.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class LookForm(ui.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class TermsForm(ui.Form):
    responsible = ui.PickField("person", label=_("个人信息保护负责人"), required=False, help_text=_("收到请求时由谁答复；不选就是登记的人"))
    two_people = forms.BooleanField(label=_("删除要两人"), required=False, help_text=_("一个人提出，另一个人复核以后才删"))


class HoldForm(ui.Form):
    ground = ui.ChipField(label=_("依据"), choices=Hold.Ground.choices)
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("例如案号、来函编号"))
    until = ui.DayField(label=_("保留到"))
