# ruff: noqa: S608 — the compiled query is what is tested
"""The compiled query and the pure rules say the same; grades rise with values where bands do (08-quality)."""

from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.engine.policies import match
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.compile import Compiling
from guike.engine.policies.parse import parse
from guike.engine.tests.measured import measured_sql

pytestmark = pytest.mark.django_db
DAY = date(2026, 11, 22)
slow = settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
maybe = st.none() | st.decimals(-100, 10_000, places=2, allow_nan=False)
a_value = st.fixed_dictionaries(
    {
        "trade.year": maybe,
        "trade.growth": maybe,
        "trade.years": st.none() | st.integers(0, 30),
        "opinion.loyalty": st.sampled_from([None, "high", "medium", "low"]),
        "opinion.signed": st.sampled_from([None, True, False]),
    }
)


@st.composite
def rising_bands(draw):
    edges = sorted(draw(st.sets(st.integers(-50, 9000), min_size=1, max_size=4)))
    points = sorted(draw(st.lists(st.decimals(0, 100, places=1, allow_nan=False), min_size=len(edges) + 1, max_size=len(edges) + 1)))
    lows, highs = [None, *edges], [*edges, None]
    bands = [{"from": a, "to": b, "points": str(p)} for a, b, p in zip(lows, highs, points, strict=True)]
    return [{key: value for key, value in band.items() if value is not None} for band in draw(st.permutations(bands))]


@st.composite
def cards(draw):
    first = draw(st.integers(1, 97))
    second = draw(st.integers(1, 98 - first))
    lines = sorted(draw(st.sets(st.integers(1, 99), min_size=2, max_size=2)), reverse=True)
    tree = {
        "code": "card",
        "kind": "scorecard",
        "title": "卡",
        "subject": "shop",
        "outcomes": [{"code": "A", "from": lines[0]}, {"code": "B", "from": lines[1]}, {"code": "C"}],
        "characteristics": [
            {"metric": "trade.year", "weight": first, "bands": draw(rising_bands()), "missing": draw(st.integers(0, 100))},
            {"metric": "trade.growth", "weight": second, "bands": draw(rising_bands())},
            {
                "metric": "opinion.loyalty",
                "weight": 100 - first - second,
                "bands": [{"values": ["high"], "points": 90}, {"points": 33.33}],
            },
        ],
    }
    return parse(tree, Catalogue()).content


def leaf(field, ops, values):
    return st.builds(lambda op, value: {"field": field, "op": op, "value": value}, st.sampled_from(ops), values)


number_leaf = leaf("trade.year", ["gte", "gt", "lte", "lt", "eq", "ne"], st.integers(-100, 10_000))
year_leaf = leaf("trade.years", ["between"], st.tuples(st.integers(0, 5), st.integers(6, 30)).map(list))
text_leaf = leaf("opinion.loyalty", ["in", "not_in"], st.lists(st.sampled_from(["high", "medium", "low"]), min_size=1, unique=True))
word_leaf = leaf("opinion.loyalty", ["eq", "ne"], st.sampled_from(["high", "low"]))
flag_leaf = leaf("opinion.signed", ["eq", "ne"], st.booleans())
bare_leaf = st.builds(
    lambda field, op: {"field": field, "op": op}, st.sampled_from(["trade.year", "opinion.signed"]), st.sampled_from(["empty", "filled"])
)
conditions = st.recursive(
    st.one_of(number_leaf, year_leaf, text_leaf, word_leaf, flag_leaf, bare_leaf),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"all": parts}),
        st.lists(inner, min_size=1, max_size=3).map(lambda parts: {"any": parts}),
        inner.map(lambda part: {"not": part}),
    ),
    max_leaves=6,
)


def decided(content, facts):
    compiling = Compiling(content, DAY, Catalogue())
    compiling = Compiling(content, DAY, Catalogue(), measured=measured_sql(compiling, facts))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM ({compiling.sql()}) q ORDER BY subject_id")
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@slow
@given(card=cards(), facts=st.lists(a_value, min_size=1, max_size=8))
def test_scores_in_the_database_are_those_of_the_rules(card, facts):
    for row, values in zip(decided(card, facts), facts, strict=True):
        assert row["score"] == match.score_of(card, values)
        assert row["outcome"] == match.outcome_of(card, values)
        total = Decimal(0)
        for place, one in enumerate(card.characteristics):
            assert row[f"b{place}"] == match.band_of(one, values[one.metric])
            total += one.contribution(Decimal(row[f"p{place}"]))
        assert total == row["score"]


@slow
@given(
    card=cards(),
    values=a_value,
    more=st.decimals(0, 5000, places=2, allow_nan=False),
    metric=st.sampled_from(["trade.year", "trade.growth"]),
)
def test_a_grade_never_falls_when_a_value_rises(card, values, more, metric):
    if values[metric] is None:
        return
    higher = {**values, metric: values[metric] + more}
    assert match.score_of(card, higher) >= match.score_of(card, values)
    assert card.rank(match.outcome_of(card, higher)) <= card.rank(match.outcome_of(card, values))


@slow
@given(
    whens=st.lists(conditions, min_size=1, max_size=4),
    hit=st.sampled_from(["first", "collect"]),
    facts=st.lists(a_value, min_size=1, max_size=8),
)
def test_tables_in_the_database_decide_as_the_rules_do(whens, hit, facts):
    outcomes = [{"code": code} for code in ("x", "y", "z")]
    rows = [{"when": when, "then": "xyz"[place % 3]} for place, when in enumerate(whens)] + [{"then": "z"}]
    tree = {"code": "t", "kind": "decision_table", "title": "表", "subject": "shop", "hit": hit, "outcomes": outcomes, "rows": rows}
    content = parse(tree, Catalogue()).content
    for row, values in zip(decided(content, facts), facts, strict=True):
        assert row["outcome"] == match.outcome_of(content, values)
        if hit == "first":
            assert row["matched"] == match.matching(content, values)[0]


@pytest.mark.parametrize("code", ["A'); DROP TABLE engine_policy; --", "a\\'b", "100%", "级%s"])
def test_words_of_a_policy_cannot_become_sql(code):
    tree = {
        "code": "t",
        "kind": "decision_table",
        "title": "表",
        "subject": "shop",
        "outcomes": [{"code": code}],
        "rows": [{"when": {"field": "opinion.loyalty", "op": "eq", "value": "high"}, "then": code, "reason": code}, {"then": code}],
    }
    content = parse(tree, Catalogue()).content
    assert decided(content, [{"opinion.loyalty": "high"}])[0]["outcome"] == code
