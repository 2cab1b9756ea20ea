"""The rows of an exported table as a worksheet's XML, a line of text each: a tenth of the work of one object per cell (PRF-6)."""

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

MAX_CELL = 32_767
#: Texts that XML or Excel would not take as they are: marks, control signs, what looks like an escape, blanks at the ends.
_SPECIAL = re.compile(r"[&<>\x00-\x08\x0b-\x1f\ufffe\uffff]|_x[0-9a-fA-F]{4}_|^\s|\s\Z")

Cell = Callable[[int, Any], str]


class Table(Worksheet):
    """A worksheet of a workbook in constant memory whose rows, below what was written cell by cell, are put whole."""

    def put(self, row: int, cells: Iterable[str]) -> None:
        """One row, counted from 0; its cells as `text_cell` or `number_cell` make them. Nothing may follow above it."""
        if row > self.previous_row:
            self._write_single_row(row)
        self.fh.write(f'<row r="{row + 1}">{"".join(cells)}</row>')

    def reaches(self, row: int) -> None:
        """The last row that was put: the table's size stands in its head."""
        self.dim_rowmax: int = max(getattr(self, "dim_rowmax", None) or 0, row)

    def text_cell(self, column: int, style: Any) -> Cell:
        """What makes cells of text in a column; text is never a formula or a link."""
        before = f'<c r="{xl_col_to_name(column)}'
        middle = f'" s="{style._get_xf_index()}" t="inlineStr"><is><t>'
        kept = middle.replace("<t>", '<t xml:space="preserve">')

        def cell(row: int, value: str) -> str:
            if len(value) > MAX_CELL // 2:
                value = value.encode("utf-16-le", "replace")[: 2 * MAX_CELL].decode("utf-16-le", "ignore")
            if _SPECIAL.search(value) is None:
                return f"{before}{row + 1}{middle}{value}</t></is></c>"
            blank_ends = value[:1].isspace() or value[-1:].isspace()
            return f"{before}{row + 1}{kept if blank_ends else middle}{self._escape_data(self._escape_control_characters(value))}</t></is></c>"

        return cell

    def number_cell(self, column: int, style: Any) -> Cell:
        """What makes cells with a number, a day, a moment or a time of day in a column."""
        before, middle = f'<c r="{xl_col_to_name(column)}', f'" s="{style._get_xf_index()}"><v>'
        return lambda row, value: f"{before}{row + 1}{middle}{self._number(value)}</v></c>"

    def _number(self, value: Any) -> str:
        if isinstance(value, Decimal | int | float):
            return f"{float(value):.16G}"
        return f"{self._days(value):.16G}"

    def _days(self, value: date | time | timedelta) -> float:
        return _day_number(value) if type(value) is date else float(self._convert_date_time(value))


@lru_cache(maxsize=10_000)
def _day_number(day: date) -> int:
    """Days as Excel counts them, its 29 February 1900 included."""
    number = (day - date(1899, 12, 31)).days
    return number + (number > 59)


def cells_of(sheet: Table, column: int, number_format: str, style: Callable[[str], Any]) -> Cell:
    """What makes the cells of one column, whatever a value's type; `style` gives the format object of a number format."""
    text = sheet.text_cell(column, style("@" if number_format == "@" else ""))
    strings, words = sheet.text_cell(column, style("@")), sheet.text_cell(column, style(""))
    numbers = sheet.number_cell(column, style("" if number_format == "@" else number_format))
    dated = {
        kind: sheet.number_cell(column, style(number_format or usual))
        for kind, usual in ((datetime, "yyyy-mm-dd hh:mm:ss"), (date, "yyyy-mm-dd"), (time, "hh:mm:ss"), (timedelta, "hh:mm:ss"))
    }

    def cell(row: int, value: Any) -> str:
        kind = type(value)
        if kind is str:
            return text(row, value) if value else ""
        if kind is bool:
            return words(row, "是" if value else "否")
        if isinstance(value, Decimal | int | float):
            # Numbers of more than 15 digits would lose their end, and what is no number has no cell.
            return numbers(row, value) if abs(float(value)) < 1e15 else strings(row, str(value))
        if kind in dated:
            return dated[kind](row, value.replace(tzinfo=None) if kind is datetime else value)
        return strings(row, str(value))

    return cell


def put_row(sheet: Table, row: int, columns: Sequence[Cell], values: Sequence[Any]) -> None:
    """One row of values; an empty one leaves its cell out."""
    sheet.put(row, [cell(row, value) for cell, value in zip(columns, values, strict=False) if value is not None])
