"""What leaves the system: the viewer's rows and fields only, harmless to open, logged, and importable again."""

import csv
import io

import openpyxl
import pytest

from guike.platform import access
from guike.platform.access import FieldRule, Grant, Reach, Right, Scope
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.errors import Forbidden, Refused
from guike.platform.exports import services
from guike.platform.imports.models import ExportRecord
from guike.platform.imports.services import import_file
from guike.platform.imports.tests.words import WordImport
from guike.platform.models import AccessLog
from guike.platform.sheets.values import Money
from guike.platform.sheets.writer import Heading, harmless

pytestmark = pytest.mark.django_db
ATTACKS = ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", " =1+1"]


@pytest.fixture
def colours(db):
    DictionaryEntry.objects.all().delete()
    Dictionary.objects.all().delete()
    colour = Dictionary.objects.create(code="colour", label="颜色")
    for place, label in enumerate(["红", "绿", "+86 蓝", "=cmd()"], 1):
        DictionaryEntry.objects.create(dictionary=colour, code=f"c{place}", label=label, match_key=label, position=place, active=place != 2)
    return colour


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_what_is_exported_imports_as_unchanged(colours, tmp_path, clerk, form):
    path = tmp_path / f"字典.{form}"
    record = services.export_file("words", path, actor=clerk)
    assert record.rows == 4
    _run, result = import_file("words", path, actor=clerk)
    assert {outcome.value: n for outcome, n in result.counts.items() if n} == {"unchanged": 4}


def test_every_export_is_logged_with_its_filter(colours, tmp_path, clerk):
    services.export_file("words", tmp_path / "a.csv", actor=clerk, expression="名称 = 红 or 名称 ~ 绿")
    record = ExportRecord.objects.get()
    assert (record.kind, record.rows, record.form, record.who) == ("words", 2, "csv", "内勤小周")
    assert record.filter == "名称 是 红，或名称 含 绿"
    assert AccessLog.objects.get(action="export").detail["rows"] == 2


@pytest.mark.parametrize(
    ("expression", "message"), [("价格 = 3", "没有字段「价格」"), ("名称 =", "末尾"), ("名称 in (红", "末尾"), ("名称 红", "红")]
)
def test_a_filter_that_is_not_understood_exports_nothing(colours, tmp_path, clerk, expression, message):
    with pytest.raises(Refused, match=message):
        services.export_file("words", tmp_path / "a.xlsx", actor=clerk, expression=expression)
    assert list(tmp_path.glob("*a.xlsx*")) == []
    assert not ExportRecord.objects.exists()


def test_without_the_right_there_is_no_file(colours, tmp_path, salesperson):
    with pytest.raises(Forbidden):
        services.export_file("words", tmp_path / "a.xlsx", actor=salesperson)
    assert list(tmp_path.glob("*.xlsx")) == []


def test_hidden_fields_stay_and_masked_ones_are_veiled(colours, tmp_path, clerk):
    every = Grant(view=Reach.ALL, export=Reach.ALL)
    rules = {"label": FieldRule("名称", default=Right.MASKED), "position": FieldRule("顺序", default=Right.HIDDEN)}
    access.declare(
        "word", model="dictionaries.DictionaryEntry", label="字典项", scope=Scope(everyone=True), grants={"clerk": every}, fields=rules
    )
    path = tmp_path / "a.xlsx"
    services.export_file("words", path, actor=clerk)
    rows = list(openpyxl.load_workbook(path).active.iter_rows(values_only=True))
    assert rows[0] == ("字典", "代码", "名称", "启用")
    assert {row[2] for row in rows[1:]} == {"****"}
    with pytest.raises(Refused, match="没有字段"):
        services.export_file("words", tmp_path / "b.xlsx", actor=clerk, expression="名称 = 红")


@pytest.mark.parametrize("attack", ATTACKS)
def test_text_never_runs_as_a_formula(attack, clerk, tmp_path):
    headings = [Heading(attack), Heading("数")]
    book = io.BytesIO()
    services.export_table(attack, headings, [[attack, -5]], "xlsx", book, actor=clerk, object="word")
    cell = openpyxl.load_workbook(book).active.cell(2, 1)
    assert (cell.data_type, cell.value.replace("_x000D_", "\r").strip()) == ("s", attack.strip())
    text = io.BytesIO()
    services.export_table(attack, headings, [[attack, -5]], "csv", text, actor=clerk, object="word")
    first, second = list(csv.reader(io.StringIO(text.getvalue().decode("utf-8-sig"), newline="")))[1]
    assert first == f"'{attack}"
    assert second == "-5"


def test_amounts_stay_numbers_and_long_numbers_stay_whole(clerk):
    from decimal import Decimal

    book = io.BytesIO()
    headings = [Heading("金额", Money().number_format), Heading("账号")]
    services.export_table("甲", headings, [[Decimal("1234.50"), 6222020200112233445]], "xlsx", book, actor=clerk, object="word")
    row = next(openpyxl.load_workbook(book).active.iter_rows(min_row=2))
    assert (row[0].value, row[0].number_format, row[1].value) == (1234.5, "#,##0.00", "6222020200112233445")


def test_harmless_leaves_ordinary_cells_alone():
    assert [harmless(value) for value in ("张三", "3-5 天", 12, None, "a=b")] == ["张三", "3-5 天", 12, None, "a=b"]


def test_the_kind_can_be_asked_for_its_columns(kind):
    assert next(column.path for column in WordImport.all_columns()) == "dictionary__code"
