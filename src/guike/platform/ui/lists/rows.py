"""Table rows as HTML: the desktop cells and the phone's two lines, the totals, the head."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from guike.platform.ui import formats, html
from guike.platform.ui.lists import cells
from guike.platform.ui.lists.columns import Column, Phone


class Drawing:
    """Draws the rows of one list for one viewer."""

    def __init__(self, columns: Sequence[Column], every: Sequence[Column], veil: cells.Veil, phone: Phone, *, selectable: bool):
        self.columns = columns
        self.by_code = {column.code: column for column in every}
        self.veil = veil
        self.phone = phone
        self.selectable = selectable
        self.title = self.by_code[phone.title]

    def row(self, row: Any, url: str) -> SafeString:
        """One <tr>; the title column carries the link."""
        drawn = "".join(self._title_cell(row, url) if c is self.title else cells.cell(row, c, self.veil) for c in self.columns)
        name = cells.text(row, self.title, self.veil)
        tick = self._tick(row, name) if self.selectable else ""
        return mark_safe(f'<tr data-row="{row.pk}">{tick}{drawn}{self._phone_cell(row, url, name)}</tr>')

    def _tick(self, row: Any, name: str) -> str:
        label = format_html(_("选中 {}"), mark_safe(name))
        return f'<td class="gk-tick-cell"><input type="checkbox" class="gk-tick" name="pk" value="{row.pk}" aria-label="{label}"></td>'

    def _title_cell(self, row: Any, url: str) -> str:
        name = cells.text(row, self.title, self.veil)
        inner = f'<a href="{conditional_escape(url)}">{name}</a>' if url else name
        return f'<td class="gk-list-name">{inner}</td>'

    def _phone_cell(self, row: Any, url: str, name: str) -> str:
        seal = self._part(row, self.phone.seal)
        second = html.dots(self._toned(row, code) for code in self.phone.second)
        figure, note = self._toned(row, self.phone.figure), self._toned(row, self.phone.note, label=True)
        tag = f'a href="{conditional_escape(url)}" tabindex="-1"' if url else "div"
        right = f'<span class="gk-phone-right"><b>{figure}</b><small>{note}</small></span>' if figure or note else ""
        body = f'<span class="gk-phone-text"><b>{name}</b><small>{second}</small></span>'
        return f'<td class="gk-phone" aria-hidden="true"><{tag}>{seal}{body}{right}</{tag.split()[0]}></td>'

    def _part(self, row: Any, code: str) -> str:
        return cells.text(row, self.by_code[code], self.veil) if code in self.by_code else ""

    def _toned(self, row: Any, code: str, label: bool = False) -> SafeString | str:
        text = self._part(row, code)
        if not text or text == formats.NOTHING:
            return ""
        column = self.by_code[code]
        tone = column.tone(row) if column.tone else ""
        words = f"{conditional_escape(column.label)} {text}" if label and column.numeric else text
        return mark_safe(f'<span class="gk-{tone}">{words}</span>') if tone else mark_safe(words)


def total_cells(columns: Sequence[Column], sums: dict[str, Any], count_text: str, unit_note: str) -> list[dict[str, Any]]:
    """The totals row: the count under the first column, sums under theirs, the unit once at the end."""
    drawn = []
    for i, column in enumerate(columns):
        amount = sums.get(column.code)
        text = count_text if i == 0 else cells.TEXTS[column.kind](amount, column) if column.total and column.code in sums else ""
        drawn.append({"text": text, "numeric": column.numeric})
    if drawn and not drawn[-1]["text"] and len(drawn) > 1:
        drawn[-1]["text"] = unit_note
        drawn[-1]["note"] = True
    return drawn
