"""What is wrong with a policy is said in Chinese, where it is and what to do (POL-01; issue: bad input)."""

import pytest
import yaml

from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.parse import parse_document
from guike.engine.policies.yaml_text import read, write
from guike.engine.tests.conftest import CADENCE, CARD

GRADE = Face("shop-grade", "门店分级制度", "scorecard", "shop", (("A", "A 级"), ("B", "B 级"), ("C", "C 级")))
TABLE = """
code: shop-table
kind: decision_table
title: 门店判定
subject: shop
outcomes: [{code: big, label: 大}, {code: small, label: 小}]
rows:
  - when: {field: trade.year, op: gte, value: 1000}
    then: big
  - then: small
"""
ALERT = """
code: shop-alert
kind: alert
title: 门店预警
subject: shop
levels:
  - {code: high, label: 高, when: {field: trade.idle_days, op: gt, value: 180}, notify: [owner], due: 上门, days: 7}
  - {code: low, label: 低, when: {field: trade.idle_days, op: gt, value: 90}}
"""
QUOTA = """
code: shop-quota
kind: quota
title: 每人门店数
subject: shop
per: [owner]
caps: [{cap: 200, label: 全部}]
"""


def said(text: str, *faces: Face) -> list[str]:
    parsed = parse_document(read(text), Catalogue(policies={face.code: face for face in faces}))
    return [str(problem) for problem in parsed.problems]


@pytest.mark.parametrize("text", [CARD, TABLE, ALERT, QUOTA], ids=["card", "table", "alert", "quota"])
def test_a_sound_policy_has_no_problem(text):
    assert said(text) == []


def test_a_sound_cadence_has_no_problem():
    assert said(CADENCE, GRADE) == []


CASES = [
    (CARD, ("weight: 15", "weight: 14"), "第 13 行：权重合计 99%，还差 1%"),
    (CARD, ("weight: 15", "weight: 16.5"), "第 13 行：权重合计 101.5%，多出 1.5%"),
    (CARD, ("metric: trade.year\n", "metric: trade.yaer\n"), "第 14 行：没有指标 trade.yaer，是不是 trade.year？"),
    (CARD, ("metric: trade.years\n", "metric: trade.year\n"), "指标 trade.year 用了两次，合成一项"),
    (CARD, ("{from: 1000, to: 5000, points: 60}", "{from: 1200, to: 5000, points: 60}"), "第 17 行：1,000～1,200 元 之间没有档"),
    (CARD, ("{from: 1000, to: 5000, points: 60}", "{from: 900, to: 5000, points: 60}"), "「不足 1,000 元」和「900～5,000 元」两档重叠"),
    (CARD, ("{to: 1000, points: 20}", "{from: 0, to: 1000, points: 20}"), "不足 0 元 没有档：最低一档不写 from"),
    (CARD, ("{from: 5000, points: 100}", "{from: 5000, to: 9000, points: 100}"), "9,000 元以上没有档：最高一档不写 to"),
    (CARD, ("label: A 级, from: 80", "label: A 级, from: 50"), "分数线要从高到低：「A 级」50 分，下一级「B 级」60 分"),
    (CARD, ("label: C 级}", "label: C 级, from: 10}"), "最低的「C 级」不写 from，接住其余所有分数"),
    (CARD, ("label: B 级, from: 60", "label: B 级"), "「B 级」缺少起始分 from"),
    (CARD, ("points: 100}\n  - metric: trade.years", "points: 120}\n  - metric: trade.years"), "points 是 120，应在 0～100 之间"),
    (CARD, ("values: [low]", "values: [poor]"), "「忠诚度」没有「poor」这一项"),
    (CARD, ("      - {values: [low], points: 0}\n", ""), "「忠诚度」还有取值没有档：低"),
    (CARD, ("weight: 25", "wieght: 25"), "不认识 wieght，是不是 weight？"),
    (CARD, ("kind: scorecard", "kind: scorecad"), "kind 没有「scorecad」"),
    (CARD, ("code: shop-grade", "code: 门店"), "代码「门店」只用小写字母、数字和 -"),
    (CARD, ("missing: 50", "missing: 很多"), "missing 要填数字，现在是「很多」"),
    (TABLE, ("trade.year,", "trade.yaer,"), "没有「trade.yaer」这个字段或指标，是不是 trade.year？"),
    (TABLE, ("op: gte", "op: contains"), "「12 个月采购额」不能用「contains」来比"),
    (TABLE, ("then: small", "then: tiny"), "then 没有「tiny」，可用：big、small"),
    (TABLE, ("  - then: small\n", ""), "最后一行不写 when，接住其余所有情况"),
    (
        TABLE,
        ("  - then: small", "  - when: {field: trade.year, op: gte, value: 2000}\n    then: small\n  - then: small"),
        "第 2 行永远轮不到：符合它的都已被第 1 行接住",
    ),
    (
        TABLE,
        ("  - then: small", "  - then: big\n  - when: {field: trade.orders, op: eq, value: 1}\n    then: small"),
        "第 3 行永远轮不到：符合它的都已被第 2 行接住",
    ),
    (TABLE, ("trade.year,", "outcome.shop-grade,"), "没有「outcome.shop-grade」这个字段或指标"),
    (ALERT, ("value: 90", "value: 200"), "第 2 行永远轮不到"),
    (ALERT, ("notify: [owner]", "notify: [boss]"), "notify 没有「boss」"),
    (QUOTA, ("per: [owner]", "per: [trade.year]"), "不能按 trade.year 计数"),
    (QUOTA, ("cap: 200", "cap: -1"), "cap 是 -1"),
    (QUOTA, ("caps: [{cap: 200, label: 全部}]", "caps: []"), "caps 至少要有一项"),
]


@pytest.mark.parametrize(("text", "change", "expected"), CASES, ids=[f"{place}" for place in range(len(CASES))])
def test_each_fault_is_told(text, change, expected):
    assert change[0] in text
    found = said(text.replace(*change, 1))
    assert any(expected in sentence for sentence in found), found


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("outcome: B,", "outcome: D,"), "《门店分级制度》没有「D」这个结果，可用：A、B、C"),
        (("follows: shop-grade", "follows: shop-gade"), "没有制度 shop-gade，可跟随：shop-grade"),
        (("channels: [visit, phone]", "channels: [visit, fax]"), "channels 没有「fax」"),
        (("days: 14", "days: 0"), "days 是 0，应在 1～3650 之间"),
        (("outcome: B,", "outcome: A,"), "「A」写了两次"),
        (("escalate_after: [3, 7]", "escalate_after: [7, 3]"), "escalate_after 应是从小到大的天数"),
    ],
)
def test_each_fault_of_a_cadence_is_told(change, expected):
    assert any(expected in sentence for sentence in said(CADENCE.replace(*change, 1), GRADE))


def test_a_line_nobody_can_reach_is_told():
    low = CARD.replace("{from: 5000, points: 100}", "{from: 5000, points: 40}").replace(
        "points: 60}\n      - {from: 5000", "points: 30}\n      - {from: 5000"
    )
    assert any("「A 级」要 80 分，最高只能得 64 分" in sentence for sentence in said(low))


def test_policies_that_use_each_other_are_refused():
    other = Face("other", "另一份", "decision_table", "shop", (("x", "X"),), ("outcome.shop-table",))
    text = TABLE.replace("{field: trade.year, op: gte, value: 1000}", "{field: outcome.other, op: eq, value: x}")
    assert any("制度互相引用成了圈：shop-table → other → shop-table" in sentence for sentence in said(text, other))


def test_an_example_that_comes_out_otherwise_is_told():
    example = "examples:\n  - {name: 小店, values: {trade.year: 10}, outcome: A, score: 35}\n"
    assert said(CARD + example) == ["第 34 行：例「小店」算出「C 级」，写的是「A 级」", "第 34 行：例「小店」算出 19.5 分，写的是 35 分"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("code: [", "YAML 写法不对"),
        ("- a\n- b", "第一层应是「键: 值」"),
        ("", "第一层应是「键: 值」"),
        ("a: &x [1]\nb: *x", "第 2 行：YAML 写法不对：不能用 * 引用"),
        ("a: 1\na: 2", "第 2 行：YAML 写法不对：「a」写了两次"),
        ("a: !!python/object/apply:os.system ['true']", "YAML 写法不对"),
        ("a: " + "[" * 40 + "]" * 40, "嵌套太深"),
        ("a: " + "x" * 250_000, "超过 200,000 个字符"),
    ],
    ids=["syntax", "list", "empty", "alias", "twice", "object", "deep", "big"],
)
def test_a_text_that_cannot_be_read_is_told(text, expected):
    assert any(expected in sentence for sentence in said(text))


@pytest.mark.parametrize("text", [CARD, TABLE, ALERT, QUOTA, CADENCE])
def test_writing_a_form_back_gives_the_same_policy(text):
    content = read(text).content
    assert read(write(content)).content == content == yaml.safe_load(text)


@pytest.mark.parametrize("broken", [{"characteristics": 5}, {"outcomes": {"a": 1}}, {"rows": [7]}, {"clause": []}, {"caps": [None]}])
@pytest.mark.parametrize("text", [CARD, TABLE, QUOTA])
def test_nonsense_gives_problems_and_no_exception(text, broken):
    assert said(yaml.safe_dump({**yaml.safe_load(text), **broken}, allow_unicode=True))
