"""Small HTML made in Python because lists draw thousands of them: seal, dots, links that open the sheet."""

import re
from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.utils.functional import Promise
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

SOLID = {"A", "VIP", "一级", "特级", "战略", "S"}
OUTLINED = {"B", "H", "二级", "重点"}
DOT = mark_safe('<span class="gk-dot" aria-hidden="true"></span><span class="visually-hidden">，</span>')
WIDE = re.compile(r"[^\x00-\xff]")


def escaped(value: object) -> SafeString:
    """As `conditional_escape`, without its care for lazy texts in every one of a thousand calls."""
    if isinstance(value, Promise):
        value = str(value)
    if isinstance(value, SafeString):
        return value
    drawn = getattr(value, "__html__", None)
    return SafeString(drawn() if drawn else escape(str(value)))


def seal(outcome: object, size: str = "", rank: int | None = None, label: str = "") -> SafeString:
    """The square mark of an outcome left of a name: the best solid, the second outlined, the others grey; `rank` 1, 2, 3… overrides."""
    return _seal(str(outcome or "").strip(), size, rank, str(label))


@lru_cache(maxsize=1000)
def _seal(text: str, size: str, rank: int | None, label: str) -> SafeString:
    if not text:
        return mark_safe(f'<span class="gk-seal gk-seal-none {size and "gk-seal-" + size}" aria-hidden="true"></span>')
    place = rank or (1 if text in SOLID else 2 if text in OUTLINED else 3)
    tone = {1: "solid", 2: "outlined"}.get(place, "grey")
    width = len(text) + len(WIDE.findall(text))
    classes = f"gk-seal gk-seal-{tone}" + (f" gk-seal-{size}" if size else "") + (" gk-seal-long" if width > 1 else "")
    return format_html('<span class="{}" title="{}">{}</span>', classes, label or text, text)


def dots(parts: Iterable[object]) -> SafeString:
    """Parts that are not empty, joined by the drawn middle dot."""
    return SafeString(DOT.join([escaped(part) for part in parts if part not in (None, "")]))


def pieces(parts: Iterable[object]) -> SafeString:
    """The same for a line that may wrap: it breaks between its parts, and within one only if that is longer than a line."""
    return dots(format_html('<span class="gk-piece">{}</span>', part) for part in parts if part not in (None, ""))


def labels(words: Iterable[tuple[str, str]]) -> SafeString:
    """Tags of a row: (text, colour), colour one of accent, warn, danger, neutral or ""."""
    return format_html_join("", '<span class="gk-label-tag gk-label-{}">{}</span>', ((colour or "plain", text) for text, colour in words))


def attributes(values: dict[str, object]) -> SafeString:
    """HTML attributes; None and False are left out, True stands alone."""
    pairs = [(name.replace("_", "-"), value) for name, value in values.items() if value is not None and value is not False]
    return format_html_join("", ' {}="{}"', ((name, "" if value is True else value) for name, value in pairs))


def link(text: object, href: str, *, css: str = "", sheet: bool = False) -> SafeString:
    """A link, opening in the sheet where script runs; plain text without an address."""
    if not href:
        return conditional_escape(text if isinstance(text, SafeString) else str(text))
    return format_html("<a{}>{}</a>", attributes({"href": href, "class": css or None, "data-sheet": sheet}), text)
