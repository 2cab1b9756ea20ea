"""The template of a kind: its header is known, its example row is no record, its choices are offered."""

import openpyxl
import pytest

from guike.platform.imports import services
from guike.platform.imports.blank import write_blank
from guike.platform.imports.kinds import kinds
from guike.platform.imports.tests.words import WordImport, entries

pytestmark = pytest.mark.django_db


def test_the_empty_template_imports_no_record(tmp_path, clerk):
    path = tmp_path / "模板.xlsx"
    with path.open("wb") as target:
        write_blank(WordImport, target)
    run, result = services.import_file("words", path, actor=clerk)
    assert result.rows == 0
    assert "第 2 行是示例，没有当作记录" in result.notes
    assert run.mapping == ["dictionary", "code", "label", "position", "active"]
    assert entries() == []


def test_a_filled_template_imports_only_what_was_filled_in(tmp_path, clerk):
    path = tmp_path / "模板.xlsx"
    with path.open("wb") as target:
        write_blank(WordImport, target)
    book = openpyxl.load_workbook(path)
    book.worksheets[0].append(["colour", "r", "红", 1, "是"])
    book.save(path)
    _run, result = services.import_file("words", path, actor=clerk)
    assert result.rows == 1
    assert [row[1] for row in entries()] == ["r"]


def test_columns_carry_stars_and_drop_downs(tmp_path):
    path = tmp_path / "模板.xlsx"
    with path.open("wb") as target:
        write_blank(WordImport, target)
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["字典*", "代码*", "名称", "顺序", "启用"]
    assert [str(rule.sqref) for rule in sheet.data_validations.dataValidation] == ["E3:E5001"]


def test_every_kind_of_the_product_has_a_template_that_imports_nothing(tmp_path):
    """Whatever kinds are installed, their own example rows are recognised as examples."""
    from guike.platform.imports.source import Parsing, Source
    from guike.platform.sheets.reader import open_book

    for kind in kinds().values():
        path = tmp_path / f"{kind.code}.xlsx"
        with path.open("wb") as target:
            write_blank(kind, target)
        with open_book(path) as book:
            source = Source.settle(kind, book)
            assert source.sheet.name == str(kind.label)[:31]
            parsing = Parsing(source, [column.code for column in kind.all_columns()])
            assert list(parsing.rows()) == [], kind.code
