"""Readers of single cells: pure functions of the cell, no Django, no clock, no database (PLT-03)."""

from guike.platform.sheets.values.base import Parser, as_text, half_width
from guike.platform.sheets.values.contacts import Email, OnePhone, Phone, Phones, Registration, Uscc, phones_in
from guike.platform.sheets.values.days import Day, Moment
from guike.platform.sheets.values.numbers import Integer, Money, Number, Percent
from guike.platform.sheets.values.texts import NOTHING, Boolean, Choice, Reference, Text

__all__ = [
    "NOTHING",
    "Boolean",
    "Choice",
    "Day",
    "Email",
    "Integer",
    "Moment",
    "Money",
    "Number",
    "OnePhone",
    "Parser",
    "Percent",
    "Phone",
    "Phones",
    "Reference",
    "Registration",
    "Text",
    "Uscc",
    "as_text",
    "half_width",
    "phones_in",
]
