"""Forms of the engine's pages."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.engine.metrics.declare import Metric, ValueKind
from guike.platform import clock
from guike.platform.ui import forms as ui


def _ends() -> list[tuple[Any, date]]:
    today = clock.today()
    return [(_("三个月"), today + timedelta(days=91)), (_("半年"), today + timedelta(days=182)), (_("年底"), date(today.year, 12, 31))]


class OverrideForm(ui.Form):
    """An outcome set by hand (POL-11): what, why, who signed, until when."""

    outcome = ui.ChipField(label=_("改为"), choices=[])
    reason = ui.TextAreaField(label=_("理由"), phrases=[_("停产检修，订单顺延"), _("战略合作在谈"), _("数据尚未补齐")])
    signer = ui.PickField("person", label=_("批准人"))
    until = ui.DayField(label=_("到期"), presets=_ends)

    def __init__(self, *args: Any, outcomes: Sequence[tuple[str, str]] = (), by_approval: bool = False, **kwargs: Any):
        super().__init__(*args, **kwargs)
        if by_approval:  # the authority policy says who signs
            del self.fields["signer"]
        self.fields["outcome"].choices = list(outcomes)  # type: ignore[attr-defined]


class EndOverrideForm(ui.Form):
    """Why an override ends early."""

    reason = ui.TextAreaField(label=_("提前结束的原因"))


class ReasonForm(ui.Form):
    """A reason, nothing else."""

    reason = ui.TextAreaField(label=_("原因"))


def _effective_days() -> list[tuple[Any, date]]:
    today = clock.today()
    first = (today.replace(day=1) + timedelta(days=32)).replace(day=1)
    return [(_("今天"), today), (_("下月 1 日"), first), (_("明年 1 月 1 日"), date(today.year + 1, 1, 1))]


class PublishForm(ui.Form):
    """From which day a draft holds (POL-01)."""

    effective = ui.DayField(label=_("生效日期"), presets=_effective_days)


class YamlForm(ui.Form):
    """A policy's whole text."""

    yaml = forms.CharField(
        label=_("YAML"), widget=forms.Textarea(attrs={"rows": 30, "spellcheck": "false", "class": "form-control gk-code"}), strip=False
    )
    lock = forms.IntegerField(widget=forms.HiddenInput, required=False)


class AssessmentForm(ui.Form):
    """A value that no module computes, with its day and source (POL-03, RSK-01)."""

    value = forms.CharField(label=_("评价"), max_length=60)
    observed_on = ui.DayField(label=_("观察日期"), presets=lambda: [(_("今天"), clock.today())])
    source = forms.CharField(label=_("来源"), max_length=120, required=False, help_text=_("如：财务部月报、客户来函"))
    evidence = ui.TextAreaField(label=_("依据"), required=False)

    def __init__(self, *args: Any, metric: Metric, **kwargs: Any):
        super().__init__(*args, **kwargs)
        choices = [(str(label), label) for _code, label in metric.choices] or (
            [("是", _("是")), ("否", _("否"))] if metric.value is ValueKind.FLAG else []
        )
        if choices:
            self.fields["value"] = ui.ChipField(label=metric.label, choices=choices)
        else:
            self.fields["value"].label = metric.label
            self.fields["value"].help_text = metric.unit_shown
        self.order_fields(["value", "observed_on", "source", "evidence"])
