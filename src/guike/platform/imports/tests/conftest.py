"""A made-up kind over the platform's own tables, and files to import with it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import xlsxwriter

from guike.platform import access
from guike.platform.access import Grant, Reach, Scope, Viewer
from guike.platform.imports import kinds
from guike.platform.imports.tests import words


@pytest.fixture(autouse=True)
def _instance_folder(tmp_path: Path, settings) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture(autouse=True)
def kind() -> Iterator[type[kinds.ImportKind]]:
    """The kind "words" with its access object, for the time of a test."""
    every = Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL, export=Reach.ALL, **{"import": Reach.ALL})
    access.declare(
        "word",
        model="dictionaries.DictionaryEntry",
        label="字典项",
        scope=Scope(everyone=True),
        grants={"clerk": every, "salesperson": Grant(view=Reach.ALL)},
    )
    kinds._kinds["words"] = words.WordImport
    yield words.WordImport
    del kinds._kinds["words"]
    del access._declared["word"]


@pytest.fixture
def clerk() -> Viewer:
    return Viewer(name="内勤小周", roles=frozenset({"clerk"}))


@pytest.fixture
def salesperson() -> Viewer:
    return Viewer(name="业务员小李", roles=frozenset({"salesperson"}))


@pytest.fixture
def sheet(tmp_path: Path) -> Callable[..., Path]:
    """`sheet(["代码", "名称"], ["a", "甲"], …)` writes a workbook and returns its path."""

    def write(*rows: list, name: str = "字典.xlsx", title: str = "字典") -> Path:
        path = tmp_path / name
        book = xlsxwriter.Workbook(str(path))
        page = book.add_worksheet(title)
        for number, cells in enumerate(rows):
            page.write_row(number, 0, cells)
        book.close()
        return path

    return write
