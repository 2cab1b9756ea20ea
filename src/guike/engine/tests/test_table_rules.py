"""Tables of cases without a database: which condition covers which, and what is refused in decision tables and alerts (POL-02)."""

import pytest

from guike.engine.metrics import REGISTRY, Registry, ValueKind
from guike.engine.metrics.declare import Metric
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.parse import parse
from guike.engine.policies.table import covers, inputs_of

MONEY = Metric(code="t.spent", label="采购额", value=ValueKind.MONEY)
CITY = Metric(code="t.city", label="城市", value=ValueKind.TEXT, choices=(("hz", "杭州"), ("wz", "温州")))
SHOP = Metric(code="t.shop", label="门店数", subject="shop")
REG = Registry()
REG.subjects = dict(REGISTRY.subjects)
REG.metrics = {one.code: one for one in (MONEY, CITY, SHOP)}
GRADE = Face("grade", "客户分级", "scorecard", "customer", (("A", "A 级"),))
STORES = Face("stores", "门店分级", "scorecard", "shop", (("A", "A 级"),))
KNOWN = Catalogue(REG, {"grade": GRADE, "stores": STORES})


def spent(op, value=None):
    return {"field": "t.spent", "op": op, "value": value}


def city(op, value=None):
    return {"field": "t.city", "op": op, "value": value}


def every(*trees):
    return {"all": list(trees)}


def some(*trees):
    return {"any": list(trees)}


MANY, MORE = spent("gte", 100), spent("gte", 1000)

COVERED = [
    (None, MANY),
    (MANY, MANY),
    (some(MANY, city("eq", "hz")), some(MANY, city("eq", "hz"))),
    # numbers: as far as the wider one reaches, its ends as it says
    (MANY, MORE),
    (MANY, spent("gt", 100)),
    (MANY, spent("eq", 100)),
    (MANY, spent("between", [100, 200])),
    (spent("gt", 100), spent("gt", "100")),
    (spent("gt", 100), spent("gte", 101)),
    (spent("lte", 200), spent("lt", 200)),
    (spent("lte", 200), spent("lte", "200")),
    (spent("lte", 200), spent("between", [100, 200])),
    (spent("lt", 200), spent("lt", "200")),
    (spent("lt", 200), spent("lte", 199)),
    (spent("between", [100, 200]), spent("eq", 100)),
    (spent("between", [100, 200]), spent("eq", 200)),
    (spent("between", [100, 200]), spent("between", ["100", "200"])),
    (spent("between", [100, 100]), spent("eq", 100)),
    (spent("eq", 100), spent("eq", "100")),
    (spent("eq", 100), spent("between", [100, 100])),
    # words
    (city("in", ["hz", "wz"]), city("eq", "hz")),
    (city("in", ["hz", "wz"]), city("in", ["wz", "hz"])),
    (city("in", ["hz", "wz"]), city("in", ["wz"])),
    (city("eq", "hz"), city("in", ["hz"])),
    # whatever compares with a value is filled
    (city("filled"), city("eq", "hz")),
    (spent("filled"), spent("gte", 1)),
    # several at once
    (MANY, every(MORE, city("eq", "hz"))),
    (every(MANY, city("in", ["hz", "wz"])), every(city("eq", "hz"), MORE)),
    (every(MANY, city("ne", "hz")), every(MORE, city("ne", "hz"))),
    (every(), None),
    (some(MORE, city("eq", "hz")), city("eq", "hz")),
    (some(MORE, city("eq", "hz")), spent("gte", 2000)),
    (some(every(MORE, city("eq", "hz")), MANY), every(MORE, city("eq", "wz"))),
]
FREE = [
    (MANY, None),
    (MORE, MANY),
    (spent("gt", 100), MANY),
    (spent("gt", 100), spent("between", [100, 200])),
    (spent("lt", 200), spent("lte", 200)),
    (spent("lt", 200), spent("between", [100, 200])),
    (spent("lte", 200), spent("between", [100, 201])),
    (MANY, spent("between", [99, 200])),
    (MANY, spent("lte", 1000)),
    (spent("lte", 1000), MANY),
    (spent("between", [100, 200]), spent("eq", 99)),
    (spent("between", [100, 200]), spent("eq", 201)),
    (spent("between", [100, 200]), MANY),
    (spent("between", [100, 200]), spent("lte", 200)),
    (spent("eq", 100), MANY),
    (spent("eq", 100), spent("ne", 100)),
    (MANY, spent("ne", 100)),
    # what is no pair of numbers says nothing
    (spent("between", ["a", "b"]), spent("eq", 100)),
    (spent("between", [100, "b"]), spent("eq", 100)),
    (spent("between", [100]), spent("eq", 100)),
    (spent("between", [100, 200, 300]), spent("eq", 100)),
    (city("between", ["a", "z"]), city("eq", "hz")),
    # words
    (city("in", ["hz"]), city("in", ["hz", "wz"])),
    (city("eq", "hz"), city("eq", "wz")),
    (city("ne", "hz"), city("eq", "wz")),  # true, but nothing is said about it
    (city("not_in", ["hz"]), city("eq", "hz")),
    (city("in", ["hz"]), city("not_in", ["hz"])),
    (city("in", "hz"), city("eq", "h")),
    (city("eq", "571"), city("eq", "0571")),  # texts, whatever they look like
    (city("in", ["571"]), city("eq", "0571")),
    (city("eq", "hz"), city("contains", "hz")),
    (city("contains", "hz"), city("eq", "hz")),
    # filled
    (city("filled"), city("empty")),
    (city("filled"), city("ne", "hz")),
    (city("filled"), city("not_in", ["hz"])),
    (city("filled"), spent("gte", 1)),
    (city("eq", "hz"), city("filled")),
    (city("empty"), city("eq", "hz")),
    # other fields, several at once
    (MANY, {**MORE, "field": "t.other"}),
    (every(MANY, city("eq", "hz")), every(MORE, city("eq", "wz"))),
    (every(MANY, city("eq", "hz")), MORE),
    (every(MANY, some(city("eq", "hz"), city("eq", "wz"))), MORE),
    (MANY, every(MORE, some(city("eq", "hz"), city("eq", "wz")))),
    (MANY, some(MORE, city("eq", "hz"))),
    (some(MORE, city("eq", "hz")), MANY),
    (some(), MANY),
]


@pytest.mark.parametrize(("earlier", "later"), COVERED)
def test_a_row_that_an_earlier_one_always_catches(earlier, later):
    assert covers(earlier, later) is True


@pytest.mark.parametrize(("earlier", "later"), FREE)
def test_a_row_that_some_cases_reach(earlier, later):
    assert covers(earlier, later) is False


# --- reading -----------------------------------------------------------------------------------------------------------

BIG = {"when": MORE, "then": "big"}
REST = {"then": "small"}


def table(*rows, **changed):
    whole = {"code": "size", "kind": "decision_table", "title": "规模", "outcomes": [{"code": "big", "label": "大"}, {"code": "small"}], "rows": list(rows)}
    return {**whole, **changed}


def alert(*levels, **changed):
    return {"code": "churn", "kind": "alert", "title": "流失预警", "levels": list(levels), **changed}


HIGH = {"code": "high", "label": "流失风险", "when": MORE, "reason": "久未下单", "notify": ["owner"], "due": "上门", "days": 3}


def fatal(tree):
    return [(problem.path, problem.message) for problem in parse(tree, KNOWN).problems if problem.fatal]


def test_a_table_is_read():
    found = parse(table(BIG, REST), KNOWN)
    assert found.sound, found.problems
    assert [(row.when, row.then, row.reason) for row in found.content.rows] == [(MORE, "big", ""), (None, "small", "")]
    assert inputs_of(found.content.rows) == ["t.spent"]


@pytest.mark.parametrize(
    ("rows", "path", "said"),
    [
        ([], "rows", ""),
        ([{"when": MORE}, REST], "rows.0.then", ""),
        ([{**BIG, "then": "huge"}, REST], "rows.0.then", ""),
        ([{**BIG, "reason": "x" * 201}, REST], "rows.0.reason", ""),
        ([{**BIG, "wen": 1}, REST], "rows.0.wen", ""),
        ([REST, BIG], "rows.1", "第 2 行永远轮不到：符合它的都已被第 1 行接住"),
        ([BIG, {"when": MANY, "then": "small"}], "rows.1", "最后一行不写 when"),
        ([{**BIG, "when": {"field": "t.spend", "op": "gte", "value": 1}}, REST], "rows.0.when", "是不是 t.spent"),
        ([{**BIG, "when": every(MORE, {"field": "t.spend", "op": "gte", "value": 1})}, REST], "rows.0.when.all.1", "是不是 t.spent"),
        ([{**BIG, "when": {"field": "t.shop", "op": "gte", "value": 1}}, REST], "rows.0.when", "t.shop 不是这类对象的指标"),
        ([{**BIG, "when": {"field": "outcome.stores", "op": "eq", "value": "A"}}, REST], "rows.0.when", "outcome.stores 不是这类对象的指标"),
        ([{**BIG, "when": "很多"}, REST], "rows.0.when", ""),
    ],
)
def test_what_is_wrong_with_a_row_stands_at_its_place(rows, path, said):
    found = fatal(table(*rows))
    assert [where for where, message in found if where.startswith(path) and said in message], found


@pytest.mark.parametrize(
    "row",
    [
        {**BIG, "reason": "x" * 200},
        {**BIG, "when": {"field": "outcome.grade", "op": "eq", "value": "A"}},
        {**BIG, "when": every(MORE, city("eq", "hz"))},
    ],
)
def test_what_is_right_is_left_alone(row):
    assert fatal(table(row, REST)) == []


def test_an_outcome_that_no_row_gives_is_told_and_allowed():
    found = parse(table({"then": "small"}), KNOWN)
    assert found.sound
    assert [(problem.path, problem.message) for problem in found.problems] == [("outcomes.0", "没有一行给出「大」")]


def test_a_row_with_a_fault_is_not_also_called_unreachable():
    """One thing at a time: what covers what is asked of sound conditions."""
    found = fatal(table({"when": MANY, "then": "big"}, {"when": every(MORE, {**MORE, "field": "t.spend"}), "then": "big"}, REST))
    assert found and not [message for _path, message in found if "轮不到" in message]


MALFORMED = [{"field": "t.spent"}, {"field": "t.spent", "op": "between", "value": 5}, {"any": 5}, {"all": [5]}, {"any": ["x"]}, {"all": [{}]}, {}, 5, "很多", []]


@pytest.mark.parametrize("when", MALFORMED)
@pytest.mark.parametrize("first", [True, False])
def test_a_malformed_condition_is_held_against_no_other_row(when, first):
    """Whatever somebody types is told and stops nothing, before a sound row or after it."""
    wrong = {"when": when, "then": "big", "reason": "x" * 201}
    found = fatal(table(*([wrong, BIG] if first else [BIG, wrong]), REST))
    assert found and not [message for _path, message in found if "轮不到" in message]


def test_a_misspelt_when_blames_no_other_row():
    assert [path for path, _message in fatal(table({"wehn": MORE, "then": "big"}, BIG, REST))] == ["rows.0.wehn"]
    assert [path for path, _message in fatal(alert({"code": "high"}, {"code": "watch", "when": MANY}))] == ["levels.0.when"]


def test_a_fault_of_another_row_does_not_hide_it():
    rows = [{"when": MANY, "then": "big"}, BIG, *({"when": city("eq", "hz"), "then": "small"} for _place in range(8)), {**BIG, "reason": "x" * 201}, REST]
    assert ("rows.1", "第 2 行永远轮不到：符合它的都已被第 1 行接住") in fatal(table(*rows))


def test_another_name_is_proposed_for_an_unknown_metric_only():
    assert not [message for _path, message in fatal(table({**BIG, "when": {**MORE, "value": "很多"}}, REST)) if "是不是" in message]


def test_a_sound_row_is_called_unreachable_beside_a_faulty_one():
    found = fatal(table({"when": MANY, "then": "big"}, {**BIG, "reason": "x"}, {**REST, "reason": "x" * 201}))
    assert ("rows.1", "第 2 行永远轮不到：符合它的都已被第 1 行接住") in found


def test_an_alert_is_read():
    found = parse(alert(HIGH, {"code": "watch", "when": MANY}), KNOWN)
    assert found.sound, found.problems
    assert [(one.code, one.label, one.rank, one.strategy) for one in found.content.outcomes] == [("high", "流失风险", 0, ""), ("watch", "watch", 1, "")]
    assert [(one.notify, one.due, one.days) for one in found.content.responses] == [(("owner",), "上门", 3), ((), "", None)]


@pytest.mark.parametrize("level", [{"code": "x" * 40}, {"label": "x" * 40}, {"strategy": "x" * 1000}, {"reason": "x" * 200}, {"days": 0}, {"days": 366}])
def test_the_edges_of_a_level_belong(level):
    assert fatal(alert({**HIGH, **level})) == []


@pytest.mark.parametrize(
    ("level", "path"),
    [
        ({"code": None}, "levels.0.code"),
        ({"code": "x" * 41}, "levels.0.code"),
        ({"label": "x" * 41}, "levels.0.label"),
        ({"strategy": "x" * 1001}, "levels.0.strategy"),
        ({"reason": "x" * 201}, "levels.0.reason"),
        ({"days": -1}, "levels.0.days"),
        ({"days": 367}, "levels.0.days"),
        ({"notify": ["nobody"]}, "levels.0.notify"),
        ({"when": None}, "levels.0"),
    ],
)
def test_what_is_wrong_with_a_level(level, path):
    found = fatal(alert({key: value for key, value in {**HIGH, **level}.items() if value is not None}))
    assert [where for where, _message in found if where.startswith(path)], found


def test_an_alert_without_levels():
    assert [where for where, _message in fatal(alert()) if where == "levels"]
