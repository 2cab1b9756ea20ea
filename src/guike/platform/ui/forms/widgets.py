"""Widgets: plain HTML controls that kit-forms.js improves."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.functional import Promise

from guike.platform.ui import formats, pickers

Text = str | Promise


class DayInput(forms.DateInput):
    """A date with presets: `DayInput(presets=lambda: [("明天", date), …])`; each preset shows its day and weekday below."""

    input_type = "date"
    template_name = "ui/widgets/day.html"

    def __init__(self, presets: Callable[[], Iterable[tuple[Text, date]]] | None = None, attrs: dict | None = None):
        super().__init__(attrs, format="%Y-%m-%d")
        self.presets = presets

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        context["presets"] = [
            {"label": label, "day": day.isoformat(), "note": f"{formats.short_day(day)} {formats.weekday(day)}"}
            for label, day in (self.presets() if self.presets else ())
        ]
        return context


class MoneyInput(forms.TextInput):
    """An amount typed with or without separators: 1,234.50, ¥1234.5, 12万."""

    def __init__(self, attrs: dict | None = None):
        super().__init__({"inputmode": "decimal", "autocomplete": "off", "class": "gk-num", **(attrs or {})})


class ChipInput(forms.RadioSelect):
    """Few choices as buttons; `icons={"phone": "phone"}` draws one in each."""

    template_name = "ui/widgets/chips.html"
    grouped = True

    def __init__(self, attrs: dict | None = None, choices: Sequence = (), icons: dict[str, str] | None = None):
        super().__init__(attrs, choices)
        self.icons = icons or {}

    def create_option(self, name, value, label, selected, index, subindex=None, attrs=None):  # type: ignore[no-untyped-def]
        option = super().create_option(name, value, label, selected, index, subindex, attrs)
        option["icon"] = self.icons.get(str(value), "")
        return option


class ChipManyInput(ChipInput, forms.CheckboxSelectMultiple):
    """Several of few choices as buttons."""

    input_type = "checkbox"
    allow_multiple_selected = True
    option_inherits_attrs = False


class TextArea(forms.Textarea):
    """A text area that grows, keeps a draft on this machine (`draft="follow_up:17"`) and offers quick phrases."""

    template_name = "ui/widgets/text_area.html"

    def __init__(
        self, draft: str = "", phrases: Iterable[Text] | Callable[[], Iterable[Text]] = (), rows: int = 3, attrs: dict | None = None
    ):
        super().__init__({"rows": rows, "data-grow": True, **(attrs or {})})
        self.draft = draft
        self.phrases = phrases

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        if self.draft:
            context["widget"]["attrs"]["data-draft"] = self.draft
        context["phrases"] = list(self.phrases() if callable(self.phrases) else self.phrases)
        return context


class PickInput(forms.Select):
    """A row of another object: a search box with script; without it, a link to a page where the row is found and chosen."""

    template_name = "ui/widgets/pick.html"

    def __init__(self, picker: str, attrs: dict | None = None, placeholder: Text = "", filters: dict[str, Any] | None = None):
        super().__init__(attrs)
        self.picker = picker
        self.placeholder = placeholder
        self.filters = filters or {}
        self.viewer: Any = None

    def get_context(self, name: str, value: Any, attrs: dict | None) -> dict[str, Any]:
        values = value if isinstance(value, list | tuple) else [value]
        chosen = [v for v in values if v not in (None, "")]
        self.choices = [(c.value, c.label) for c in pickers.chosen(self.viewer, self.picker, chosen)]
        if not self.allow_multiple_selected:
            self.choices = [("", self.placeholder or "—"), *self.choices]
        context = super().get_context(name, value, attrs)
        context["pick_url"] = reverse("ui:pick", args=[self.picker])
        context["filters"] = self.filters
        context["placeholder"] = self.placeholder
        context["create_url"] = pickers.picker(self.picker).create_url(self.viewer, self.filters) if self.viewer else ""
        context["first_choices"] = pickers.first(self.viewer, self.picker, self.filters) if self.viewer else []
        return context


class PickManyInput(PickInput):
    """Several rows of another object."""

    allow_multiple_selected = True

    def build_attrs(self, base_attrs: dict, extra_attrs: dict | None = None) -> dict:
        return {**super().build_attrs(base_attrs, extra_attrs), "multiple": True}

    def value_from_datadict(self, data, files, name):  # type: ignore[no-untyped-def]
        return data.getlist(name) if hasattr(data, "getlist") else data.get(name, [])
