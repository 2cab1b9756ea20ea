"""Forms of the kit: fields and widgets a domain builds its `forms.py` from, and how they are drawn."""

from guike.platform.ui.forms.base import Form, ModelForm, VersionMixin
from guike.platform.ui.forms.fields import (
    ChipField,
    ChipManyField,
    DayField,
    MoneyField,
    PhoneField,
    PickField,
    PickManyField,
    TextAreaField,
)
from guike.platform.ui.forms.widgets import ChipInput, DayInput, MoneyInput, PickInput, PickManyInput, TextArea

__all__ = [
    "ChipField",
    "ChipInput",
    "ChipManyField",
    "DayField",
    "DayInput",
    "Form",
    "ModelForm",
    "MoneyField",
    "MoneyInput",
    "PhoneField",
    "PickField",
    "PickInput",
    "PickManyField",
    "PickManyInput",
    "TextArea",
    "TextAreaField",
    "VersionMixin",
]
