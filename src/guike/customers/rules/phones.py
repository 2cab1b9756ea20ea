"""Telephone numbers as people type them: several in a cell, floats from spreadsheets, landlines with extensions."""

import re
import unicodedata

SEPARATORS = re.compile(r"[、,，;；/／|\n\r]+|\s{1,}(?=1\d{10}\b)|(?<=\d{11})\s+|\s+(?:或|和)\s*")
FLOAT = re.compile(r"^(\d{7,15})\.0+$")
MOBILE = re.compile(r"1\d{10}")
EXPONENT = re.compile(r"^\d(?:\.\d+)?[eE]\+?\d+$")


def _plain(text: str) -> str:
    text = unicodedata.normalize("NFKC", str(text)).strip().strip("'")
    if found := FLOAT.match(text):
        return found[1]
    if EXPONENT.match(text):
        return f"{float(text):.0f}"
    return text


def phone_key(text: str) -> str:
    """What two spellings of one number share: its digits without country prefix. 「+86 138-0013-8000」 → 13800138000.

    An extension is dropped: the number before it is the same line. Landlines keep the area code's zero.
    """
    if text.isascii() and text.isdigit() and len(text) <= 11:
        return text
    main = re.split(r"(?:转|ext|x|#)", _plain(text), maxsplit=1, flags=re.IGNORECASE)[0]
    digits = re.sub(r"\D", "", main)
    if len(digits) > 11 and digits.startswith("0086"):
        digits = digits[4:]
    elif len(digits) > 11 and digits.startswith("86"):
        digits = digits[2:]
    return digits[:20]


def split_phones(text: str) -> list[str]:
    """The numbers in one cell, in order, each once. 「13900001111/0577-88881234」 → two; two mobiles glued together also."""
    plain = _plain(text)
    found: list[str] = []
    for part in SEPARATORS.split(plain):
        part = part.strip()
        glued = MOBILE.findall(part) if part.isdigit() and len(part) in (22, 33) else []
        found.extend(glued or ([part] if part else []))
    seen: set[str] = set()
    return [number for number in found if (key := phone_key(number) or number) not in seen and not seen.add(key)]  # type: ignore[func-returns-value]


def phone_shown(text: str) -> str:
    """A mobile as 138 0013 8000; other numbers as they were typed."""
    key = phone_key(text)
    if MOBILE.fullmatch(key):
        return f"{key[:3]} {key[3:7]} {key[7:]}"
    return text
