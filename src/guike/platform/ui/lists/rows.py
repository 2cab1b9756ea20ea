"""Table rows as HTML: the desktop cells and the phone's two lines, the totals, the head."""

from collections.abc import Sequence
from typing import Any

from django.utils.html import strip_tags
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from guike.platform.ui import formats, html
from guike.platform.ui.lists import cells
from guike.platform.ui.lists.columns import Column, Phone

Texts = dict[str, str]
TICK = '<td class="gk-tick-cell"><input type="checkbox" class="gk-tick" name="pk" value="{key}" aria-label="{label}"></td>'


class Drawing:
    """Draws the rows of one list for one viewer."""

    def __init__(self, columns: Sequence[Column], every: Sequence[Column], veil: cells.Veil, phone: Phone, *, selectable: bool):
        self.columns = columns
        self.by_code = {column.code: column for column in every}
        self.veil = veil
        self.phone = phone
        self.selectable = selectable
        self.title = self.by_code[phone.title]
        self.tick_words = str(html.escaped(_("选中 {}")))

        self.drawn_codes = {c.code for c in columns} | {
            code for code in (phone.title, phone.seal, phone.figure, phone.note, phone.button, *phone.second) if code
        }

    def row(self, row: Any, url: str) -> SafeString:
        """One <tr>; the title column carries the link. Each column's text is made once and used in both layouts."""
        texts: Texts = {code: cells.text(row, self.by_code[code], self.veil) for code in self.drawn_codes if code in self.by_code}
        tones = {code: self.by_code[code].tone(row) for code in texts if self.by_code[code].tone}  # type: ignore[misc]
        href, name = html.escaped(url), texts[self.title.code]
        drawn = "".join(
            self._title_cell(name, href) if c is self.title else cells.cell(row, c, self.veil, texts[c.code], tones.get(c.code, ""))
            for c in self.columns
        )
        tick = TICK.format(key=row.pk, label=self.tick_words.format(strip_tags(name))) if self.selectable else ""
        return SafeString(f'<tr data-row="{row.pk}">{tick}{drawn}{self._phone_cell(texts, tones, href)}</tr>')

    def _title_cell(self, name: str, href: str) -> str:
        inner = f'<a href="{href}">{name}</a>' if href else name
        return f'<td class="gk-list-name">{inner}</td>'

    def _phone_cell(self, texts: Texts, tones: Texts, href: str) -> str:
        phone = self.phone
        second = html.pieces(self._toned(texts, tones, code) for code in phone.second)
        figure, note = self._toned(texts, tones, phone.figure), self._toned(texts, tones, phone.note, label=True)
        right = f'<span class="gk-phone-right"><b>{figure}</b><small>{note}</small></span>' if figure or note else ""
        body = f'<span class="gk-phone-text"><b>{texts[phone.title]}</b><small>{second}</small></span>'
        inside = f"{texts.get(phone.seal, '')}{body}{right}"
        inner = f'<a href="{href}" tabindex="-1">{inside}</a>' if href else f"<div>{inside}</div>"
        if button := texts.get(phone.button):
            return f'<td class="gk-phone gk-phone-pressed">{inner}{button}</td>'
        return f'<td class="gk-phone" aria-hidden="true">{inner}</td>'

    def _toned(self, texts: Texts, tones: Texts, code: str, label: bool = False) -> str:
        text = texts.get(code, "")
        if not text or text == formats.NOTHING:
            return ""
        if "<a " in text:
            text = SafeString(strip_tags(text))  # the whole line is pressed, and what stands in it is hidden from whoever goes by keys
        column = self.by_code[code]
        words = f"{html.escaped(str(column.label))} {text}" if label and column.numeric else text
        return SafeString(f'<span class="gk-{tones[code]}">{words}</span>' if tones.get(code) else words)


def total_cells(columns: Sequence[Column], sums: dict[str, Any], count_text: str, unit_note: str) -> list[dict[str, Any]]:
    """The totals row: the count under the first column, sums under theirs, the unit once at the end."""
    drawn = []
    for i, column in enumerate(columns):
        amount = cells.TEXTS[column.kind](sums[column.code], column) if column.code in sums else ""
        drawn.append({"text": amount if i else count_text, "numeric": column.numeric})
    if drawn and not drawn[-1]["text"] and len(drawn) > 1:
        drawn[-1]["text"] = unit_note
        drawn[-1]["note"] = True
    return drawn
