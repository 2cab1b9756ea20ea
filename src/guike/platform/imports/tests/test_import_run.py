"""A file from upload to report: all or nothing, good rows only, dry run, update by key (PLT-03)."""

import openpyxl
import pytest

from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.errors import Forbidden, Refused
from guike.platform.imports import services
from guike.platform.imports.models import ImportMapping, ImportRun
from guike.platform.imports.rows import Outcome
from guike.platform.imports.selectors import rejected_path
from guike.platform.imports.tests.words import WordImport, entries

pytestmark = pytest.mark.django_db
HEAD = ["字典", "代码", "名称", "排序", "启用"]
FIVE = [
    ["colour", code, label, place, "是"]
    for place, (code, label) in enumerate([("r", "红"), ("g", "绿"), ("b", "蓝"), ("k", "黑"), ("w", "白")], 1)
]


def counts(result) -> dict[str, int]:
    return {outcome.value: number for outcome, number in result.counts.items() if number}


def test_new_rows_are_created_with_totals_and_notes(sheet, clerk):
    run, result = services.import_file("words", sheet(HEAD, *FIVE), actor=clerk)
    assert counts(result) == {"created": 5}
    assert result.totals == {"positions": 15}
    assert result.notes[-1].endswith("个字典")
    assert [row[1] for row in entries()] == ["b", "g", "k", "r", "w"]
    run.refresh_from_db()
    assert (run.state, run.rows, run.created, run.rejected_file) == (ImportRun.State.DONE, 5, 5, "")


def test_the_same_file_again_changes_nothing(sheet, clerk):
    path = sheet(HEAD, *FIVE)
    services.import_file("words", path, actor=clerk)
    versions = list(DictionaryEntry.objects.values_list("version", flat=True))
    _run, result = services.import_file("words", path, actor=clerk)
    assert counts(result) == {"unchanged": 5}
    assert list(DictionaryEntry.objects.values_list("version", flat=True)) == versions


def test_known_keys_are_updated_and_blank_cells_erase_nothing(sheet, clerk):
    services.import_file("words", sheet(HEAD, *FIVE), actor=clerk)
    _run, result = services.import_file("words", sheet(HEAD, ["colour", "r", "大红", None, None], FIVE[1]), actor=clerk)
    assert counts(result) == {"updated": 1, "unchanged": 1}
    red = DictionaryEntry.objects.get(code="r", dictionary__code="colour")
    assert (red.label, red.position, red.active, red.version) == ("大红", 1, True, 2)


def test_one_bad_row_keeps_the_whole_file_out(sheet, clerk):
    before = entries()
    run, result = services.import_file("words", sheet(HEAD, *FIVE[:4], ["colour", "w", "白", "第五", "是"]), actor=clerk)
    assert entries() == before == []
    assert not Dictionary.objects.filter(code="colour").exists()
    assert counts(result) == {"skipped": 4, "rejected": 1}
    assert result.totals == {}
    problem = result.problems[0]
    assert (problem.row, problem.column, problem.value) == (6, "position", "第五")
    assert "不是数字" in problem.message
    run.refresh_from_db()
    assert run.state == ImportRun.State.REFUSED


def test_good_rows_only_when_asked(sheet, clerk):
    path = sheet(HEAD, *FIVE[:2], ["colour", None, "白", 5, "是"], ["colour", "x", "叉", -1, "也许"], *FIVE[2:])
    run, result = services.import_file("words", path, actor=clerk, on_error="skip-rows")
    assert counts(result) == {"created": 5, "rejected": 2}
    assert [(p.row, p.column) for p in result.problems] == [(4, "code"), (5, "position"), (5, "active")]
    assert len(entries()) == 5
    book = openpyxl.load_workbook(rejected_path(run))
    rows = list(book.active.iter_rows(values_only=True))
    assert rows[0][:2] == ("退回原因", "原行号")
    assert [row[1] for row in rows[1:]] == [4, 5]
    assert "代码：必填，不能空" in rows[1][0]
    assert book.active.cell(3, 6).fill.fgColor.rgb.endswith("FBE3DF")


def test_rejected_rows_mended_in_their_own_workbook_go_in(sheet, clerk):
    path = sheet(HEAD, FIVE[0], ["colour", "x", "叉", "很多", "是"])
    run, _result = services.import_file("words", path, actor=clerk, on_error="skip-rows")
    book = openpyxl.load_workbook(rejected_path(run))
    book.active.cell(2, 6).value = 9
    mended = path.with_name("改好.xlsx")
    book.save(mended)
    _run, result = services.import_file("words", mended, actor=clerk)
    assert counts(result) == {"created": 1}
    assert DictionaryEntry.objects.get(code="x").position == 9


def test_a_dry_run_tells_all_and_writes_nothing(sheet, clerk):
    run, result = services.import_file("words", sheet(HEAD, *FIVE), actor=clerk, dry_run=True)
    assert counts(result) == {"created": 5}
    assert entries() == []
    assert not run.parts.exists()
    run.refresh_from_db()
    assert run.state == ImportRun.State.CHECKED


def test_a_row_that_the_database_refuses_is_found_by_halves(sheet, clerk):
    """Two words of one dictionary with the same match key break a unique constraint: only the second is rejected."""
    path = sheet(HEAD, *FIVE, ["colour", "r2", "红", 6, "是"], ["size", "s", "小", 1, "是"])
    _run, result = services.import_file("words", path, actor=clerk, on_error="skip-rows")
    assert counts(result) == {"created": 6, "rejected": 1}
    assert result.problems[0].row == 7
    assert "重复" in result.problems[0].message
    assert result.totals == {"positions": 16}
    assert Dictionary.objects.filter(code="size").count() == 1


def test_repeated_keys_in_one_file_name_the_first_row(sheet, clerk):
    _run, result = services.import_file("words", sheet(HEAD, *FIVE, FIVE[0]), actor=clerk, on_error="skip-rows")
    assert [p.message for p in result.problems] == ["和第 2 行重复"]


@pytest.mark.parametrize(("existing", "outcome"), [("skip", Outcome.SKIPPED), ("refuse", Outcome.REJECTED)])
def test_existing_records_can_be_left_alone(sheet, clerk, existing, outcome):
    services.import_file("words", sheet(HEAD, *FIVE), actor=clerk)
    run = services.take(sheet(HEAD, ["colour", "r", "大红", 1, "是"]), "a.xlsx", WordImport, actor=clerk)
    services.settle(run, run.mapping, {"existing": existing, "on_error": "skip-rows"}, actor=clerk)
    result = services.carry_out(run, actor=clerk)
    assert result.counts[outcome] == 1
    assert DictionaryEntry.objects.get(code="r", dictionary__code="colour").label == "红"


def test_a_missing_required_column_is_told_before_anything_is_read(sheet, clerk):
    with pytest.raises(Refused, match="没有找到必填列：字典"):
        services.import_file("words", sheet(["代码", "名称"], ["a", "甲"]), actor=clerk)


def test_a_settled_mapping_is_remembered_for_the_next_file(sheet, clerk):
    head = ["归属", "编码", "名称"]
    words = {"归属": "字典", "编码": "code"}
    _run, result = services.import_file("words", sheet(head, ["colour", "r", "红"]), actor=clerk, words=words)
    assert counts(result) == {"created": 1}
    assert ImportMapping.objects.get().columns == {"归属": "dictionary", "编码": "code", "名称": "label"}
    _run, result = services.import_file("words", sheet(head, ["colour", "g", "绿"], name="下月.xlsx"), actor=clerk)
    assert counts(result) == {"created": 1}
    _run, result = services.import_file("words", sheet(["编码", "归属", "其他"], ["b", "colour", "?"], name="另一份.xlsx"), actor=clerk)
    assert counts(result) == {"created": 1}


def test_a_mapping_file_that_names_unknown_things_is_refused(sheet, clerk):
    path = sheet(HEAD, *FIVE)
    with pytest.raises(Refused, match="没有列「价格」"):
        services.import_file("words", path, actor=clerk, words={"价格": "code"})
    with pytest.raises(Refused, match="没有字段「价格」"):
        services.import_file("words", path, actor=clerk, words={"名称": "价格"})


def test_without_the_right_nothing_is_kept(sheet, salesperson):
    with pytest.raises(Forbidden):
        services.import_file("words", sheet(HEAD, *FIVE), actor=salesperson)
    assert entries() == []
    assert not ImportRun.objects.exists()


def test_a_formula_without_result_and_an_error_cell_are_cell_problems(tmp_path, clerk):
    import xlsxwriter

    path = tmp_path / "公式.xlsx"
    book = xlsxwriter.Workbook(str(path))
    page = book.add_worksheet()
    page.write_row(0, 0, HEAD)
    page.write_row(1, 0, FIVE[0])
    page.write_formula(1, 3, "=A1", None, "")
    page.write_row(2, 0, FIVE[1])
    page.write_formula(2, 2, "=1/0", None, "#DIV/0!")
    page.write_row(3, 0, FIVE[2])
    page.write_formula(3, 3, "=1+2", None, 3)
    book.close()
    _run, result = services.import_file("words", path, actor=clerk, on_error="skip-rows")
    assert [(p.row, p.column) for p in result.problems] == [(2, "position"), (3, "label")]
    assert "公式没有保存计算结果" in result.problems[0].message
    assert "#DIV/0!" in result.problems[1].message
    assert DictionaryEntry.objects.get(code="b").position == 3


def test_every_row_ends_as_exactly_one_thing(sheet, clerk):
    path = sheet(HEAD, *FIVE, ["colour", None, "白", 5, "是"], FIVE[0])
    _run, result = services.import_file("words", path, actor=clerk, on_error="skip-rows")
    assert result.rows == sum(result.counts.values()) == 7


def test_an_instance_somebody_saved_meanwhile_is_not_overwritten(sheet, clerk, monkeypatch):
    """The version read in `prepare` guards the update; without the guard the label below would be lost."""
    services.import_file("words", sheet(HEAD, *FIVE), actor=clerk)
    prepare = WordImport.prepare

    def prepare_then_saved_by_another(self, batch):
        prepare(self, batch)
        DictionaryEntry.objects.filter(code="r").update(label="别人改的", version=9)

    monkeypatch.setattr(WordImport, "prepare", prepare_then_saved_by_another)
    run = services.take(sheet(HEAD, ["colour", "r", "大红", 1, "是"]), "a.xlsx", WordImport, actor=clerk)
    services.settle(run, run.mapping, {"on_error": "skip-rows"}, actor=clerk)
    result = services.carry_out(run, actor=clerk)
    assert result.counts[Outcome.REJECTED] == 1
    assert "刚被别人改过" in result.problems[0].message
    assert DictionaryEntry.objects.get(code="r").label == "别人改的"
