"""A policy edited as a form: what is typed lands where it was shown, and nowhere else."""

import pytest

from guike.engine.policies import tree_form
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.differences import differences, text_pieces

CARD = {
    "code": "customer-grade",
    "kind": "scorecard",
    "title": "客户分级",
    "outcomes": [{"code": "A", "label": "A 级", "from": 80}, {"code": "B", "label": "B 级"}],
    "characteristics": [
        {"metric": "purchases.amount_12m", "weight": 60, "bands": [{"from": 500000, "points": 100}, {"to": 500000, "points": 20}]},
        {"metric": "loyalty.level", "weight": 40, "bands": [{"values": ["high"], "points": 100}, {"points": 30}]},
    ],
}
TABLE = {
    "code": "scale",
    "kind": "decision_table",
    "rows": [{"when": {"field": "purchases.amount_12m", "op": "gte", "value": 1000000}, "then": "large"}, {"then": "small"}],
}


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("outcomes.0.from", "85", 85),
        ("characteristics.0.weight", "62.5", 62.5),
        ("characteristics.0.bands.0.from", "600,000", 600000),
        ("characteristics.0.bands.0.from", "很多", "很多"),
        ("characteristics.1.bands.0.values", "high、medium", ["high", "medium"]),
        ("title", " 客户分级办法 ", "客户分级办法"),
    ],
)
def test_what_is_typed_lands_at_its_place(path, text, value):
    changed = tree_form.apply(CARD, {path: text})
    assert tree_form.at(changed, path) == value


def test_an_emptied_place_is_taken_away():
    assert "from" not in tree_form.apply(CARD, {"outcomes.0.from": ""})["outcomes"][0]


def test_the_original_stays_as_it_was():
    tree_form.apply(CARD, {"title": "X"})
    assert CARD["title"] == "客户分级"


@pytest.mark.parametrize(
    "path", ["code", "kind", "primary", "examples.0.outcome", "characteristics.9.weight", "outcomes.0.__class__", "rows.0.when.evil"]
)
def test_nothing_else_can_be_written(path):
    assert tree_form.apply(CARD, {path: "x"}) == CARD


def test_posting_a_form_as_it_was_shown_changes_nothing():
    places = ["title", "outcomes.0.from", "characteristics.0.weight", "characteristics.0.bands.0.from", "characteristics.1.bands.0.values"]
    assert tree_form.apply(CARD, {path: tree_form.shown(tree_form.at(CARD, path)) for path in places}) == CARD


def test_a_row_is_added_before_the_one_that_catches_the_rest():
    assert [bool(row.get("when")) for row in tree_form.operate(TABLE, "add:rows")["rows"]] == [True, True, False]


def test_items_are_removed_and_moved_up():
    assert [one["metric"] for one in tree_form.operate(CARD, "up:characteristics.1")["characteristics"]] == [
        "loyalty.level",
        "purchases.amount_12m",
    ]
    assert len(tree_form.operate(CARD, "remove:characteristics.0")["characteristics"]) == 1


def test_a_second_condition_joins_the_first():
    when = tree_form.operate(TABLE, "condition:rows.0")["rows"][0]["when"]
    assert when["all"][0] == TABLE["rows"][0]["when"]
    assert len(when["all"]) == 2


@pytest.mark.parametrize("operation", ["drop:rows", "remove:rows.9", "remove:code", "add:examples", "up:rows.0", "", "condition:title"])
def test_an_unknown_operation_changes_nothing(operation):
    assert tree_form.operate(TABLE, operation) == TABLE


def test_differences_are_told_by_name_not_by_position():
    after = tree_form.operate(
        tree_form.apply(CARD, {"characteristics.0.weight": "55", "characteristics.1.weight": "45"}), "up:characteristics.1"
    )
    told = {(one.words, one.before, one.after) for one in differences(CARD, after, Catalogue())}
    assert {(before, after) for _words, before, after in told} == {("40", "45"), ("60", "55")}


def test_a_clause_shows_what_was_struck_and_put_in():
    pieces = text_pieces("回款准时率占总分的两成。", "回款准时率占总分的三成。")
    assert [(one.how, one.text) for one in pieces if one.how != "same"] == [("del", "两"), ("ins", "三")]
    assert "".join(one.text for one in pieces if one.how != "del") == "回款准时率占总分的三成。"
