"""Tables of cases without a database: conditions and bands over plain values, with the meaning of their SQL (POL-05)."""

from datetime import date
from decimal import Decimal

import pytest

from guike.engine.policies import match
from guike.engine.policies.content import Band, Characteristic, Content, Outcome, Row
from guike.engine.policies.quota import Taken

DAY = date(2026, 11, 26)


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (DAY, DAY),
        (5, Decimal(5)),
        (2.5, Decimal("2.5")),
        ("12.50", Decimal("12.50")),
        ("温州", "温州"),
    ],
)
def test_what_a_value_is_compared_as(value, plain):
    assert match.comparable(value) == plain and type(match.comparable(value)) is type(plain)


@pytest.mark.parametrize(
    ("op", "value", "operand", "answer"),
    [
        ("eq", 5, "5", True),
        ("eq", "温州", "温州", True),
        ("eq", "温州", "台州", False),
        ("eq", "A1", 5, False),
        ("eq", DAY, "2026-11-26", True),
        ("eq", DAY, DAY, True),
        ("eq", True, "true", True),
        ("eq", True, "false", False),
        ("eq", True, True, True),
        ("eq", False, "false", True),
        ("eq", "true", True, False),
        ("ne", 5, 6, True),
        ("ne", 5, 5, False),
        ("gte", 5, 5, True),
        ("gte", 4, 5, False),
        ("gt", 5, 5, False),
        ("gt", 6, 5, True),
        ("lte", 5, 5, True),
        ("lte", 6, 5, False),
        ("lt", 5, 5, False),
        ("lt", 4, 5, True),
        ("lt", DAY, "2026-11-27", True),
        ("gt", DAY, "2026-11-27", False),
        ("in", "A", ["A", "B"], True),
        ("in", "C", ["A", "B"], False),
        ("not_in", "C", ["A", "B"], True),
        ("not_in", "A", ["A", "B"], False),
        ("between", 1, [1, 3], True),
        ("between", 3, [1, 3], True),
        ("between", 0, [1, 3], False),
        ("between", 4, [1, 3], False),
        ("contains", "温州瓯泰阀门", "瓯泰", True),
        ("contains", "OUTAI", "outai", True),
        ("contains", "温州", "台州", False),
        ("empty", 0, None, False),
        ("filled", 0, None, True),
    ],
)
def test_each_operator(op, value, operand, answer):
    assert match.leaf_holds({"field": "x", "op": op, "value": operand}, {"x": value}) is answer


@pytest.mark.parametrize("op", sorted(match.TESTS))
def test_of_nothing_hold_only_what_says_not(op):
    leaf = {"field": "x", "op": op, "value": [1, 2] if op in ("in", "not_in", "between") else 1}
    for values in ({}, {"x": None}):
        assert match.leaf_holds(leaf, values) is (op in ("ne", "not_in", "empty"))


YES, NO = {"field": "x", "op": "eq", "value": 1}, {"field": "x", "op": "eq", "value": 2}


@pytest.mark.parametrize(
    ("tree", "answer"),
    [
        (None, True),
        ({}, True),
        (YES, True),
        (NO, False),
        ({"not": NO}, True),
        ({"not": YES}, False),
        ({"any": []}, True),
        ({"any": [NO, YES]}, True),
        ({"any": [NO, NO]}, False),
        ({"all": []}, True),
        ({"all": [YES, YES]}, True),
        ({"all": [YES, NO]}, False),
        ({"all": [{"any": [NO, YES]}, {"not": {"all": [YES, NO]}}]}, True),
    ],
)
def test_conditions_join(tree, answer):
    assert match.holds(tree, {"x": 1}) is answer


BANDS = Characteristic(
    "trade.year",
    Decimal(40),
    (
        Band(Decimal(0), None, Decimal(10)),
        Band(Decimal(5), Decimal(10), Decimal(100)),
        Band(Decimal(9), Decimal(100), None),
    ),
    missing=Decimal(1),
)
CITIES = Characteristic("place.city", Decimal(60), (Band(Decimal(3), values=("温州", "台州")), Band(Decimal(1), None, None)))


@pytest.mark.parametrize(
    ("value", "place", "points"),
    [(None, -1, 1), (-5, 0, 0), (Decimal("9.99"), 0, 0), (10, 1, 5), (Decimal("99.99"), 1, 5), (100, 2, 9), (10_000, 2, 9)],
)
def test_a_band_begins_with_its_lower_edge_and_ends_before_its_upper(value, place, points):
    assert match.band_of(BANDS, value) == place
    assert match.points_of(BANDS, place) == points


@pytest.mark.parametrize(("value", "place"), [("温州", 0), ("台州", 0), ("杭州", 1), (None, -1)])
def test_a_band_of_words(value, place):
    assert match.band_of(CITIES, value) == place


def test_a_value_in_no_band():
    assert match.band_of(Characteristic("x", Decimal(100), BANDS.bands[1:]), 5) == -1
    assert match.band_of(Characteristic("x", Decimal(100), BANDS.bands[1:2]), 100) == -1
    assert match.band_of(Characteristic("x", Decimal(100), ()), 100) == -1


OUTCOMES = (Outcome("A", "A 级", 0, at_least=Decimal(80)), Outcome("B", "B 级", 1, at_least=Decimal(60)), Outcome("C", "C 级", 2))


@pytest.mark.parametrize(
    ("score", "outcome"), [(100, "A"), (80, "A"), (Decimal("79.99"), "B"), (60, "B"), (Decimal("59.99"), "C"), (-1, "C")]
)
def test_the_best_outcome_whose_line_is_reached(score, outcome):
    assert match.outcome_at(Content("x", "scorecard", "x", outcomes=OUTCOMES), Decimal(score)) == outcome


@pytest.mark.parametrize(
    ("spent", "city", "score"),
    [(100, "温州", Decimal("5.40")), (10, "杭州", Decimal("2.60")), (None, None, Decimal("0.40")), (None, "台州", Decimal("2.20"))],
)
def test_points_by_weight_make_the_score(spent, city, score):
    """9 × 40 % + 3 × 60 % = 5.40; without a value the points for what is missing."""
    card = Content("x", "scorecard", "x", characteristics=(BANDS, CITIES))
    assert match.score_of(card, {"trade.year": spent, "place.city": city}) == score


@pytest.mark.parametrize(("spent", "outcome"), [(100, "A"), (10, "B"), (1, "C")])
def test_a_scorecard_decides_by_its_score(spent, outcome):
    lines = (Outcome("A", "A 级", 0, at_least=Decimal("3.60")), Outcome("B", "B 级", 1, at_least=Decimal(2)), Outcome("C", "C 级", 2))
    card = Content("x", "scorecard", "x", outcomes=lines, characteristics=(BANDS,))
    assert match.outcome_of(card, {"trade.year": spent}) == outcome


def test_below_every_line_there_is_no_outcome():
    assert match.outcome_at(Content("x", "scorecard", "x", outcomes=OUTCOMES[:2]), Decimal(10)) == ""


@pytest.mark.parametrize(
    ("hit", "values", "outcome"),
    [
        ("first", {"x": 1, "y": 1}, "B"),
        ("first", {"y": 1}, "A"),
        ("first", {}, ""),
        ("collect", {"x": 1, "y": 1}, "A+B"),
        ("collect", {"y": 1}, "A"),
        ("collect", {}, ""),
    ],
)
def test_a_table_takes_the_first_row_or_collects_in_the_order_of_its_outcomes(hit, values, outcome):
    rows = (Row({"field": "x", "op": "eq", "value": 1}, "B"), Row({"field": "y", "op": "eq", "value": 1}, "A"))
    assert match.outcome_of(Content("x", "decision_table", "x", outcomes=OUTCOMES, rows=rows, hit=hit), values) == outcome


@pytest.mark.parametrize(
    ("held", "coming", "over"), [(199, 1, False), (200, 1, True), (200, 0, False), (250, 0, False), (0, 201, True), (0, 200, False)]
)
def test_a_cap_is_broken_by_what_comes(held, coming, over):
    assert Taken(200, "全部", held, coming).over is over
