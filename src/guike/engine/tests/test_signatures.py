"""Overrides and proposed grades on their way through signatures; without a policy everything stays as it was (POL-11, PLT-05)."""

from datetime import date, timedelta

import pytest

from guike.engine import services
from guike.engine.approvals import services as approvals
from guike.engine.models import Approval, Decision, Override, Proposal, Standing
from guike.organisation.models import Department, Person, Post
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Refused

AUTHORITY = """
code: {document}-authority
kind: authority
title: 谁批{document}
document: {document}
subject: shop
clause: {{title: 门店分级办法, number: 第十二条}}
routes:
  - code: big
    label: 大店
    when: {{field: trade.year, op: gte, value: 5000}}
    steps:
      - {{who: {first}}}
      - {{who: role, role: executive}}
  - code: small
    label: 一般
    steps:
      - {{who: {first}}}
      - {{who: role, role: marketing}}
"""


@pytest.fixture
def staff(db, chen, lin, today):
    """chen owns and sells, lin is marketing, 王 is chen's superior, 沈 the executive."""
    numbering.register("approval", "审批", "SP", restarts="year")
    place = Department.objects.create(name="销售部", function="sales")
    wang, shen = Person.objects.create(number="P3", name="王立群"), Person.objects.create(number="P4", name="沈国衡")
    Post.objects.create(person=chen, department=place, role="sales_manager", supervisor=wang)
    Post.objects.create(person=lin, department=place, role="marketing", supervisor=shen)
    Post.objects.create(person=wang, department=place, role="sales_manager", supervisor=shen)
    Post.objects.create(person=shen, department=place, role="executive")

    def viewer(one: Person, role: str) -> Viewer:
        return Viewer(one.pk, one.pk, one.name, one.number, frozenset({role}), frozenset({place.pk}), frozenset({place.pk}))

    return {
        "chen": viewer(chen, "sales_manager"),
        "lin": viewer(lin, "marketing"),
        "wang": viewer(wang, "sales_manager"),
        "shen": viewer(shen, "executive"),
    }


@pytest.fixture
def graded(staff, three_shops, publish_card):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    return three_shops


def govern(document: str, first: str = "superior") -> None:
    services.publish_text(AUTHORITY.format(document=document, first=first), effective=date(2026, 1, 1), actor=SYSTEM)


def override(shop, actor, outcome="B", days=30, **given):
    until = clock.today() + timedelta(days=days)
    return services.override("shop-grade", shop.pk, outcome, reason="停产检修", until=until, actor=actor, **given)


def grade(shop) -> str:
    return Standing.objects.get(policy__code="shop-grade", subject_id=shop.pk).outcome


def test_without_a_policy_an_override_holds_at_once(graded, staff):
    made = override(graded[0], staff["chen"], signer_id=staff["shen"].person_id)
    assert isinstance(made, Override)
    assert (grade(graded[0]), Approval.objects.count()) == ("B", 0)


def test_with_a_policy_it_holds_once_it_is_signed(graded, staff):
    govern("override")
    asked = override(graded[0], staff["chen"])
    assert (asked.route["label"], asked.route["values"][0]) == ("大店", ["12 个月采购额", "6,000 元"])
    assert (grade(graded[0]), Override.objects.count()) == ("A", 0)
    approvals.approve(asked.pk, actor=staff["wang"])
    assert grade(graded[0]) == "A"
    approvals.approve(asked.pk, actor=staff["shen"])
    made = Override.objects.get()
    assert (grade(graded[0]), made.signer.name, made.entered_by.name, made.reason) == ("B", "沈国衡", "陈思远", "停产检修")


def test_what_is_refused_changes_nothing(graded, staff):
    govern("override")
    asked = override(graded[0], staff["chen"])
    approvals.reject(asked.pk, actor=staff["wang"], comment="数据会补齐")
    assert (grade(graded[0]), Override.objects.count()) == ("A", 0)


def test_a_second_override_waits_for_the_first(graded, staff):
    govern("override")
    asked = override(graded[0], staff["chen"])
    with pytest.raises(Refused, match=f"{asked.number} 还在审批"):
        override(graded[0], staff["chen"])


def test_an_override_whose_end_has_passed_is_not_signed(graded, staff, today):
    govern("override")
    asked = override(graded[0], staff["chen"], days=3)
    approvals.approve(asked.pk, actor=staff["wang"])
    today(date(2026, 12, 20))
    with pytest.raises(Refused, match="早于开始日"):
        approvals.approve(asked.pk, actor=staff["shen"])
    assert Approval.objects.get(pk=asked.pk).state == "pending"


@pytest.fixture
def proposing(staff, three_shops, publish_card, card):
    """Grades are proposed; sales confirms, marketing signs."""
    govern("grade", "owner")
    publish_card(card + "mode: propose\nconfirmation: [owner, marketing]\n")
    services.evaluate(["shop-grade"], actor=SYSTEM)
    return three_shops


def test_proposed_grades_go_their_way_sales_confirms_marketing_signs(proposing, staff):
    second = Approval.objects.get(subject_id=proposing[1].pk)
    assert (second.requested_by_id, second.kind, second.route["label"]) == (None, "grade", "一般")
    approvals.approve(second.pk, actor=staff["chen"] if proposing[1].head_id == staff["chen"].person_id else staff["lin"])
    assert grade(proposing[1]) == ""
    approvals.approve(second.pk, actor=staff["lin"])
    proposal = Proposal.objects.get(subject_id=proposing[1].pk)
    assert (proposal.state, grade(proposing[1])) == ("confirmed", proposal.outcome)
    assert Decision.objects.filter(subject_id=proposing[1].pk, trigger="confirm").count() == 1


def test_a_refused_proposal_leaves_the_grade(proposing, staff):
    first = Approval.objects.get(subject_id=proposing[0].pk)
    approvals.reject(first.pk, actor=staff["chen"], comment="价格不实")
    assert (Proposal.objects.get(subject_id=proposing[0].pk).state, grade(proposing[0])) == ("rejected", "")


def test_a_proposal_cannot_be_returned_and_not_confirmed_beside_its_way(proposing, staff):
    first = Approval.objects.get(subject_id=proposing[0].pk)
    with pytest.raises(Refused, match="没有申请人可以改"):
        approvals.send_back(first.pk, actor=staff["chen"], comment="改")
    with pytest.raises(Refused, match=f"在走审批 {first.number}"):
        services.confirm_proposal(Proposal.objects.get(subject_id=proposing[0].pk).pk, actor=staff["lin"])


def test_a_new_outcome_lapses_the_old_request(proposing, order, today):
    before = Approval.objects.get(subject_id=proposing[2].pk)
    order(proposing[2], "2026-11-22", 9000)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    states = dict(Approval.objects.filter(subject_id=proposing[2].pk).values_list("pk", "state"))
    assert states.pop(before.pk) == "lapsed"
    assert list(states.values()) == ["pending"]


def test_evaluating_again_asks_nobody_twice(proposing):
    count = Approval.objects.count()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    assert Approval.objects.count() == count == 3


def test_the_list_of_proposals_knows_which_are_on_their_way(proposing):
    from guike.engine.services.signatures import live_requests

    ids = list(Proposal.objects.order_by("pk").values_list("pk", flat=True))
    found = live_requests(ids[:2])
    assert set(found) == set(ids[:2])
    assert {one.payload["proposal"] for one in found.values()} == set(ids[:2])
