"""What holds for products, over plain values (SAL-01)."""

from __future__ import annotations

import unicodedata
from datetime import date
from decimal import Decimal

from pypinyin import Style, lazy_pinyin

TAX_RATES = (Decimal(13), Decimal(9), Decimal(6), Decimal(0))
"""The VAT rates in use, in percent."""


def is_new(new_until: date | None, day: date) -> bool:
    """A product counts as new to and including `new_until`.

    >>> is_new(date(2026, 12, 31), date(2026, 12, 31)), is_new(None, date(2026, 1, 1))
    (True, False)
    """
    return new_until is not None and day <= new_until


def floor_above_list(list_price: Decimal | None, floor_price: Decimal | None) -> bool:
    """A floor above the list price would forbid every sale: an error of typing."""
    return list_price is not None and floor_price is not None and floor_price > list_price


def search_text(number: str, name: str, spec: str = "") -> str:
    """What a product is found by, lower case and half width: number, name, spec, pinyin initials and full pinyin.

    >>> search_text("CP-000012", "铸钢闸阀", "DN50")
    'cp-000012 铸钢闸阀 dn50 zgzf zhugangzhafa'
    """
    initials = "".join(lazy_pinyin(name, style=Style.FIRST_LETTER, errors="ignore"))
    full = "".join(lazy_pinyin(name, errors="ignore"))
    parts = (unicodedata.normalize("NFKC", part).strip().lower() for part in (number, name, spec, initials, full))
    return " ".join(part for part in parts if part)
