"""Writing a follow-up down: what it writes, closes and opens, and what it refuses without a trace."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.http import Http404
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.contact import services
from guike.contact.models import FollowUp
from guike.contact.rules import Promise
from guike.contact.tests.conftest import TODAY, draft
from guike.customers.models import Contact, Customer
from guike.engine.models import Activity, Obligation
from guike.engine.obligations.tests.cast import open_cadences
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused


def log(customer, actor, token=None, **changes):
    return services.log_follow_up(customer.pk, draft(**changes), actor=actor, form_token=token)


def nothing_written():
    return (FollowUp.objects.count(), Activity.objects.count(), Obligation.objects.exclude(kind="cadence").count()) == (0, 0, 0)


def test_it_is_a_record_a_line_and_the_end_of_what_was_due(company, customer, chen):
    (due,) = open_cadences(customer)
    zhou = Contact.objects.create(customer=customer, name="周建国", position="采购经理")
    logged = log(customer, chen, contact_ids=(zhou.pk,), topic="账期", feedback="等答复", happened_time=time(14, 30))
    line, due = Activity.objects.get(kind="follow_up"), Obligation.objects.get(pk=due.pk)
    (after,) = open_cadences(customer)
    found = logged.follow_up
    assert (found.person, found.grade, found.department, list(found.contacts.all())) == (company.chen, "A", company.south, [zhou])
    assert (line.channel, line.counterpart, line.title, line.text) == ("phone", "周建国", "账期", "希望账期放宽到 75 天\n反馈：等答复")
    assert (due.state, due.fulfilled_by, due.fulfilled_on) == ("fulfilled", line, TODAY)
    assert after.due_on == TODAY + timedelta(days=7)


def test_the_next_step_and_each_promise_become_obligations(company, customer, chen):
    promises = (Promise("答复账期申请", date(2026, 11, 25)),)
    log(customer, chen, next_on=date(2026, 11, 27), next_step="带样品登门", promises=promises)
    found = {o.kind: o for o in Obligation.objects.filter(state="open")}
    assert set(found) == {"cadence", "next_step", "promise"}
    assert (found["next_step"].title, found["next_step"].due_on, found["next_step"].reason) == (
        "带样品登门",
        date(2026, 11, 27),
        "11-24 电话中约定",
    )
    assert (found["promise"].title, found["promise"].assignee, found["promise"].as_owner) == ("答复账期申请", company.chen, True)
    assert found["promise"].weight == found["cadence"].weight > 1


def test_a_bare_day_that_the_cadence_asks_for_is_left_to_the_cadence(customer, chen):
    log(customer, chen, next_on=TODAY + timedelta(days=7))
    assert not Obligation.objects.filter(kind="next_step").exists()


def test_an_agreed_step_is_closed_on_its_day_and_not_before(company, customer, chen):
    log(customer, chen, next_on=TODAY + timedelta(days=3), next_step="带样品登门")
    step = Obligation.objects.get(kind="next_step")
    services.refresh_cadences(actor=SYSTEM)
    log(customer, chen)
    step.refresh_from_db()
    assert step.state == "open"
    Obligation.objects.filter(pk=step.pk).update(due_on=TODAY)
    log(customer, chen)
    step.refresh_from_db()
    assert step.state == "fulfilled"


def test_what_is_ticked_as_done_is_closed_by_it(customer, chen):
    log(customer, chen, promises=(Promise("寄样品", TODAY),))
    owed = Obligation.objects.get(kind="promise")
    logged = log(customer, chen, done=(owed.pk,))
    owed.refresh_from_db()
    assert owed.state == "fulfilled" and owed.fulfilled_by.source_id == logged.follow_up.pk


def test_something_of_another_customer_cannot_be_ticked(company, customer, chen):
    other = company.customer("B")
    log(other, chen, promises=(Promise("寄样品", TODAY),))
    owed = Obligation.objects.get(kind="promise")
    before = FollowUp.objects.count()
    with pytest.raises(Refused, match="不属于这个客户"):
        log(customer, chen, done=(owed.pk,))
    owed.refresh_from_db()
    assert (owed.state, FollowUp.objects.count()) == ("open", before)


@pytest.mark.parametrize(
    ("changes", "field", "says"),
    [
        ({"happened_on": date(2027, 3, 1)}, "happened_on", "日期 2027-03-01 在今天之后，改为今天或更早"),
        ({"happened_on": date(1999, 12, 31)}, "happened_on", "检查年份"),
        ({"said": "  "}, "said", "写一句沟通内容"),
        ({"method": "pigeon"}, "method", "选一种方式"),
        ({"next_step": "再联系"}, "next_on", "还要选下次日期"),
        ({"next_on": date(2026, 11, 23)}, "next_on", "早于今天"),
        ({"next_on": date(2036, 1, 1)}, "next_on", "最晚 2028-11-23"),
        ({"promises": (Promise("寄样品", None),)}, "promises", "哪天"),
        ({"promises": (Promise(" ", TODAY),)}, "promises", "答应了什么"),
        ({"promises": (Promise("寄样品", date(2026, 11, 1)),)}, "promises", "早于今天"),
    ],
)
def test_a_wrong_draft_is_refused_by_name_and_nothing_is_written(customer, chen, changes, field, says):
    with pytest.raises(Refused, match=says) as refusal:
        log(customer, chen, **changes)
    assert refusal.value.field == field
    assert nothing_written()


def test_before_the_customer_was_founded_nobody_met_it(customer, chen):
    Customer.objects.filter(pk=customer.pk).update(founded_on=date(2026, 11, 1))
    with pytest.raises(Refused, match="早于客户成立日期 2026-11-01"):
        log(customer, chen, happened_on=date(2026, 10, 1))
    assert nothing_written()


def test_a_contact_of_another_customer_is_refused(company, customer, chen):
    stranger = Contact.objects.create(customer=company.customer("B"), name="叶敏")
    with pytest.raises(Refused, match="不属于"):
        log(customer, chen, contact_ids=(stranger.pk,))
    assert nothing_written()


def test_a_colleagues_customer_is_out_of_sight(customer, huang):
    with pytest.raises(Http404):
        log(customer, huang)
    assert nothing_written()


def test_without_the_right_it_is_refused(company, customer):
    with pytest.raises(Forbidden):
        log(customer, company.viewer("chen", "warehouse"))
    assert nothing_written()


def test_the_same_form_twice_is_one_follow_up(customer, chen):
    token = uuid4()
    first, second = log(customer, chen, token), log(customer, chen, token)
    assert (first.repeated, second.repeated, second.follow_up.pk) == (False, True, first.follow_up.pk)
    assert (FollowUp.objects.count(), Activity.objects.filter(kind="follow_up").count()) == (1, 1)


def test_without_a_token_it_would_be_two(customer, chen):
    """The negative control: nothing else keeps a form posted twice from being written twice."""
    log(customer, chen), log(customer, chen)
    assert FollowUp.objects.count() == 2


def test_the_earliest_carries_the_first_contact_mark_also_when_it_is_written_later(customer, chen):
    first = log(customer, chen).follow_up
    assert first.first_contact
    earlier = log(customer, chen, happened_on=date(2026, 10, 1)).follow_up
    first.refresh_from_db()
    assert (earlier.first_contact, first.first_contact) == (True, False)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.lists(st.integers(0, 60), min_size=1, max_size=6))
def test_in_whatever_order_they_are_written_one_is_open_and_one_is_first(company, chen, days):
    customer = company.customer("A", since=date(2026, 6, 1))
    for back in days:
        log(customer, chen, happened_on=TODAY - timedelta(days=back))
        assert len(open_cadences(customer)) == 1
    newest = TODAY - timedelta(days=min(days))
    assert open_cadences(customer)[0].due_on == newest + timedelta(days=7)
    (first,) = FollowUp.objects.filter(customer=customer, first_contact=True)
    assert first.happened_on == TODAY - timedelta(days=max(days))


def test_a_pool_customer_owes_nothing_but_can_be_contacted(company, wang):
    free = company.customer("A", owner=None)
    log(free, wang)
    assert open_cadences(free) == []


def test_it_costs_a_fixed_number_of_queries(customer, chen, django_assert_max_num_queries):
    log(customer, chen)
    with django_assert_max_num_queries(22):
        log(customer, chen, uuid4(), next_on=TODAY + timedelta(days=1), next_step="带样品登门")
