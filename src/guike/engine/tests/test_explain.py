"""Why: values, bands, points, rows behind, and the smallest changes that lead elsewhere (POL-05)."""

from datetime import date
from decimal import Decimal

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.engine import selectors, services
from guike.engine.metrics import REGISTRY
from guike.engine.policies import match
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.nearest import nearest
from guike.engine.policies.parse import parse_document
from guike.engine.policies.yaml_text import read
from guike.engine.tests.conftest import CARD
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
slow = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
a_value = st.fixed_dictionaries(
    {
        "trade.year": st.decimals(0, 9000, places=2, allow_nan=False),
        "trade.years": st.integers(0, 9),
        "opinion.loyalty": st.sampled_from([None, "high", "medium", "low"]),
    }
)
TABLE = """
code: shop-table
kind: decision_table
title: 门店判定
subject: shop
outcomes: [{code: key, label: 重点}, {code: plain, label: 普通}]
rows:
  - when: {all: [{field: trade.year, op: gte, value: 5000}, {field: trade.years, op: gte, value: 8}]}
    then: key
  - when: {any: [{field: opinion.signed, op: eq, value: true}, {field: trade.orders, op: gt, value: 10}]}
    then: key
  - then: plain
"""


def explain(subject, code="shop-grade", viewer=SYSTEM, day=None):
    return selectors.explain(viewer, code, subject.pk, day, subject_kind="shop")


def test_an_outcome_is_taken_apart(publish_card, three_shops):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    found = explain(three_shops[0])
    assert (found.outcome, found.label, found.score, found.version, found.as_of) == ("A", "A 级", Decimal("92.50"), 1, DAY)
    assert (found.clause, found.margin, found.strategy) == ("《门店分级办法》第八条", "高出 A 级线 12.5 分", "每周拜访")
    shown = [(one.label, one.shown, one.band, one.points, one.weight, one.contribution, one.rows) for one in found.characteristics]
    assert shown == [
        ("12 个月采购额", "6,000 元", "5,000 元以上", 100, 60, Decimal("60.00"), 1),
        ("合作年限", "6 年", "3 年以上", 100, 25, Decimal("25.00"), 2),
        ("忠诚度", "—", "无记录", 50, 15, Decimal("7.50"), 0),
    ]
    assert found.reasons[0] == "总分 92.5 分，A 级"
    assert [(one.outcome, one.low, one.high, one.holds) for one in found.thresholds] == [
        ("A", 80, None, True),
        ("B", 60, 80, False),
        ("C", None, 60, False),
    ]


def test_contributions_add_up_to_the_score_for_every_subject(publish_card, three_shops, shop, order):
    for place in range(20):
        one = shop(f"S9{place}")
        order(one, date(2023 + place % 4, 1 + place % 12, 1), 137 * place + Decimal("0.13"))
    publish_card(CARD.replace("weight: 60", "weight: 60.37").replace("weight: 15", "weight: 14.63"))
    services.evaluate(["shop-grade"], actor=SYSTEM)
    for held in selectors.standings(SYSTEM, "shop", [*range(1, 10**4)]).values():
        for one in held:
            found = selectors.explain(SYSTEM, "shop-grade", one.subject_id, subject_kind="shop")
            assert sum(part.contribution for part in found.characteristics) == found.score == one.score


def test_the_day_last_decided_is_explained_unless_another_is_asked_for(publish_card, three_shops, order, today):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    today(date(2026, 12, 5))
    order(three_shops[2], "2026-12-01", 9000)
    assert explain(three_shops[2]).outcome == "C"
    assert explain(three_shops[2], day=date(2026, 12, 5)).score == Decimal("75.00")


def test_smallest_changes_are_named(publish_card, three_shops):
    publish_card()
    moves = [(one.direction, one.text, one.score) for one in explain(three_shops[1]).nearest]
    assert ("up", "合作年限再多 2 年，升为 B 级", Decimal("68.50")) in moves
    assert ("up", "12 个月采购额再多 3,000 元，升为 A 级", Decimal("82.50")) in moves
    assert ("up", "忠诚度为高，升为 B 级", Decimal("66.00")) in moves
    down = [one for one in explain(three_shops[0]).nearest if one.direction == "down"]
    assert [one.text for one in down] == ["12 个月采购额再少 1,000.01 元，降为 B 级"]
    assert down[0].detail == "到「1,000～5,000 元」，总分 68.5"


@slow
@given(values=a_value)
def test_every_named_change_leads_where_it_says(values):
    content = parse_document(read(CARD), Catalogue()).content
    before = match.outcome_of(content, values)
    for move in nearest(content, values, Catalogue()):
        after = {**values, move.metric: move.then}
        assert match.outcome_of(content, after) == move.outcome
        assert match.score_of(content, after) == move.score
        assert not (move.metric == "trade.years" and move.then < move.now)
        gained = content.rank(before) - content.rank(move.outcome)
        assert {"up": gained > 0, "down": gained < 0, "same": gained == 0}[move.direction]


@slow
@given(values=a_value)
def test_no_smaller_change_of_the_same_value_would_do(values):
    content = parse_document(read(CARD), Catalogue()).content
    for move in nearest(content, values, Catalogue()):
        if move.direction == "same" or not REGISTRY.metrics[move.metric].is_numeric:
            continue
        half = (Decimal(str(move.now)) + Decimal(str(move.then))) / 2
        half = half if move.metric == "trade.year" else half.to_integral_value()
        if half not in (move.now, move.then):
            between = match.outcome_of(content, {**values, move.metric: half})
            assert content.rank(between) != content.rank(move.outcome) or between == move.outcome


def test_a_table_tells_which_row_matched_and_why_not_the_others(publish_card, three_shops):
    publish_card(TABLE)
    found = explain(three_shops[0], "shop-table")
    assert [(one.place, one.matched, one.failed) for one in found.lines] == [
        (0, False, ("合作年限 ≥ 8 年（现为 6 年）",)),
        (1, False, ("战略协议，或订单数 > 10 张",)),
        (2, True, ()),
    ]
    assert found.reasons == ("第 3 行：不符合前面各行",)
    assert {(one.direction, one.text) for one in found.nearest} == {
        ("up", "合作年限再多 2 年，升为重点"),
        ("up", "战略协议为是，升为重点"),
        ("up", "订单数再多 9 张，升为重点"),
    }


def test_history_is_dated(publish_card, three_shops, today, order):
    publish_card()
    services.evaluate(["shop-grade"], as_of=date(2024, 12, 31), actor=SYSTEM)
    services.evaluate(["shop-grade"], as_of=date(2026, 11, 1), actor=SYSTEM)
    history = explain(three_shops[0]).history
    assert [(one.as_of, one.until, one.outcome, one.label) for one in history] == [
        (date(2024, 12, 31), date(2026, 10, 31), "C", "C 级"),
        (date(2026, 11, 1), None, "A", "A 级"),
    ]


def test_a_subject_out_of_sight_is_not_found(publish_card, three_shops, seller):
    publish_card()
    assert explain(three_shops[0], viewer=seller).outcome == "A"
    with pytest.raises(Http404):
        explain(three_shops[2], viewer=seller)


def test_values_of_records_that_the_viewer_may_not_read_are_not_told(publish_card, three_shops, marketing, monkeypatch):
    from dataclasses import replace

    monkeypatch.setitem(REGISTRY.sources, "test.orders", replace(REGISTRY.sources["test.orders"], object="policy"))
    publish_card()
    nobody = Viewer(person_id=marketing.person_id, roles=frozenset({"clerk"}))
    monkeypatch.setattr("guike.engine.selectors.readable.allowed", lambda viewer, code, action: viewer.is_system)
    monkeypatch.setattr("guike.engine.selectors.explaining.row", lambda viewer, kind, pk, action: three_shops[0])
    found = explain(three_shops[0], viewer=nobody)
    told = repr(found)
    assert [one.shown for one in found.characteristics] == ["无权查看", "无权查看", "—"]
    assert "6000" not in told
    assert "6,000" not in told


@pytest.mark.parametrize(("code", "said"), [("nothing", "没有制度 nothing"), (None, "还没有主等级制度")])
def test_what_cannot_be_explained_is_refused(publish_card, three_shops, code, said):
    publish_card()
    with pytest.raises(Refused, match=said):
        explain(three_shops[0], code)
