"""Authority policies: problems line by line, worked examples of the packs, the form, the trial (POL-02, POL-06)."""

import pytest

from guike.engine import selectors as engine
from guike.engine.approvals import services
from guike.engine.approvals.simulate import every_line, try_out
from guike.engine.approvals.tests.conftest import ONE, POLICY, publish, request
from guike.engine.policies import match, tree_form
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.parse import parse_document
from guike.engine.policies.yaml_text import read
from guike.engine.services.packs import check_pack
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden


def problems(routes: str, **given) -> list[str]:
    text = POLICY.format(routes=routes, subject="customer")
    for old, new in given.items():
        text = text.replace(*new) if isinstance(new, tuple) else text.replace(old, new)
    return [str(one) for one in parse_document(read(text), Catalogue()).problems]


@pytest.mark.parametrize(
    ("routes", "said"),
    [
        ("\n  - {code: a, label: 甲}\n", "第 10 行：缺少 steps：由谁批；不用批写 steps: []"),
        ("\n  - {code: a, steps: [{who: boss}]}\n", "第 10 行：who 没有「boss」，可用：superior、owner、role、post、head、person"),
        ("\n  - {code: a, steps: [{who: role}]}\n", "第 10 行：who: role 要写明 role"),
        ("\n  - {code: a, steps: [{who: role, role: boss}]}\n", "role 没有「boss」"),
        ("\n  - {code: a, steps: [{who: head, function: chess}]}\n", "function 没有「chess」"),
        ("\n  - {code: a, steps: [{who: superior, post: 经理}]}\n", "第 10 行：who: superior 不用 post"),
        ("\n  - {code: a, steps: [{who: owner, level: 2}]}\n", "只有 who: superior 才写 level"),
        ("\n  - {code: a, steps: [{who: superior, together: true}]}\n", "第一步没有上一步"),
        ("\n  - {code: a, steps: [{who: superior}, {who: superior}]}\n", "同一个人批"),
        ("\n  - {code: a, steps: [{who: superior, escalate_after: [3, 1]}]}\n", "从小到大的天数"),
        ("\n  - {code: a, when: {field: request.days, op: gt, value: 3}, steps: []}\n", "最后一条路径不写 when"),
        (
            "\n  - {code: a, when: {field: request.amount, op: gt, value: 3}, steps: []}\n  - {code: b, steps: []}\n",
            "「公海例外」的申请不带 request.amount，可用：request.applicant_role、request.days、request.times",
        ),
        ("\n  - {code: a, steps: []}\n  - {code: b, steps: []}\n", "第 2 行永远轮不到"),
        ("\n  - {code: a, steps: [{who: superior, colour: red}]}\n", "不认识 colour"),
    ],
)
def test_what_is_wrong_is_said_with_its_line(routes, said):
    assert any(said in one for one in problems(routes)), problems(routes)


def test_an_unknown_document_names_those_that_exist():
    text = POLICY.format(routes=ONE, subject="customer").replace("pool_exception", "lunch")
    found = [str(one) for one in parse_document(read(text), Catalogue()).problems]
    assert any("document 没有「lunch」，可用：grade、override、pool_exception" in one for one in found)


AUTHORITIES = [one.content for one in check_pack("channel") if one.content.kind == "authority"]


def test_the_channel_pack_says_who_signs_what():
    assert {one.document for one in AUTHORITIES} == {"grade", "override", "pool_exception", "export"}


@pytest.mark.parametrize("content", AUTHORITIES, ids=lambda one: one.code)
def test_worked_examples_of_the_packs_come_out(content):
    assert [match.outcome_of(content, one.values) for one in content.examples] == [one.outcome for one in content.examples]
    assert {one.code for one in content.outcomes} == {one.outcome for one in content.examples}


def test_an_example_that_comes_out_otherwise_is_told():
    routes = ONE + "examples:\n  - {name: 二十天, values: {}, outcome: other}\n"
    assert any("例「二十天」算出「上级批」" in one for one in problems(routes))


def test_the_form_changes_a_step_and_smuggles_nothing_in():
    tree = read(POLICY.format(routes=ONE, subject="customer")).content
    posted = {"routes.0.steps.0.level": "2", "routes.0.steps.0.days": "3", "routes.0.steps.0.secret": "x", "kind": "alert"}
    found = tree_form.apply(tree, posted)
    assert found["routes"][0]["steps"][0] == {**tree["routes"][0]["steps"][0], "level": 2, "days": 3}
    assert found["kind"] == "authority"
    found = tree_form.operate(found, "add:routes.0.steps")
    assert len(found["routes"][0]["steps"]) == 2
    found = tree_form.operate(tree_form.operate(found, "remove:routes.0.steps.0"), "add:routes")
    assert [route["code"] for route in found["routes"]] == ["", "short"], "a new route stands before the one that catches the rest"


STRICTER = """
  - code: long
    label: 超过 10 天
    when: {field: request.days, op: gt, value: 10}
    steps:
      - {who: superior, level: 1}
      - {who: role, role: executive}
  - code: short
    label: 十天以内
    steps:
      - {who: superior, level: 1}
"""


@pytest.fixture
def quarter(company, calls):
    publish()
    for number, days in enumerate((5, 20, 30)):
        services.submit(request(days=days, subject_id=number, title=f"保护 {days} 天"), actor=company.viewer("陈思远"))
    return company


def test_who_would_have_signed_last_quarter(quarter):
    found = try_out(SYSTEM, POLICY.format(routes=STRICTER, subject="customer"))
    assert (found.cases, found.requests, found.changed, found.before, found.after) == (3, 3, 2, 3, 5)
    assert [(one.label, one.before, one.after) for one in found.people] == [("沈国衡", 0, 2), ("林晓燕", 3, 3)]
    assert [(one.label, one.before, one.after) for one in found.steps] == [("总经理", 0, 2), ("直接上级", 3, 3)]
    assert {(one.title, one.before, one.after) for one in found.lines} == {
        ("保护 20 天", "直接上级", "直接上级 → 总经理"),
        ("保护 30 天", "直接上级", "直接上级 → 总经理"),
    }
    assert found.compared_with == "现行第 1 版"


def test_publishing_gives_what_was_simulated(quarter):
    text = POLICY.format(routes=STRICTER, subject="customer")
    before = {one.title: one.after for one in every_line(SYSTEM, text)}
    from datetime import date

    from guike.engine import services as policies

    policies.publish_text(text, effective=date(2026, 11, 24), actor=SYSTEM)
    made = {days: services.submit(request(days=days, subject_id=50 + days), actor=quarter.viewer("陈思远")) for days in (5, 20, 30)}
    after = {f"保护 {days} 天": " → ".join(one.steps.order_by("place").values_list("words", flat=True)) for days, one in made.items()}
    assert before == after


def test_a_trial_shows_only_lines_in_sight(quarter):
    text = POLICY.format(routes=STRICTER, subject="customer")
    found = try_out(quarter.viewer("王立群"), text)
    assert (found.changed, found.lines) == (2, ()), "another department's requests are counted, not shown"
    with pytest.raises(Forbidden):
        try_out(quarter.viewer("陈思远"), text)


def test_the_general_simulation_tells_the_same(quarter):
    found = engine.simulate(SYSTEM, POLICY.format(routes=STRICTER, subject="customer"))
    assert (found.kind, found.subjects, found.movers_count, found.workload.before, found.workload.after) == ("authority", 3, 2, 3, 5)


def test_a_later_policy_leaves_what_is_on_its_way(quarter):
    from datetime import date

    from guike.engine import services as policies
    from guike.engine.models import Approval

    policies.publish_text(POLICY.format(routes=STRICTER, subject="customer"), effective=date(2026, 11, 24), actor=SYSTEM)
    one = Approval.objects.get(title="保护 30 天")
    services.approve(one.pk, actor=quarter.viewer("林晓燕"))
    assert Approval.objects.get(pk=one.pk).state == "approved"
