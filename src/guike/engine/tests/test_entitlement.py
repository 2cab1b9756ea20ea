"""One table says what a grade brings; other policies take their numbers from it (POL-10)."""

from dataclasses import replace

import pytest

from guike.engine.policies import entitlement, grant_table, match
from guike.engine.policies.authority import steps_words
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.content import Content, Grant
from guike.engine.policies.parse import face_of, parse_document
from guike.engine.policies.yaml_text import read

GRADE = Face("shop-grade", "门店分级制度", "scorecard", "shop", (("A", "A 级"), ("B", "B 级"), ("C", "C 级")))
TABLE = """
code: shop-grants
kind: entitlement
title: 门店待遇
subject: shop
follows: shop-grade
grants:
  - {outcome: A, contact_days: 7, visit_days: 30, holding_days: 60, deal_days: 365, customers_cap: 30, credit_limit: 500000, approver: executive}
  - {outcome: B, contact_days: 14, visit_days: 60, holding_days: 90, credit_limit: 200000, approver: [sales_manager]}
  - {outcome: C, contact_days: 30, holding_days: 90}
"""
CADENCE = """
code: shop-pace
kind: cadence
title: 门店频次
subject: shop
follows: shop-grade
from_table: shop-grants
paces:
  - {outcome: A, recommended: [visit]}
  - {outcome: B}
  - {outcome: C, days: 21}
"""
HOLDING = """
code: shop-hold
kind: holding
title: 客户持有
follows: shop-grade
from_table: shop-grants
warn_days: 7
terms:
  - {outcome: A}
  - {outcome: B, no_contact: 45}
  - {no_contact: 120}
"""
QUOTA = """
code: shop-quota
kind: quota
title: 每人家数
subject: shop
per: [owner]
from_table: shop-grants
caps:
  - {label: A 级, outcome: A}
  - {label: 全部, cap: 200}
"""


def parsed(text: str, *faces: Face):
    return parse_document(read(text), Catalogue(policies={face.code: face for face in faces}))


def said(text: str, *faces: Face) -> list[str]:
    return [str(problem) for problem in parsed(text, *faces).problems]


def table(text: str = TABLE) -> Content:
    return parsed(text, GRADE).content


def test_a_sound_table_and_its_takers_have_no_problem():
    assert said(TABLE, GRADE) == []
    grants = face_of(table())
    assert [said(text, GRADE, grants) for text in (CADENCE, HOLDING, QUOTA)] == [[], [], []]


CASES = [
    ("{outcome: C,", "{outcome: D,", "第 10 行：《门店分级制度》没有「D」这个结果，可用：A、B、C"),
    ("follows: shop-grade", "follows: shop-rank", "第 6 行：没有制度 shop-rank，可跟随：shop-grade"),
    ("follows: shop-grade", "cycle: monthly", "缺少 follows"),
    ("{outcome: C,", "{outcome: B,", "第 10 行：「B」写了两次"),
    ("{outcome: C, contact_days: 30, holding_days: 90}", "{outcome: C}", "第 10 行：一项待遇也没写"),
    ("contact_days: 30", "contact_days: -30", "第 10 行：contact_days 是 -30，应在 1～3650 之间"),
    ("contact_days: 30", "contact_days: 半个月", "第 10 行：contact_days 要填数字，现在是「半个月」"),
    ("contact_days: 30", "contact_days: 7.5", "第 10 行：contact_days 要填整数"),
    ("credit_limit: 200000", "credit_limit: -1", "第 9 行：credit_limit 是 -1，应在 0～1000000000000 之间"),
    ("approver: executive", "approver: boss", "第 8 行：approver 没有「boss」"),
    ("visit_days: 60", "visit_dayz: 60", "不认识 visit_dayz，是不是 visit_days？"),
    ("contact_days: 30, holding_days: 90", "contact_days: 90, holding_days: 90", "第 10 行：每 90 天联系一次，90 天未跟进就进公海，按期联系也留不住"),
]


@pytest.mark.parametrize(("old", "new", "words"), CASES)
def test_what_is_wrong_with_a_table_is_said_with_its_line(old, new, words):
    found = parsed(TABLE.replace(old, new), GRADE)
    assert not found.sound
    assert any(words in str(problem) for problem in found.problems), [str(one) for one in found.problems]


def test_a_grade_without_a_row_and_a_better_grade_with_less_are_told_and_do_not_stop():
    found = parsed(TABLE.replace("  - {outcome: C, contact_days: 30, holding_days: 90}\n", ""), GRADE)
    assert found.sound
    assert ["「C 级」没有写待遇" in str(one) for one in found.problems] == [True]
    found = parsed(TABLE.replace("contact_days: 14", "contact_days: 5").replace("credit_limit: 500000", "credit_limit: 100000"), GRADE)
    assert found.sound
    assert [str(one) for one in found.problems] == [
        "第 8 行：例行联系：「A」每 7 天，反不如「B」每 5 天",
        "第 8 行：信用额度：「A」100,000 元，反不如「B」200,000 元",
    ]


TAKEN = [
    (CADENCE, "contact_days: 14, ", "", "《门店待遇》没有给「B」写例行联系（contact_days）"),
    (HOLDING, "holding_days: 60", "protection_days: 60", "《门店待遇》没有给「A」写未跟进进公海（holding_days）"),
    (HOLDING, "contact_days: 7, visit_days: 30, holding_days: 60", "holding_days: 7", "《门店待遇》给「A」的未跟进进公海是 7 天，不比提前提醒的 7 天长"),
    (HOLDING, "deal_days: 365", "deal_days: 5", "《门店待遇》给「A」的未成交进公海是 5 天，不比提前提醒的 7 天长"),
    (QUOTA, "customers_cap: 30, ", "", "《门店待遇》没有给「A」写每人客户数上限（customers_cap）"),
]


@pytest.mark.parametrize(("text", "old", "new", "words"), TAKEN)
def test_what_a_policy_takes_must_be_there_said_at_both_ends(text, old, new, words):
    short = TABLE.replace(old, new)
    at_taker = parsed(text, GRADE, face_of(table(short)))
    assert not at_taker.sound
    assert any(words in str(one) for one in at_taker.problems)
    at_table = parsed(short, GRADE, face_of(parsed(text, GRADE, face_of(table())).content))
    assert not at_table.sound
    assert any("不能不写" in str(one) or "提前提醒" in str(one) for one in at_table.problems)


def test_the_table_must_be_one_of_the_same_grading():
    assert any("没有等级待遇表 shop-grants，可用：无" in one for one in said(CADENCE, GRADE))
    other = Face("shop-size", "门店规模", "scorecard", "shop", (("A", "大"), ("B", "中"), ("C", "小")))
    grants = face_of(parsed(TABLE.replace("follows: shop-grade", "follows: shop-size"), other).content)
    assert any("是 shop-size 的待遇表" in one for one in said(CADENCE, GRADE, other, grants))
    assert any("没有一个数取自" in one for one in said(CADENCE.replace("{outcome: A, rec", "{outcome: A, days: 3, rec").replace("{outcome: B}", "{outcome: B, days: 9}"), GRADE, face_of(table())))
    assert any("要用 from_table 说明" in one for one in said(QUOTA.replace("from_table: shop-grants\n", "")))
    assert any("cap 由待遇表定" in one for one in said(QUOTA.replace("outcome: A}", "outcome: A, cap: 3}"), GRADE, face_of(table())))


def test_numbers_come_from_the_table_unless_written():
    grants = face_of(table())
    paces = parsed(CADENCE, GRADE, grants).content.paces
    assert [(one.outcome, one.days) for one in paces] == [("A", 7), ("B", 14), ("C", 21)]
    terms = parsed(HOLDING, GRADE, grants).content.terms
    assert [(one.outcome, one.no_contact, one.no_deal) for one in terms] == [("A", 60, 365), ("B", 45, None), ("", 120, None)]
    caps = parsed(QUOTA, GRADE, grants).content.caps
    assert [(one.label, one.cap, one.when) for one in caps] == [
        ("A 级", 30, {"field": "outcome.shop-grade", "op": "eq", "value": "A"}),
        ("全部", 200, None),
    ]


def test_what_the_table_no_longer_gives_asks_for_nothing():
    cadence = parsed(CADENCE, GRADE, face_of(table())).content
    bare = replace(table(), grants=(Grant("B", {"contact_days": 10}),))
    assert [(one.outcome, one.days) for one in entitlement.filled(cadence, bare).paces] == [("B", 10), ("C", 21)]
    assert [one.outcome for one in entitlement.filled(cadence, None).paces] == ["C"]


def test_a_change_of_grade_in_words():
    grants = table().grants
    assert [str(one) for one in entitlement.changes(grants, "C", "B")] == [
        "例行联系 每 30 天 → 每 14 天",
        "走访 — → 每 60 天",
        "信用额度 — → 200,000 元",
        "例外由谁批 — → 销售经理",
    ]
    assert entitlement.changes(grants, "B", "B") == ()
    assert [one.after for one in entitlement.changes(grants, "A", "")] == ["—"] * 7


def test_the_table_as_read_and_cell_by_cell():
    faces = {"shop-grade": GRADE, "shop-pace": face_of(parsed(CADENCE, GRADE, face_of(table())).content)}
    found = grant_table.table(table(), faces)
    assert found.heads == ("A 级", "B 级", "C 级")
    first = found.lines[0]
    assert (first.label, first.takers, [one.words for one in first.cells]) == ("例行联系", ("门店频次",), ["每 7 天", "每 14 天", "每 30 天"])
    assert "价目表" not in [one.label for one in found.lines]
    after = table(TABLE.replace("contact_days: 14", "contact_days: 10").replace("visit_days: 60, ", ""))
    changed = [line for line in grant_table.table(after, faces, table()).lines if line.changed]
    assert [(line.label, [(cell.before, cell.words) for cell in line.cells if cell.before is not None]) for line in changed] == [
        ("例行联系", [("每 14 天", "每 10 天")]),
        ("走访", [("每 60 天", "—")]),
    ]


AUTHORITY = """
code: shop-exceptions
kind: authority
title: 例外权限
document: pool_exception
subject: shop
from_table: shop-grants
routes:
  - code: long
    label: 超过 30 天
    when: {field: request.days, op: gt, value: 30}
    reason: 超过 30 天
    steps: [{who: superior, level: 1}, {who: grade}]
  - {code: short, label: 30 天以内, steps: [{who: superior, level: 1}]}
"""
WAYS = [
    ({"request.days": 31, "outcome.shop-grade": "A"}, "long.A", "直接上级 → 总经理"),
    ({"request.days": 31, "outcome.shop-grade": "B"}, "long.B", "直接上级 → 销售经理"),
    ({"request.days": 31, "outcome.shop-grade": "C"}, "long", "直接上级 → 第 2 级上级"),
    ({"request.days": 31}, "long", "直接上级 → 第 2 级上级"),
    ({"request.days": 30, "outcome.shop-grade": "A"}, "short", "直接上级"),
]


@pytest.mark.parametrize(("values", "code", "words"), WAYS)
def test_the_table_says_who_approves_by_grade(values, code, words):
    found = parsed(AUTHORITY, GRADE, face_of(table()))
    assert [str(one) for one in found.problems] == []
    place = match.matching(found.content, values)[0]
    assert (found.content.outcomes[place].code, steps_words(found.content.routes[place])) == (code, words)
    if "." in code:
        assert "《门店待遇》等级" in found.content.rows[place].reason


def test_asking_for_the_tables_signer_needs_a_table():
    assert any("who: grade 要用 from_table" in one for one in said(AUTHORITY.replace("from_table: shop-grants\n", "")))
