"""Correcting and voiding: who may, how long, and what follows."""

from datetime import date, timedelta

import pytest
import time_machine

from guike.contact import services
from guike.contact.models import FollowUp
from guike.contact.rules import Promise
from guike.contact.tests.conftest import TODAY, draft
from guike.engine.models import Activity, Obligation
from guike.engine.obligations.tests.cast import open_cadences
from guike.platform import history
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused, Stale


@pytest.fixture
def logged(customer, chen):
    return services.log_follow_up(customer.pk, draft(promises=(Promise("寄样品", TODAY),)), actor=chen).follow_up


def edit(follow_up, actor, version=1, **changes):
    return services.edit_follow_up(follow_up.pk, draft(**changes), version=version, actor=actor)


def the_same(follow_up):
    before = FollowUp.objects.filter(pk=follow_up.pk).values().get()
    return lambda: FollowUp.objects.filter(pk=follow_up.pk).values().get() == before


def test_a_correction_moves_the_line_and_what_is_due_and_is_told_in_the_history(customer, chen, logged):
    edit(logged, chen, happened_on=date(2026, 11, 20), said="账期 60 天")
    line = Activity.objects.get(kind="follow_up")
    assert (line.happened_on, line.text) == (date(2026, 11, 20), "账期 60 天")
    assert open_cadences(customer)[0].due_on == date(2026, 11, 27)
    newest = history.of(logged)[0]
    assert {"said", "happened_on"} <= {change.field for change in newest.changes}
    assert newest.who == "陈思远"


def test_a_changed_next_step_replaces_the_agreed_one(customer, chen, logged):
    edit(logged, chen, next_on=TODAY + timedelta(days=2), next_step="带样品")
    edit(logged, chen, version=2, next_on=TODAY + timedelta(days=4), next_step="带样品和报价")
    steps = Obligation.objects.filter(kind="next_step").order_by("pk").values_list("state", "title", "closed_reason")
    assert list(steps) == [("withdrawn", "带样品", "下一步已改"), ("open", "带样品和报价", "")]


def test_two_at_once_the_second_is_told(chen, logged):
    edit(logged, chen, said="先改")
    same = the_same(logged)
    with pytest.raises(Stale):
        edit(logged, chen, said="后改")
    assert same()


def test_only_the_writer_corrects(wang, logged):
    same = the_same(logged)
    with pytest.raises(Forbidden, match="陈思远写的"):
        edit(logged, wang, said="改写")
    assert same()


def test_after_seven_days_it_is_closed(chen, logged):
    same = the_same(logged)
    with time_machine.travel("2026-12-02T01:00:00+00:00", tick=False), pytest.raises(Refused, match="7 天后不能再改"):
        edit(logged, chen, said="太迟")
    assert same()


def test_on_the_seventh_day_it_can_still_be_corrected(chen, logged):
    with time_machine.travel("2026-12-01T01:00:00+00:00", tick=False):
        edit(logged, chen, said="还来得及")
    logged.refresh_from_db()
    assert logged.said == "还来得及"


def test_voided_it_leaves_the_figures_and_takes_its_promises_along(customer, chen, logged):
    services.void_follow_up(logged.pk, actor=chen, reason="记错客户")
    logged.refresh_from_db()
    assert (logged.voided_reason, logged.first_contact) == ("记错客户", False)
    assert not Activity.objects.filter(kind="follow_up", current=True).exists()
    assert Obligation.objects.get(kind="promise").closed_reason == "跟进作废：记错客户"
    assert len(open_cadences(customer)) == 1


def test_a_superior_may_void_a_colleague_may_not(wang, huang, logged):
    same = the_same(logged)
    with pytest.raises(Exception, match="没有找到"):
        services.void_follow_up(logged.pk, actor=huang, reason="看不惯")
    assert same()
    with time_machine.travel("2027-01-10T01:00:00+00:00", tick=False):
        services.void_follow_up(logged.pk, actor=wang, reason="查无此事")
    logged.refresh_from_db()
    assert logged.voided_at is not None


def test_without_a_reason_nothing_is_voided(chen, logged):
    same = the_same(logged)
    with pytest.raises(Refused, match="写一句作废的原因"):
        services.void_follow_up(logged.pk, actor=chen, reason=" ")
    assert same()


def test_the_first_contact_mark_goes_to_the_next_earliest(customer, chen, logged):
    later = services.log_follow_up(customer.pk, draft(), actor=chen).follow_up
    services.void_follow_up(logged.pk, actor=chen, reason="记错客户")
    later.refresh_from_db()
    assert later.first_contact


def test_a_new_owner_takes_over_what_is_due(company, customer, chen, logged):
    from guike.customers import services as customers

    customers.transfer(customer.pk, company.huang.pk, actor=SYSTEM)
    owed = Obligation.objects.filter(subject_id=customer.pk, state="open")
    assert {(o.kind, o.assignee) for o in owed} == {("cadence", company.huang), ("promise", company.huang)}


def test_a_customer_out_of_use_owes_and_is_owed_nothing(customer, logged):
    from guike.customers import services as customers

    customers.remove_customer(customer.pk, actor=SYSTEM, reason="重复")
    assert set(Obligation.objects.filter(subject_id=customer.pk).values_list("state", flat=True)) == {"fulfilled", "withdrawn"}


def test_the_figures_of_the_list_follow_at_once(customer, logged):
    customer.figures.refresh_from_db()
    assert (customer.figures.last_contact_on, customer.figures.next_due_on) == (TODAY, TODAY)
