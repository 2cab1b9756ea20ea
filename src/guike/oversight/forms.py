"""Forms about people's requests; rules are the services'."""

from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from guike.oversight import rules
from guike.oversight.models import Hold, PersonalRequest
from guike.platform import clock
from guike.platform.privacy import DEALINGS, EMPLOYMENT, LEADS, REQUESTS, Term
from guike.platform.ui import forms as ui


def _asked(choices: Any) -> list[tuple[str, Any]]:
    """The choices of what a person asks; what the company begins by itself has its own."""
    return [(code, label) for code, label in choices.choices if code != PersonalRequest.Way.TERM]


class RequestForm(ui.Form):
    """What somebody asks: which wish, who, how, since when; how it was checked that it is the person, if it was."""

    wish = ui.ChipField(label=_("要求"), choices=PersonalRequest.Wish.choices)
    asker = forms.CharField(label=_("申请人"), max_length=60, help_text=_("本人，或带着授权书的代理人"))
    way = ui.ChipField(label=_("怎么提出的"), choices=_asked(PersonalRequest.Way), initial=PersonalRequest.Way.PHONE)
    received_on = ui.DayField(label=_("收到日期"), help_text=_("15 个工作日从这天算起"))
    detail = ui.TextAreaField(label=_("内容"), required=False, rows=3, help_text=_("要哪些资料、哪里写错了"))
    checked = ui.ChipField(label=_("身份核对"), choices=[("", _("还没核对")), *_asked(PersonalRequest.Checked)], required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        kwargs["initial"] = {"received_on": clock.today(), **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)


class CheckForm(ui.VersionMixin, ui.Form):
    checked = ui.ChipField(label=_("怎么核对的"), choices=_asked(PersonalRequest.Checked))


class RefusalForm(ui.VersionMixin, ui.Form):
    refusal = ui.ChipField(
        label=_("拒绝理由"), choices=[one for one in PersonalRequest.Refusal.choices if one[0] not in rules.OWN_REFUSALS]
    )
    explained = ui.TextAreaField(label=_("情况"), rows=3, help_text=_("告知本人时说的话"))


class StopForm(ui.VersionMixin, ui.Form):
    """Why the company gives up what it began by itself."""

    refusal = ui.ChipField(
        label=_("停办理由"), choices=[one for one in PersonalRequest.Refusal.choices if one[0] in rules.OWN_REFUSALS], initial="stopped"
    )
    explained = ui.TextAreaField(label=_("情况"), rows=3)


class OutcomeForm(ui.VersionMixin, ui.Form):
    outcome = ui.TextAreaField(label=_("怎么办的"), rows=3, required=False)


class ReasonForm(ui.VersionMixin, ui.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class LookForm(ui.Form):
    reason = forms.CharField(label=_("理由"), max_length=200)


class _Months(forms.IntegerField):
    """A term in months; empty = as shipped."""

    def __init__(self, code: str, label: Any, term: Term):
        least, most = rules.BOUNDS[code]
        help_text = format_lazy(_("不填就是 {months}；可填 {least}–{most}"), months=term.months, least=least, most=most)
        super().__init__(label=label, required=False, min_value=least, max_value=most, help_text=help_text)


class TermsForm(ui.Form):
    responsible = ui.PickField("person", label=_("个人信息保护负责人"), required=False, help_text=_("收到请求时由谁答复；不选就是登记的人"))
    two_people = forms.BooleanField(label=_("删除要两人"), required=False, help_text=_("一个人提出，另一个人复核以后才删"))
    months_dealings = _Months("dealings", _("联系人、个人客户保存几个月"), DEALINGS)
    months_leads = _Months("leads", _("线索保存几个月"), LEADS)
    months_employment = _Months("employment", _("离职员工保存几个月"), EMPLOYMENT)
    months_requests = _Months("requests", _("办结的请求保存几个月"), REQUESTS)

    def months(self) -> dict[str, int | None]:
        """The company's own terms by code, None where it has none."""
        return {code: self.cleaned_data[f"months_{code}"] for code in rules.BOUNDS}


class HoldForm(ui.Form):
    ground = ui.ChipField(label=_("依据"), choices=Hold.Ground.choices)
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("例如案号、来函编号"))
    until = ui.DayField(label=_("保留到"))


class KeepForm(ui.Form):
    reason = forms.CharField(label=_("理由"), max_length=200, help_text=_("为什么还要用到这些资料"))
    until = ui.DayField(label=_("再保留到"), help_text=_("最多 12 个月，到期又回到这里"))
