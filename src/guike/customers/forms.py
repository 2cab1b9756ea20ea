"""Forms of customers. They are built from the models' fields, so that a label stands once; services check and write."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, tags, words
from guike.customers.models import Collaborator, Competitor, Contact, Customer, CustomerAddress, CustomField, Need
from guike.platform import dictionaries
from guike.platform.ui import forms as ui

#: Fields whose words come from a dictionary of the company.
DICTIONARIES = {"source": "customer_source", "industry": "industry", "channel": "channel", "outlet_type": "outlet_type"}
YES_NO = [("", _("不清楚")), ("true", _("是")), ("false", _("否"))]
FIRST = ("name", "nature", "phone", "source")
COMPANY_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("工商登记"), ("uscc", "short_name", "legal_representative", "registered_capital", "founded_on", "industry", "employees",
                  "production_lines", "parent", "business_scope")),
    (_("联系与地址"), ("phones", "email", "website", "region", "province", "city", "district", "registered_address")),
    (_("成交与合作"), ("need_state", "rapport", "expected_deal_on", "dealer_agreement_on", "commission_agreement_on", "supply_contract_on",
                  "strategic_agreement_on", "own_use", "channel", "outlet_type", "registered_on")),
    (_("开票与银行"), ("invoice_title", "tax_number", "invoice_address", "bank_name", "bank_account")),
    (_("备注"), ("note",)),
)  # fmt: skip
PERSON_GROUPS: tuple[tuple[Any, tuple[str, ...]], ...] = (
    (_("个人资料"), ("gender", "birthday", "birthday_lunar", "title", "organisation")),
    (_("联系与地址"), ("phones", "email", "region", "province", "city", "district", "registered_address")),
    (_("成交与合作"), ("need_state", "rapport", "expected_deal_on", "own_use", "registered_on")),
    (_("备注"), ("note",)),
)


class WordsField(forms.CharField):
    """Several short values in one box, one a line or parted by 、; an empty box is an empty list."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]
        text = super().to_python(value)
        return [word for word in (part.strip() for part in text.replace("、", "\n").replace("，", "\n").splitlines()) if word]  # type: ignore[union-attr]

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not known."""

    def __init__(self, **options: Any):
        super().__init__(choices=YES_NO, coerce=lambda value: value == "true", empty_value=None, **options)

    def prepare_value(self, value: Any) -> Any:
        return {True: "true", False: "false"}.get(value, value)


def _simple(field: Any, options: dict[str, Any]) -> forms.Field:
    kind = field.get_internal_type()
    if kind == "DateField":
        return ui.DayField(**options)
    if kind == "DecimalField":
        return forms.DecimalField(max_digits=field.max_digits, decimal_places=field.decimal_places, min_value=0, **options)
    if kind == "PositiveIntegerField":
        return forms.IntegerField(min_value=0, **options)
    if kind == "TextField":
        return ui.TextAreaField(rows=2, **options)
    if kind == "BooleanField":
        return YesNoField(**options) if field.null else forms.BooleanField(**options)
    if isinstance(field, models.EmailField):
        return forms.EmailField(**options)
    return forms.CharField(max_length=field.max_length, **options)


def form_field(model: type[models.Model], name: str, *, required: bool = False, current: str = "") -> forms.Field:
    """The form field of a model's field."""
    field: Any = model._meta.get_field(name)
    options: dict[str, Any] = {"label": field.verbose_name, "required": required}
    if name in DICTIONARIES and model is Customer:
        return forms.ChoiceField(choices=[("", "—"), *dictionaries.choices(DICTIONARIES[name], current=current)], **options)
    if field.get_internal_type() == "ArrayField":
        return WordsField(help_text=_("多个用顿号隔开"), **options)
    if field.choices and len(field.flatchoices) <= 4:
        return ui.ChipField(choices=field.flatchoices, **options)
    if field.choices:
        return forms.ChoiceField(choices=[("", "—"), *field.flatchoices], **options)
    if name == "parent":
        return ui.PickField("customer", **options)
    return _simple(field, options)


def custom_form_field(field: CustomField) -> forms.Field:
    """The form field of one of the company's own fields."""
    options: dict[str, Any] = {"label": field.label, "required": field.required, "help_text": field.hint}
    if field.kind == CustomField.Kind.NUMBER:
        return forms.DecimalField(**options)
    if field.kind == CustomField.Kind.DATE:
        return ui.DayField(**options)
    if field.kind == CustomField.Kind.CHOICE:
        return forms.ChoiceField(choices=[("", "—"), *((word, word) for word in field.choices)], **options)
    if field.kind == CustomField.Kind.FLAG:
        return YesNoField(**options)
    return forms.CharField(max_length=500, **options)


class CustomerForm(ui.VersionMixin, ui.Form):
    """A customer: name, nature, phone and source first, everything else folded in groups.

    `veiled` maps fields the viewer sees veiled to what is shown; they start empty and an empty box leaves them as they are.
    `hidden` fields are not in the form at all.
    """

    def __init__(self, *args: Any, kind: str, veiled: dict[str, str] | None = None, hidden: frozenset[str] = frozenset(), **options: Any):
        self.veiled = veiled or {}
        super().__init__(*args, **options)
        self.kind = kind
        groups = COMPANY_GROUPS if kind == Customer.Kind.COMPANY else PERSON_GROUPS
        for name in FIRST + tuple(name for _label, names in groups for name in names):
            if name not in hidden:
                current = str(self.initial.get(name) or "")
                self._add(name, form_field(Customer, name, required=name == "name", current=current))
        self.custom = list(CustomField.objects.filter(active=True))
        for field in self.custom:
            self._add(f"custom_{field.code}", custom_form_field(field))
        self._groups = groups
        self._prepare()

    def _add(self, name: str, field: forms.Field) -> None:
        if name in self.veiled:
            field.widget.attrs["placeholder"] = self.veiled[name]
            field.help_text = _("不填就不改")
        self.fields[name] = field

    def _prepare(self) -> None:
        """What the base class does to its declared fields, for those added here."""
        for name, field in self.fields.items():
            field.error_messages["required"] = _("「%(label)s」要填") % {"label": field.label or name}
            if isinstance(field, ui.PickField):
                field.viewer = field.widget.viewer = self.viewer

    @property
    def first(self) -> list[forms.BoundField]:
        """The short form."""
        return [self[name] for name in FIRST if name in self.fields]

    @property
    def groups(self) -> list[tuple[Any, list[forms.BoundField], bool]]:
        """(heading, fields, open): a group with something wrong stands open."""
        found = [(label, [self[name] for name in names if name in self.fields]) for label, names in self._groups]
        if self.custom:
            found.append((_("自定义字段"), [self[f"custom_{field.code}"] for field in self.custom]))
        return [(label, fields, any(one.errors or one.field.required for one in fields)) for label, fields in found if fields]

    def values(self) -> dict[str, Any]:
        """What the service takes: veiled fields only where something new was typed, own fields under `custom`."""
        given = {name: value for name, value in self.cleaned_data.items() if name != "version" and not name.startswith("custom_")}
        for name in self.veiled:
            if not given.get(name):
                given.pop(name, None)
        if "parent" in given:
            given["parent"] = Customer.objects.filter(pk=given["parent"]).first() if given["parent"] else None
        if self.custom:
            given["custom"] = {field.code: self.cleaned_data[f"custom_{field.code}"] for field in self.custom}
        return given


class SupplementForm(ui.Form):
    """What a file lacks, then what may be corrected. Nothing is required; an empty box changes nothing."""

    def __init__(
        self,
        *args: Any,
        customer: Customer,
        missing: tuple[str, ...],
        veiled: dict[str, str],
        hidden: frozenset[str],
        **options: Any,
    ):
        self.missing = missing
        present = {name: getattr(customer, name) for name in rules.record_fields(customer.kind) if name not in hidden}
        super().__init__(*args, **options)
        for name in (*missing, *(name for name in present if name not in missing)):
            field = self.fields[name] = form_field(Customer, name, current=str(present.get(name) or ""))
            if name in veiled:
                field.widget.attrs["placeholder"] = veiled[name]
                field.help_text = _("不填就不改")
            else:
                field.initial = present.get(name)

    @property
    def missing_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.missing]

    @property
    def other_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in self.missing]

    @property
    def other_wrong(self) -> bool:
        return any(bound.errors for bound in self.other_fields)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def model_form(model: type[models.Model], names: tuple[str, ...], required: tuple[str, ...]) -> type[ui.Form]:
    """A form class of some fields of a model."""
    fields = {name: form_field(model, name, required=name in required) for name in names}
    return type(f"{model.__name__}Form", (ui.Form,), fields)


class ContactForm(ui.VersionMixin, ui.Form):
    """A person at a customer; bosses are offered from the same customer."""

    FIELDS = ("name", "position", "department", "role", "attitude", "phone", "wechat", "email", "is_primary", "gender", "birthday",
              "birthday_lunar", "preferences", "private_channels", "left_on", "note")  # fmt: skip

    def __init__(
        self,
        *args: Any,
        colleagues: list[Contact],
        veiled: dict[str, str] | None = None,
        hidden: frozenset[str] = frozenset(),
        **options: Any,
    ):
        self.veiled = veiled or {}
        super().__init__(*args, **options)
        for name in self.FIELDS:
            if name not in hidden:
                self.fields[name] = form_field(Contact, name, required=name == "name")
        bosses = [("", "—"), *((str(one.pk), f"{one.name} {one.position}".strip()) for one in colleagues)]
        self.fields["reports_to"] = forms.ChoiceField(label=_("向谁汇报"), choices=bosses, required=False)
        self.order_fields(["name", "position", "department", "role", "attitude", "reports_to"])
        for name, shown in self.veiled.items():
            if name in self.fields:
                self.fields[name].widget.attrs["placeholder"] = shown
                self.fields[name].help_text = _("不填就不改")
        self.fields["name"].error_messages["required"] = _("「姓名」要填")

    @property
    def main(self) -> list[forms.BoundField]:
        names = ("name", "position", "department", "role", "attitude", "reports_to", "phone", "wechat", "email", "is_primary")
        return [self[name] for name in names if name in self.fields]

    @property
    def more(self) -> list[forms.BoundField]:
        names = ("gender", "birthday", "birthday_lunar", "preferences", "private_channels", "left_on", "note")
        return [self[name] for name in names if name in self.fields]

    def values(self) -> dict[str, Any]:
        given = {name: value for name, value in self.cleaned_data.items() if name != "version"}
        for name in self.veiled:
            if not given.get(name):
                given.pop(name, None)
        boss = given.pop("reports_to")
        given["reports_to"] = Contact.objects.filter(pk=int(boss)).first() if boss else None
        return given


NeedForm = model_form(Need, ("kind", "text", "budget", "price_sensitivity", "wanted_on", "state"), ("kind", "text", "state"))
CompetitorForm = model_form(Competitor, ("name", "product", "price", "share", "strengths", "weaknesses", "opinion", "tactics"), ("name",))
AddressForm = model_form(
    CustomerAddress, ("kind", "province", "city", "district", "line", "receiver", "phone", "is_default"), ("kind", "line")
)


class CertificateForm(ui.VersionMixin, ui.Form):
    """A licence; an empty end means that it has none."""

    kind = forms.ChoiceField(label=_("证照"))
    number = forms.CharField(label=_("证号"), max_length=60, required=False)
    expires_on = ui.DayField(label=_("有效期至"), required=False, help_text=_("长期有效就不填"))
    issued_on = ui.DayField(label=_("发证日期"), required=False)
    issued_by = forms.CharField(label=_("发证机关"), max_length=120, required=False)
    scope = forms.CharField(label=_("许可范围"), max_length=300, required=False)
    scan = forms.FileField(label=_("扫描件"), required=False, help_text=_("图片或 PDF，不超过 20 MB"))
    note = forms.CharField(label=_("备注"), max_length=200, required=False)

    def __init__(self, *args: Any, **options: Any):
        super().__init__(*args, **options)
        current = str(self.initial.get("kind") or "")
        self.fields["kind"].choices = [("", "—"), *dictionaries.choices("certificate_kind", current=current)]  # type: ignore[attr-defined]

    def values(self) -> dict[str, Any]:
        """What the services take; the scan goes beside it."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("version", "scan")}


class OwnerForm(ui.Form):
    """To whom; nobody = into the public pool."""

    owner = ui.PickField("person", label=_("新负责人"), required=False, placeholder=_("不选就放入公海"))
    reason = forms.CharField(label=_("原因"), max_length=200, required=False)
    release = forms.BooleanField(label=_("超过客户数上限也转"), required=False, help_text=_("制度准许放行的人可勾，要写原因"))


class OneFieldForm(ui.VersionMixin, ui.Form):
    """One field of a customer, edited where it stands."""

    def __init__(self, *args: Any, name: str, current: Any, **options: Any):
        super().__init__(*args, **options)
        field: Any = Customer._meta.get_field(name)
        shown = form_field(Customer, name, current=str(current or ""))
        if field.choices:  # chips are too wide for a cell
            shown = forms.ChoiceField(choices=[("", "—"), *field.flatchoices], label=field.verbose_name, required=False)
        if field.get_internal_type() == "DateField":
            shown = forms.DateField(label=field.verbose_name, required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d"))
        shown.widget.attrs["class"] = "form-select" if isinstance(shown, forms.ChoiceField) else "form-control"
        self.fields[name] = shown


class TagForm(ui.Form):
    """What to put on the chosen customers and what to take off them."""

    add = ui.ChipManyField(label=_("加上"), choices=tags.choices, required=False)
    remove = ui.ChipManyField(label=_("去掉"), choices=tags.choices, required=False)

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or {}
        if not given.get("add") and not given.get("remove"):
            raise forms.ValidationError(_("选要加上或去掉的标签"))
        if both := set(given.get("add", ())) & set(given.get("remove", ())):
            label = dict(tags.choices())[min(both)]
            raise forms.ValidationError(_("「%(tag)s」不能又加又去") % {"tag": label})
        return given


class OwnTagsForm(ui.Form):
    """The tags of one customer."""

    tags = ui.ChipManyField(label=_("标签"), choices=(), required=False)

    def __init__(self, *args: Any, carried: list[str], **options: Any):
        super().__init__(*args, **options)
        known = tags.words()
        offered = [(code, word.label) for code, word in known.items() if word.active or code in carried]
        self.fields["tags"].choices = offered  # type: ignore[attr-defined]
        self.initial["tags"] = carried


class ShareForm(ui.Form):
    person = ui.PickField("person", label=_("协同人"))
    right = ui.ChipField(label=_("权限"), choices=Collaborator.Right.choices, initial=Collaborator.Right.READ)


class StageForm(ui.Form):
    """Where a customer may go from its stage, and why."""

    def __init__(self, *args: Any, stage: str, **options: Any):
        super().__init__(*args, **options)
        reachable = [(code, label) for code, label in words.STAGES.items() if rules.may_move(stage, code)]
        self.fields["to_stage"] = ui.ChipField(label=_("改为"), choices=reachable)
        self.fields["reason"] = forms.CharField(label=_("原因"), max_length=200)
        for name, field in self.fields.items():
            field.error_messages["required"] = _("「%(label)s」要填") % {"label": field.label or name}


class ReasonForm(ui.Form):
    reason = forms.CharField(label=_("原因"), max_length=200)


class FileForm(ui.Form):
    file = forms.FileField(label=_("文件"), help_text=_("不超过 20 MB"))
    note = forms.CharField(label=_("说明"), max_length=200, required=False)


class CustomFieldForm(ui.Form):
    label = forms.CharField(label=_("名称"), max_length=40)
    kind = ui.ChipField(label=_("类型"), choices=CustomField.Kind.choices, initial=CustomField.Kind.TEXT)
    choices = WordsField(label=_("选项"), required=False, help_text=_("单选才要填，用顿号隔开"))
    required = forms.BooleanField(label=_("必填"), required=False)
    hint = forms.CharField(label=_("填写说明"), max_length=100, required=False)
    active = forms.BooleanField(label=_("启用"), required=False, initial=True)


class RequirementForm(ui.Form):
    """The items a complete file needs, for one kind and nature."""

    def __init__(self, *args: Any, kind: str, **options: Any):
        super().__init__(*args, **options)
        known = rules.COMPANY_FIELDS if kind == "company" else rules.PERSON_FIELDS
        self.fields["items"] = ui.ChipManyField(label=_("必填项"), choices=list(known.items()))
        days = forms.IntegerField(label=_("登记后多少天内补齐"), required=False, min_value=1, max_value=3650)
        days.help_text = _("到期没补齐列入负责人的今日，再逾期升级给上级；不填就不催办")
        self.fields["days"] = days


class MergeForm(ui.Form):
    """What a merge asks besides the fields: why, and a word where the companies' codes differ (CUS-07)."""

    reason = forms.CharField(label=_("原因"), max_length=200, required=False)

    def __init__(self, *args: Any, ask_codes: bool = False, **options: Any):
        super().__init__(*args, **options)
        if ask_codes:
            self.fields["different_codes"] = forms.BooleanField(label=_("信用代码不同，确认是同一家（换证或登记错）"), required=False)


class OtherCustomerForm(ui.Form):
    """The customer to merge with, chosen by hand."""

    other = ui.PickField("customer", label=_("另一家客户"))
