"""The condition language: compiles two ways with one meaning, speaks Chinese, refuses what it does not know."""

from decimal import Decimal

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from guike.platform import conditions
from guike.platform.conditions import Field, FieldSet, Kind

FIELDS = FieldSet(
    [
        Field("grade", "等级", Kind.CHOICE, choices=[("A", "A 级"), ("B", "B 级"), ("C", "C 级")]),
        Field("amount", "12 个月采购额", Kind.MONEY, unit="元"),
        Field("name", "名称", Kind.TEXT),
        Field("since", "首单日期", Kind.DATE),
        Field("signed", "已签协议", Kind.FLAG),
    ]
)

GOOD = [
    ({"field": "amount", "op": "gte", "value": "500,000"}, "12 个月采购额 ≥ 500,000 元"),
    ({"field": "grade", "op": "in", "value": ["A", "B"]}, "等级 属于 A 级、B 级"),
    ({"field": "since", "op": "between", "value": ["2026-01-01", "2026-06-30"]}, "首单日期 2026-01-01～2026-06-30"),
    ({"field": "signed", "op": "eq", "value": True}, "已签协议 是 是"),
    ({"field": "name", "op": "empty"}, "名称未填"),
    (
        {
            "all": [
                {"field": "amount", "op": "gt", "value": 1},
                {"any": [{"field": "grade", "op": "eq", "value": "A"}, {"field": "name", "op": "contains", "value": "阀"}]},
            ]
        },
        "12 个月采购额 > 1 元，且（等级 是 A 级，或名称 含 阀）",
    ),
    ({"not": {"field": "grade", "op": "eq", "value": "C"}}, "不符合（等级 是 C 级）"),
    ({}, ""),
]


@pytest.mark.parametrize(("tree", "words"), GOOD)
def test_says_itself_in_words(tree, words):
    assert conditions.problems(tree, FIELDS) == []
    assert conditions.describe(tree, FIELDS) == words


BAD = [
    ({"field": "profit", "op": "eq", "value": 1}, "没有「profit」这个字段或指标"),
    ({"field": "amount", "op": "contains", "value": "1"}, "「12 个月采购额」不能用「contains」来比"),
    ({"field": "amount", "op": "gte", "value": "很多"}, "「12 个月采购额」要填数字，现在是「很多」"),
    ({"field": "amount", "op": "gte", "value": "NaN"}, "「12 个月采购额」要填数字，现在是「NaN」"),
    ({"field": "grade", "op": "eq", "value": "Z"}, "「等级」没有「Z」这一项"),
    ({"field": "grade", "op": "in", "value": []}, "「等级」至少选一项"),
    ({"field": "since", "op": "between", "value": ["2026-06-30", "2026-01-01"]}, "「首单日期」的起点大于终点"),
    ({"any": {"field": "grade"}}, "条件的写法不对，应是 field、op、value 或 all、any、not"),
    ([1], "条件的写法不对，应是 field、op、value 或 all、any、not"),
]


@pytest.mark.parametrize(("tree", "message"), BAD)
def test_tells_what_is_wrong(tree, message):
    assert message in [str(problem) for problem in conditions.problems(tree, FIELDS)]


def test_says_where_in_the_tree_the_problem_is():
    tree = {"all": [{"field": "amount", "op": "gte", "value": 1}, {"any": [{"field": "nope", "op": "eq", "value": 1}]}]}
    assert [problem.path for problem in conditions.problems(tree, FIELDS)] == ["all.1.any.0"]


def test_refuses_to_compile_what_has_problems():
    with pytest.raises(ValueError, match="没有「nope」"):
        conditions.to_q({"field": "nope", "op": "eq", "value": 1}, FIELDS)


def test_limits_depth_and_leaves():
    deep = {"field": "amount", "op": "gte", "value": 1}
    for _level in range(8):
        deep = {"all": [deep]}
    assert any("嵌套" in str(problem) for problem in conditions.problems(deep, FIELDS))
    wide = {"any": [{"field": "amount", "op": "gte", "value": n} for n in range(101)]}
    assert any("超过 100 个" in str(problem) for problem in conditions.problems(wide, FIELDS))


LEAF = st.one_of(
    st.builds(
        lambda op, v: {"field": "amount", "op": op, "value": str(v)},
        st.sampled_from(["gte", "gt", "lte", "lt", "eq", "ne"]),
        st.integers(-3, 3),
    ),
    st.builds(
        lambda op, v: {"field": "grade", "op": op, "value": v},
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from("ABC"), min_size=1),
    ),
    st.sampled_from(
        [{"field": "name", "op": "empty"}, {"field": "name", "op": "filled"}, {"field": "name", "op": "contains", "value": "%"}]
    ),
)
TREE = st.recursive(
    LEAF,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


def meets(tree, row) -> bool:  # noqa: C901 — one case an operator
    """The meaning, written down independently."""
    if "field" in tree:
        value, asked = row[tree["field"]], tree.get("value")
        match tree["op"]:
            case "empty":
                return value is None
            case "filled":
                return value is not None
            case "contains":
                return value is not None and asked in value
            case "in":
                return value in asked
            case "not_in":
                return value not in asked
            case "ne":
                return value is None or value != Decimal(asked)
        if value is None:
            return False
        left, right = value, Decimal(asked)
        return {"gte": left >= right, "gt": left > right, "lte": left <= right, "lt": left < right, "eq": left == right}[tree["op"]]
    if "not" in tree:
        return not meets(tree["not"], row)
    if "all" in tree:
        return all(meets(part, row) for part in tree["all"])
    return any(meets(part, row) for part in tree["any"])


ROW = st.fixed_dictionaries(
    {
        "amount": st.none() | st.integers(-3, 3).map(Decimal),
        "grade": st.none() | st.sampled_from("ABC"),
        "name": st.none() | st.sampled_from(["阀", "50%", ""]),
    }
)


@pytest.mark.django_db
@given(tree=TREE, row=ROW)
def test_sql_means_what_the_words_say(tree, row):
    columns = {
        code: sql.SQL("{}::{}").format(sql.Literal(row[code]), sql.SQL(kind))
        for code, kind in (("amount", "numeric"), ("grade", "text"), ("name", "text"))
    }
    query = sql.SQL("SELECT {}").format(conditions.to_sql(tree, FIELDS, columns))
    with connection.cursor() as cursor:
        cursor.execute(query.as_string(connection.connection).replace("%", "%%"), [])
        assert cursor.fetchone()[0] is meets(tree, row)
