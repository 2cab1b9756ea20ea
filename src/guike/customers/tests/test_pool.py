"""The public pool: warned, released, claimed by one, cooled down, capped (CUS-06)."""

import contextlib
import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.http import Http404

from guike.contact.models import FollowUp
from guike.contact.rules import Draft
from guike.customers import rules, services
from guike.customers.models import Collaborator, Customer, PoolStay
from guike.customers.services import pool_guards
from guike.engine import services as engine
from guike.engine.models import Activity, Obligation
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

TODAY = date(2026, 11, 24)
HOLDING = """
code: test-holding
kind: holding
title: 客户持有
cycle: daily
clause: {title: 客户跟进管理办法, number: 第十六条}
warn_days: 7
cooldown_days: 30
release: [sales_manager]
terms:
  - {no_contact: 90, no_deal: 365}
"""
QUOTA = """
code: test-quota
kind: quota
title: 每人客户数
clause: {title: 客户跟进管理办法, number: 第十五条}
per: [owner]
release: [sales_manager]
caps:
  - {label: 全部客户, cap: 1}
"""


@pytest.fixture
def holding(db):
    return engine.publish_text(HOLDING, effective=date(2020, 1, 1), actor=SYSTEM)


@pytest.fixture
def on():
    """`with on(day):` the business day is that day."""
    return lambda day: time_machine.travel(f"{day}T10:00:00+08:00", tick=False)


def held_since(customer, day, contact=None):
    Customer.objects.filter(pk=customer.pk).update(owner_since=day)
    if contact is not None:
        FollowUp.objects.create(
            customer=customer, person_id=customer.owner_id, happened_on=contact, method="phone", said="在谈", recorded_at=clock.now()
        )


def warning(customer):
    return Obligation.objects.filter(kind="holding", subject_id=customer.pk, state="open").first()


# --- the rule ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("left", "warned", "expected"),
    [
        (7, None, rules.Going(TODAY + timedelta(7))),
        (3, TODAY - timedelta(4), rules.Going(TODAY + timedelta(3))),
        (3, None, rules.Going(TODAY + timedelta(7))),  # the worker stood still: the full warning all the same
        (-100, None, rules.Going(TODAY + timedelta(7))),  # a new policy releases nobody unwarned
        (-100, TODAY - timedelta(6), rules.Going(TODAY + timedelta(1))),
        (0, TODAY - timedelta(7), rules.Going(TODAY, now=True)),
        (1, TODAY - timedelta(30), rules.Going(TODAY + timedelta(1))),
    ],
)
def test_released_when_over_and_warned_long_enough(left, warned, expected):
    assert rules.going(left, 7, warned, TODAY) == expected


# --- a night ----------------------------------------------------------------------------------------------------------------


def test_the_owner_is_warned_and_loses_the_customer_on_the_day(customer, owner, teammate, holding, on):
    held_since(customer, TODAY - timedelta(400), contact=TODAY - timedelta(83))
    services.share(customer.pk, teammate.person_id, "write", actor=owner)
    held_since(customer, TODAY - timedelta(300))
    with on(TODAY):
        assert services.recycle(actor=SYSTEM) == services.Recycled(0, 1, 0)
        assert services.recycle(actor=SYSTEM) == services.Recycled(0, 0, 0)
    told = warning(customer)
    assert (told.title, told.assignee_id, told.due_on) == ("7 天后进公海：90 天未跟进", owner.person_id, TODAY + timedelta(6))
    with on(TODAY + timedelta(4)):
        services.recycle(actor=SYSTEM)
    assert warning(customer).title == "3 天后进公海：90 天未跟进"
    with on(TODAY + timedelta(6)):
        assert services.recycle(actor=SYSTEM).released == 0
    assert warning(customer).title == "明天进公海：90 天未跟进"
    with on(TODAY + timedelta(7)):
        assert services.recycle(actor=SYSTEM) == services.Recycled(1, 0, 0)
    customer.refresh_from_db()
    stay = PoolStay.objects.get()
    assert customer.owner is None and customer.department_id is not None
    assert (stay.why, stay.reason, stay.last_owner_id, stay.entered_on) == ("no_contact", "90 天未跟进", owner.person_id, TODAY + timedelta(7))
    assert stay.clause == "《客户跟进管理办法》第十六条（第 1 版）" and stay.policy_version_id == holding.pk
    assert not Collaborator.objects.exists() and warning(customer) is None
    line = Activity.objects.get(kind="customer.transfer")
    assert (line.title, line.text.splitlines()[0]) == ("陈思远 → 公海", "90 天未跟进")


def test_the_warning_stands_on_today_from_its_first_day_on(customer, owner, holding, on, as_viewer):
    held_since(customer, TODAY - timedelta(87))
    with on(TODAY - timedelta(4)):
        services.recycle(actor=SYSTEM)
    with on(TODAY):
        services.recycle(actor=SYSTEM)
        page = as_viewer(owner).get("/", follow=True).content.decode()
    assert "3 天后进公海：90 天未跟进" in page and "《客户跟进管理办法》第十六条（第 1 版）" in page
    assert "今天要办 1 件" in page


def test_a_follow_up_answers_the_warning_at_once(customer, owner, holding, on):
    from guike.contact import services as contact

    held_since(customer, TODAY - timedelta(85))
    with on(TODAY):
        services.recycle(actor=SYSTEM)
        assert warning(customer) is not None
        contact.log_follow_up(customer.pk, Draft("phone", "约下周见", TODAY), actor=owner)
    assert warning(customer) is None
    assert Obligation.objects.get(kind="holding").closed_reason == "已跟进或成交，不再进公海"


def test_the_deal_limit_counts_apart_from_contacts(customer, holding, on):
    held_since(customer, TODAY - timedelta(360), contact=TODAY - timedelta(1))
    with on(TODAY):
        services.recycle(actor=SYSTEM)
    assert warning(customer).title == "7 天后进公海：365 天未成交"


def test_a_protected_customer_stays_until_its_end(customer, manager, holding, on):
    held_since(customer, TODAY - timedelta(200))
    with on(TODAY):
        services.recycle(actor=SYSTEM)
        until = TODAY + timedelta(20)
        engine.override("test-holding", customer.pk, "keep", reason="招标中", signer_id=manager.person_id, until=until, actor=manager)
    with on(TODAY + timedelta(8)):
        assert services.recycle(actor=SYSTEM) == services.Recycled(0, 0, 1)
    with on(TODAY + timedelta(21)):
        assert services.recycle(actor=SYSTEM) == services.Recycled(0, 1, 0)
    with on(TODAY + timedelta(28)):
        assert services.recycle(actor=SYSTEM).released == 1


def test_who_may_not_recycle(manager):
    with pytest.raises(Forbidden):
        services.recycle(actor=manager)


# --- stays follow the owner by trigger ---------------------------------------------------------------------------------------


def test_every_customer_without_owner_stands_in_the_pool_whatever_wrote_it(customer, owner, clerk):
    services.add_customer({"name": "宁波无主贸易有限公司"}, actor=clerk, unowned=True)
    assert PoolStay.objects.get().why == "entered"
    Customer.objects.filter(pk=customer.pk).update(owner=None)
    assert PoolStay.objects.filter(left_on=None).count() == 2
    Customer.objects.filter(pk=customer.pk).update(owner_id=owner.person_id)
    closed = PoolStay.objects.get(customer=customer)
    assert closed.left_on is not None and closed.taken_by_id == owner.person_id
    with pytest.raises(IntegrityError), transaction.atomic():
        PoolStay.objects.create(customer_id=PoolStay.objects.get(left_on=None).customer_id)


# --- taking -----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def pooled(customer, owner):
    """In the pool of 浙南, let go by 陈思远 40 days ago."""
    services.release(customer.pk, actor=owner, reason="做不下来")
    PoolStay.objects.update(entered_on=clock.today() - timedelta(40))
    return PoolStay.objects.get()


def test_released_by_hand_needs_a_reason_and_ones_own_customer(customer, owner, teammate):
    with pytest.raises(Refused):
        services.release(customer.pk, actor=owner, reason=" ")
    with pytest.raises(Http404):
        services.release(customer.pk, actor=teammate, reason="不是我的")
    customer.refresh_from_db()
    assert customer.owner_id == owner.person_id and not PoolStay.objects.exists()


def test_a_colleague_claims_it(pooled, teammate):
    taken = services.claim(pooled.pk, actor=teammate)
    pooled.refresh_from_db()
    assert taken.owner_id == teammate.person_id and taken.owner_since == clock.today()
    assert (pooled.how, pooled.taken_by_id, pooled.given_by_id, pooled.left_on) == ("claimed", teammate.person_id, None, clock.today())


def test_who_is_elsewhere_does_not_see_it(pooled, outsider):
    with pytest.raises(Http404):
        services.claim(pooled.pk, actor=outsider)
    assert Customer.objects.get().owner is None


def test_who_comes_second_hears_who_was_first(pooled, teammate, owner):
    services.claim(pooled.pk, actor=teammate)
    with pytest.raises(Refused) as refusal:
        services.claim(pooled.pk, actor=owner)
    assert "已归 黄可" in refusal.value.message and Customer.objects.get().owner_id == teammate.person_id


def test_the_last_owner_waits_for_the_cool_down(pooled, owner, holding):
    PoolStay.objects.update(entered_on=clock.today() - timedelta(29))
    lost, back = clock.today() - timedelta(29), clock.today() + timedelta(1)
    with pytest.raises(Refused) as refusal:
        services.claim(pooled.pk, actor=owner)
    assert refusal.value.message == (
        f"《客户跟进管理办法》第十六条（第 1 版）：原负责人 30 天内不能领回，{lost:%m-%d} 进公海，{back:%m-%d} 起可领；由销售经理写明理由可放行"
    )
    assert Customer.objects.get().owner is None
    PoolStay.objects.update(entered_on=clock.today() - timedelta(30))
    assert services.claim(pooled.pk, actor=owner).owner_id == owner.person_id


def test_the_manager_may_let_the_cool_down_pass_with_a_reason(pooled, owner, manager, marketing, holding):
    PoolStay.objects.update(entered_on=clock.today())
    for actor, exception in ((manager, ""), (marketing, "客户点名要他")):
        with pytest.raises(Refused):
            services.assign(pooled.pk, owner.person_id, actor=actor, exception=exception)
    services.assign(pooled.pk, owner.person_id, actor=manager, exception="客户点名要他")
    pooled.refresh_from_db()
    assert (pooled.how, pooled.given_by_id, pooled.exception) == ("assigned", manager.person_id, "客户点名要他")


def test_many_are_claimed_with_a_result_each(owner, teammate, holding):
    engine.publish_text(QUOTA, effective=date(2020, 1, 1), actor=SYSTEM)
    made = [services.add_customer({"name": f"温州第{n}阀门厂"}, actor=owner) for n in range(3)]
    for one in made:
        services.release(one.pk, actor=owner, reason="调整")
    stays = list(PoolStay.objects.order_by("pk").values_list("pk", flat=True))
    results = services.claim_many([*stays, 987654], actor=teammate)
    assert [one.done for one in results] == [True, False, False, False]
    assert "超过上限 1 家" in results[1].message and "第十五条" in results[1].message and "没有找到" in results[3].message
    assert Customer.objects.filter(owner_id=teammate.person_id).count() == 1


def test_claims_cost_a_fixed_number_of_queries(pooled, teammate, holding, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        services.claim(pooled.pk, actor=teammate)


# --- at the same moment -------------------------------------------------------------------------------------------------------


def at_once(jobs):
    """Run all jobs from one starting line, each on its own connection; how many were not refused."""
    line, done = threading.Barrier(len(jobs)), []

    def run(job):
        line.wait()
        with contextlib.suppress(Refused):
            job()
            done.append(job)
        connection.close()

    threads = [threading.Thread(target=run, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(done)


@pytest.fixture
def crowd(transactional_db, cast, south):
    return [cast(f"同事{n}", "salesperson", south) for n in range(6)]


@pytest.fixture
def pooled_for_all(crowd, owner, customer):
    services.release(customer.pk, actor=owner, reason="调整")
    return PoolStay.objects.get()


def unguarded(monkeypatch):
    """What the guards would be if they looked before they wrote and locked nothing."""
    meeting = threading.Barrier(6)

    def take(customer_id, person_id, department_id, on):
        free = Customer.objects.filter(pk=customer_id, owner__isnull=True).exists()
        meeting.wait(timeout=10)
        Customer.objects.filter(pk=customer_id).update(owner_id=person_id, version=F("version") + 1)
        return free

    monkeypatch.setattr(pool_guards, "take", take)


def test_one_of_many_gets_the_customer(crowd, pooled_for_all):
    assert at_once([lambda viewer=viewer: services.claim(pooled_for_all.pk, actor=viewer) for viewer in crowd]) == 1
    assert Customer.objects.get().owner_id in {viewer.person_id for viewer in crowd}


def test_without_the_guard_several_believe_that_they_got_it(crowd, pooled_for_all, monkeypatch):
    unguarded(monkeypatch)
    assert at_once([lambda viewer=viewer: services.claim(pooled_for_all.pk, actor=viewer) for viewer in crowd]) > 1
