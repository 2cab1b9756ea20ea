"""Tables of cases at the edges of the table of entitlements and of what takes its numbers from it (POL-10); beside `test_entitlement.py`."""

from dataclasses import replace

import pytest

from guike.engine.policies import entitlement
from guike.engine.policies.authority import steps_words
from guike.engine.policies.catalogue import Face
from guike.engine.policies.content import Grant, Take
from guike.engine.policies.parse import face_of
from guike.engine.tests.test_entitlement import AUTHORITY, CADENCE, GRADE, HOLDING, QUOTA, TABLE, parsed, said, table

LONG = "x" * 40
NAMED = Face("shop-grade", "门店分级制度", "scorecard", "shop", ((LONG, "长"), (LONG + "x", "更长")))
ONE = "code: t\nkind: entitlement\ntitle: 待遇\nsubject: shop\nfollows: shop-grade\n"


def two(better, worse):
    return ONE + f"grants:\n  - {{outcome: A, {better}}}\n  - {{outcome: B, {worse}}}\n  - {{outcome: C, price_list: 零售}}\n"


def test_a_table_has_grants_and_a_grant_an_outcome():
    assert any("grants" in one for one in said(ONE, GRADE))
    assert any("outcome" in one for one in said(ONE + "grants: [{contact_days: 7}]\n", GRADE))


@pytest.mark.parametrize(("outcome", "sound"), [(LONG, True), (LONG + "x", False)])
def test_an_outcome_has_forty_signs(outcome, sound):
    assert parsed(ONE + f"grants: [{{outcome: {outcome}, contact_days: 7}}]\n", NAMED).sound is sound


def test_a_word_is_kept_as_it_stands():
    grants = parsed(two("price_list: 一级价", "price_list: 二级价"), GRADE).content.grants
    assert [grant.items["price_list"] for grant in grants] == ["一级价", "二级价", "零售"]


@pytest.mark.parametrize(("written", "words"), [("500000", "500,000 元"), ("500000.0", "500,000 元"), ("5e5", "500,000 元"), ("1500.5", "1,500.5 元")])
def test_money_reads_the_same_however_it_is_written(written, words):
    grants = parsed(two(f"credit_limit: {written}", "credit_limit: 1"), GRADE).content.grants
    assert [one.after for one in entitlement.changes(grants, "", "A")] == [words]


@pytest.mark.parametrize(
    ("better", "worse", "told"),
    [
        ("contact_days: 14", "contact_days: 15", False),
        ("contact_days: 15", "contact_days: 15", False),  # as much is no less
        ("contact_days: 16", "contact_days: 15", True),
        ("credit_days: 31", "credit_days: 30", False),
        ("credit_days: 30", "credit_days: 30", False),
        ("credit_days: 29", "credit_days: 30", True),
        ("holding_days: 29", "holding_days: 30", False),  # neither more nor less is better
        ("credit_days: 29", "contact_days: 30", False),  # nothing to compare with
    ],
)
def test_a_better_grade_with_less_is_told(better, worse, told):
    assert any("反不如" in one for one in said(two(better, worse), GRADE)) is told


def test_who_takes_what_is_there_has_nothing_to_say():
    takers = [face_of(parsed(text, GRADE).content) for text in (CADENCE, HOLDING, QUOTA, AUTHORITY)]
    assert [said(TABLE, GRADE, taker) for taker in takers] == [[]] * 4


def test_what_each_kind_takes():
    taken = {text: entitlement.takes_of(parsed(text, GRADE).content) for text in (CADENCE, QUOTA, AUTHORITY, HOLDING)}
    assert taken[CADENCE] == (Take("A", "contact_days"), Take("B", "contact_days"))
    assert taken[QUOTA] == (Take("A", "customers_cap"),)
    assert taken[AUTHORITY] == (Take("", "approver", needed=False),)
    assert taken[HOLDING] == (Take("A", "holding_days", 7), Take("A", "deal_days", 7, needed=False))
    superiors = AUTHORITY.replace(", {who: grade}", "")
    assert entitlement.takes_of(parsed(superiors, GRADE).content) == ()


def test_a_policy_that_takes_nothing_is_left_as_it_is():
    plain = replace(parsed(CADENCE, GRADE, face_of(table())).content, from_table="")
    assert entitlement.filled(plain, table()) is plain


@pytest.mark.parametrize(
    ("given", "terms"),
    [
        ({"holding_days": 60, "deal_days": 365}, [("A", 60, 365), ("B", 45, None), ("", 120, None)]),
        ({"holding_days": 60}, [("A", 60, None), ("B", 45, None), ("", 120, None)]),
        ({"deal_days": 365}, [("A", None, 365), ("B", 45, None), ("", 120, None)]),
        ({"contact_days": 7}, [("B", 45, None), ("", 120, None)]),
    ],
)
def test_a_term_holds_by_either_of_its_days(given, terms):
    holding = parsed(HOLDING, GRADE, face_of(table())).content
    found = entitlement.filled(holding, replace(table(), grants=(Grant("A", given),)))
    assert [(one.outcome, one.no_contact, one.no_deal) for one in found.terms] == terms


def test_a_cap_that_the_table_does_not_give_is_none():
    quota = parsed(QUOTA, GRADE, face_of(table())).content
    assert [one.label for one in entitlement.filled(quota, replace(table(), grants=())).caps] == ["全部"]
    none = entitlement.filled(quota, replace(table(), grants=(Grant("A", {"customers_cap": 0}),)))
    assert [(one.label, one.cap) for one in none.caps] == [("A 级", 0), ("全部", 200)]


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ("[{who: grade}]", "直接上级"),
        ("[{who: superior, level: 2}, {who: grade}]", "第 2 级上级 → 第 3 级上级"),
        ("[{who: superior, level: 1}, {who: superior, level: 2}, {who: grade}]", "直接上级 → 第 2 级上级 → 第 3 级上级"),
        ("[{who: role, role: finance}, {who: grade}]", "财务 → 直接上级"),
    ],
)
def test_without_a_signer_in_the_table_one_superior_more_signs(steps, words):
    text = AUTHORITY.replace("[{who: superior, level: 1}, {who: grade}]", steps)
    content = parsed(text, GRADE, face_of(replace(table(), grants=()))).content
    place = [one.code for one in content.outcomes].index("long")
    assert steps_words(content.routes[place]) == words


def test_the_reason_names_the_rows_own_before_the_table():
    content = parsed(AUTHORITY, GRADE, face_of(table())).content
    assert content.rows[0].reason == "超过 30 天；《门店待遇》等级 A 的例外由总经理批"
    unsaid = parsed(AUTHORITY.replace("    reason: 超过 30 天\n", "").replace("label: 超过 30 天", "label: 很久"), GRADE, face_of(table())).content
    assert unsaid.rows[0].reason.startswith("很久；《门店待遇》")
    both = parsed(AUTHORITY.replace("label: 超过 30 天", "label: 很久"), GRADE, face_of(table())).content
    assert both.rows[0].reason.startswith("超过 30 天；")


def test_to_name_a_table_and_take_nothing_is_told_and_allowed():
    text = CADENCE.replace("{outcome: A, rec", "{outcome: A, days: 3, rec").replace("{outcome: B}", "{outcome: B, days: 9}")
    found = parsed(text, GRADE, face_of(table()))
    assert found.sound
    assert ["没有一个数取自" in str(one) for one in found.problems] == [True]
