"""Tables of cases without a database: what a holding says, what it amounts to, and where one customer stands (CUS-06, POL-02)."""

import pytest

from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.content import Row, Term
from guike.engine.policies.holding import CONTACT, DEAL, Remaining, limits, remaining, rows_of, term_for
from guike.engine.policies.parse import parse

GRADE = Face("customer-grade", "客户分级", "scorecard", "customer", (("A", "A 级"), ("B", "B 级"), ("C", "C 级")))
KNOWN = Catalogue(policies={"customer-grade": GRADE, "cadence": Face("cadence", "联系频次", "cadence", "customer", ())})
TERMS = [{"outcome": "A", "no_contact": 60, "no_deal": 365}, {"outcome": "B", "no_contact": 90}, {"no_deal": 180}]


def tree(**changed):
    whole = {"code": "holding", "kind": "holding", "title": "客户持有", "follows": "customer-grade", "terms": TERMS, **changed}
    return {key: value for key, value in whole.items() if value is not None}


def read(**changed):
    return parse(tree(**changed), KNOWN)


def said(**changed):
    return [(problem.path, problem.message) for problem in read(**changed).problems if problem.fatal]


def test_a_holding_is_read():
    found = read(warn_days=14, cooldown_days=0, release=["executive"])
    assert found.sound, found.problems
    assert found.content.terms == (Term("A", 60, 365), Term("B", 90, None), Term("", None, 180))
    assert (found.content.warn_days, found.content.cooldown_days, found.content.release) == (14, 0, ("executive",))
    assert [(one.code, one.label, one.rank) for one in found.content.outcomes] == [
        ("keep", "保留", 0),
        ("warn", "将进公海", 1),
        ("release", "进公海", 2),
        ("pool", "在公海", 3),
    ]


def test_what_is_not_said_is_seven_days_thirty_days_manager_and_executive():
    content = read().content
    assert (content.warn_days, content.cooldown_days, content.release) == (7, 30, ("sales_manager", "executive"))


@pytest.mark.parametrize(
    ("changed", "path", "words"),
    [
        ({"follows": "grade"}, "follows", "没有制度 grade，可跟随：customer-grade"),
        ({"subject": "shop"}, "subject", "持有制度只管客户，subject 写 customer"),
        ({"warn_days": 0}, "warn_days", "1"),
        ({"warn_days": 91}, "warn_days", "90"),
        ({"cooldown_days": -1}, "cooldown_days", "0"),
        ({"cooldown_days": 731}, "cooldown_days", "730"),
        ({"terms": []}, "terms", ""),
        ({"terms": None}, "terms", ""),
        ({"follows": None, "terms": [{"outcome": "A", "no_contact": 60}]}, "terms.0.outcome", "要用 follows 说明是哪项制度的等级"),
        ({"terms": [{"outcome": "D", "no_contact": 60}]}, "terms.0.outcome", "《客户分级》没有「D」这个结果，可用：A、B、C"),
        ({"terms": [{"outcome": "A", "no_contact": 60}, {"outcome": "A", "no_deal": 60}]}, "terms.1.outcome", "「A」写了两次"),
        ({"terms": [{"no_contact": 60}, {"no_deal": 60}]}, "terms.1.outcome", "「其余」写了两次"),
        ({"terms": [{"no_contact": 60}, {"outcome": "A", "no_deal": 60}]}, "terms.0.outcome", "放到最后"),
        ({"terms": [{"outcome": "A"}]}, "terms.0", "no_contact 和 no_deal 至少写一个"),
        ({"terms": [{"no_contact": 0}]}, "terms.0.no_contact", "1"),
        ({"terms": [{"no_contact": 3651}]}, "terms.0.no_contact", "3650"),
        ({"terms": [{"no_deal": 3651}]}, "terms.0.no_deal", "3650"),
        ({"terms": [{"no_deal": 0}]}, "terms.0.no_deal", "1"),
        ({"follows": None, "terms": [{"outcome": "甲" * 41, "no_deal": 60}]}, "terms.0.outcome", "40"),
        ({"terms": [{"no_contact": 7}]}, "terms.0.no_contact", "7 天的期限不比提前提醒的 7 天长"),
        ({"terms": [{"no_deal": 14}], "warn_days": 14}, "terms.0.no_deal", "14 天的期限不比提前提醒的 14 天长"),
        ({"terms": [{"no_contact": 60, "nodeal": 3}]}, "terms.0.nodeal", ""),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(changed, path, words):
    found = said(**changed)
    assert any(at == path and words in text for at, text in found), found


@pytest.mark.parametrize(
    "changed",
    [
        {"warn_days": 1},
        {"warn_days": 90, "terms": [{"no_contact": 91}]},
        {"cooldown_days": 730},
        {"terms": [{"no_contact": 8}]},
        {"terms": [{"no_contact": 3650, "no_deal": 3650}]},
        {"follows": None, "terms": [{"no_contact": 60}]},
    ],
)
def test_the_edges_are_allowed(changed):
    assert not said(**changed)


def test_the_table_that_two_terms_amount_to():
    """Nobody's first, then what is over, then what soon will be (7 days before), the rest is kept."""
    a, others = {"field": "outcome.g", "op": "eq", "value": "A"}, {"field": "outcome.g", "op": "not_in", "value": ["A"]}

    def days(measure, limit):
        return {"field": measure, "op": "gte", "value": limit}

    assert rows_of("g", [Term("A", 60, None), Term("", 90, 365)], 7) == (
        Row({"field": CONTACT, "op": "empty"}, "pool", "没有负责人"),
        Row({"all": [a, days(CONTACT, 60)]}, "release", "60 天未跟进"),
        Row({"all": [others, days(CONTACT, 90)]}, "release", "90 天未跟进"),
        Row({"all": [others, days(DEAL, 365)]}, "release", "365 天未成交"),
        Row({"all": [a, days(CONTACT, 53)]}, "warn", "满 60 天未跟进进公海，还有 7 天以内"),
        Row({"all": [others, days(CONTACT, 83)]}, "warn", "满 90 天未跟进进公海，还有 7 天以内"),
        Row({"all": [others, days(DEAL, 358)]}, "warn", "满 365 天未成交进公海，还有 7 天以内"),
        Row(None, "keep", "在期限之内"),
    )
    assert rows_of("", [Term("", 60)], 7)[1].when == days(CONTACT, 60)


def test_a_term_limits_what_it_names():
    assert limits(Term("A", 60, 365)) == [(CONTACT, 60), (DEAL, 365)]
    assert limits(Term("A", None, 365)) == [(DEAL, 365)]
    assert limits(Term("A")) == []


@pytest.mark.parametrize(
    ("outcome", "term"), [("A", Term("A", 60, 365)), ("B", Term("B", 90)), ("C", Term("", None, 180)), ("", Term("", None, 180))]
)
def test_whose_term_holds(outcome, term):
    assert term_for(read().content, outcome) == term


@pytest.mark.parametrize(
    ("term", "kept"),
    [
        ({"outcome": "A"}, Term("A", from_table=True)),
        ({"outcome": "A", "no_contact": 60}, Term("A", 60)),
        ({"outcome": "A", "no_deal": 60}, Term("A", None, 60)),
        ({"no_deal": 60}, Term("", None, 60)),
    ],
)
def test_a_grade_without_limits_of_its_own_takes_them_from_the_table(term, kept):
    assert read(terms=[term], from_table="grade-entitlement").content.terms == (kept,)


def test_without_a_term_for_the_rest_the_rest_has_none():
    content = read(terms=[{"outcome": "A", "no_contact": 60}]).content
    assert term_for(content, "B") is None and term_for(content, "") is None
    assert remaining(content, {"outcome.customer-grade": "B", CONTACT: 10}) is None


@pytest.mark.parametrize(
    ("grade", "contact", "deal", "left", "words"),
    [
        ("A", 55, 300, Remaining(5, CONTACT, 60), "60 天未跟进"),
        ("A", 10, 360, Remaining(5, DEAL, 365), "365 天未成交"),
        ("A", 70, None, Remaining(-10, CONTACT, 60), "60 天未跟进"),
        ("B", 10, 900, Remaining(80, CONTACT, 90), "90 天未跟进"),
        ("C", 10, 100, Remaining(80, DEAL, 180), "180 天未成交"),
        (None, 10, 180, Remaining(0, DEAL, 180), "180 天未成交"),
    ],
)
def test_the_limit_that_is_reached_first(grade, contact, deal, left, words):
    found = remaining(read().content, {"outcome.customer-grade": grade, CONTACT: contact, DEAL: deal})
    assert found == left and found.words == words


def test_nobodys_customer_has_no_days_left():
    assert remaining(read().content, {"outcome.customer-grade": "A", CONTACT: None, DEAL: None}) is None
    assert remaining(read().content, {"outcome.customer-grade": "C", CONTACT: 10, DEAL: None}) is None
