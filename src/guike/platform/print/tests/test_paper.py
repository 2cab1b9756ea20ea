"""What goes on paper: values only, sensible limits, pages, nothing run (PLT-04)."""

import json

import pytest

from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.print.services import Box, Boxes, Heading, Imprint, Sheet, Table, form_pdf, form_values, pictures

IMPRINT = Imprint("申衡流体控制有限公司", Viewer(name="孙敏"))


def record(lines: int, said: str = "月底统一付款") -> Sheet:
    table = Table([Heading("日期", 22), Heading("内容")], [("2026-11-01", said)] * lines, "记录", "没有记录")
    return Sheet("客户跟踪记录表", "KH-000001", "浙南片区", (Boxes([Box("客户名称", "温州瓯泰阀门有限公司")]), table), ("填表人", "日期"))


def pages(*sheets: Sheet) -> int:
    return len(pictures("form.typ", form_values(sheets, IMPRINT)))


def test_an_empty_form_is_one_page_and_a_pdf():
    assert form_pdf([record(0)], IMPRINT).startswith(b"%PDF-")
    assert pages(record(0)) == 1


def test_two_hundred_lines_run_over_pages_and_sheets_begin_on_their_own():
    one = pages(record(200))
    assert one >= 4
    assert pages(record(200), record(0)) == one + 1


def test_values_are_shown_and_never_run():
    hostile = '#panic("x") $x$ `y` *z* ] ) " \\ #read("/etc/passwd") #import "main.typ"'
    assert form_pdf([record(1, hostile)], IMPRINT).startswith(b"%PDF-")
    assert json.loads(json.dumps(form_values([record(1, hostile)], IMPRINT)))["sheets"][0]["blocks"][1]["rows"][0][1] == hostile


def test_a_very_long_word_and_a_very_long_name_stay_on_the_page():
    assert pages(record(3, "https://example.com/" + "a" * 900), Sheet("客户资料表", blocks=(Boxes([Box("名称", "温州" * 120)]),))) == 2


@pytest.mark.parametrize(("rows", "wide"), [
    ([Box("甲", ""), Box("乙", "")], [False, False]),
    ([Box("甲", ""), Box("乙", ""), Box("丙", "")], [False, False, True]),
    ([Box("甲", ""), Box("长", "", True), Box("乙", "")], [True, True, True]),
])  # fmt: skip
def test_boxes_stand_two_a_line_without_a_hole(rows, wide):
    found = form_values([Sheet("表", blocks=(Boxes(rows),))], IMPRINT)["sheets"][0]["blocks"][0]["rows"]
    assert [one["wide"] for one in found] == wide


def test_too_much_for_paper_is_refused_with_the_limit():
    with pytest.raises(Refused, match="一次最多打印 50 份，现在选了 51 份"):
        form_values([record(0)] * 51, IMPRINT)
    with pytest.raises(Refused, match="超过 500 行"):
        form_values([record(501)], IMPRINT)
    with pytest.raises(Refused, match="没有要打印的"):
        form_values([], IMPRINT)
