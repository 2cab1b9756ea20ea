"""Numbering, numbers quoted from policies, comparing versions, changing a draft (POL-09)."""

import pytest

from guike.engine.regulations import anchors, tree
from guike.engine.regulations.rules import Said, article, compare, numeral, on_time_share

NUMERALS = [
    (1, "一"),
    (10, "十"),
    (11, "十一"),
    (20, "二十"),
    (25, "二十五"),
    (99, "九十九"),
    (100, "一百"),
    (105, "一百零五"),
    (110, "一百一十"),
    (215, "二百一十五"),
]


@pytest.mark.parametrize(("number", "words"), NUMERALS)
def test_articles_are_counted_as_in_print(number, words):
    assert numeral(number) == words
    assert article(number) == f"第{words}条"


@pytest.mark.parametrize("number", [0, -1, 1000])
def test_what_is_no_number_of_a_clause_is_an_error(number):
    with pytest.raises(ValueError, match="no number of a clause"):
        numeral(number)


GRADE = {
    "code": "grade",
    "kind": "scorecard",
    "title": "分级",
    "outcomes": [{"code": "A", "from": 80}, {"code": "C"}],
    "characteristics": [{"metric": "buy.amount", "weight": 35}],
}
PACE = {
    "code": "pace",
    "kind": "cadence",
    "title": "频次",
    "person_cap_per_week": 60,
    "paces": [{"outcome": "A", "days": 7, "escalate_after": [3, 7]}],
}
SIZE = {
    "code": "size",
    "kind": "decision_table",
    "title": "规模",
    "rows": [{"when": {"field": "x", "op": "gte", "value": 1_000_000}, "then": "large"}, {"then": "small"}],
}
TREES = {"grade": GRADE, "pace": PACE, "size": SIZE}
FILLED = [
    ("{grade.A} 分以上", "80 分以上"),
    ("每 {pace.A} 天", "每 7 天"),
    ("{pace.A|every}", "每周"),
    ("第 {pace.paces.A.escalate_after} 天", "第 3、7 天"),
    ("以 {pace.person_cap_per_week} 次为限", "以 60 次为限"),
    ("{size.large|wan}以上", "100 万元以上"),
    ("{size.rows.1.when.value|wan}", "100 万元"),
    ("{grade.characteristics.buy.amount.weight}%", "35%"),
    ("{grade.C}、{none.A}、{pace.B}", "{grade.C}、{none.A}、{pace.B}"),
]


@pytest.mark.parametrize(("text", "read"), FILLED)
def test_numbers_come_from_the_policy(text, read):
    assert anchors.filled(text, TREES) == read


def test_a_changed_policy_changes_the_clause():
    loosened = {**TREES, "pace": {**PACE, "paces": [{"outcome": "A", "days": 10}]}}
    assert anchors.filled("每 {pace.A} 天", loosened) == "每 10 天"


def test_placeholders_that_lead_nowhere_are_told():
    assert anchors.unknown("{grade.A} {grade.C} {none.A} {pace.A|yen}", TREES) == ["{grade.C}", "{none.A}", "{pace.A|yen}"]


def test_an_author_is_offered_what_can_be_quoted():
    offered = {(written, value) for _title, written, value in anchors.available(TREES)}
    assert {("{grade.A}", "80"), ("{pace.A}", "7"), ("{size.large|wan}", "100 万元")} == offered


def said(key, number, text="文", title="", carried_by=()):
    return Said(key, number, "总则", title, text, carried_by)


def hows(before, after):
    return [(pair.key, pair.how) for pair in compare(before, after)]


def test_versions_are_compared_clause_by_clause():
    before = [said("a", 1), said("b", 2), said("c", 3, "旧"), said("d", 4)]
    after = [said("a", 1), said("n", 2), said("c", 3, "新"), said("d", 4, carried_by=("policy:x",))]
    assert hows(before, after) == [("a", "same"), ("b", "removed"), ("n", "added"), ("c", "changed"), ("d", "changed")]


def test_a_clause_that_only_got_another_number_has_moved():
    assert hows([said("a", 1), said("b", 2)], [said("b", 1)]) == [("a", "removed"), ("b", "moved")]


@pytest.mark.parametrize(("on_time", "due", "share"), [(0, 0, None), (199, 200, 99), (200, 200, 100), (0, 3, 0)])
def test_all_on_time_only_when_all_are(on_time, due, share):
    assert on_time_share(on_time, due) == share


DRAFT = {
    "code": "x",
    "chapters": [
        {"title": "总则", "clauses": [{"key": "a", "text": "一"}, {"key": "b", "text": "二"}]},
        {"title": "附则", "clauses": [{"key": "z", "text": "末"}]},
    ],
}


def keys(made):
    return [(chapter["title"], [clause["key"] for clause in chapter["clauses"]]) for chapter in made["chapters"]]


def test_a_clause_moves_over_the_edge_of_its_chapter():
    assert keys(tree.moved(DRAFT, "b", 1)) == [("总则", ["a"]), ("附则", ["b", "z"])]
    assert keys(tree.moved(DRAFT, "z", -1)) == [("总则", ["a", "b", "z"])]
    assert keys(tree.moved(DRAFT, "a", -1)) == keys(DRAFT)


def test_a_new_chapter_stands_before_the_closing_one():
    made = tree.put(DRAFT, tree.free_key(DRAFT), "客户分级", "评定", "每月评定", ["people:市场部"])
    assert keys(made) == [("总则", ["a", "b"]), ("客户分级", ["clause-4"]), ("附则", ["z"])]


def test_taking_out_the_last_clause_takes_the_chapter():
    assert keys(tree.without(DRAFT, "z")) == [("总则", ["a", "b"])]
    assert keys(DRAFT)[-1] == ("附则", ["z"]), "the tree given is left alone"


def test_numbers_taken_from_a_table_are_quoted_where_they_work():
    trees = {
        "grants": {"kind": "entitlement", "grants": [{"outcome": "A", "contact_days": 7, "visit_days": 90, "holding_days": 60, "customers_cap": 30}]},
        "pace": {"kind": "cadence", "from_table": "grants", "paces": [{"outcome": "A"}, {"outcome": "B", "days": 14}, {"outcome": "C"}]},
        "visit": {"kind": "cadence", "from_table": "grants", "item": "visit_days", "paces": [{"outcome": "A"}]},
        "hold": {"kind": "holding", "from_table": "grants", "terms": [{"outcome": "A"}, {"no_contact": 120}]},
        "quota": {"kind": "quota", "from_table": "grants", "caps": [{"label": "A 级", "outcome": "A"}]},
    }
    text = "{pace.A} {pace.B} {pace.C} {visit.A} {hold.terms.A.no_contact} {hold.terms.2.no_contact} {quota.A 级}"
    assert anchors.filled(text, anchors.tabled(trees)) == "7 14 {pace.C} 90 60 120 30"
    assert "days" not in trees["pace"]["paces"][0], "the policies' own texts stay as they are"
