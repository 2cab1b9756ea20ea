"""One cell as HTML, by the kind of its column. Made in Python: a list of 30 rows draws 300 of them."""

from collections.abc import Callable
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guike.platform import masks
from guike.platform.access import Right, Viewer, field_right
from guike.platform.ui import formats, html
from guike.platform.ui.lists.columns import Column


def _wan(value: Any, column: Column) -> str:
    return formats.wan(value, 1 if column.digits is None else column.digits)


def _yuan(value: Any, column: Column) -> str:
    return formats.yuan(value) if value else formats.NOTHING


def _number(value: Any, column: Column) -> str:
    return formats.number(value, column.digits) if value else formats.NOTHING


TEXTS: dict[str, Callable[[Any, Column], str]] = {
    "yuan": _yuan,
    "wan": _wan,
    "number": _number,
    "percent": lambda value, column: formats.percent(value, column.digits or 0),
    "day": lambda value, column: formats.day(value),
    "short_day": lambda value, column: formats.short_day(value),
    "moment": lambda value, column: formats.moment(value),
    "ago": lambda value, column: formats.ago(value),
    "phone": lambda value, column: formats.phone(value),
    "flag": lambda value, column: _("是") if value else _("否") if value is False else formats.NOTHING,
}


def value(row: Any, column: Column) -> Any:
    """What the row holds under the column's path; None when something on the way is missing."""
    found = row
    *way, last = column.source.split("__")
    for part in way:
        found = getattr(found, part, None)
        if found is None:
            return None
    if column.kind == "choice":
        return getattr(found, f"get_{last}_display")()
    return getattr(found, last, None)


class Veil:
    """What the viewer's field rules leave of each column: decided once per list, applied per cell."""

    def __init__(self, viewer: Viewer, object_code: str):
        self.viewer = viewer
        self.object = object_code
        self._rights: dict[str, Right] = {}
        self._columns: dict[str, Right] = {}

    def right(self, name: str) -> Right:
        if name not in self._rights:
            self._rights[name] = field_right(self.viewer, self.object, name)
        return self._rights[name]

    def of(self, column: Column) -> Right:
        """What is left of a column: the strictest of the names that govern it."""
        if column.code not in self._columns:
            self._columns[column.code] = min(self.right(name) for name in column.rules)
        return self._columns[column.code]

    def value(self, row: Any, column: Column) -> Any:
        """The value as this viewer may have it: clear, veiled or None."""
        found = value(row, column)
        if self.of(column) >= Right.READ:
            return found
        return masks.shown(self.viewer, self.object, min(column.rules, key=self.right), found)

    def veiled(self, column: Column) -> bool:
        return self.of(column) < Right.READ


def text(row: Any, column: Column, veil: Veil) -> SafeString:
    """The cell's content, escaped."""
    if column.render is not None and not veil.veiled(column):
        return html.escaped(column.render(row))
    found = veil.value(row, column)
    if column.kind == "seal":
        return html.seal(found)
    if veil.veiled(column) or column.kind not in TEXTS:
        return html.escaped(formats.NOTHING if found in (None, "") else found)
    return html.escaped(TEXTS[column.kind](found, column))


def cell(row: Any, column: Column, veil: Veil, content: str, tone: str) -> str:
    """The whole <td> around its content."""
    classes = " ".join(filter(None, ("gk-num" if column.numeric else "", f"gk-{tone}" if tone else "", column.css)))
    marked = f' class="{classes}"' if classes else ""
    amount = f' data-v="{veil.value(row, column) or 0}"' if column.total else ""
    return f"<td{marked}{amount}>{content}</td>"
