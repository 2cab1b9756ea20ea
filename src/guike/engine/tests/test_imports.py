"""Entered facts from a spreadsheet (POL-03, PLT-03)."""

from datetime import date
from decimal import Decimal

import pytest
import xlsxwriter

from guike.engine.models import Assessment
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden
from guike.platform.imports.rows import Outcome
from guike.platform.imports.services import import_file

pytestmark = pytest.mark.django_db
HEAD = ["客户编号", "指标", "取值", "日期", "来源"]
GOOD = [
    ["S1", "opinion.on_time", "93.8%", "2026-10-31", "月报"],
    ["S1", "opinion.loyalty", "高", "2026-10-31", ""],
    ["S2", "战略协议", "是", "2026-10-31", ""],
]


@pytest.fixture
def sheet(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "files"

    def write(*rows):
        path = tmp_path / "评价.xlsx"
        with xlsxwriter.Workbook(path) as book:
            page = book.add_worksheet("评价")
            for place, row in enumerate([HEAD, *rows]):
                page.write_row(place, 0, row)
        return path

    return write


def test_values_come_in_and_the_same_sheet_again_changes_nothing(three_shops, today, sheet):
    _run, result = import_file("assessments", sheet(*GOOD), actor=SYSTEM)
    assert (result.counts[Outcome.CREATED], result.problem_count) == (3, 0)
    found = {(one.metric, one.number, one.text) for one in Assessment.objects.filter(observed_on=date(2026, 10, 31))}
    assert found == {("opinion.on_time", Decimal("93.8"), ""), ("opinion.loyalty", None, "high"), ("opinion.signed", Decimal(1), "")}
    _run, again = import_file("assessments", sheet(*GOOD), actor=SYSTEM)
    assert (again.counts[Outcome.CREATED], again.counts[Outcome.UNCHANGED], Assessment.objects.count()) == (0, 3, 3)


@pytest.mark.parametrize(
    ("row", "column", "said"),
    [
        (["S9", "opinion.on_time", "90", "2026-10-31", ""], "number", "没有这个编号的门店"),
        (["S1", "回款准时绿", "90", "2026-10-31", ""], "metric", "没有指标 回款准时绿"),
        (["S1", "trade.year", "90", "2026-10-31", ""], "metric", "由系统计算，不能填报"),
        (["S1", "opinion.on_time", "很好", "2026-10-31", ""], "value", "要填数字，现在是「很好」"),
        (["S1", "opinion.loyalty", "中", "2027-10-31", ""], "observed_on", "观察日期 2027-10-31 在今天之后"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_nothing_is_written(three_shops, today, sheet, row, column, said):
    _run, result = import_file("assessments", sheet(row, GOOD[0]), actor=SYSTEM)
    assert [(problem.row, problem.column) for problem in result.problems] == [(2, column)]
    assert said in result.problems[0].message
    assert not Assessment.objects.exists()


def test_importing_needs_the_right(three_shops, today, sheet, seller):
    with pytest.raises(Forbidden):
        import_file("assessments", sheet(*GOOD), actor=seller)
    assert not Assessment.objects.exists()
