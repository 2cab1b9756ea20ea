"""Tables of cases without a database: what a scorecard says, and what is refused in it (POL-02)."""

from decimal import Decimal

import pytest

from guike.engine.metrics import REGISTRY, Registry, ValueKind
from guike.engine.metrics.declare import Metric
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.parse import parse

MONEY = Metric(code="t.spent", label="采购额", value=ValueKind.MONEY)
CITY = Metric(code="t.city", label="城市", value=ValueKind.TEXT, choices=(("hz", "杭州"), ("wz", "温州")))
WORD = Metric(code="t.word", label="评语", value=ValueKind.TEXT)
DEALER = Metric(code="t.dealer", label="经销协议", value=ValueKind.FLAG)
SHOP = Metric(code="t.shop", label="门店数", subject="shop")
LONG = Metric(code="t." + "x" * 58, label="名字正好 60 个字")
LONGER = Metric(code="t." + "x" * 59, label="名字 61 个字")
REG = Registry()
REG.subjects = dict(REGISTRY.subjects)
REG.metrics = {one.code: one for one in (MONEY, CITY, WORD, DEALER, SHOP, LONG, LONGER)}
KNOWN = Catalogue(registry=REG)
LINES = [{"code": "A", "label": "A 级", "from": 80}, {"code": "B", "from": 50}, {"code": "C"}]
BANDS = [{"from": 1000, "points": 100}, {"from": 100, "to": 1000, "points": 60}, {"to": 100, "points": 10}]
SPENT = {"metric": "t.spent", "weight": 100, "bands": BANDS}


def card(**changed):
    whole = {"code": "grade", "kind": "scorecard", "title": "客户分级", "outcomes": LINES, "characteristics": [SPENT], **changed}
    return {key: value for key, value in whole.items() if value is not None}


def read(text):
    return parse(text, KNOWN)


def one(**changed):
    """A card of one characteristic that differs so from the sound one."""
    return card(characteristics=[{key: value for key, value in {**SPENT, **changed}.items() if value is not None}])


def two(weight, other, **changed):
    city = {"metric": "t.city", "weight": other, "bands": [{"points": 100}], **changed}
    return card(characteristics=[{**SPENT, "weight": weight}, city])


def bands(*rows, metric="t.spent"):
    return card(characteristics=[{**SPENT, "metric": metric, "bands": list(rows)}], outcomes=[{"code": "全部"}])


def lines(*rows):
    return card(outcomes=list(rows))


def of(found):
    return [(problem.path, problem.message) for problem in found.problems if problem.fatal]


def test_a_card_is_read():
    found = read(one(weight=100, label="近一年采购额", missing=5))
    assert found.sound, found.problems
    assert [(o.code, o.label, o.rank, o.at_least) for o in found.content.outcomes] == [("A", "A 级", 0, 80), ("B", "B", 1, 50), ("C", "C", 2, None)]
    (spent,) = found.content.characteristics
    assert (spent.metric, spent.weight, spent.missing, spent.label) == ("t.spent", 100, 5, "近一年采购额")
    assert [(b.low, b.high, b.points) for b in spent.bands] == [(1000, None, 100), (100, 1000, 60), (None, 100, 10)]


def test_what_is_not_said_counts_as_nothing():
    (plain,) = read(one()).content.characteristics
    assert (plain.missing, plain.label) == (Decimal(0), "采购额")
    (blank,) = read(one(weight=None, bands=[{"label": "空"}])).content.characteristics
    assert (blank.weight, blank.bands[0].points) == (Decimal(0), Decimal(0))


C = {"code": "C"}
A = {"code": "A", "from": 80}


@pytest.mark.parametrize(
    ("text", "path", "words"),
    [
        (card(outcomes=None), "outcomes", "至少要有一项"),
        (lines(A, {**A, "from": 50}, C), "outcomes.1.code", "「A」重复或含 +"),
        (lines({**A, "code": "A+"}, C), "outcomes.0.code", "「A+」重复或含 +"),
        (lines({"from": 80}, C), "outcomes.0.code", "缺少 code"),
        (lines({**A, "code": "长" * 41}, C), "outcomes.0.code", "超过 40 个字"),
        (lines({**A, "label": "长" * 41}, C), "outcomes.0.label", "超过 40 个字"),
        (lines({**A, "strategy": "长" * 1001}, C), "outcomes.0.strategy", "超过 1000 个字"),
        (lines({**A, "note": "长" * 1001}, C), "outcomes.0.note", "超过 1000 个字"),
        (lines({**A, "from": -1}, C), "outcomes.0.from", "应在 0～100 之间"),
        (lines({**A, "from": 101}, C), "outcomes.0.from", "应在 0～100 之间"),
        (lines({**A, "form": 3}, C), "outcomes.0.form", "不认识 form，是不是 from？"),
        (lines(A, {**C, "from": 10}), "outcomes.1.from", "最低的「C」不写 from"),
        (lines(A, {"code": "B"}, C), "outcomes.1", "「B」缺少起始分 from"),
        (lines(A, {"code": "B", "from": 80}, C), "outcomes.0.from", "「A」80 分，下一级「B」80 分"),
        (lines(A, {"code": "B", "from": 81}, C), "outcomes.0.from", "「A」80 分，下一级「B」81 分"),
        (card(characteristics=None), "characteristics", "至少要有一项"),
        (card(characteristics=[{**SPENT, "weight": 50}] * 2), "characteristics.1.metric", "t.spent 用了两次"),
        (two(60, 39), "characteristics", "权重合计 99%，还差 1%"),
        (two(60, 41), "characteristics", "权重合计 101%，多出 1%"),
        (one(metric=None), "characteristics.0.metric", "缺少 metric"),
        (one(metric="t.spend"), "characteristics.0.metric", "没有指标 t.spend，是不是 t.spent？"),
        (one(metric="t.shop"), "characteristics.0.metric", "不是这类对象的指标"),
        (one(metric=LONGER.code), "characteristics.0.metric", "超过 60 个字"),
        (one(weight=None), "characteristics.0.weight", "缺少 weight"),
        (two(101, -1), "characteristics.0.weight", "应在 0～100 之间"),
        (two(101, -1), "characteristics.1.weight", "应在 0～100 之间"),
        (two(Decimal("66.667"), Decimal("33.333")), "characteristics.0.weight", "最多两位小数"),
        (one(missing=-1), "characteristics.0.missing", "应在 0～100 之间"),
        (one(missing=101), "characteristics.0.missing", "应在 0～100 之间"),
        (one(label="长" * 41), "characteristics.0.label", "超过 40 个字"),
        (one(wieght=1), "characteristics.0.wieght", "是不是 weight？"),
        (one(bands=None), "characteristics.0.bands", "至少要有一项"),
        (bands({"label": "全部"}), "characteristics.0.bands.0.points", "缺少 points"),
        (bands({"points": 101}), "characteristics.0.bands.0.points", "应在 0～100 之间"),
        (bands({"points": -1}), "characteristics.0.bands.0.points", "应在 0～100 之间"),
        (bands({"points": 1, "label": "长" * 41}), "characteristics.0.bands.0.label", "超过 40 个字"),
        (bands({"points": 1, "form": 1}), "characteristics.0.bands.0.form", "是不是 from？"),
        (bands({"points": 1, "values": [3]}), "characteristics.0.bands.0", "「采购额」是数值，分档写 from、to"),
        (bands({"to": 5, "points": 1}, {"from": 5, "to": 5, "points": 2}, {"from": 5, "points": 3}), "characteristics.0.bands.1", "上限不大于下限"),
        (bands({"to": 5, "points": 1}, {"from": 5, "to": 9, "points": 2}), "characteristics.0.bands.1", "9 元以上没有档：最高一档不写 to"),
        (bands({"from": 5, "points": 1}), "characteristics.0.bands.0", "不足 5 元 没有档：最低一档不写 from"),
        (bands({"from": 9, "points": 2}, {"from": 5, "to": 9, "points": 1}), "characteristics.0.bands.1", "不足 5 元 没有档"),
        (bands({"points": 1}, {"points": 2}), "characteristics.0.bands.0", "有两档都没有边界"),
        (bands({"to": 4, "points": 1}, {"from": 5, "points": 2}), "characteristics.0.bands.0", "4～5 元 之间没有档"),
        (bands({"to": 6, "points": 1}, {"from": 5, "points": 2}), "characteristics.0.bands.0", "「不足 6 元」和「5 元以上」两档重叠"),
        (bands({"from": 5, "points": 2}, {"to": 4, "points": 1}), "characteristics.0.bands.1", "4～5 元 之间没有档"),
        (bands({"from": 1, "points": 1}, {"points": 2}, metric="t.city"), "characteristics.0.bands.0", "「城市」不是数值，分档写 values"),
        (bands({"to": 1, "points": 1}, {"points": 2}, metric="t.city"), "characteristics.0.bands.0", "「城市」不是数值，分档写 values"),
        (bands({"values": ["hz"], "points": 1}, {"values": ["hz", "wz"], "points": 2}, metric="t.city"), "characteristics.0.bands.1", "「杭州」写在两档里"),
        (bands({"values": ["hz", "nb"], "points": 1}, {"points": 2}, metric="t.city"), "characteristics.0.bands.0", "「城市」没有「nb」这一项"),
        (bands({"values": [True, "x"], "points": 1}, {"points": 2}, metric="t.dealer"), "characteristics.0.bands.0", "「经销协议」没有「x」这一项"),
        (bands({"points": 1}, {"values": ["hz"], "points": 2}, metric="t.city"), "characteristics.0.bands.0", "要放在最后"),
        (bands({"values": ["hz"], "points": 1}, {"points": 3}, {"values": ["wz"], "points": 2}, metric="t.city"), "characteristics.0.bands.1", "要放在最后"),
        (bands({"values": ["hz"], "points": 1}, metric="t.city"), "characteristics.0.bands", "「城市」还有取值没有档：温州"),
        (bands({"values": [True], "points": 1}, metric="t.dealer"), "characteristics.0.bands", "「经销协议」还有取值没有档：否"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_once_where_it_stands(text, path, words):
    told = of(read(text))
    assert [at for at, message in told if words in message].count(path) == 1, told


@pytest.mark.parametrize(
    "text",
    [
        lines({**A, "code": "长" * 40, "label": "长" * 40, "strategy": "长" * 1000, "note": "长" * 1000}, C),
        lines({**A, "from": 100}, {"code": "B", "from": 0}, C),
        lines({"code": "全部"}),
        two(0, 100),
        two(Decimal("66.66"), Decimal("33.34")),
        two(60, 40),
        one(missing=0),
        one(missing=100, label="长" * 40),
        one(metric=LONG.code),
        bands({"points": 0}),
        bands({"points": 100, "label": "长" * 40}),
        bands({"from": -5, "points": 1}, {"to": -5, "points": 2}),
        bands({"to": 5, "points": 1}, {"from": 5, "points": 2}),
        bands({"from": 0, "to": 5, "points": 2}, {"to": 0, "points": 1}, {"from": 5, "points": 3}),
        bands({"values": ["hz"], "points": 1}, {"points": 2}, metric="t.city"),
        bands({"values": ["hz"], "points": 1}, {"values": ["wz"], "points": 2}, metric="t.city"),
        bands({"values": "hz", "points": 1}, {"values": ["wz"], "points": 2}, metric="t.city"),
        bands({"values": [True], "points": 1}, {"values": [False], "points": 2}, metric="t.dealer"),
        bands({"values": ["随便什么"], "points": 1}, {"points": 2}, metric="t.word"),
        bands({"values": ["没有其余的一档"], "points": 1}, metric="t.word"),
    ],
)
def test_the_edges_are_allowed(text):
    found = read(text)
    assert found.sound, of(found)


@pytest.mark.parametrize(
    ("rows", "edges"),
    [
        # an edge that one neighbour leaves out is the other's
        ([{"from": 10, "points": 3}, {"from": 5, "points": 2}, {"to": 5, "points": 1}], [(10, None), (5, 10), (None, 5)]),
        ([{"to": 5, "points": 1}, {"to": 10, "points": 2}, {"from": 10, "points": 3}], [(None, 5), (5, 10), (10, None)]),
        ([{"from": 10, "points": 3}, {"to": 10, "points": 2}, {"to": 5, "points": 1}], [(10, None), (5, 10), (None, 5)]),
        ([{"to": 5, "points": 1}, {"points": 3}, {"to": 9, "points": 2}], [(None, 5), (9, None), (5, 9)]),
        ([{"to": 5, "points": 1}, {"from": 5, "points": 2}, {"from": 10, "points": 3}], [(None, 5), (5, 10), (10, None)]),
        ([{"to": 0, "points": 1}, {"from": 0, "to": 10, "points": 2}, {"from": 10, "points": 3}], [(None, 0), (0, 10), (10, None)]),
        ([{"from": -3, "points": 2}, {"from": 4, "points": 3}, {"to": -3, "points": 1}], [(-3, 4), (4, None), (None, -3)]),
    ],
)
def test_bands_take_a_missing_edge_from_their_neighbour_and_keep_their_places(rows, edges):
    found = read(bands(*rows))
    assert found.sound, of(found)
    assert [(band.low, band.high) for band in found.content.characteristics[0].bands] == edges


def test_bands_that_cannot_be_read_as_ranges_are_kept_as_they_stand():
    found = read(bands({"values": ["x"], "points": 7}, {"from": 3, "points": 8}))
    assert [band.points for band in found.content.characteristics[0].bands] == [7, 8]
