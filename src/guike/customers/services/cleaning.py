"""What was typed, made fit to store, or refused with a sentence at its field."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.models import Customer, CustomField
from guike.platform.access import Right, Viewer, field_right
from guike.platform.errors import Forbidden, Refused

#: Fields of a customer that `add_customer` and `change_customer` take; owner, stage and number have their own verbs.
EDITABLE = frozenset(
    field.name
    for field in Customer._meta.concrete_fields
    if field.editable and field.name not in {"id", "owner", "department", "stage", "stage_since", "number"}
)


#: Fields that go with the rule of another.
_RULED_BY = {"birthday_lunar": "birthday"}


def require_known(values: Mapping[str, Any], known: frozenset[str]) -> None:
    """A program passing a field that the verb does not take is a mistake of the program."""
    if unknown := set(values) - known:
        raise TypeError(f"not fields of this verb: {sorted(unknown)}")


def require_fields(values: Mapping[str, Any], object_code: str, actor: Viewer, stored: Any = None) -> None:
    """Nobody writes what he may not see or may only read; handing back what stands there is no writing."""
    for name, value in values.items():
        right = field_right(actor, object_code, _RULED_BY.get(name, name))
        changes = value not in (None, "", [], {}) if stored is None else getattr(stored, name) != value
        if right is Right.HIDDEN or (right is Right.READ and changes):
            raise Forbidden(_("没有填写「%(field)s」的权限") % {"field": name})


def _text(field: Field, value: Any) -> Any:
    value = " ".join(str(value or "").split()) if field.get_internal_type() == "CharField" else str(value or "").strip()
    if field.max_length and len(value) > field.max_length:
        raise Refused(
            _("%(label)s最多 %(most)d 个字，现在 %(now)d 个") % {"label": field.verbose_name, "most": field.max_length, "now": len(value)},
            field=field.name,
        )
    if field.choices and value and value not in dict(field.flatchoices):
        raise Refused(_("%(label)s没有「%(value)s」这一项") % {"label": field.verbose_name, "value": value}, field=field.name)
    return value


def texts(model: type, values: Mapping[str, Any]) -> dict[str, Any]:
    """Text fields trimmed, measured and checked against their choices; the others as they are."""
    cleaned = {}
    for name, value in values.items():
        field = model._meta.get_field(name)  # type: ignore[attr-defined]
        is_text = field.get_internal_type() in ("CharField", "TextField", "EmailField")
        cleaned[name] = _text(field, value) if is_text else value
    return cleaned


def require_name(values: Mapping[str, Any], label: str) -> None:
    if "name" in values and not values["name"]:
        raise Refused(_("%(label)s要填") % {"label": label}, field="name")


def numbers(values: dict[str, Any], current: list[str] | None = None) -> None:
    """Several numbers typed into one box go to their places: the first is the main one, the rest follow in `phones`."""
    if "phone" not in values:
        return
    found = rules.split_phones(values["phone"])
    if found and not rules.phone_key(found[0]):
        raise Refused(_("电话「%(value)s」里没有号码") % {"value": values["phone"]}, field="phone")
    values["phone"] = found[0] if found else ""
    if len(found) > 1:
        more = [*values.get("phones", current or []), *found[1:]]
        values["phones"] = list(dict.fromkeys(more))


def registration(values: dict[str, Any]) -> None:
    """A unified code is checked sign by sign; an old 15-digit number typed in its place is kept as such (CUS-01)."""
    if not values.get("uscc"):
        return
    code = rules.read_code(values["uscc"])
    if code.kind == "invalid":
        raise Refused(_("统一社会信用代码不对：%(problem)s") % {"problem": code.problem}, field="uscc")
    values["uscc"] = code.value if code.kind == "uscc" else ""
    if code.kind == "old":
        values["registration_number"] = code.value


def lunar(values: dict[str, Any]) -> None:
    if not values.get("birthday_lunar"):
        return
    parsed = rules.parse_lunar(values["birthday_lunar"])
    if parsed is None:
        raise Refused(_("农历生日写成“十月廿二”或“10-22”"), field="birthday_lunar")
    values["birthday_lunar"] = parsed


def custom(values: dict[str, Any], stored: Mapping[str, Any], *, new: bool) -> None:
    """The company's own fields: known, fitting their kind, required ones present. Others' values stay as they were."""
    definitions = {field.code: field for field in CustomField.objects.all()}
    given = values.get("custom", {})
    merged = dict(stored)
    for code, value in given.items():
        if code not in definitions:
            raise TypeError(f"no custom field {code}")
        merged[code] = _custom_value(definitions[code], value)
    asked = (field for field in definitions.values() if field.active and field.required and (new or field.code in given))
    for field in asked:
        if merged.get(field.code) is None:
            raise Refused(_("「%(label)s」要填") % {"label": field.label}, field=f"custom_{field.code}")
    if "custom" in values or new:
        values["custom"] = {code: value for code, value in merged.items() if value is not None}


def _custom_value(field: CustomField, value: Any) -> object:
    try:
        return rules.custom_value(field.kind, value, field.choices)
    except ValueError as problem:
        raise Refused(f"「{field.label}」{problem}", field=f"custom_{field.code}") from None


def customer(values: Mapping[str, Any], stored: Customer | None, *, actor: Viewer) -> dict[str, Any]:
    """All of the above for a customer's fields."""
    require_known(values, EDITABLE)
    require_fields(values, "customer", actor, stored)
    cleaned = texts(Customer, values)
    if cleaned.get("registered_on", ...) is None:
        del cleaned["registered_on"]
    require_name(cleaned, _("客户名称"))
    numbers(cleaned, stored.phones if stored else None)
    registration(cleaned)
    lunar(cleaned)
    custom(cleaned, stored.custom if stored else {}, new=stored is None)
    return cleaned
