"""Tables of cases without a database: who signs what by an authority policy, and how it reads (POL-02, PLT-05)."""

import pytest

from guike.engine.policies.authority import step_words, steps_words
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.content import Step
from guike.engine.policies.parse import parse
from guike.organisation.rules import FUNCTIONS

TWIN = Face("other-authority", "导出办法", "authority", "customer", (), document="export")
LARGE = {"field": "request.rows", "op": "gt", "value": 25}


def tree(*routes, **changed):
    return {"code": "export-authority", "kind": "authority", "title": "谁批导出", "document": "export", "routes": list(routes), **changed}


def free(**changed):
    return {"code": "free", "label": "不用批", "steps": [], **changed}


def step(**one):
    return tree({"code": "large", "label": "大量", "when": LARGE, "reason": "超过 25 行", "steps": [one]}, free())


def read(whole, *policies):
    return parse(whole, Catalogue(policies={one.code: one for one in policies}))


def said(whole, *policies, fatal=True):
    return [(problem.path, problem.message) for problem in read(whole, *policies).problems if problem.fatal is fatal]


def test_routes_are_read_in_their_order():
    found = read(
        step(who="role", role=["executive", "finance"], sign="all", days=5, remind=0, escalate_after=[2, 60], copy="owner", label="会签")
    )
    assert found.sound, found.problems
    content = found.content
    assert [(one.code, one.label, one.rank) for one in content.outcomes] == [("large", "大量", 0), ("free", "不用批", 1)]
    assert [(row.when, row.then, row.reason) for row in content.rows] == [(LARGE, "large", "超过 25 行"), (None, "free", "")]
    assert content.document == "export"
    assert content.routes == (
        (
            Step(
                "role",
                roles=("executive", "finance"),
                sign="all",
                days=5,
                remind=0,
                escalation_days=(2, 60),
                copy=("owner",),
                label="会签",
            ),
        ),
        (),
    )


def test_what_a_step_does_not_say():
    assert read(step(who="superior")).content.routes[0] == (
        Step("superior", level=1, sign="any", together=False, days=2, remind=1, escalation_days=(1, 3), copy=(), label=""),
    )


def test_routes_without_code_and_label_are_numbered():
    content = read(tree({"when": LARGE, "steps": [{"who": "owner"}]}, {"steps": []})).content
    assert [(one.code, one.label) for one in content.outcomes] == [("r1", "r1"), ("r2", "r2")]


@pytest.mark.parametrize(
    ("one", "path", "words"),
    [
        ({}, "who", ""),
        ({"who": "nobody"}, "who", ""),
        ({"who": "role"}, "role", "who: role 要写明 role"),
        ({"who": "post"}, "post", "who: post 要写明 post"),
        ({"who": "head"}, "function", "who: head 要写明 function"),
        ({"who": "person"}, "person", "who: person 要写明 person"),
        ({"who": "superior", "role": "finance"}, "role", "who: superior 不用 role"),
        ({"who": "role", "role": "finance", "person": "P1"}, "person", "who: role 不用 person"),
        ({"who": "owner", "level": 2}, "level", "只有 who: superior 才写 level"),
        ({"who": "superior", "level": 0}, "level", "1"),
        ({"who": "superior", "level": 7}, "level", "6"),
        ({"who": "post", "post": "甲" * 41}, "post", "40"),
        ({"who": "person", "person": "P" * 21}, "person", "20"),
        ({"who": "superior", "days": 0}, "days", "1"),
        ({"who": "superior", "days": 61}, "days", "60"),
        ({"who": "superior", "remind": -1}, "remind", "0"),
        ({"who": "superior", "remind": 31}, "remind", "30"),
        ({"who": "superior", "label": "甲" * 41}, "label", "40"),
        ({"who": "superior", "escalate_after": [3, 1]}, "escalate_after", "从小到大"),
        ({"who": "superior", "escalate_after": [1, 1]}, "escalate_after", "从小到大"),
        ({"who": "superior", "escalate_after": [0]}, "escalate_after", "从小到大"),
        ({"who": "superior", "escalate_after": [61]}, "escalate_after", "从小到大"),
        ({"who": "superior", "escalate_after": [True]}, "escalate_after", "从小到大"),
        ({"who": "superior", "escalate_after": ["2"]}, "escalate_after", "从小到大"),
        ({"who": "superior", "escalate_after": [1, "x"]}, "escalate_after", "从小到大"),
        ({"who": "superior", "together": True}, "together", "第一步没有上一步"),
        ({"who": "grade"}, "routes.0.steps", "要用 from_table 说明取自哪张待遇表"),
        ({"who": "superior", "salary": 1}, "salary", ""),
    ],
)
def test_what_is_wrong_with_a_step(one, path, words):
    at = path if path.startswith("routes") else f"routes.0.steps.0.{path}"
    found = said(step(**one))
    assert any(place == at and words in text for place, text in found), found


@pytest.mark.parametrize(
    "one",
    [
        {"who": "superior", "level": 6, "days": 60, "remind": 30},
        {"who": "superior", "level": 1, "days": 1, "remind": 0},
        {"who": "post", "post": "甲" * 40, "label": "乙" * 40},
        {"who": "person", "person": "P" * 20},
        {"who": "head", "function": next(iter(FUNCTIONS))},
        {"who": "owner", "escalate_after": [60]},
        {"who": "owner", "escalate_after": []},
        {"who": "owner", "escalate_after": 5},
    ],
)
def test_the_edges_are_allowed(one):
    assert not said(step(**one))


@pytest.mark.parametrize(
    ("whole", "path", "words"),
    [
        (tree(), "routes", ""),
        (tree(free(), document=""), "document", ""),
        (tree(free(), document="nothing"), "document", ""),
        (tree(free(when=LARGE), free()), "routes.1.code", "「free」写了两次"),
        (tree(free(when=LARGE)), "routes.0", "最后一条路径不写 when"),
        (tree({"code": "free", "label": "甲"}), "routes.0.steps", "缺少 steps"),
        (tree(free(code="x" * 41)), "routes.0.code", "40"),
        (tree(free(label="甲" * 41)), "routes.0.label", "40"),
        (tree(free(reason="甲" * 201)), "routes.0.reason", "200"),
        (tree(free(steps=[{"who": "owner"}, {"who": "owner", "days": 5}])), "routes.0.steps.1", "同一个人批"),
        (tree(free(steps=[{"who": "role", "role": "finance"}, {"who": "role", "role": ["finance"]}])), "routes.0.steps.1", "同一个人批"),
    ],
)
def test_what_is_wrong_with_the_routes(whole, path, words):
    found = said(whole)
    assert any(place == path and words in text for place, text in found), found


@pytest.mark.parametrize(
    "pair",
    [
        [{"who": "superior"}, {"who": "superior", "level": 2}],
        [{"who": "role", "role": "finance"}, {"who": "role", "role": "executive", "together": True}],
        [{"who": "person", "person": "P1"}, {"who": "person", "person": "P2"}],
    ],
)
def test_two_who_are_not_the_same(pair):
    assert not said(tree(free(steps=pair)))


def test_a_fact_that_the_document_does_not_bring_would_never_hold():
    found = said(tree(free(code="a", when={"field": "request.amount", "op": "gt", "value": 1}), free()))
    assert any(place == "routes.0.when" and "不带 request.amount" in text and "request.rows" in text for place, text in found), found
    assert not said(tree(free(code="a", when=LARGE), free()))


def test_the_signer_of_the_table_needs_the_table():
    asked = "who: grade 要用 from_table 说明取自哪张待遇表"
    assert ("routes.0.steps", asked) in said(step(who="grade"))
    assert ("routes.0.steps", asked) not in said({**step(who="grade"), "from_table": "grade-entitlement"})


def test_two_policies_for_one_document_are_told_and_allowed():
    assert said(tree(free()), TWIN, fatal=False) == [("document", "《导出办法》也规定「批量导出」由谁批，先建的那份算数")]
    assert not said(tree(free(), code="other-authority"), TWIN, fatal=False)
    assert not said(tree(free()), Face("x", "别的", "authority", "customer", (), document="grade"), fatal=False)


FUNCTION = next(iter(FUNCTIONS))


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (Step("superior"), "直接上级"),
        (Step("superior", level=3), "第 3 级上级"),
        (Step("owner"), "客户负责人"),
        (Step("grade"), "等级待遇所定的人"),
        (Step("role", roles=("marketing", "finance")), "市场部、财务"),
        (Step("role", roles=("marketing", "finance"), sign="all"), "市场部、财务（会签）"),
        (Step("post", post="区域总监"), "区域总监"),
        (Step("post", post="区域总监", sign="all"), "区域总监（会签）"),
        (Step("head", function=FUNCTION), f"{FUNCTIONS[FUNCTION]}负责人"),
        (Step("person", person="P7"), "P7"),
        (Step("superior", label="分管领导"), "分管领导"),
    ],
)
def test_who_signs_in_words(one, words):
    assert step_words(one) == words


@pytest.mark.parametrize(
    ("steps", "words"),
    [
        ([], "不用批"),
        ([Step("superior")], "直接上级"),
        ([Step("superior"), Step("owner")], "直接上级 → 客户负责人"),
        (
            [Step("superior"), Step("role", roles=("marketing",)), Step("role", roles=("finance",), together=True)],
            "直接上级 → 市场部 + 财务",
        ),
    ],
)
def test_a_route_in_words(steps, words):
    assert steps_words(steps) == words
