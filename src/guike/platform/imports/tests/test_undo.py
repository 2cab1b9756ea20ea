"""Undo takes back exactly what the import did, and nothing that somebody built on since (PLT-03)."""

import pytest

from guike.platform import events
from guike.platform.dictionaries.models import Dictionary, DictionaryEntry
from guike.platform.errors import Forbidden, Refused
from guike.platform.imports import services
from guike.platform.imports.models import ImportRun
from guike.platform.imports.tests.words import WordImport, entries
from guike.platform.imports.undo import RowsRemoved, undo

pytestmark = pytest.mark.django_db
HEAD = ["字典", "代码", "名称", "排序", "启用"]
TWO = [["colour", "r", "红", 1, "是"], ["colour", "g", "绿", 2, "否"]]


def test_created_rows_and_by_products_go_updated_ones_return(sheet, clerk):
    services.import_file("words", sheet(HEAD, *TWO), actor=clerk)
    before = entries()
    run, _ = services.import_file("words", sheet(HEAD, ["colour", "r", "大红", 9, "否"], ["size", "s", "小", 1, "是"]), actor=clerk)
    report = undo(run, actor=clerk)
    assert entries() == before
    assert (report["removed"], report["restored"], report["kept"]["count"]) == (2, 1, 0)
    assert not Dictionary.objects.filter(code="size").exists()
    run.refresh_from_db()
    assert run.state == ImportRun.State.UNDONE


def test_rows_changed_since_stay_and_are_listed(sheet, clerk):
    services.import_file("words", sheet(HEAD, *TWO), actor=clerk)
    changes = [
        ["colour", "r", "大红", 1, "是"],
        ["colour", "g", "大绿", 2, "否"],
        ["colour", "b", "蓝", 3, "是"],
        ["colour", "k", "黑", 4, "是"],
    ]
    run, _ = services.import_file("words", sheet(HEAD, *changes), actor=clerk)
    DictionaryEntry.objects.filter(code="g").update(label="墨绿")
    DictionaryEntry.objects.filter(code="k").update(label="墨")
    report = undo(run, actor=clerk)
    assert [(code, label) for _d, code, label, *_ in entries()] == [("g", "墨绿"), ("k", "墨"), ("r", "红")]
    assert (report["removed"], report["restored"]) == (1, 1)
    assert [(kept["row"], kept["why"]) for kept in report["kept"]["rows"]] == [(3, "导入后有人改过"), (5, "导入后有人改过")]


def test_a_row_that_others_refer_to_stays_with_what_it_needs(sheet, clerk):
    run, _ = services.import_file("words", sheet(HEAD, *TWO, ["size", "s", "小", 1, "是"]), actor=clerk)
    colour = Dictionary.objects.get(code="colour")
    DictionaryEntry.objects.create(dictionary=colour, code="own", label="自己加的", match_key="自己加的")
    report = undo(run, actor=clerk)
    assert list(Dictionary.objects.filter(code__in=["colour", "size"]).values_list("code", flat=True)) == ["colour"]
    assert [row[1] for row in entries()] == ["own"]
    assert [(kept["name"], kept["why"]) for kept in report["kept"]["rows"]] == [("colour", "已有别的记录用到")]


def test_a_changed_child_keeps_its_parent(sheet, clerk):
    run, _ = services.import_file("words", sheet(HEAD, *TWO), actor=clerk)
    DictionaryEntry.objects.filter(code="g").update(position=8)
    report = undo(run, actor=clerk)
    assert [row[1] for row in entries()] == ["g"]
    assert report["kept"]["count"] == 2


def test_other_fields_changed_since_do_not_hold_an_update_back(sheet, clerk):
    services.import_file("words", sheet(HEAD, *TWO), actor=clerk)
    run, _ = services.import_file("words", sheet(HEAD[:3], ["colour", "r", "大红"]), actor=clerk)
    DictionaryEntry.objects.filter(code="r").update(position=77)
    assert undo(run, actor=clerk)["restored"] == 1
    red = DictionaryEntry.objects.get(code="r")
    assert (red.label, red.position) == ("红", 77)


def test_a_row_the_same_run_touched_twice_is_undone_to_its_beginning(sheet, clerk, monkeypatch):
    services.import_file("words", sheet(HEAD, *TWO), actor=clerk)

    def finish(self):
        pairs = [(row, entry, {"position": entry.position + 100}) for row, entry in _entries_again(self)]
        self.update(pairs, main=False)

    monkeypatch.setattr(WordImport, "finish", finish)
    run, _result = services.import_file("words", sheet(HEAD, ["colour", "r", "大红", 5, "是"], ["colour", "n", "新", 6, "是"]), actor=clerk)
    assert sorted(row[3] for row in entries()) == [2, 105, 106]
    report = undo(run, actor=clerk)
    assert sorted(row[3] for row in entries()) == [1, 2]
    assert report["kept"]["count"] == 0


def _entries_again(_kind):
    from guike.platform.imports.rows import Row

    return [(Row(0, {}), entry) for entry in DictionaryEntry.objects.filter(code__in=["r", "n"], dictionary__code="colour")]


def test_undo_happens_once_and_needs_the_right(sheet, clerk, salesperson):
    run, _ = services.import_file("words", sheet(HEAD, *TWO), actor=clerk)
    with pytest.raises(Forbidden):
        undo(run, actor=salesperson)
    assert len(entries()) == 2
    undo(run, actor=clerk)
    with pytest.raises(Refused, match="已经撤销"):
        undo(run, actor=clerk)


def test_removal_is_told_to_those_who_hang_on_the_rows(sheet, clerk, monkeypatch):
    told = []
    monkeypatch.setitem(events._reactions, RowsRemoved, [told.append])
    run, _ = services.import_file("words", sheet(HEAD, *TWO), actor=clerk)
    ids = set(DictionaryEntry.objects.filter(dictionary__code="colour").values_list("pk", flat=True))
    undo(run, actor=clerk)
    assert {(fact.model, frozenset(fact.ids)) for fact in told} >= {("dictionaries.DictionaryEntry", frozenset(ids))}
