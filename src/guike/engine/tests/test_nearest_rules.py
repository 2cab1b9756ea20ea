"""Tables of cases without a database: what would change the outcome, the smallest change first (POL-05).

The card: spending 50 %, growth 20 %, city 10 %, agreement 10 %, years 10 %; A from 80, B from 50, else C.
"""

from decimal import Decimal

import pytest

from guike.engine.metrics import REGISTRY, Registry, ValueKind
from guike.engine.metrics.declare import Metric
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.content import Band, Characteristic, Content, Outcome, Row
from guike.engine.policies.nearest import nearest

D = Decimal
REG = Registry()
REG.subjects = dict(REGISTRY.subjects)
REG.metrics = {
    one.code: one
    for one in (
        Metric(code="spent", label="采购额", value=ValueKind.MONEY),
        Metric(code="growth", label="增长率", value=ValueKind.PERCENT),
        Metric(code="city", label="城市", value=ValueKind.TEXT, choices=(("hz", "杭州"), ("wz", "温州"))),
        Metric(code="type", label="类型", value=ValueKind.TEXT, choices=(("a", "甲"), ("b", "乙"), ("c", "丙"))),
        Metric(code="agreed", label="经销协议", value=ValueKind.FLAG),
        Metric(code="years", label="合作", value=ValueKind.YEARS),
        Metric(code="orders", label="订单", value=ValueKind.NUMBER, unit="单"),
    )
}
GRADE = Face("grade", "客户分级", "scorecard", "customer", (("A", "A 级"), ("C", "C 级")))
KNOWN = Catalogue(registry=REG, policies={"grade": GRADE})
LINES = (Outcome("A", "A 级", 0, at_least=D(80)), Outcome("B", "B 级", 1, at_least=D(50)), Outcome("C", "C 级", 2))
SPENT = Characteristic(
    "spent", D(50), (Band(D(100), low=D(1_000_000)), Band(D(60), D(100_000), D(1_000_000)), Band(D(10), high=D(100_000))), D(0), "采购额"
)
GROWTH = Characteristic("growth", D(20), (Band(D(0), high=D(0)), Band(D(50), D(0), D(20)), Band(D(100), low=D(20))), D(20), "增长率")
CITY = Characteristic("city", D(10), (Band(D(100), values=("hz",), label="省会"), Band(D(40))), D(0), "城市")
AGREED = Characteristic("agreed", D(10), (Band(D(100), values=(True,)), Band(D(0), values=(False,))), D(0), "经销协议")
YEARS = Characteristic("years", D(10), (Band(D(0), high=D(2)), Band(D(60), D(2), D(5)), Band(D(100), low=D(5))), D(0), "合作")
CARD = Content("grade", "scorecard", "客户分级", outcomes=LINES, characteristics=(SPENT, GROWTH, CITY, AGREED, YEARS))


def told(content, **values):
    return [(move.direction, move.text, move.detail) for move in nearest(content, values, KNOWN)]


def card(*characteristics, lines=LINES):
    return Content("grade", "scorecard", "客户分级", outcomes=lines, characteristics=characteristics)


def test_down_by_the_smallest_move_and_where_nothing_leads_up_the_best_gain():
    """30 for spending, 10 for growth, 4 for the city, 6 for three years: 50, just a B."""
    assert told(CARD, spent=D(500_000), growth=D(10), city="wz", agreed=False, years=D(3)) == [
        ("down", "采购额再少 40 万元，降为 C 级", "到「不足 10 万元」，总分 25"),
        ("down", "增长率再少 10.01 个百分点，降为 C 级", "到「不足 0%」，总分 40"),
        ("same", "采购额再多 50 万元，仍为 B 级", "到「100 万元以上」，总分 70"),
    ]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        # two bands up, since one band up makes 34
        ({"spent": D(50_000), "growth": D(-5), "city": "wz", "agreed": False, "years": D(0)}, [("up", "采购额再多 95 万元，升为 B 级", "到「100 万元以上」，总分 54")]),
        # nothing known: 4 for what is missing of growth; a value is named whole
        ({}, [("up", "采购额为 100 万元，升为 B 级", "到「100 万元以上」，总分 54")]),
        ({"spent": D(2_000_000), "growth": D(30), "city": "hz", "agreed": True, "years": D(6)}, [("down", "采购额再少 190 万元，降为 B 级", "到「不足 10 万元」，总分 55")]),
        # at the very edge a cent is enough; what is not known yet may still bring points
        ({"spent": D(1_000_000), "growth": D(20), "city": "hz", "years": D(5)}, [
            ("down", "采购额再少 0.01 元，降为 B 级", "到「10～100 万元」，总分 70"),
            ("down", "增长率再少 20.01 个百分点，降为 B 级", "到「不足 0%」，总分 70"),
            ("same", "经销协议为是，仍为 A 级", "到「是」，总分 100"),
        ]),
    ],
)  # fmt: skip
def test_the_moves_of_a_card(values, expected):
    assert told(CARD, **values) == expected


SIX = (Outcome("A", "A 级", 0, at_least=D(6)), Outcome("B", "B 级", 1, at_least=D(4)), Outcome("C", "C 级", 2))
ORDERS = Characteristic("orders", D(100), (Band(D(1), high=D(3)), Band(D(5), D(3), D(4)), Band(D(9), low=D(4))), D(5), "订单")
FALLING = Characteristic("orders", D(100), (Band(D(9), high=D(3)), Band(D(5), D(3), D(7)), Band(D(1), low=D(7))), D(0), "订单")
TOWNS = Characteristic("city", D(100), (Band(D(1), values=("hz", "wz")), Band(D(9))), D(0), "城市")
ANY = Characteristic("orders", D(100), (Band(D(5)),), D(1), "订单")

TYPE = Characteristic("type", D(10), (Band(D(100), values=("a",)), Band(D(40))), D(0), "类型")
BROKEN = Characteristic("agreed", D(10), (Band(D(100), values=(True,)), Band(D(0))), D(0), "经销协议")
KEPT = Characteristic("agreed", D(10), (Band(D(0), values=(False,)), Band(D(100))), D(0), "经销协议")
LEVEL = Characteristic("orders", D(10), (Band(D(30), high=D(3)), Band(D(30), low=D(3))), D(0), "订单")


@pytest.mark.parametrize(
    ("one", "now", "expected"),
    [
        (ORDERS, D(5), [("down", "订单再少 2 单，降为 B 级", "到「3～4 单」，总分 5")]),
        (ORDERS, D(3), [("up", "订单再多 1 单，升为 A 级", "到「4 单以上」，总分 9"), ("down", "订单再少 1 单，降为 C 级", "到「不足 3 单」，总分 1")]),
        (ORDERS, D(2), [("up", "订单再多 1 单，升为 B 级", "到「3～4 单」，总分 5")]),
        (ORDERS, None, [("up", "订单为 4 单，升为 A 级", "到「4 单以上」，总分 9"), ("down", "订单为 2 单，降为 C 级", "到「不足 3 单」，总分 1")]),
        (FALLING, D(9), [("up", "订单再少 3 单，升为 B 级", "到「3～7 单」，总分 5")]),
        (FALLING, D(4), [("up", "订单再少 2 单，升为 A 级", "到「不足 3 单」，总分 9"), ("down", "订单再多 3 单，降为 C 级", "到「7 单以上」，总分 1")]),
        (ANY, None, [("up", "订单有了数值，升为 B 级", "到「不限」，总分 5")]),
        # years of cooperation do not shrink, though the band below would lead down
        (YEARS, D(3), [("same", "合作再多 2 年，仍为 A 级", "到「5 年以上」，总分 10")]),
        (YEARS, D(1), [("up", "合作再多 1 年，升为 A 级", "到「2～5 年」，总分 6")]),
        (YEARS, D(2), [("same", "合作再多 3 年，仍为 A 级", "到「5 年以上」，总分 10")]),
        (YEARS, None, [("up", "合作为 2 年，升为 A 级", "到「2～5 年」，总分 6")]),
        (YEARS, D(5), []),
        (TYPE, "a", [("down", "类型为其他，降为 B 级", "到「其他」，总分 4")]),  # two types are left, neither of which is meant
        (CITY, "nb", [("up", "城市为杭州，升为 A 级", "到「省会」，总分 10")]),
        (CITY, "hz", [("down", "城市为温州，降为 B 级", "到「其他」，总分 4")]),
        (TOWNS, "wz", [("up", "城市为其他，升为 A 级", "到「其他」，总分 9")]),
        (TOWNS, "nb", [("down", "城市为杭州，降为 C 级", "到「杭州、温州」，总分 1")]),
        (BROKEN, True, [("down", "经销协议为否，降为 C 级", "到「其他」，总分 0")]),
        (KEPT, False, [("up", "经销协议为是，升为 A 级", "到「其他」，总分 10")]),
        (LEVEL, D(1), []),  # the same points are no gain
        (AGREED, True, [("down", "经销协议为否，降为 C 级", "到「否」，总分 0")]),
        (AGREED, False, [("up", "经销协议为是，升为 A 级", "到「是」，总分 10")]),
    ],
)  # fmt: skip
def test_the_nearest_value_of_another_band(one, now, expected):
    assert told(card(one, lines=SIX), **{one.metric: now}) == expected


def test_moves_are_ranked_by_how_far_they_are_and_three_each_way_are_told():
    """Bands apart come first, then the size against the value itself: 1 of 4 orders is less than 2,000 of 3,000."""
    codes = ("spent", "orders", "growth", "years")
    ten = tuple(Characteristic(code, D(25), (Band(D(0), high=D(4)), Band(D(100), low=D(4))), D(0), code) for code in codes)
    half = (Outcome("A", "A 级", 0, at_least=D(25)), Outcome("B", "B 级", 1))
    low = {"spent": D(1), "orders": D(3), "growth": D(2), "years": D("3.5")}
    assert [move.metric for move in nearest(card(*ten, lines=half), low, KNOWN)] == ["years", "orders", "growth"]
    far = Characteristic("orders", D(50), (Band(D(0), high=D(4)), Band(D(1), D(4), D(5)), Band(D(100), low=D(5))), D(0), "orders")
    near = Characteristic("spent", D(50), (Band(D(0), high=D(4)), Band(D(100), low=D(1_000_000))), D(0), "spent")
    assert [move.metric for move in nearest(card(far, near, lines=half), {"spent": D(1), "orders": D(3)}, KNOWN)] == ["spent", "orders"]
    word = Characteristic("city", D(50), (Band(D(100), values=("hz",)), Band(D(0))), D(0), "city")
    assert [move.metric for move in nearest(card(word, near, lines=half), {"spent": D(3), "city": "wz"}, KNOWN)] == ["spent", "city"]
    assert [move.metric for move in nearest(card(far, word, lines=half), {"orders": D(3), "city": "wz"}, KNOWN)] == ["city", "orders"]
    fall = Characteristic("growth", D(50), (Band(D(0), low=D(0)), Band(D(100), high=D(0))), D(0), "growth")
    assert [move.metric for move in nearest(card(fall, word, lines=half), {"growth": D(20), "city": "wz"}, KNOWN)] == ["city", "growth"]
    one = Characteristic("years", D(50), (Band(D(0), high=D(1)), Band(D(100), low=D(1))), D(0), "years")
    three = Characteristic("orders", D(50), (Band(D(0), high=D(4)), Band(D(100), low=D(4))), D(0), "orders")
    assert [move.metric for move in nearest(card(one, three, lines=half), {"years": D(0), "orders": D(1)}, KNOWN)] == ["orders", "years"]
    assert [(move.now, move.then, move.score) for move in nearest(card(far, lines=half), {"orders": D(3)}, KNOWN)] == [(3, 5, 50)]


def test_the_best_gain_is_the_largest_and_of_equals_the_nearest():
    never = (Outcome("A", "A 级", 0, at_least=D(99)), Outcome("C", "C 级", 1))
    assert told(card(SPENT, GROWTH, CITY, lines=never), spent=D(1), growth=D(1), city="wz") == [
        ("same", "采购额再多 100 万元，仍为 C 级", "到「100 万元以上」，总分 64")
    ]
    far = Characteristic("orders", D(40), (Band(D(0), high=D(4)), Band(D(0), D(4), D(5)), Band(D(100), low=D(5))), D(0), "订单")
    near = Characteristic("years", D(40), (Band(D(0), high=D(4)), Band(D(100), low=D(4))), D(0), "合作")
    for order in ((far, near), (near, far)):
        (move,) = nearest(card(*order, lines=never), {"orders": D(3), "years": D(3)}, KNOWN)
        assert (move.metric, move.score) == ("years", 40)
    wide = Characteristic("orders", D(40), (Band(D(0), high=D(4)), Band(D(100), low=D(1000))), D(0), "订单")
    (move,) = nearest(card(wide, Characteristic("spent", D(40), far.bands, D(0), "采购额"), lines=never), {"orders": D(3), "spent": D(3)}, KNOWN)
    assert move.metric == "orders"  # one band up, though a thousand orders are further than the two bands of the other
    assert told(card(far, lines=never), orders=D(6)) == []  # down to fewer points is no gain, nor are the same points


def both(*branches):
    return {"all": list(branches)}


TABLE = Content(
    "table", "decision_table", "表", outcomes=LINES, rows=(
        Row(both({"field": "spent", "op": "gte", "value": 100_000}, {"field": "orders", "op": "between", "value": [3, 10]}), "A"),
        Row({"field": "city", "op": "in", "value": ["hz", "wz"]}, "B"),
        Row(None, "C"),
    ),
)  # fmt: skip
FLAGS = Content(
    "flags", "decision_table", "表", outcomes=LINES, rows=(
        Row({"field": "agreed", "op": "eq", "value": True}, "A"),
        Row({"field": "outcome.grade", "op": "eq", "value": "A"}, "B"),
        Row(None, "C"),
    ),
)  # fmt: skip
SEVERAL = Content(
    "several", "decision_table", "表", outcomes=LINES, hit="collect", rows=(
        Row({"field": "agreed", "op": "eq", "value": True}, "A"),
        Row({"field": "orders", "op": "gte", "value": 3}, "B"),
        Row({"field": "city", "op": "empty"}, "C"),
    ),
)  # fmt: skip
EITHER = Content(
    "either", "decision_table", "表", outcomes=LINES, hit="collect", rows=(
        Row({"field": "agreed", "op": "eq", "value": True}, "A"),
        Row({"field": "orders", "op": "gte", "value": 3}, "B"),
        Row({"field": "orders", "op": "lt", "value": 3}, "C"),
    ),
)  # fmt: skip
ODD = Content("odd", "decision_table", "表", outcomes=LINES, rows=(Row({"field": "spent", "op": "gte", "value": 3}, "A"), Row(None, "C")))


@pytest.mark.parametrize(
    ("table", "values", "expected"),
    [
        (TABLE, {"spent": D(50_000), "orders": D(5), "city": "nb"}, [("up", "采购额再多 5 万元，升为 A 级", "到 10 万元"), ("up", "城市为杭州，升为 B 级", "到 杭州")]),
        (TABLE, {"spent": D(100_000), "orders": D(3), "city": "hz"}, [("down", "采购额再少 0.01 元，降为 B 级", "到「不足 10 万元」"), ("down", "订单再少 1 单，降为 B 级", "到 2 单")]),
        (TABLE, {"spent": D(200_000), "orders": D(10), "city": "nb"}, [("down", "订单再多 1 单，降为 C 级", "到 11 单"), ("down", "采购额再少 10 万元，降为 C 级", "到「不足 10 万元」")]),
        (TABLE, {}, [("up", "城市为杭州，升为 B 级", "到 杭州")]),
        (FLAGS, {"agreed": False}, [("up", "经销协议为是，升为 A 级", "到 是"), ("up", "客户分级为 A 级，升为 B 级", "到 A 级")]),
        (FLAGS, {"agreed": True, "outcome.grade": "A"}, [("down", "经销协议为否，降为 B 级", "到 否")]),
        (ODD, {"spent": D(5)}, [("down", "采购额再少 2.01 元，降为 C 级", "到「不足 3 元」")]),
        (ODD, {"spent": D(1)}, [("up", "采购额再多 2 元，升为 A 级", "到 3 元")]),
        (EITHER, {"agreed": True, "orders": D(3)}, [("down", "订单再少 1 单，变为 A 级、C 级", "到 2 单"), ("down", "经销协议为否，变为 B 级", "到 否")]),
        (EITHER, {"agreed": True, "orders": D(2)}, [("up", "订单再多 1 单，变为 A 级、B 级", "到 3 单"), ("down", "经销协议为否，变为 C 级", "到 否")]),
        (SEVERAL, {"agreed": False, "orders": D(1), "city": "hz"}, [("up", "订单再多 2 单，变为 B 级", "到 3 单"), ("up", "经销协议为是，变为 A 级", "到 是")]),
        (SEVERAL, {"agreed": True, "orders": D(1), "city": "hz"}, [("up", "订单再多 2 单，变为 A 级、B 级", "到 3 单"), ("down", "经销协议为否，变为未定", "到 否")]),
        (SEVERAL, {"agreed": True, "orders": D(3), "city": "hz"}, [("down", "订单再少 1 单，变为 A 级", "到 2 单"), ("down", "经销协议为否，变为 B 级", "到 否")]),
    ],
)  # fmt: skip
def test_the_moves_of_a_table(table, values, expected):
    assert told(table, **values) == expected
