"""The cells of a text table once it is decoded."""

import csv
import io
import re
from collections.abc import Iterator

from guike.platform.sheets.problems import SheetError, gettext_noop

#: What spreadsheet programs and shops write so that Excel keeps digits: ="00123", a tab before the number, '00123.
_EXCEL_TEXT = re.compile(r'="([^"]*)"')
_GUARDED = frozenset("=+-@＝＋－＠0123456789")
csv.field_size_limit(2**20)


def rows(text: str, delimiter: str) -> Iterator[tuple[int, list]]:
    """(record number, cells). A quote that never closes is an error with its line, not one huge cell.

    Where quotes are used loosely (3"球阀), a cell over several lines with delimiters in it has swallowed its neighbours.
    """
    if text[:4].lower() == "sep=":
        text = text.split("\n", 1)[1] if "\n" in text else ""
    strict = _is_well_quoted(text, delimiter)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=strict)
    number = 0
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error:
            raise unclosed(line) from None
        number += 1
        if not strict and any("\n" in cell and delimiter in cell for cell in cells):
            raise unclosed(line)
        yield number, [_plain(cell) for cell in cells]


def _is_well_quoted(text: str, delimiter: str) -> bool:
    """Quotes stand only where they should; a missing end of the last one counts as well quoted, to be told with its line."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for _cells in reader:
            pass
    except csv.Error as error:
        return "unexpected end" in str(error)
    return True


def unclosed(line: int) -> SheetError:
    return SheetError(gettext_noop("第 %(line)s 行的引号没有闭合，补上引号或在 Excel 里另存为 .xlsx 再导入"), line=line)


def _plain(cell: str) -> str:
    if cell[:1] == "'" and cell[1:2] in _GUARDED:
        return cell[1:]
    found = _EXCEL_TEXT.fullmatch(cell) if cell[:1] == "=" else None
    return found[1] if found else cell
