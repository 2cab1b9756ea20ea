"""Where the header is, which sheet is meant, which rows are records."""

import pytest

from guike.platform.sheets.headers import choose_sheet, find_header, match
from guike.platform.sheets.labels import is_starred, normalise
from guike.platform.sheets.problems import SheetError
from guike.platform.sheets.reader import SheetRow, open_book
from guike.platform.sheets.records import Records
from guike.platform.sheets.tests import files

KNOWN = {normalise(name) for name in ("客户名称", "联系人", "手机", "地址", "名称")}


def head(*rows: list) -> list[SheetRow]:
    return [SheetRow(number, list(cells)) for number, cells in enumerate(rows, 1)]


def records(tmp_path, *rows: list, **options) -> tuple[list[list], list[tuple[int, str]]]:
    with open_book(files.xlsx(tmp_path / "a.xlsx", list(rows))) as book:
        sheet, header = choose_sheet(book, KNOWN)
        found = Records(sheet, header, **options)
        return [row.cells for row in found.of(book.rows(sheet))], [(number, str(why)) for number, why in found.left_out]


@pytest.mark.parametrize(
    "written", ["*客户名称", "客户名称（必填）", "客户\n名称", " 客户　名称 ", "客戶名稱", "客户名称*：", "【客户名称】", "客户名称(全称)"]
)
def test_headers_have_one_form(written):
    assert normalise(written) == "客户名称"


def test_units_and_width_do_not_matter():
    assert normalise("税率(%)") == normalise("税率（％）") == "税率"
    assert normalise("客户ＩＤ") == normalise("客户 id") == "客户id"
    assert is_starred("名称*") and is_starred("名称（必填）") and not is_starred("名称（非必填）")


def test_titles_and_instructions_stand_above_the_header():
    rows = head(["2026 年客户清单"], ["1、带星号的必填\n2、勿删除"], ["客户名称*", "联系人", "手机"], ["甲", "张", "1"])
    assert find_header(rows, KNOWN).row == 3


def test_a_header_nobody_knows_is_still_one():
    header = find_header(head(["brand", "car_model", "datetime"], ["一汽", "阿特兹", "2020/6/8"]), KNOWN)
    assert (header.row, header.known) == (1, 0)


def test_a_header_in_two_rows_is_read_as_one():
    header = find_header(head(["客户名称", "联系方式", None, "备注"], [None, "联系人", "手机", None], ["甲", "张", "1", None]), KNOWN)
    assert header.labels == ("客户名称", "联系人", "手机", "备注")


def test_a_list_without_header_is_refused(tmp_path):
    with open_book(files.xlsx(tmp_path / "a.xlsx", [["甲公司"], ["乙公司"]])) as book, pytest.raises(SheetError, match="没有找到表头"):
        choose_sheet(book, KNOWN)


def test_rows_of_field_names_hints_and_examples_are_no_records(tmp_path):
    found, left_out = records(
        tmp_path,
        ["客户名称", "联系人", "手机", "地址"],
        ["CustomerName", "ContactPerson", "MobilePhone", "Address"],
        ["示例：甲公司", "张三", "13800138000", "温州"],
        ["真的公司", "林立", "18863332525", "集美"],
    )
    assert found == [["真的公司", "林立", "18863332525", "集美"]]
    assert left_out == [(2, "英文字段名"), (3, "示例")]


def test_a_long_word_under_the_header_is_read_in_one_way(tmp_path):
    """Found by mutated files: read in every possible way, thirty letters and a mark would take for ever."""
    found, _left_out = records(tmp_path, ["客户名称", "联系人", "手机", "地址"], ["a" * 5000 + "!", "b_" * 99 + "。", "1", "2"])
    assert len(found) == 1


def test_invented_rows_under_the_header_need_two_signs(tmp_path):
    found, left_out = records(
        tmp_path,
        ["客户名称", "联系人", "手机", "地址"],
        ["客户a", "小梁", 13000000000.0, None],
        ["XX小区物业", "张经理", "13800138001", "XX路100号"],
        ["张三的店", "张三", "18863332525", "集美"],
    )
    assert [row[0] for row in found] == ["张三的店"]
    assert [number for number, _why in left_out] == [2, 3]


def test_examples_can_be_kept_as_records(tmp_path):
    found, left_out = records(tmp_path, ["客户名称", "联系人", "手机"], ["客户a", "小梁", 13000000000.0], keep_examples=True)
    assert (len(found), left_out) == (1, [])


def test_invented_looking_rows_further_down_are_records(tmp_path):
    rows = [["真公司", "林立", "18863332525"], ["客户a", "小梁", 13000000000.0]]
    found, _left_out = records(tmp_path, ["客户名称", "联系人", "手机"], *rows)
    assert len(found) == 2


def test_sums_notes_and_repeated_headers_are_no_records(tmp_path):
    found, left_out = records(
        tmp_path,
        ["客户名称", "联系人", "手机"],
        ["甲", "张", "1"],
        ["客户名称", "联系人", "手机"],
        ["乙", "李", "2"],
        ["合 计", None, "2"],
        ["注：以上均含税"],
    )
    assert [row[0] for row in found] == ["甲", "乙"]
    assert [why for _number, why in left_out] == ["重复的表头", "合计行", "说明文字"]


def test_a_company_called_sum_is_a_record(tmp_path):
    found, _left_out = records(tmp_path, ["客户名称", "联系人", "手机"], ["合计时代科技有限公司", "张", "1"])
    assert len(found) == 1


def test_cells_merged_downwards_count_for_every_row(tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["客户名称", "联系人", "手机"])
    sheet.merge_range(1, 0, 2, 0, "甲公司")
    sheet.write_row(1, 1, ["张", "1"])
    sheet.write_row(2, 1, ["李", "2"])
    sheet.write_row(3, 0, ["乙公司", "王", "3"])
    book.close()
    with open_book(path) as opened:
        chosen, header = choose_sheet(opened, KNOWN)
        assert [row.cells[0] for row in Records(chosen, header).of(opened.rows(chosen))] == ["甲公司", "甲公司", "乙公司"]


def test_the_better_and_fuller_header_wins_a_column():
    columns = {"phone": ("手机", "电话"), "landline": ("固定电话", "电话"), "id": ("id",)}
    assert match(["手机", "电话"], columns) == ["phone", "landline"]
    assert match(["电话"], columns) == ["phone"]
    assert match(["id", "id_"], columns, [0, 600]) == ["", "id"]
    assert match(["备注", ""], columns) == ["", ""]


def test_the_sheet_with_the_known_headers_is_chosen(tmp_path):
    import xlsxwriter

    path = tmp_path / "a.xlsx"
    book = xlsxwriter.Workbook(str(path))
    for name, rows in (
        ("注意事项", [["说明"]]),
        ("订单", [["订单", "金额"], ["1", "2"]]),
        ("客户", [["客户名称", "联系人"], ["甲", "张"]]),
    ):
        sheet = book.add_worksheet(name)
        for number, cells in enumerate(rows):
            sheet.write_row(number, 0, cells)
    hidden = book.add_worksheet("省市")
    hidden.write_row(0, 0, ["客户名称", "联系人", "手机", "地址"])
    hidden.hide()
    book.close()
    with open_book(path) as opened:
        assert choose_sheet(opened, KNOWN)[0].name == "客户"
        assert choose_sheet(opened, {"没有"}, ["订单"])[0].name == "订单"
        assert choose_sheet(opened, KNOWN, name="省市")[0].hidden
