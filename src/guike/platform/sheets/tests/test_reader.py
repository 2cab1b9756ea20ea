# ruff: noqa: DTZ001 (cells of a spreadsheet carry no zone)
"""Files as they come: every sort opens or says what is wrong with it and what to do."""

import codecs
from datetime import date, datetime

import pytest
import xlsxwriter
import xlwt

from guike.platform.sheets import reader, sniff
from guike.platform.sheets.problems import CellFault, SheetError
from guike.platform.sheets.reader import open_book
from guike.platform.sheets.tests import files
from guike.platform.sheets.tests.files import ROWS


def cells_of(path, sheet: int = 0) -> list[list]:
    with open_book(path) as book:
        return [row.cells for row in book.rows(book.sheets[sheet])]


def refusal(path) -> str:
    with pytest.raises(SheetError) as caught:
        open_book(path).close()
    return str(caught.value)


@pytest.mark.parametrize("ending", [".xlsx", ".xls", ".csv", ".dat", ""])
@pytest.mark.parametrize("make", [files.xlsx, files.xls, files.ods])
def test_the_content_counts_and_not_the_name(tmp_path, make, ending):
    assert cells_of(make(tmp_path / f"客户{ending}")) == ROWS


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_text_tables_in_any_encoding_and_delimiter(tmp_path, encoding, delimiter):
    path = tmp_path / "客户.csv"
    path.write_bytes("\r\n".join(delimiter.join(cells) for cells in ROWS).encode(encoding))
    assert cells_of(path) == ROWS


def test_traditional_text_in_big5(tmp_path):
    path = tmp_path / "客戶.csv"
    path.write_bytes("客戶名稱,電話\r\n臺灣機械股份有限公司,02-23456789\r\n高雄貿易有限公司,07-1234567".encode("big5"))
    assert cells_of(path)[1] == ["臺灣機械股份有限公司", "02-23456789"]


def test_an_undecodable_line_is_named(tmp_path):
    path = tmp_path / "客户.csv"
    path.write_bytes("名称,电话\n甲公司,1\n".encode() + b"\xff\xfe\xfd,2\n")
    assert "第 3 行的文字既不是 UTF-8 也不是 GBK" in refusal(path)
    path.write_bytes(codecs.BOM_UTF8 + "名称\n甲\n".encode() + b"\xb0\xa1\n")
    assert "第 3 行不是有效的 UTF-8 文字" in refusal(path)


def test_an_unclosed_quote_is_named_with_its_line(tmp_path):
    path = tmp_path / "客户.csv"
    path.write_text('名称,备注\n甲,"好"\n乙,"没有完\n丙,好\n' * 2, "utf-8")
    assert "第 3 行的引号没有闭合" in refusal(path)
    path.write_text('名称,备注\n甲,"好"\n乙,"没有完\n丙,好\n', "utf-8")
    assert "第 3 行的引号没有闭合" in refusal(path)


def test_quotes_inside_words_do_not_matter(tmp_path):
    path = tmp_path / "客户.csv"
    path.write_text('名称,规格\n阀门,3"球阀\n"管,件",6"法兰\n', "utf-8")
    assert cells_of(path)[1:] == [["阀门", '3"球阀'], ["管,件", '6"法兰']]


def test_tricks_for_leading_zeros_in_csv(tmp_path):
    path = tmp_path / "客户.csv"
    path.write_text('编号,电话\n="00123",\'13800138000\n\t00124,\t13800138001\n', "utf-8")
    assert cells_of(path)[1:] == [["00123", "13800138000"], ["00124", "13800138001"]]


def test_a_file_over_the_limit_says_the_limit(tmp_path, monkeypatch):
    path = tmp_path / "大.xlsx"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    message = refusal(path)
    assert "文件 50.0 MB，超过上限 40 MB" in message
    assert "拆成几份" in message


def test_a_password_is_told(tmp_path):
    assert "有打开密码" in refusal(files.encrypted(tmp_path / "a.xlsx", files.xlsx(tmp_path / "b.xlsx")))


@pytest.mark.parametrize("make", [files.xlsx, files.xls])
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_truncated_workbook_is_told(tmp_path, make, share):
    path = make(tmp_path / "a.xlsx")
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    assert any(words in refusal(path) for words in ("不完整或已损坏", "没有数据"))


def test_macros_are_told_and_not_run(tmp_path):
    path = files.repacked(files.xlsx(tmp_path / "a.xlsx"), {"xl/vbaProject.bin": b"macro"}, tmp_path / "a.xlsm")
    with open_book(path) as book:
        assert book.kind.macros
        assert book.notes == ["文件带宏：只读了单元格里的值，宏没有运行"]
        assert [row.cells for row in book.rows(book.sheets[0])] == ROWS


def test_a_zip_bomb_is_not_unpacked(tmp_path):
    bomb = files.repacked(files.xlsx(tmp_path / "a.xlsx"), {"xl/worksheets/sheet1.xml": b"0" * (60 * 2**20)}, tmp_path / "b.xlsx")
    assert "解压后有" in refusal(bomb)


def test_a_sheet_spread_over_the_whole_grid_is_refused_in_words(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write(0, 0, "名称")
    sheet.write(1_048_575, 16_383, "x")
    book.close()
    assert "表格太大" in refusal(path)


def test_entities_in_office_xml_are_not_expanded(tmp_path):
    laughs = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><workbook>&x;</workbook>'
    path = files.repacked(files.xlsx(tmp_path / "a.xlsx"), {"xl/styles.xml": laughs, "xl/sharedStrings.xml": laughs}, tmp_path / "b.xlsx")
    try:
        assert "root:" not in str(cells_of(path))
    except SheetError as error:
        assert "root:" not in str(error)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"%PDF-1.7 ...", "PDF 文件"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "网页"),
        (b"\x89PNG\r\n\x1a\n....", "图片"),
        (b"Rar!\x1a\x07", "压缩包"),
        (b"<?xml version='1.0'?><Workbook/>", "XML 文件"),
    ],
)
def test_what_is_no_table_is_named(tmp_path, content, what):
    path = tmp_path / "导出.xls"
    path.write_bytes(content)
    assert what in refusal(path)


def test_empty_files_and_empty_books(tmp_path):
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    assert "0 字节" in refusal(path)
    assert "没有数据" in refusal(files.xlsx(tmp_path / "b.xlsx", []))
    path.write_bytes(b"\n\n , ,\n")
    assert "没有数据" in refusal(path)


def test_real_rows_are_counted_and_keep_their_numbers(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    grey = book.add_format({"bg_color": "#eeeeee"})
    sheet.write(2, 1, "名称")
    sheet.write(4, 1, "甲")
    for row in range(5, 3000):
        sheet.write_blank(row, 1, None, grey)
    sheet.write(9, 2, "   ")
    book.close()
    with open_book(path) as opened:
        assert opened.sheets[0].rows == 2
        assert [(row.number, row.cells) for row in opened.rows(opened.sheets[0])] == [(3, [None, "名称"]), (5, [None, "甲"])]


def test_values_formulas_errors_dates_and_padded_numbers(tmp_path):
    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_formula(0, 0, "=A9", None, "缓存")
    sheet.write_formula(0, 1, "=1+1", None, "")
    sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
    sheet.write_number(0, 3, 13800138000.0)
    sheet.write_number(0, 4, 7, book.add_format({"num_format": "000000"}))
    sheet.write_datetime(0, 5, datetime(2026, 11, 22), book.add_format({"num_format": "yyyy-mm-dd"}))
    sheet.write_datetime(0, 6, datetime(2026, 11, 22, 8, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))
    sheet.write_boolean(0, 7, True)
    sheet.write_string(0, 8, "\u3000两边有空格\xa0 ")
    book.close()
    expected = ["缓存", CellFault("formula"), CellFault("#DIV/0!"), 13800138000.0, "000007"]
    assert cells_of(path)[0] == [*expected, date(2026, 11, 22), datetime(2026, 11, 22, 8, 30), True, "两边有空格"]


def test_error_cells_of_an_old_workbook(tmp_path):
    path = tmp_path / "a.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "名称")
    sheet.row(1).set_cell_error(0, 0x2A)
    book.save(str(path))
    assert cells_of(path)[1] == [CellFault("#N/A")]


def test_a_wrong_sheet_name_lists_the_right_ones(tmp_path):
    with open_book(files.xlsx(tmp_path / "a.xlsx")) as book, pytest.raises(SheetError, match="没有工作表") as caught:
        book.sheet("订单")
    assert str(caught.value) == "没有工作表「订单」，文件里有：客户"


def test_a_parser_that_runs_out_of_memory_or_time_is_told(tmp_path, monkeypatch):
    path = tmp_path / "a.csv"
    path.write_text("名称,备注\n" + "温州恒通阀门有限公司,无\n" * 250_000, "utf-8")
    monkeypatch.setattr(reader, "MEGABYTES", 30)
    assert "表格太大" in refusal(path)
    monkeypatch.setattr(reader, "MEGABYTES", 1200)
    monkeypatch.setattr(reader, "WALL_SECONDS", 0.01)
    assert "已停止" in refusal(path)


def test_the_limits_are_those_of_the_parsing_process_only(tmp_path):
    import resource

    before = resource.getrlimit(resource.RLIMIT_AS)
    cells_of(files.xlsx(tmp_path / "a.xlsx"))
    assert resource.getrlimit(resource.RLIMIT_AS) == before
    assert sniff.MAX_BYTES == 40 * 2**20
