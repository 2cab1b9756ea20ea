"""What a column's parser is: one cell in, one clean value out, or a `CellProblem` that says what to write instead."""

import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

from guike.platform.sheets.problems import CellProblem, gettext_noop

Cell = str | int | float | bool | date | datetime | time | timedelta | None

#: Excel keeps 15 digits of a number; of longer ones the rest has become zeros.
EXACT = 10**15


class Parser:
    """Reads one cell. Called only with cells that hold something; text comes stripped."""

    #: The word for this kind of value in templates and messages.
    word = gettext_noop("文本")
    #: The number format of the column in written workbooks; "@" keeps what is typed as text.
    number_format = "@"
    #: How wide the column stands in a written workbook, in characters.
    width = 16

    def __call__(self, cell: Any) -> Any:
        """The value, or None for a cell that means "nothing" (—, 无). Raises `CellProblem`."""
        raise NotImplementedError

    def learn(self, cells: Sequence[Any]) -> None:
        """See the first cells of the column before any is read: some shapes (05-06-2018) are clear only together."""

    def show(self, value: Any) -> Any:
        """The value as an export writes it, such that reading it again gives the same value."""
        return value


def half_width(text: str) -> str:
    """Full-width letters, digits and signs as half-width ones, spaces at the ends gone."""
    return unicodedata.normalize("NFKC", text).strip()


def as_text(cell: Any) -> str:
    """A cell as the person typed it: 13800138000.0 is 13800138000, a date is 2026-11-22; text is untouched."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float | int):
        return number_text(cell)
    if isinstance(cell, datetime):
        return cell.strftime("%Y-%m-%d %H:%M:%S") if cell.time() != time() else cell.strftime("%Y-%m-%d")
    return str(cell)


def number_text(number: float | int) -> str:
    """A number without `.0` and without an exponent; beyond 15 digits Excel has lost some, so it is refused."""
    if abs(number) >= EXACT:
        raise CellProblem(gettext_noop("数字超过 15 位，末尾已被 Excel 改成 0，把单元格设成文本后重填"))
    if float(number).is_integer():
        return str(int(number))
    return format(number, ".15g")
