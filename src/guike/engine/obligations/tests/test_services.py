"""Verbs on obligations: what they change, whom they refuse, and that a refusal changes nothing."""

from datetime import date, timedelta

import pytest
from django.http import Http404

from guike.engine.models import Obligation
from guike.engine.obligations import escalation, selectors, services
from guike.engine.obligations.tests.cast import open_cadences
from guike.organisation.models import Deputy
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

TODAY = date(2026, 11, 24)


@pytest.fixture
def late(company):
    """A routine contact of 陈思远, due 2026-11-20, four days late."""
    customer = company.customer("A")
    company.contact(customer, date(2026, 11, 13))
    company.refresh(company.requirement())
    return open_cadences(customer)[0]


def promise(company, customer, **changes):
    values = {"kind": "promise", "subject_kind": "customer", "subject_id": customer.pk, "title": "答复账期申请", "due_on": TODAY}
    due = services.Due(**{**values, "assignee_id": company.chen.pk, "department_id": company.south.pk, **changes})
    return services.open_obligation(due, actor=SYSTEM)


def unchanged(obligation):
    before = Obligation.objects.filter(pk=obligation.pk).values().get()
    return lambda: Obligation.objects.filter(pk=obligation.pk).values().get() == before


def test_put_off_with_a_reason_it_leaves_the_list_and_comes_back(company, late):
    me = company.viewer("chen")
    services.snooze(late.pk, until=TODAY + timedelta(days=2), actor=me, reason="客户出差")
    assert not selectors.listed(me, on=TODAY, until=TODAY).exists()
    assert [o.pk for o in selectors.listed(me, on=TODAY + timedelta(days=2), until=TODAY + timedelta(days=2))] == [late.pk]
    assert services.wake_due(actor=SYSTEM, on=TODAY + timedelta(days=2)) == 1
    late.refresh_from_db()
    assert (late.state, late.snoozes, late.due_on) == ("open", 1, date(2026, 11, 20))


@pytest.mark.parametrize(
    ("days", "reason", "says"),
    [(0, "客户出差", "最早 2026-11-25"), (20, "客户出差", "2026-12-08"), (2, " ", "写一句推迟的原因")],
)
def test_putting_off_is_refused_with_the_limit_named(company, late, days, reason, says):
    same = unchanged(late)
    with pytest.raises(Refused, match=says):
        services.snooze(late.pk, until=TODAY + timedelta(days=days), actor=company.viewer("chen"), reason=reason)
    assert same()


def test_a_fourth_time_is_refused(company, late):
    me = company.viewer("chen")
    for _time in range(3):
        services.snooze(late.pk, until=TODAY + timedelta(days=1), actor=me, reason="客户出差")
    same = unchanged(late)
    with pytest.raises(Refused, match="已推迟 3 次"):
        services.snooze(late.pk, until=TODAY + timedelta(days=1), actor=me, reason="客户出差")
    assert same()


def test_a_colleague_neither_sees_nor_touches_it(company, late):
    same, colleague = unchanged(late), company.viewer("huang")
    with pytest.raises(Http404):
        services.snooze(late.pk, until=TODAY + timedelta(days=1), actor=colleague, reason="我来")
    assert not selectors.live(colleague).exists()
    assert same()


def test_withdrawing_is_the_superiors_right(company, late):
    same = unchanged(late)
    with pytest.raises(Forbidden):
        services.withdraw(late.pk, actor=company.viewer("chen"), reason="不想去")
    assert same()
    services.withdraw(late.pk, actor=company.viewer("wang", "sales_manager"), reason="客户停业整顿")
    late.refresh_from_db()
    assert (late.state, late.closed_reason) == ("withdrawn", "客户停业整顿")


def test_a_routine_contact_is_not_done_by_saying_so(company, late):
    same = unchanged(late)
    with pytest.raises(Refused, match="记一笔跟进"):
        services.fulfil(late.pk, actor=company.viewer("chen"))
    assert same()


def test_a_promise_is_done_by_the_word_of_who_gave_it_and_once_only(company):
    kept = promise(company, company.customer())
    services.fulfil(kept.pk, actor=company.viewer("chen"))
    kept.refresh_from_db()
    assert (kept.state, kept.fulfilled_on) == ("fulfilled", TODAY)
    with pytest.raises(Refused, match="2026-11-24 已办"):
        services.fulfil(kept.pk, actor=company.viewer("chen"))


def test_done_in_the_future_is_refused(company):
    kept = promise(company, company.customer())
    same = unchanged(kept)
    with pytest.raises(Refused, match="2027-01-01 在今天之后"):
        services.fulfil(kept.pk, actor=company.viewer("chen"), on=date(2027, 1, 1))
    assert same()


def test_what_was_owed_as_owner_goes_to_the_new_owner_and_the_rest_stays(company):
    customer = company.customer()
    owed, own = promise(company, customer, as_owner=True), promise(company, customer, as_owner=False)
    services.follow_owner("customer", [customer.pk], person_id=company.huang.pk, department_id=company.south.pk, actor=SYSTEM)
    owed.refresh_from_db(), own.refresh_from_db()
    assert (owed.assignee, own.assignee) == (company.huang, company.chen)


def test_in_the_public_pool_nobody_owes(company):
    customer = company.customer()
    owed = promise(company, customer, as_owner=True)
    services.follow_owner("customer", [customer.pk], person_id=None, department_id=None, actor=SYSTEM)
    owed.refresh_from_db()
    assert (owed.state, owed.closed_reason) == ("withdrawn", "客户进入公海")


@pytest.mark.parametrize(("days_late", "to", "level"), [(2, None, 0), (3, "wang", 1), (7, "zhao", 2), (14, "zhao", 3)])
def test_it_goes_up_the_chain_step_by_step(company, days_late, to, level):
    due = promise(company, company.customer(), due_on=TODAY - timedelta(days=days_late))
    escalation.escalate(actor=SYSTEM)
    due.refresh_from_db()
    assert (due.escalation_level, due.escalated_to) == (level, getattr(company, to) if to else None)


def test_an_absent_superiors_deputy_gets_it(company):
    Deputy.objects.create(person=company.wang, deputy=company.huang, starts_on=TODAY, ends_on=TODAY)
    due = promise(company, company.customer(), due_on=TODAY - timedelta(days=3))
    escalation.escalate(actor=SYSTEM)
    due.refresh_from_db()
    assert due.escalated_to == company.huang
    assert [o.pk for o in selectors.escalated_to(company.viewer("huang"), on=TODAY)] == [due.pk]


def test_escalating_twice_a_day_moves_nothing_twice(company):
    promise(company, company.customer(), due_on=TODAY - timedelta(days=3))
    assert escalation.escalate(actor=SYSTEM) == 1
    assert escalation.escalate(actor=SYSTEM) == 0


def test_what_is_no_longer_late_comes_down_again(company):
    due = promise(company, company.customer(), due_on=TODAY - timedelta(days=3))
    escalation.escalate(actor=SYSTEM)
    Obligation.objects.filter(pk=due.pk).update(due_on=TODAY)
    assert escalation.relax(actor=SYSTEM) == 1
    due.refresh_from_db()
    assert (due.escalation_level, due.escalated_to) == (0, None)


def test_the_list_is_ranked_by_lateness_grade_and_value(company):
    customer = company.customer()
    small = promise(company, customer, due_on=TODAY - timedelta(days=1), weight=1)
    big = promise(company, customer, due_on=TODAY, weight=6)
    oldest = promise(company, customer, due_on=TODAY - timedelta(days=9), weight=1)
    tomorrow = promise(company, customer, due_on=TODAY + timedelta(days=1), weight=6)
    me = company.viewer("chen")
    assert [o.pk for o in selectors.listed(me, on=TODAY, until=TODAY + timedelta(days=1))] == [oldest.pk, big.pk, tomorrow.pk, small.pk]
    assert selectors.ahead(me, on=TODAY, days=7, person_ids=[company.chen.pk]).counts == {"overdue": 2, "today": 1, "tomorrow": 1}
    assert selectors.mine_today(me) == 3


def test_the_days_ahead_count_what_is_late_on_the_first(company):
    customer = company.customer()
    late, *_others = [promise(company, customer, due_on=TODAY + timedelta(days=days)) for days in (-5, 0, 2, 6, 7)]
    me, mine = company.viewer("chen"), [company.chen.pk]
    assert list(selectors.ahead(me, on=TODAY, days=7, person_ids=mine).per_day.values()) == [2, 0, 1, 0, 0, 0, 1]
    services.snooze(late.pk, until=TODAY + timedelta(days=1), actor=me, reason="客户出差")
    found = selectors.ahead(me, on=TODAY, days=7, person_ids=mine)
    assert (list(found.per_day.values()), found.snoozed, found.counts["overdue"]) == ([1, 1, 1, 0, 0, 0, 1], 1, 0)


def test_a_manager_sees_the_team_by_person(company):
    mine, others = company.customer(), company.customer(owner="huang")
    promise(company, mine, due_on=TODAY - timedelta(days=4))
    promise(company, mine, due_on=TODAY)
    promise(company, others, due_on=TODAY - timedelta(days=1), assignee_id=company.huang.pk)
    loads = selectors.by_person(company.viewer("wang", "sales_manager"), on=TODAY)
    assert [(load.name, load.overdue, load.today, load.oldest) for load in loads] == [
        ("陈思远", 1, 1, date(2026, 11, 20)),
        ("黄可", 1, 0, date(2026, 11, 23)),
    ]
    assert [load.name for load in selectors.by_person(company.viewer("huang"), on=TODAY)] == ["黄可"]


def test_how_a_period_was_kept(company):
    customer = company.customer()
    on_time, too_late = promise(company, customer, due_on=TODAY), promise(company, customer, due_on=TODAY - timedelta(days=2))
    promise(company, customer, due_on=TODAY - timedelta(days=3))
    for done in (on_time, too_late):
        services.fulfil(done.pk, actor=company.viewer("chen"))
    found = selectors.kept(company.viewer("chen"), start=date(2026, 11, 1), end=date(2026, 11, 30), on=TODAY)
    assert (found.due, found.done, found.on_time, found.late) == (3, 2, 1, 1)
    assert (found.done_share, found.on_time_share) == (67, 50)
