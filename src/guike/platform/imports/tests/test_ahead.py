"""Rows are read while the database writes, in order, in the reader's language, and without the database (PRF-5)."""

import threading

import pytest
from django.db import connection
from django.utils import translation

from guike.platform.imports import services
from guike.platform.imports.ahead import Ahead
from guike.platform.imports.tests.words import WordImport

HEAD = ["字典", "代码", "名称", "排序", "启用"]


def test_everything_comes_once_and_in_order_whether_started_early_or_not():
    stream = Ahead(iter(range(7)))
    seen = []
    for number in stream:
        seen.append(number)
        if number % 2:
            stream.start()
            stream.start()
    assert seen == list(range(7))


def test_what_goes_wrong_there_is_raised_here():
    def stream():
        yield 1
        raise ValueError("row 2")

    seen = []
    with pytest.raises(ValueError, match="row 2"):
        seen.extend(Ahead(stream()))
    assert seen == [1] and not [thread for thread in threading.enumerate() if thread.name.startswith("import-ahead")]


def test_one_who_stops_early_leaves_no_thread():
    for _number in Ahead(iter(range(100))):
        break
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("import-ahead")]


def test_it_speaks_the_language_of_the_one_who_asked():
    with translation.override("en"):
        assert list(Ahead(translation.get_language() for _ in range(2))) == ["en", "en"]


@pytest.mark.django_db
def test_a_query_while_reading_is_refused(sheet, clerk, monkeypatch):
    def asks(self, row):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    monkeypatch.setattr(WordImport, "read_row", asks)
    with pytest.raises(RuntimeError, match="no query here"):
        services.import_file("words", sheet(HEAD, ["colour", "r", "红", 1, "是"]), actor=clerk)


@pytest.mark.django_db
def test_a_refusal_at_reading_rejects_the_row_in_the_run_and_its_preview(sheet, clerk, monkeypatch):
    from guike.platform.imports.kinds import kind_of
    from guike.platform.imports.selectors import preview

    def refuses(self, row):
        if row["code"] == "g":
            row.refuse("code", "不要绿色")

    monkeypatch.setattr(WordImport, "read_row", refuses)
    path = sheet(HEAD, ["colour", "r", "红", 1, "是"], ["colour", "g", "绿", 2, "否"])
    run = services.take(path, path.name, kind_of("words"), actor=clerk, own=False)
    assert preview(clerk, run).faulty == 1
    _run, result = services.import_file("words", path, actor=clerk, on_error="skip-rows")
    assert [(problem.row, problem.message) for problem in result.problems] == [(3, "不要绿色")]
    assert result.written
