"""Due today, escalated, assigned, new policy version: who hears what, once (PLT-06)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
import time_machine

from guike.customers import services as customers
from guike.customers.events import OwnersChanged
from guike.customers.notifications import tell_pool_soon
from guike.engine.events import PolicyTookEffect
from guike.engine.obligations import escalation
from guike.engine.obligations import services as obligations
from guike.engine.obligations.services import Due
from guike.organisation.models import Account
from guike.platform import clock, events
from guike.platform.access import SYSTEM
from guike.platform.notifications import registry
from guike.platform.notifications.models import Notice
from guike.workspace.today import notices

pytestmark = pytest.mark.django_db


def told(account, kind):
    return list(Notice.objects.filter(account=account, kind=kind).order_by("pk").values_list("title", flat=True))


@dataclass
class Cast:
    """陈思远 with a customer, 王立群 above him; both with a login."""

    customer: Any
    person: Any
    account: Account
    boss: Account


@pytest.fixture
def cast(company):
    def login(person):
        return Account.objects.create(login=f"p{person.pk}", person=person, must_change_password=False)

    return Cast(company.customer("A"), company.chen, login(company.chen), login(company.wang))


def owe(customer, person, days, title="回电 13800138000"):
    due = Due("promise", "customer", customer.pk, title, clock.today() + timedelta(days=days), person.pk, as_owner=True)
    return obligations.open_obligation(due, actor=SYSTEM)


def test_due_and_late_are_told_once_a_day_in_one_sentence(cast):
    for days in (-3, 0, 0, 2):
        owe(cast.customer, cast.person, days)
    assert [notices.tell_due(), notices.tell_due()] == [1, 1]
    assert told(cast.account, "duty.due") == ["今天到期 2 件，已逾期 1 件"]
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        notices.tell_due()
    assert told(cast.account, "duty.due")[1:] == ["已逾期 3 件"]


def test_escalation_is_told_to_the_superior_once_a_level(cast):
    owe(cast.customer, cast.person, -4)
    escalation.escalate(actor=SYSTEM)
    escalation.escalate(actor=SYSTEM)
    assert told(cast.boss, "duty.escalated") == ["1 件逾期升级给你"]
    assert f"{cast.customer.name}：" in Notice.objects.get(kind="duty.escalated").text


def test_a_customer_that_comes_to_me_is_told_unless_i_took_it(cast):
    customers.transfer(cast.customer.pk, cast.boss.person_id, actor=SYSTEM, reason="换区")
    assert told(cast.boss, "customer.assigned") == [f"客户「{cast.customer.name}」转给你负责"]
    from guike.organisation.selectors import viewer_for

    boss = viewer_for(cast.boss)
    customers.transfer(cast.customer.pk, cast.person.pk, actor=boss, reason="换回")
    assert len(told(cast.account, "customer.assigned")) == 1
    customers.transfer(cast.customer.pk, cast.boss.person_id, actor=boss, reason="自己跟")
    assert len(told(cast.boss, "customer.assigned")) == 1


def test_many_customers_at_once_are_one_sentence(cast, company):
    ids = tuple(company.customer("A").pk for _n in range(12))
    events.emit(OwnersChanged(ids, cast.boss.person_id, cast.person.pk))
    assert told(cast.boss, "customer.assigned") == ["12 家客户转给你负责"]


def test_owners_are_told_once_what_goes_to_the_pool_soon(cast, company):
    for customer in (cast.customer, company.customer("A")):
        due = Due("holding", "customer", customer.pk, "7 天后进公海", clock.today() + timedelta(days=6), cast.person.pk, as_owner=True)
        obligations.open_obligation(due, actor=SYSTEM)
    assert [tell_pool_soon(), tell_pool_soon()] == [1, 1]
    assert told(cast.account, "customer.pool_soon") == ["2 家客户快进公海"]
    with time_machine.travel(clock.now() + timedelta(days=1), tick=False):
        assert tell_pool_soon() == 0


def test_a_new_version_is_told_to_everybody_a_first_one_to_nobody(cast):
    events.emit(PolicyTookEffect("no-such-policy", "alert", "nothing", 1))
    assert not Notice.objects.filter(kind="policy.effective").exists()
    for _again in range(2):
        events.emit(PolicyTookEffect("no-such-policy", "alert", "nothing", 3))
    assert Notice.objects.filter(kind="policy.effective").count() == Account.objects.filter(is_active=True).count()


def test_the_digest_reads_with_the_readers_rights(cast):
    from guike.organisation.selectors import viewer_for

    owe(cast.customer, cast.person, -4)
    owe(cast.customer, cast.person, 0)
    escalation.escalate(actor=SYSTEM)
    assert [(s.title, s.count) for s in registry.sections(viewer_for(cast.account))] == [("已逾期", 1), ("今天到期", 1)]
    assert [(s.title, s.count) for s in registry.sections(viewer_for(cast.boss))] == [("升级给我", 1)]
    customers.transfer(cast.customer.pk, cast.boss.person_id, actor=SYSTEM, reason="换区")
    lines = [line.text for s in registry.sections(viewer_for(cast.account)) for line in s.lines]
    assert all(cast.customer.name not in line for line in lines)
