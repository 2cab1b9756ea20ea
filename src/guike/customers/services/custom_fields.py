"""The company's own fields (PLT-13): added and changed by an administrator, at once, without a restart."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from guike.customers.models import Customer, CustomField
from guike.customers.services import cleaning
from guike.platform import dictionaries
from guike.platform.access import Viewer, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

GIVEN = frozenset({"label", "kind", "choices", "required", "hint", "position", "active"})


def _checked(values: Mapping[str, Any], stored: CustomField | None) -> dict[str, Any]:
    cleaning.require_known(values, GIVEN)
    cleaned = cleaning.texts(CustomField, values)
    kind = cleaned.get("kind") or (stored.kind if stored else CustomField.Kind.TEXT)
    if "choices" in cleaned:
        cleaned["choices"] = list(dict.fromkeys(word for word in (choice.strip() for choice in cleaned["choices"]) if word))
    choices = cleaned.get("choices", stored.choices if stored else [])
    if kind == CustomField.Kind.CHOICE and len(choices) < 2:
        raise Refused(_("单选字段至少要两个选项"), field="choices")
    return cleaned


def _refuse_same_label(label: str, but: int | None = None) -> None:
    if not label:
        raise Refused(_("字段名称要填"), field="label")
    own = {str(field.verbose_name) for field in Customer._meta.concrete_fields}
    if label in own or CustomField.objects.filter(label=label).exclude(pk=but).exists():  # type: ignore[misc]
        raise Refused(_("已有「%(label)s」这个字段") % {"label": label}, field="label")


@verb("customers.add_custom_field")
def add_custom_field(values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> CustomField:
    """Add a field to all customers; its code is made from the label. It stands in forms, lists, filters, import and export at once."""
    require(actor, "custom_field", "add")
    cleaned = _checked(values, None)
    _refuse_same_label(cleaned.get("label", ""))
    last = CustomField.objects.aggregate(last=Max("position"))["last"] or 0
    taken = set(CustomField.objects.values_list("code", flat=True))
    code = dictionaries.catalogue.free_code(cleaned["label"], taken)[:40]
    return CustomField.objects.create(**{"position": last + 1, **cleaned}, code=code)


@verb("customers.change_custom_field")
def change_custom_field(field_id: int, values: Mapping[str, Any], *, actor: Viewer, reason: str = "") -> CustomField:
    """Rename, reorder, retire a field, change its choices. The kind stays once values exist, as they would no longer fit."""
    field = row(actor, "custom_field", field_id, "change", lock=True)
    cleaned = _checked(values, field)
    _refuse_same_label(cleaned.get("label", field.label), but=field.pk)
    if cleaned.get("kind", field.kind) != field.kind and Customer.everything.filter(custom__has_key=field.code).exists():
        raise Refused(_("已有客户填了「%(label)s」，类型不能再改；可停用后另建") % {"label": field.label}, field="kind")
    for name, value in cleaned.items():
        setattr(field, name, value)
    field.save()
    return field
