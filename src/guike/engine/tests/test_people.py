"""What people decide against or after the computation: overrides and proposals (CUS-04, POL-11)."""

from datetime import date

import pytest
from django.http import Http404

from guike.engine import selectors, services
from guike.engine.models import Decision, Override, Proposal, Standing
from guike.engine.tests.conftest import CARD
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden, Refused

pytestmark = pytest.mark.django_db
DAY, END = date(2026, 11, 22), date(2026, 12, 31)
PROPOSING = CARD.replace("cycle: monthly", "cycle: monthly\nmode: propose\nconfirmation: [owner, marketing]")


@pytest.fixture
def graded(publish_card, three_shops):
    publish_card()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    return three_shops


def standing(subject):
    found = Standing.objects.get(subject_id=subject.pk)
    return found.outcome, found.computed, found.since


def override(subject, signer, *, actor=SYSTEM, until=END, outcome="A", reason="三季度停产检修，订单顺延", **more):
    return services.override("shop-grade", subject.pk, outcome, reason=reason, signer_id=signer.pk, until=until, actor=actor, **more)


def test_an_override_holds_at_once_and_ends_by_itself(graded, lin, marketing, today):
    second = graded[1]
    override(second, lin, actor=marketing)
    assert standing(second) == ("A", "C", DAY)
    change = Decision.objects.order_by("id").last()
    assert (change.previous, change.outcome, change.computed, change.trigger, change.reasons) == ("C", "A", "C", "override", "人工调整")
    assert change.decided_by_id == lin.pk
    for day, expected in ((date(2026, 12, 1), "A"), (END, "A"), (date(2027, 1, 1), "C")):
        today(day)
        services.evaluate_due(actor=SYSTEM)
        assert standing(second)[0] == expected
    assert [one.outcome for one in selectors.outcome_history(SYSTEM, "shop", second.pk, "shop-grade")] == ["C", "A", "C"]


def test_an_override_that_begins_later_waits_for_its_day(graded, lin, today):
    override(graded[1], lin, from_on=date(2026, 11, 25))
    assert standing(graded[1])[0] == "C"
    today(date(2026, 11, 25))
    services.evaluate_due(actor=SYSTEM)
    assert standing(graded[1])[0] == "A"


def test_an_override_can_be_ended_early(graded, lin, today):
    made = override(graded[1], lin)
    today(date(2026, 11, 30))
    services.end_override(made.pk, reason="订单已恢复", actor=SYSTEM)
    assert standing(graded[1])[0] == "C"
    assert Override.objects.get().ends_on == date(2026, 11, 29)
    with pytest.raises(Refused, match="已经结束"):
        services.end_override(made.pk, reason="再来", actor=SYSTEM)


def test_an_override_ended_on_its_first_day_never_was(graded, lin):
    made = override(graded[1], lin)
    services.end_override(made.pk, reason="录错", actor=SYSTEM)
    assert standing(graded[1])[0] == "C"
    override(graded[1], lin)
    assert standing(graded[1])[0] == "A"


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"outcome": "S"}, "没有「S」，可用：A 级、B 级、C 级"),
        ({"reason": "  "}, "写明调整的理由"),
        ({"until": date(2026, 11, 21)}, "到期日 2026-11-21 早于开始日 2026-11-22"),
        ({"from_on": date(2026, 11, 1)}, "不能从 2026-11-01 补起"),
        ({"until": date(2031, 1, 1)}, "最长三年"),
    ],
)
def test_a_wrong_override_is_refused_and_nothing_changes(graded, lin, more, said):
    with pytest.raises(Refused, match=said):
        override(graded[1], lin, **more)
    assert not Override.objects.exists()
    assert standing(graded[1])[0] == "C"


def test_a_signer_who_left_cannot_sign(graded, lin):
    lin.active = False
    lin.save()
    with pytest.raises(Refused, match="在职的批准人"):
        override(graded[1], lin)


def test_a_second_override_for_the_same_time_is_refused(graded, lin):
    override(graded[1], lin)
    with pytest.raises(Refused, match="2026-11-22～2026-12-31 已有人工调整"):
        override(graded[1], lin, outcome="B")
    assert Override.objects.count() == 1


def test_overriding_needs_the_right_and_the_subject_in_sight(graded, lin, seller):
    manager = Viewer(person_id=lin.pk, roles=frozenset({"sales_manager"}))
    with pytest.raises(Forbidden):
        override(graded[1], lin, actor=seller)
    elsewhere = Viewer(person_id=lin.pk, roles=frozenset({"executive"}))
    with pytest.raises((Http404, Forbidden)):
        override(graded[1], lin, actor=elsewhere)
    assert not Override.objects.exists()
    override(graded[1], lin, actor=manager)
    assert Override.objects.count() == 1


def test_a_grade_is_proposed_submitted_and_signed(publish_card, three_shops, seller, marketing):
    publish_card(PROPOSING)
    found = services.evaluate(["shop-grade"], actor=SYSTEM)[0]
    assert found.outcomes == {"": 3}
    first = Proposal.objects.get(subject_id=three_shops[0].pk)
    assert (first.previous, first.outcome, first.step) == ("", "A", 0)
    assert standing(three_shops[0])[:2] == ("", "A")
    with pytest.raises(Forbidden, match="第 1 步由负责人确认"):
        services.confirm_proposal(first.pk, actor=marketing)
    services.confirm_proposal(first.pk, actor=seller)
    with pytest.raises(Forbidden, match="第 2 步由市场部确认"):
        services.confirm_proposal(first.pk, actor=seller)
    assert standing(three_shops[0])[0] == ""
    services.confirm_proposal(first.pk, actor=marketing, note="同意")
    assert standing(three_shops[0]) == ("A", "A", DAY)
    assert Decision.objects.get().trigger == "confirm"
    assert services.evaluate(["shop-grade"], actor=SYSTEM)[0].changed == 0
    assert Proposal.objects.filter(state="open").count() == 2


def test_a_proposal_whose_reason_is_gone_lapses(publish_card, three_shops, order):
    publish_card(PROPOSING)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    for one in Proposal.objects.all():
        for _step in range(2):
            services.confirm_proposal(one.pk, actor=SYSTEM)
    made = order(three_shops[2], "2026-11-20", 9000)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    waiting = selectors.proposals(SYSTEM, "shop")
    assert [(one.proposal.subject_id, one.step, one.previous_label, one.label) for one in waiting] == [
        (three_shops[2].pk, "owner", "C 级", "B 级")
    ]
    made.delete()
    services.evaluate(["shop-grade"], actor=SYSTEM)
    assert list(Proposal.objects.filter(subject_id=three_shops[2].pk).order_by("id").values_list("state", flat=True)) == [
        "confirmed",
        "lapsed",
    ]
    assert selectors.proposals(SYSTEM, "shop") == []


def test_a_rejected_proposal_is_not_made_again(publish_card, three_shops, seller):
    publish_card(PROPOSING)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    first = Proposal.objects.get(subject_id=three_shops[0].pk)
    with pytest.raises(Refused, match="写明不同意的原因"):
        services.reject_proposal(first.pk, reason="", actor=seller)
    services.reject_proposal(first.pk, reason="大单是一次性的", actor=seller)
    services.evaluate(["shop-grade"], actor=SYSTEM)
    assert list(Proposal.objects.filter(subject_id=three_shops[0].pk).values_list("state", flat=True)) == ["rejected"]
    assert standing(three_shops[0])[0] == ""


def test_badges_show_label_tone_and_override(graded, lin, seller):
    override(graded[1], lin)
    held = selectors.standings(seller, "shop", [one.pk for one in graded])
    assert set(held) == {graded[0].pk, graded[1].pk}
    badge = held[graded[1].pk][0]
    assert (badge.label, badge.computed_label, badge.tone, badge.override_until, badge.strategy) == ("A 级", "C 级", 0, END, "每周拜访")
    assert selectors.distribution(SYSTEM, "shop-grade") == [("A", "A 级", 2), ("C", "C 级", 1)]
