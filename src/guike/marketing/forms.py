"""Forms of market finds; rules are the services'."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from guike.marketing.models import Find
from guike.marketing.services.answering import RETURNING
from guike.platform import dictionaries
from guike.platform.access import Right, field_right
from guike.platform.ui import forms as ui

DICTIONARIES = {"source": "customer_source", "industry": "industry", "product_line": "product_line"}
FIRST = ("name", "phone", "contact", "source", "place_found")


def words(name: str, current: str = "") -> list[tuple[str, Any]]:
    """The company's words for a field, and a blank."""
    return [("", "—"), *dictionaries.choices(DICTIONARIES[name], current=current)]


class FindForm(ui.VersionMixin, ui.Form):
    """What is asked on the way (name, phone, whom, from where) stands first, the rest is folded."""

    name = forms.CharField(label=_("名称"), max_length=120)
    phone = ui.PhoneField(label=_("电话"), required=False)
    contact = forms.CharField(label=_("联系人"), max_length=60, required=False)
    position = forms.CharField(label=_("职务"), max_length=60, required=False)
    source = forms.ChoiceField(label=_("来源"), required=False)
    place_found = forms.CharField(label=_("在哪里找到"), max_length=120, required=False, help_text=_("例如展会名称、网址、市场"))
    city = forms.CharField(label=_("市"), max_length=40, required=False)
    province = forms.CharField(label=_("省"), max_length=40, required=False)
    product_line = forms.ChoiceField(label=_("产品线"), required=False)
    note = ui.TextAreaField(label=_("情况"), required=False, rows=3)
    kind = ui.ChipField(label=_("类别"), choices=Find.Kind.choices, initial=Find.Kind.COMPANY)
    uscc = forms.CharField(label=_("统一社会信用代码"), max_length=18, required=False)
    industry = forms.ChoiceField(label=_("行业"), required=False)
    scale = ui.ChipField(label=_("规模"), choices=Find.Scale.choices, required=False)
    trend = ui.ChipField(label=_("发展趋势"), choices=Find.Trend.choices, required=False)
    address = forms.CharField(label=_("地址"), max_length=240, required=False)
    found_on = ui.DayField(label=_("发现日期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name in DICTIONARIES:
            self.fields[name].choices = words(name, str(self.initial.get(name) or ""))  # type: ignore[attr-defined]
        if field_right(self.viewer, "find", "phone") < Right.WRITE:
            del self.fields["phone"]

    def values(self) -> dict[str, Any]:
        """What goes to the service, without the version."""
        return {name: value for name, value in self.cleaned_data.items() if name != "version"}


class SendForm(ui.Form):
    """To whom a find goes: by the rules, to somebody, or to a department."""

    to = ui.ChipField(
        label=_("怎么分"),
        choices=[("rules", _("按规则")), ("person", _("给一个人")), ("department", _("给一个部门"))],
        initial="rules",
    )
    person = ui.PickField("person", label=_("人员"), required=False)
    department = ui.PickField("department", label=_("部门"), required=False, help_text=_("部门里的业务员先到先得"))
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for name, missing in (("person", _("选一个人")), ("department", _("选一个部门"))):
            if cleaned.get("to") == name and not cleaned.get(name) and name not in self.errors:
                self.add_error(name, missing)
        return cleaned


class AcceptForm(ui.Form):
    """Whether it becomes a new customer or part of one of one's own."""

    way = ui.ChipField(label=_("接收为"), choices=[("new", _("新客户")), ("join", _("并入我的客户"))], initial="new")
    customer = ui.PickField("customer", label=_("客户"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("way") == "join" and not cleaned.get("customer") and "customer" not in self.errors:
            self.add_error("customer", _("选一家客户"))
        return cleaned


class ReturnForm(ui.Form):
    why = ui.ChipField(label=_("退回原因"), choices=[(why.value, why.label) for why in RETURNING])
    reason = forms.CharField(label=_("说明"), max_length=200, required=False)


class ReasonForm(ui.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class RegionsField(forms.CharField):
    """Places in one box, parted by 、 or a new line."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value) or ""
        parts = (part.strip() for part in text.replace("、", "\n").replace("，", "\n").replace(",", "\n").splitlines())
        return list(dict.fromkeys(part for part in parts if part))

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value


class RouteForm(ui.Form):
    name = forms.CharField(label=_("名称"), max_length=60)
    position = forms.IntegerField(label=_("次序"), min_value=1, max_value=9999, initial=100, help_text=_("从小到大，先符合哪条算哪条"))
    regions = RegionsField(label=_("地区"), required=False, help_text=_("省或市，多个用顿号隔开；不填就不限"))
    product_lines = ui.ChipManyField(label=_("产品线"), required=False)
    sources = ui.ChipManyField(label=_("来源"), required=False)
    person = ui.PickField("person", label=_("分派给人"), required=False)
    department = ui.PickField("department", label=_("分派给部门"), required=False)

    def __init__(self, *args: Any, **kwargs: Any):
        super().__init__(*args, **kwargs)
        for name, code in (("product_lines", "product_line"), ("sources", "customer_source")):
            listed = dictionaries.choices(code)
            if listed:
                self.fields[name].choices = listed  # type: ignore[attr-defined]
            else:
                del self.fields[name]


class TermsForm(ui.Form):
    accept_days = forms.IntegerField(label=_("几个工作日内接收"), min_value=1, max_value=60, help_text=_("到期没有接收的，收回市场部"))
    follow_days = forms.IntegerField(
        label=_("接收后几天内联系"), min_value=1, max_value=365, help_text=_("到期没有联系的，收回市场部，新建的客户进公海")
    )
