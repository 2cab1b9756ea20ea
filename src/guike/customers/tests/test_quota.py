"""The quota of customers per person is asked before anybody gets one more (CUS-06, POL-02)."""

import contextlib
import threading
from datetime import date

import pytest
from django.db import connection

from guike.customers import services
from guike.customers.models import Customer
from guike.customers.services import quotas
from guike.engine import services as engine
from guike.engine.models import Activity
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused

QUOTA = """
code: two-each
kind: quota
title: 每人客户数
clause: {title: 客户跟进管理办法, number: 第十五条}
per: [owner]
caps:
  - {label: 全部客户, cap: 2}
  - {label: 经销商, cap: 1, when: {field: customer.dealer_agreement, op: eq, value: true}}
"""


@pytest.fixture
def quota(transactional_db):
    def publish(text=QUOTA):
        engine.publish_text(text, effective=date(2020, 1, 1), actor=SYSTEM)

    return publish


@pytest.fixture
def three(owner, quota):
    return [services.add_customer({"name": f"温州第{n}家有限公司", **values}, actor=owner) for n, values in enumerate(VALUES)]


VALUES = [{}, {"dealer_agreement_on": date(2024, 1, 1)}, {"dealer_agreement_on": date(2024, 1, 1)}]


def test_the_third_is_refused_with_clause_version_and_numbers(three, teammate, manager, quota):
    quota()
    services.transfer(three[0].pk, teammate.person_id, actor=manager)
    services.transfer(three[1].pk, teammate.person_id, actor=manager)
    with pytest.raises(Refused) as refusal:
        services.transfer(three[2].pk, teammate.person_id, actor=manager)
    assert refusal.value.message == (
        "黄可的「全部客户」已有 2 家，再转入 1 家超过上限 2 家（《客户跟进管理办法》第十五条，第 1 版）；"
        "改选别人，或由销售经理、总经理写明原因放行"
    )
    assert (refusal.value.code, refusal.value.clause, refusal.value.releasable_by) == (
        "quota",
        "《客户跟进管理办法》第十五条",
        "销售经理、总经理",
    )
    assert Customer.objects.get(pk=three[2].pk).owner_id != teammate.person_id


def test_a_cap_counts_only_those_it_names(three, teammate, manager, quota):
    """One dealer is allowed: a customer without agreement still has room, a second dealer has not."""
    quota(QUOTA.replace("cap: 2", "cap: 9"))
    services.transfer(three[1].pk, teammate.person_id, actor=manager)
    services.transfer(three[0].pk, teammate.person_id, actor=manager)
    with pytest.raises(Refused, match="「经销商」已有 1 家"):
        services.transfer(three[2].pk, teammate.person_id, actor=manager)


def test_whom_the_policy_names_may_let_it_pass_with_a_reason(three, teammate, manager, marketing, quota):
    quota(QUOTA.replace("cap: 2", "cap: 0"))
    give = {"owner_id": teammate.person_id, "release": True}
    with pytest.raises(Refused):
        services.transfer(three[0].pk, actor=manager, **give)
    with pytest.raises(Refused):
        services.transfer(three[0].pk, actor=marketing, reason="临时", **give)
    services.transfer(three[0].pk, actor=manager, reason="接手离职同事", **give)
    line = Activity.objects.get(kind="customer.transfer").text
    assert line.startswith("接手离职同事\n黄可的「全部客户」已有 0 家")


def test_a_quota_that_warns_lets_pass_and_leaves_its_mark(three, teammate, manager, quota):
    quota(QUOTA.replace("cap: 2", "cap: 0") + "when_full: warn\n")
    assert len(services.room_warnings(teammate.person_id, [three[0].pk])) == 1
    services.transfer(three[0].pk, teammate.person_id, actor=manager)
    assert "超过上限 0 家" in Activity.objects.get(kind="customer.transfer").text


def test_without_a_quota_and_into_the_pool_nothing_is_asked(three, teammate, manager, quota):
    services.transfer(three[0].pk, teammate.person_id, actor=manager)
    quota(QUOTA.replace("cap: 2", "cap: 0"))
    services.transfer(three[0].pk, None, actor=manager)
    assert Customer.objects.get(pk=three[0].pk).owner_id is None


def test_the_page_says_why_and_lets_pass(three, teammate, manager, quota, as_viewer):
    quota(QUOTA.replace("cap: 2", "cap: 0"))
    page, url = as_viewer(manager), f"/customers/{three[0].pk}/owner/"
    answer = page.post(url, {"owner": teammate.person_id})
    assert answer.status_code == 422
    assert answer.content.decode().count("《客户跟进管理办法》第十五条") == 1
    assert page.post(url, {"owner": teammate.person_id, "release": "on", "reason": "区域合并"}).status_code == 302
    assert Customer.objects.get(pk=three[0].pk).owner_id == teammate.person_id


def test_a_new_customer_for_somebody_else_is_asked_too(manager, teammate, quota):
    quota(QUOTA.replace("cap: 2", "cap: 0"))
    with pytest.raises(Refused, match="上限 0 家"):
        services.add_customer({"name": "宁波新客有限公司"}, owner_id=teammate.person_id, actor=manager)
    assert not Customer.objects.exists()
    services.add_customer({"name": "宁波新客有限公司"}, actor=teammate)


def give_two_at_once(customers, person_id, actor):
    """Two transfers to one person let go together; how many were done."""
    gate, done = threading.Barrier(2), []

    def give(pk):
        try:
            gate.wait(timeout=10)
            services.transfer(pk, person_id, actor=actor)
            done.append(pk)
        except Refused:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=give, args=(one.pk,)) for one in customers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    return len(done)


def both_count_first(monkeypatch):
    """Let both count before either writes: the moment at which a missing lock would show."""
    together, counted = threading.Barrier(2), quotas.engine.full_for

    def full_for(*asked):
        found = counted(*asked)
        with contextlib.suppress(threading.BrokenBarrierError):
            together.wait(timeout=1)
        return found

    monkeypatch.setattr(quotas.engine, "full_for", full_for)


def test_two_at_once_do_not_break_the_cap(three, teammate, manager, quota, monkeypatch):
    quota(QUOTA.replace("cap: 2", "cap: 1"))
    both_count_first(monkeypatch)
    assert give_two_at_once([three[0], three[1]], teammate.person_id, manager) == 1


def test_without_the_lock_they_would(three, teammate, manager, quota, monkeypatch):
    """The control: it is the lock on the person that keeps the two apart."""
    quota(QUOTA.replace("cap: 2", "cap: 1"))
    both_count_first(monkeypatch)
    monkeypatch.setattr("django.db.models.query.QuerySet.select_for_update", lambda rows, **options: rows)
    assert give_two_at_once([three[0], three[1]], teammate.person_id, manager) == 2
