"""Form fields that understand what people type here: 12万, 138 0013 8000, 2026/11/22."""

import re
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from guike.platform.access import Viewer
from guike.platform.money import round_half_up
from guike.platform.ui import formats, pickers
from guike.platform.ui.forms.widgets import ChipInput, ChipManyInput, DayInput, MoneyInput, PickInput, PickManyInput, TextArea

UNITS = {"万": 10_000, "万元": 10_000, "千": 1_000, "亿": 100_000_000, "元": 1, "": 1}
AMOUNT = re.compile(r"[¥￥]?\s*([-−]?[\d,，]*\.?\d+)\s*(\D*)$")


class MoneyField(forms.DecimalField):
    """Yuan as Decimal, to the cent half up. Accepts 1,234.50, ¥1234.5 and 12.5万."""

    widget = MoneyInput
    unit = _("元")
    default_error_messages = {"invalid": _("金额写成 1234.50 或 12.5 万，现在是「%(value)s」")}

    def __init__(self, **options: Any):
        super().__init__(**{"max_digits": 18, "decimal_places": 2, **options})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        if value in self.empty_values:
            return None
        matched = AMOUNT.match(str(value).strip())
        if matched is None or matched[2].strip() not in UNITS:
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value})
        try:
            amount = Decimal(matched[1].replace(",", "").replace("，", "").replace("−", "-"))
            return round_half_up(amount * UNITS[matched[2].strip()])
        except InvalidOperation:  # no number, or one with more digits than money has
            raise ValidationError(self.error_messages["invalid"], "invalid", {"value": value}) from None


class DayField(forms.DateField):
    """A business date; 2026-11-22, 2026/11/22 and 2026.11.22 are understood."""

    widget = DayInput
    input_formats = ["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日"]
    default_error_messages = {"invalid": _("日期写成 2026-11-22")}

    def __init__(self, *, presets: Any = None, **options: Any):
        super().__init__(input_formats=self.input_formats, widget=options.pop("widget", None) or DayInput(presets), **options)


class PhoneField(forms.CharField):
    """A phone number: spaces and hyphens of a mobile number are dropped, a landline stays as typed."""

    default_error_messages = {"invalid": _("电话写成 138 0013 8000 或 0577-88001234")}

    def __init__(self, **options: Any):
        options.setdefault("max_length", 32)
        super().__init__(widget=options.pop("widget", None) or forms.TextInput({"inputmode": "tel", "autocomplete": "off"}), **options)

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        digits = re.sub(r"[\s\-]", "", text).removeprefix("+86")
        if formats.MOBILE.fullmatch(digits):
            return digits
        if text and not re.fullmatch(r"[\d\s\-+()（）,转x]{5,32}", text):
            raise ValidationError(self.error_messages["invalid"], "invalid")
        return text


class ChipField(forms.ChoiceField):
    """Few choices as buttons: `ChipField(choices=[…], icons={"phone": "phone"})`; `several=True` allows more than one."""

    def __init__(self, *, choices: Sequence = (), icons: dict[str, str] | None = None, **options: Any):
        super().__init__(choices=choices, widget=ChipInput(icons=icons), **options)


class ChipManyField(forms.MultipleChoiceField):
    """Several of few choices as buttons."""

    def __init__(self, *, choices: Sequence | Callable[[], Sequence] = (), icons: dict[str, str] | None = None, **options: Any):
        super().__init__(choices=choices, widget=ChipManyInput(icons=icons), **options)


class TextAreaField(forms.CharField):
    """Text with a local draft and quick phrases: `TextAreaField(phrases=["价格异议", "催交期"], draft="follow_up")`."""

    def __init__(self, *, draft: str = "", phrases: Iterable[Any] = (), rows: int = 3, **options: Any):
        super().__init__(widget=TextArea(draft, phrases, rows), **options)


class PickField(forms.Field):
    """The id (int) of a row found by a registered picker. The chosen row must be in the viewer's sight; the service checks the right."""

    widget = PickInput
    default_error_messages = {"missing": _("选的这一条已不存在，或不在可见范围内，重新选一条")}

    def __init__(self, picker: str, *, placeholder: Any = "", filters: dict[str, Any] | None = None, **options: Any):
        self.picker = picker
        self.viewer: Viewer | None = None
        super().__init__(widget=self.widget(picker, placeholder=placeholder, filters=filters), **options)

    def prepare_value(self, value: Any) -> Any:
        return value.pk if isinstance(value, Model) else value

    def to_python(self, value: Any) -> int | str | None:
        if value in self.empty_values:
            return None
        if not pickers.chosen(self.viewer, self.picker, [value]):
            raise ValidationError(self.error_messages["missing"], "missing")
        return int(value) if str(value).isdigit() else str(value)


class PickManyField(PickField):
    """Ids of several rows."""

    widget = PickManyInput

    def prepare_value(self, value: Any) -> Any:
        return [v.pk if isinstance(v, Model) else v for v in value or []]

    def to_python(self, value: Any) -> list[int | str]:  # type: ignore[override]
        values = [v for v in value or [] if v not in self.empty_values]
        if len(pickers.chosen(self.viewer, self.picker, values)) < len(set(values)):
            raise ValidationError(self.error_messages["missing"], "missing")
        return [int(v) if str(v).isdigit() else str(v) for v in values]
