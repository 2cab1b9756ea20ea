"""The empty form of a kind: header, one example row, drop-downs, notes. Importing it as it is gives no record."""

from typing import Any, BinaryIO

import xlsxwriter
from django.utils.translation import gettext as _

from guike.platform.imports.kinds import Column, ImportKind
from guike.platform.sheets.values import Boolean, Choice
from guike.platform.sheets.writer import Pen

#: Rows that carry drop-downs and formats.
ROWS = 5000


def write_blank(kind: type[ImportKind], target: BinaryIO) -> None:
    """Write the template of a kind to a binary file."""
    book = xlsxwriter.Workbook(target, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet(str(kind.label)[:31])
    columns = kind.all_columns()
    pen = Pen(book, sheet)
    sheet.freeze_panes(1, 0)
    lists = _Lists(book)
    for place, column in enumerate(columns):
        sheet.set_column(place, place, column.parser.width, pen.style(None, column.parser.number_format))
        pen.write(0, place, f"{column.label}*" if column.required else str(column.label), "required" if column.required else "head")
        pen.write(1, place, str(column.example) if column.example != "" else None, "example")
        if column.help:
            sheet.write_comment(0, place, str(column.help))
        _offer(sheet, place, lists.formula(column))
    _notes(book, kind, columns)
    book.close()


def _offer(sheet: Any, place: int, formula: str) -> None:
    if formula:
        sheet.data_validation(2, place, ROWS, place, {"validate": "list", "source": formula, "error_type": "warning", "ignore_blank": True})


def words_of(column: Column) -> list[str]:
    """The words a column's drop-down offers; empty for free columns."""
    if column.offers is not None:
        return [str(word) for word in column.offers()]
    if isinstance(column.parser, Choice):
        return column.parser.labels()
    return ["是", "否"] if isinstance(column.parser, Boolean) else []


class _Lists:
    """A hidden sheet with the words of the drop-downs: a list inside the validation may have 255 characters only."""

    def __init__(self, book: xlsxwriter.Workbook):
        self._book = book
        self._sheet: Any = None
        self._count = 0

    def formula(self, column: Column) -> str:
        words = words_of(column)
        if not words:
            return ""
        if self._sheet is None:
            self._sheet = self._book.add_worksheet(_("选项"))
            self._sheet.hide()
        for row, word in enumerate(words):
            self._sheet.write_string(row, self._count, word)
        letters = xlsxwriter.utility.xl_col_to_name(self._count, True)
        self._count += 1
        return f"='{_('选项')}'!{letters}$1:{letters}${len(words)}"


def _notes(book: xlsxwriter.Workbook, kind: type[ImportKind], columns: list[Column]) -> None:
    """The second sheet tells every column: required or not, what may stand in it."""
    sheet = book.add_worksheet(_("填写说明"))
    pen = Pen(book, sheet)
    for place, (label, width) in enumerate(((_("列名"), 20), (_("必填"), 8), (_("内容"), 16), (_("说明"), 60), (_("示例"), 30))):
        sheet.set_column(place, place, width)
        pen.write(1, place, label, "head")
    pen.write(0, 0, str(kind.story) or str(kind.label))
    for row, column in enumerate(columns, start=2):
        help_text = str(column.help) or "、".join(words_of(column)[:20])
        for place, text in enumerate(
            (str(column.label), _("必填") if column.required else "", _(str(column.parser.word)), help_text, str(column.example))
        ):
            pen.write(row, place, text, "wrap" if place == 3 else None)
