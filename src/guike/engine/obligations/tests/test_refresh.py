"""The set-based refresh says what the rule says, opens exactly one, and closes by the first contact that counts."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.customers.models import CustomerFigures
from guike.engine.models import Obligation
from guike.engine.obligations import rules
from guike.engine.obligations.refresh import Refreshed
from guike.engine.obligations.tests.cast import SINCE, open_cadences
from guike.organisation.calendar.selectors import is_workday

TODAY = date(2026, 11, 24)


def test_a_customer_is_due_an_interval_after_the_last_contact(company):
    customer = company.customer("A")
    company.contact(customer, date(2026, 11, 13))
    done = company.refresh(company.requirement("A", 7))
    (due,) = open_cadences(customer)
    assert (done.opened_or_moved, due.due_on, due.assignee, due.department) == (1, date(2026, 11, 20), company.chen, company.south)
    assert (due.reason, due.clause, due.policy_version) == ("A 级每 7 天联系一次", "《客户分级管理办法》第十二条", company.version)


def test_without_a_contact_the_grade_starts_the_count(company):
    customer = company.customer("A", since=date(2026, 11, 20))
    company.refresh(company.requirement("A", 7))
    assert [o.due_on for o in open_cadences(customer)] == [date(2026, 11, 27)]


def test_a_second_refresh_changes_nothing(company):
    company.customer("A")
    company.refresh(company.requirement("A", 7))
    before = list(Obligation.objects.values())
    assert company.refresh(company.requirement("A", 7)) == Refreshed(fulfilled=0, opened_or_moved=0, withdrawn=0)
    assert list(Obligation.objects.values()) == before


def test_the_due_day_moves_with_the_grade(company):
    customer = company.customer("C")
    company.contact(customer, date(2026, 11, 4))
    asks = (company.requirement("A", 7), company.requirement("C", 30))
    company.refresh(*asks)
    (before,) = open_cadences(customer)
    company.grade(customer, "A", since=TODAY)
    company.refresh(*asks)
    (after,) = open_cadences(customer)
    assert before.pk == after.pk
    assert (before.due_on, after.due_on, after.reason) == (date(2026, 12, 4), TODAY, "A 级每 7 天联系一次")


def test_a_contact_closes_it_and_the_next_one_opens(company):
    customer = company.customer("A")
    company.contact(customer, date(2026, 11, 13))
    company.refresh(company.requirement())
    (old,) = open_cadences(customer)
    call = company.contact(customer, TODAY)
    done = company.refresh(company.requirement())
    old.refresh_from_db()
    (new,) = open_cadences(customer)
    assert done.fulfilled == 1
    assert (old.state, old.fulfilled_by, old.fulfilled_on) == ("fulfilled", call, TODAY)
    assert new.pk != old.pk and new.due_on == date(2026, 12, 1)


def test_a_second_contact_on_the_same_day_closes_nothing_twice(company):
    customer = company.customer("A")
    company.refresh(company.requirement())
    company.contact(customer, TODAY)
    company.refresh(company.requirement())
    company.contact(customer, TODAY)
    assert company.refresh(company.requirement()).fulfilled == 0
    assert Obligation.objects.filter(state="fulfilled").count() == 1


def test_only_the_ways_that_the_policy_names_count(company):
    customer = company.customer("A")
    company.contact(customer, date(2026, 11, 13), "visit")
    asks = company.requirement(channels=("visit", "phone"))
    company.refresh(asks)
    company.contact(customer, TODAY, "sms")
    assert company.refresh(asks).fulfilled == 0
    assert open_cadences(customer)[0].due_on == date(2026, 11, 20)


def test_a_customer_without_owner_or_without_grade_owes_nothing(company):
    company.customer("A", owner=None)
    company.customer(None)
    company.refresh(company.requirement())
    assert Obligation.objects.count() == 0


def test_what_is_no_longer_asked_for_is_withdrawn_with_its_reason(company):
    kept, lowered, released = company.customer("A"), company.customer("A"), company.customer("A")
    company.refresh(company.requirement())
    company.grade(lowered, "C")
    released.owner = None
    released.save()
    done = company.refresh(company.requirement())
    closed = dict(Obligation.objects.filter(state="withdrawn").values_list("subject_id", "closed_reason"))
    assert done.withdrawn == 2
    assert closed == {lowered.pk: "现行制度不再要求联系", released.pk: "客户已停用或进入公海"}
    assert len(open_cadences(kept)) == 1


def test_without_any_policy_all_are_withdrawn(company):
    company.customer("A")
    company.refresh(company.requirement())
    assert company.refresh().withdrawn == 1


def test_a_refresh_of_some_leaves_the_others_alone(company):
    one, other = company.customer("A"), company.customer("A")
    company.refresh(company.requirement(), subject_ids=[one.pk])
    assert (len(open_cadences(one)), len(open_cadences(other))) == (1, 0)
    company.refresh(company.requirement())
    company.refresh(subject_ids=[one.pk])
    assert (len(open_cadences(one)), len(open_cadences(other))) == (0, 1)


def test_a_new_owner_takes_the_cadence_over(company):
    customer = company.customer("A")
    company.refresh(company.requirement())
    customer.owner = company.huang
    customer.save()
    company.refresh(company.requirement())
    assert [o.assignee for o in open_cadences(customer)] == [company.huang]


def test_facts_after_the_day_do_not_count(company):
    customer = company.customer("A")
    company.contact(customer, date(2026, 11, 13))
    company.contact(customer, date(2026, 11, 23))
    company.refresh(company.requirement(), on=date(2026, 11, 20))
    assert open_cadences(customer)[0].due_on == date(2026, 11, 20)


def test_the_database_keeps_it_to_one(company):
    customer = company.customer("A")
    company.refresh(company.requirement())
    (due,) = open_cadences(customer)
    due.pk, due._state.adding = None, True
    with pytest.raises(IntegrityError), transaction.atomic():
        due.save(force_insert=True)
    assert len(open_cadences(customer)) == 1


def test_an_obligation_cannot_be_deleted_nor_reopened(company):
    customer = company.customer("A")
    company.refresh(company.requirement())
    (due,) = open_cadences(customer)
    with pytest.raises(Exception, match="Cannot delete"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM engine_obligation WHERE id = %s", [due.pk])
    company.contact(customer, TODAY)
    company.refresh(company.requirement())
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        Obligation.objects.filter(pk=due.pk).update(state="open", fulfilled_on=None, fulfilled_by=None)
    assert Obligation.objects.get(pk=due.pk).state == "fulfilled"


DAYS = st.dates(date(2026, 1, 1), TODAY)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    last=st.none() | DAYS,
    since=DAYS,
    taken=st.none() | DAYS,
    interval=st.integers(1, 60),
    rest_day=st.sampled_from(rules.REST_DAYS),
    purchases=st.integers(0, 50_000_000),
    factor=st.sampled_from([1.0, 2.0, 3.0]),
)
def test_sql_and_rule_agree(company, last, since, taken, interval, rest_day, purchases, factor):
    customer = company.customer("A", since=since)
    if last:
        company.contact(customer, last)
    CustomerFigures.objects.filter(customer=customer).update(purchases_12m=purchases)
    type(customer).objects.filter(pk=customer.pk).update(owner_since=taken)
    company.refresh(company.requirement("A", interval, rest_day=rest_day, factor=factor), subject_ids=[customer.pk])
    (due,) = open_cadences(customer)
    assert due.due_on == rules.due_on(rules.Cadence(interval, rest_day=rest_day), last, since, is_workday, taken)
    assert abs(float(due.weight) - factor * rules.value_factor(purchases)) < 0.001


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(gaps=st.lists(st.integers(0, 12), min_size=1, max_size=6), interval=st.integers(1, 20))
def test_however_contacts_come_there_is_exactly_one_open_and_its_day_never_goes_back(company, gaps, interval):
    customer, day, seen = company.customer("A", since=SINCE), SINCE, []
    asks = company.requirement("A", interval)
    for gap in gaps:
        day += timedelta(days=gap)
        company.contact(customer, day)
        company.refresh(asks, on=day, subject_ids=[customer.pk])
        open_now = open_cadences(customer)
        assert len(open_now) == 1
        seen.append(open_now[0].due_on)
    assert seen == sorted(seen)
    assert seen[-1] == day + timedelta(days=interval)
