"""Writing workbooks and CSV files that are safe to open: what came in as text never runs as a formula."""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import xlsxwriter

from guike.platform.sheets.table import MAX_CELL, Cell, Table, cells_of, put_row

#: A cell of text that begins with one of these is taken for a formula by spreadsheet programs.
DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
MAX_SHEET_ROWS = 1_048_575


@dataclass(frozen=True)
class Heading:
    """A column of a written table: its label, number format ("" for text as it is) and width in characters."""

    label: str
    number_format: str = ""
    width: int = 16


class Pen:
    """Writes single cells in the few styles that our workbooks have."""

    STYLES: dict[str, dict[str, Any]] = {
        "head": {"bold": True, "bg_color": "#E8EFEC", "border": 1, "border_color": "#C9D3CE", "valign": "vcenter", "text_wrap": True},
        "required": {
            "bold": True,
            "bg_color": "#E8EFEC",
            "font_color": "#B3261E",
            "border": 1,
            "border_color": "#C9D3CE",
            "text_wrap": True,
        },
        "bad": {"bg_color": "#FBE3DF", "font_color": "#8C1D18"},
        "example": {"font_color": "#7A7A72", "bg_color": "#F6F4EE"},
        "wrap": {"text_wrap": True, "valign": "top"},
        "": {},
    }

    def __init__(self, book: xlsxwriter.Workbook, sheet: Any):
        self._book, self._sheet = book, sheet
        self._formats: dict[tuple[str, str], Any] = {}

    def style(self, name: str | None, number_format: str = "") -> Any:
        """The format object, made once."""
        key = (name or "", number_format)
        if key not in self._formats:
            options = {**self.STYLES[name or ""], **({"num_format": number_format} if number_format else {})}
            self._formats[key] = self._book.add_format({"font_name": "Microsoft YaHei", "font_size": 10, **options})
        return self._formats[key]

    def write(self, row: int, column: int, value: Any, style: str | None = None, number_format: str = "") -> None:
        """Text as text (never a formula or a link), numbers and dates as such, nothing for None."""
        sheet = self._sheet
        if value is None or value == "":
            if style:
                sheet.write_blank(row, column, None, self.style(style, number_format))
        elif isinstance(value, str):
            sheet.write_string(row, column, value[:MAX_CELL], self.style(style, "@"))
        elif isinstance(value, bool):
            sheet.write_string(row, column, "是" if value else "否", self.style(style))
        elif isinstance(value, Decimal | int | float):
            self._number(row, column, value, style, number_format)
        elif isinstance(value, datetime):
            naive = value.replace(tzinfo=None)
            sheet.write_datetime(row, column, naive, self.style(style, number_format or "yyyy-mm-dd hh:mm:ss"))
        elif isinstance(value, date | time | timedelta):
            sheet.write_datetime(
                row, column, value, self.style(style, number_format or ("yyyy-mm-dd" if isinstance(value, date) else "hh:mm:ss"))
            )
        else:
            sheet.write_string(row, column, str(value)[:MAX_CELL], self.style(style, "@"))

    def _number(self, row: int, column: int, value: Decimal | int | float, style: str | None, number_format: str) -> None:
        """Numbers of more than 15 digits would lose their end: they are written as text."""
        if abs(float(value)) >= 1e15:
            self._sheet.write_string(row, column, str(value), self.style(style, "@"))
        else:
            self._sheet.write_number(row, column, float(value), self.style(style, "" if number_format == "@" else number_format))


def write_workbook(target: Path | BinaryIO, title: str, headings: Sequence[Heading], rows: Iterable[Sequence[Any]]) -> int:
    """A workbook with one table, written row by row in constant memory. Returns the number of rows. `target`: a path or a binary file."""
    book = xlsxwriter.Workbook(
        str(target) if isinstance(target, Path) else target,
        {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False},
    )
    count = 0
    sheet, columns = _open_sheet(book, title, 1, headings)
    for values in rows:
        if count and count % MAX_SHEET_ROWS == 0:
            sheet.reaches(MAX_SHEET_ROWS)
            sheet, columns = _open_sheet(book, title, count // MAX_SHEET_ROWS + 1, headings)
        put_row(sheet, count % MAX_SHEET_ROWS + 1, columns, values)
        count += 1
    sheet.reaches((count - 1) % MAX_SHEET_ROWS + 1 if count else 0)
    book.close()
    return count


def _open_sheet(book: xlsxwriter.Workbook, title: str, number: int, headings: Sequence[Heading]) -> tuple[Table, list[Cell]]:
    """A sheet with its head, and what makes the cells of each column."""
    sheet: Any = book.add_worksheet(_sheet_name(title if number == 1 else f"{title}{number}"), worksheet_class=Table)
    pen = Pen(book, sheet)
    sheet.freeze_panes(1, 0)
    for column, heading in enumerate(headings):
        sheet.set_column(column, column, heading.width)
        pen.write(0, column, heading.label, "head")
    return sheet, [cells_of(sheet, column, heading.number_format, partial(pen.style, None)) for column, heading in enumerate(headings)]


def _sheet_name(title: str) -> str:
    return "".join("_" if character in "[]:*?/\\'" else character for character in title)[:31] or "Sheet1"


def harmless(value: Any) -> Any:
    """A cell for CSV: text that would run as a formula gets an apostrophe in front, as spreadsheet programs write it."""
    if isinstance(value, str):
        return f"'{value}" if value.startswith(DANGEROUS) or value.lstrip().startswith(DANGEROUS) else value
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S")
    return value


def write_csv(target: TextIO, headings: Sequence[Heading], rows: Iterable[Sequence[Any]]) -> int:
    """A CSV table with CRLF line ends; the caller opens the file as `utf-8-sig` so that Excel sees the encoding. Returns the row count."""
    writer = csv.writer(target)
    writer.writerow([harmless(heading.label) for heading in headings])
    count = 0
    for values in rows:
        writer.writerow(["" if value is None else harmless(value) for value in values])
        count += 1
    return count
