"""An exported table holds in Excel what it was given, cell for cell as if each were written alone (PLT-02, PRF-6)."""

import io
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import openpyxl
import pytest
import xlsxwriter

from guike.platform.sheets import writer
from guike.platform.sheets.writer import Heading, Pen, write_workbook

VALUES = [
    "阀门", "=1+1", "+8613800138000", "@x", "http://a.b/c", "<b>&amp;\"'", " 前后有空格 ", "a\nb\tc", "_x0041_", "\x07铃", "\uffff", "0012", "3" * 20,
    "", None, True, False, 0, 7, -3.25, 1e-7, 10**15, 123456789012345678, Decimal("1234.50"), Decimal("0.1"),
    date(1900, 1, 5), date(1900, 3, 1), date(2026, 2, 28), datetime(2026, 2, 28, 23, 59, 59, tzinfo=UTC).replace(tzinfo=None), datetime(2026, 1, 1, 8, 0, tzinfo=UTC), time(7, 30), timedelta(hours=30),
]  # fmt: skip


def sheets(headings, rows):
    target = io.BytesIO()
    count = write_workbook(target, "表", headings, rows)
    return count, openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets


def alone(value, number_format):
    """The cell as `Pen` writes it by itself; text as a table shows it."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        Pen(book, sheet).write(0, 0, value, None, number_format)
    return openpyxl.load_workbook(io.BytesIO(target.getvalue())).worksheets[0]["A1"]


@pytest.mark.parametrize("number_format", ["", "@", "#,##0.00"])
@pytest.mark.parametrize("value", VALUES, ids=repr)
def test_each_cell_is_as_if_written_alone(value, number_format):
    _count, [sheet] = sheets([Heading("甲", number_format), Heading("乙")], [[value, "x"]])
    cell, wanted = sheet["A2"], alone(value, number_format)
    assert (cell.value, cell.data_type) == (wanted.value, wanted.data_type)
    assert cell.number_format == wanted.number_format or isinstance(value, str)
    assert (cell.font.name, sheet["B2"].value) == (wanted.font.name if value not in ("", None) else cell.font.name, "x")


def test_a_text_that_is_too_long_is_cut_where_excel_cuts_it():
    _count, [sheet] = sheets([Heading("甲")], [["字" * 40_000], ["𠀀" * 20_000]])
    assert (len(sheet["A2"].value), len(sheet["A3"].value)) == (32_767, 16_383)


def test_head_rows_and_size():
    count, [sheet] = sheets([Heading("甲"), Heading("乙")], ([f"{n}", n] for n in range(300)))
    assert (count, sheet.max_row, sheet.max_column, sheet.dimensions) == (300, 301, 2, "A1:B301")
    assert [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)] == [["甲", "乙"], ["0", 0]]
    assert [cell.value for cell in sheet[301]] == ["299", 299]


def test_no_rows_leave_the_head():
    count, [sheet] = sheets([Heading("甲")], [])
    assert (count, sheet["A1"].value, sheet.max_row) == (0, "甲", 1)


def test_what_one_sheet_cannot_hold_goes_on_in_the_next(monkeypatch):
    monkeypatch.setattr(writer, "MAX_SHEET_ROWS", 3)
    count, found = sheets([Heading("甲")], [[n] for n in range(6)])
    assert (count, [sheet.title for sheet in found]) == (6, ["表", "表2"])
    assert [[cell.value for cell in sheet["A"]] for sheet in found] == [["甲", 0, 1, 2], ["甲", 3, 4, 5]]
