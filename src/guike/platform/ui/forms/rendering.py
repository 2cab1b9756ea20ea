"""How one field is drawn: what the template of `{% field %}` needs, ARIA included."""

from typing import Any

from django import forms
from django.forms.boundfield import BoundField

CONTROL = "form-control"
CLASSES = {forms.Select: "form-select", forms.CheckboxInput: "form-check-input"}


def describe(bound: BoundField, *, label: str = "", hint: str = "", unit: str = "", css: str = "", compact: bool = False) -> dict[str, Any]:
    """The context of parts/field.html: the control with class, id and descriptions set, whatever the form class."""
    widget = bound.field.widget
    grouped = isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple)
    described = [
        f"{bound.id_for_label or bound.auto_id}-{part}" for part, there in (("help", bound.help_text), ("error", bound.errors)) if there
    ]
    attrs: dict[str, Any] = {}
    if described and not grouped:
        attrs["aria-describedby"] = " ".join(described)
    if bound.errors:
        attrs["aria-invalid"] = "true"
    if not grouped:
        attrs["class"] = f"{widget.attrs.get('class', '')} {_css(widget)}".strip()
    return {
        "hidden": bound.is_hidden,
        "control": bound.as_widget(attrs=attrs),
        "id": bound.auto_id,
        "label": label or bound.label,
        "hint": hint or getattr(bound.field, "hint", ""),
        "unit": unit or getattr(bound.field, "unit", ""),
        "help": bound.help_text,
        "errors": bound.errors,
        "required": bound.field.required,
        "grouped": grouped,
        "check": isinstance(widget, forms.CheckboxInput),
        "described_by": " ".join(described),
        "css": css,
        "compact": compact,
    }


def _css(widget: forms.Widget) -> str:
    return next((name for kind, name in CLASSES.items() if isinstance(widget, kind)), CONTROL)


def error_places(form: forms.BaseForm) -> list[dict[str, str]]:
    """Where the form needs work, in its own order: id to jump to and label."""
    wrong = [bound for bound in form if bound.errors]
    return [{"id": bound.id_for_label or f"{bound.auto_id}-field", "label": str(bound.label)} for bound in wrong]
