"""Exceptions from the public pool: asked with a reason, signed along the route, carried out once and only as the rules are then (CUS-06, PLT-05)."""

import threading
from datetime import date, timedelta

import pytest
import time_machine
from django.db.models import F
from django.http import Http404

from guike.customers import selectors, services
from guike.customers.models import Customer, PoolException, PoolStay
from guike.customers.services import pool_guards, recycling
from guike.customers.tests.test_pool import HOLDING, QUOTA, at_once, held_since, warning
from guike.engine import services as engine
from guike.engine.approvals import services as approvals
from guike.engine.models import Approval, Obligation, Override
from guike.organisation.models import Department, Person, Post
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden, Refused

TODAY = date(2026, 11, 24)
UNTIL = TODAY + timedelta(20)
AUTHORITY = """
code: pool-authority
kind: authority
title: 公海例外审批权限
document: pool_exception
clause: {title: 客户管理制度, number: 第二十二条, text: 三十天以内由上级批，再长由上级的上级批。}
routes:
  - code: long
    label: 超过 30 天或第三次起
    when: {any: [{field: request.days, op: gt, value: 30}, {field: request.times, op: gte, value: 3}]}
    steps: [{who: superior, level: 1}, {who: superior, level: 2}]
  - {code: short, label: 30 天以内, steps: [{who: superior, level: 1}]}
"""


def rule(text):
    engine.publish_text(text, effective=date(2020, 1, 1), actor=SYSTEM)


def on(day):
    return time_machine.travel(f"{day}T10:00:00+08:00", tick=False)


@pytest.fixture
def chain_of_command(owner, teammate, manager, south):
    """陈思远 and 黄可 report to 王立, who reports to 沈国衡."""
    numbering.register("approval", "审批", "SP", restarts="year")
    boss = Person.objects.create(number="P900", name="沈国衡")
    place = Department.objects.create(name="总经办", function="management")
    Post.objects.create(person=boss, department=place, role="executive", title="总经理")
    Post.objects.filter(person=manager.person_id).update(supervisor=boss)
    Post.objects.filter(person__in=[owner.person_id, teammate.person_id]).update(supervisor=manager.person_id)
    rule(AUTHORITY)
    return Viewer(900, boss.pk, boss.name, "P900", frozenset({"executive"}), frozenset({place.pk}), frozenset({place.pk, south.pk}))


@pytest.fixture
def warned(customer, chain_of_command):
    """瓯泰 stood 85 of 90 days; its owner was told this morning."""
    rule(HOLDING)
    held_since(customer, TODAY - timedelta(85))
    with on(TODAY):
        services.recycle(actor=SYSTEM)
        yield customer


@pytest.fixture
def cooling(customer, owner, chain_of_command):
    """瓯泰 in the pool since 10 days; 陈思远 lost it and may not take it back yet."""
    rule(HOLDING)
    with on(TODAY):
        services.release(customer.pk, actor=owner, reason="做不下来")
        PoolStay.objects.update(entered_on=TODAY - timedelta(10))
        yield PoolStay.objects.get()


# --- keeping ----------------------------------------------------------------------------------------------------------------


def test_a_warned_owner_asks_and_the_signature_keeps_the_customer(warned, owner, manager):
    asked = services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    assert (asked.state, asked.route["label"], asked.facts["request.days"], asked.facts["request.times"]) == ("pending", "30 天以内", 20, 1)
    assert asked.changes[0] == {"label": "90 天未跟进", "before": "12-01 进公海", "after": "2026-12-14 之前不进"}
    approvals.approve(asked.pk, actor=manager)
    made = PoolException.objects.get()
    assert (made.person_id, made.until_on, made.what) == (owner.person_id, UNTIL, "keep")
    assert warning(warned) is None
    assert Obligation.objects.get(kind="holding").closed_reason == f"{asked.number} 获准，{UNTIL} 之前不进公海"
    with on(TODAY + timedelta(19)):
        assert services.recycle(actor=SYSTEM) == services.Recycled(0, 0, 0)
    with on(UNTIL + timedelta(1)):
        assert services.recycle(actor=SYSTEM).warned == 1
    with on(UNTIL + timedelta(8)):
        assert services.recycle(actor=SYSTEM).released == 1
    assert PoolStay.objects.get().reason == f"90 天未跟进，例外 {asked.number} 到 12-14 期满"


def test_the_longer_way_needs_two_signatures_and_so_does_the_third_of_a_year(warned, owner, manager, chain_of_command):
    asked = services.ask_to_keep(warned.pk, until=TODAY + timedelta(31), reason="招标中", actor=owner)
    approvals.approve(asked.pk, actor=manager)
    assert not PoolException.objects.exists() and Approval.objects.get().state == "pending"
    approvals.approve(asked.pk, actor=chain_of_command)
    assert PoolException.objects.get().until_on == TODAY + timedelta(31)
    for n in range(2):
        before = Approval.objects.create(
            number=f"X{n}", kind="pool_exception", subject_kind="customer", subject_id=warned.pk, title="", state="approved",
            closed_at=clock.now(), requested_at=clock.now(), requested_on=TODAY,
        )  # fmt: skip
        PoolException.objects.create(approval=before, customer=warned, person_id=owner.person_id, what="keep", granted_on=TODAY, until_on=TODAY)
    from guike.customers.services.exceptions import times

    assert times(warned.pk) == 4


def test_who_may_not_ask_and_when(warned, owner, teammate, manager, outsider):
    with pytest.raises(Http404):
        services.ask_to_keep(warned.pk, until=UNTIL, reason="想要", actor=outsider)
    services.share(warned.pk, teammate.person_id, "write", actor=owner)
    with pytest.raises(Refused, match="只有负责人能申请"):
        services.ask_to_keep(warned.pk, until=UNTIL, reason="想要", actor=teammate)
    for until, reason, field in ((TODAY, "正在报价", "until"), (TODAY + timedelta(400), "正在报价", "until"), (UNTIL, " ", "reason")):
        with pytest.raises(Refused) as refusal:
            services.ask_to_keep(warned.pk, until=until, reason=reason, actor=owner)
        assert refusal.value.field == field
    held_since(warned, TODAY - timedelta(10))
    with pytest.raises(Refused, match="还没到提醒的日子"):
        services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    assert not Approval.objects.exists()


def test_one_request_at_a_time_and_a_returned_one_goes_again_with_another_date(warned, owner, manager):
    asked = services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    with pytest.raises(Refused, match="还在审批"):
        services.ask_to_keep(warned.pk, until=UNTIL, reason="再来", actor=owner)
    approvals.send_back(asked.pk, actor=manager, comment="期限太长，缩短后再报")
    again = services.ask_to_keep(warned.pk, until=TODAY + timedelta(9), reason="下周签", actor=owner)
    assert (again.pk, again.round, again.payload["until"], again.facts["request.days"]) == (asked.pk, 2, "2026-12-03", 9)
    assert again.title == "温州瓯泰阀门有限公司 到 2026-12-03 不进公海"
    approvals.approve(asked.pk, actor=manager)
    assert PoolException.objects.get().until_on == TODAY + timedelta(9)


@pytest.mark.parametrize("end", ["reject", "withdraw"])
def test_refused_and_withdrawn_change_nothing_and_the_release_tells(warned, owner, manager, end):
    asked = services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    if end == "reject":
        approvals.reject(asked.pk, actor=manager, comment="理由不充分")
    else:
        approvals.withdraw(asked.pk, actor=owner, reason="不需要了")
    assert not PoolException.objects.exists() and not Override.objects.exists() and warning(warned) is not None
    with on(TODAY + timedelta(7)):
        services.recycle(actor=SYSTEM)
    said = {"reject": f"90 天未跟进，例外 {asked.number} 不同意：理由不充分", "withdraw": f"90 天未跟进，例外 {asked.number} 已撤回：不需要了"}
    assert PoolStay.objects.get().reason == said[end]


def test_a_second_exception_begins_where_the_first_ends(warned, owner, manager):
    first = services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    approvals.approve(first.pk, actor=manager)
    with on(UNTIL):
        rows = services.ask_to_keep  # the last day of the first: near again only after it
        with pytest.raises(Refused, match="还没到提醒的日子"):
            rows(warned.pk, until=UNTIL + timedelta(10), reason="还没签", actor=owner)
    with on(UNTIL + timedelta(1)):
        second = services.ask_to_keep(warned.pk, until=UNTIL + timedelta(10), reason="还没签", actor=owner)
        assert second.facts["request.times"] == 2
        approvals.approve(second.pk, actor=manager)
        assert list(Override.objects.order_by("pk").values_list("from_on", "ends_on")) == [
            (TODAY, UNTIL),
            (UNTIL + timedelta(1), UNTIL + timedelta(10)),
        ]


def test_signed_too_late_is_refused_and_nothing_is_signed(warned, owner, manager):
    asked = services.ask_to_keep(warned.pk, until=TODAY + timedelta(2), reason="正在报价", actor=owner)
    with on(TODAY + timedelta(3)), pytest.raises(Refused, match="已过"):
        approvals.approve(asked.pk, actor=manager)
    asked.refresh_from_db()
    assert asked.state == "pending" and not PoolException.objects.exists()


def test_another_owner_ends_the_exception_and_an_open_request_lapses(warned, owner, teammate, manager, marketing):
    asked = services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    approvals.approve(asked.pk, actor=manager)
    services.transfer(warned.pk, teammate.person_id, actor=manager, reason="调整")
    made = PoolException.objects.get()
    assert (made.ended_on, made.ended_reason) == (TODAY, "客户已经换了负责人")
    assert Override.objects.get().cancelled


def test_an_open_request_lapses_with_a_transfer(warned, owner, teammate, manager):
    asked = services.ask_to_keep(warned.pk, until=UNTIL, reason="正在报价", actor=owner)
    services.transfer(warned.pk, teammate.person_id, actor=manager, reason="调整")
    asked.refresh_from_db()
    assert (asked.state, asked.closed_reason) == ("lapsed", "客户已经换了负责人")


# --- claiming ---------------------------------------------------------------------------------------------------------------


def test_a_refused_claim_is_asked_for_and_done_with_the_signature(cooling, owner, manager):
    with pytest.raises(Refused):
        services.claim(cooling.pk, actor=owner)
    asked = services.ask_to_claim(cooling.pk, until=UNTIL, reason="客户点名要我跟", actor=owner)
    assert "原负责人 30 天内不能领回" in asked.changes[0]["after"] or "原负责人 30 天内不能领回" in asked.changes[0]["before"]
    assert Customer.objects.get().owner is None
    approvals.approve(asked.pk, actor=manager)
    customer = Customer.objects.get()
    cooling.refresh_from_db()
    assert (customer.owner_id, cooling.how, cooling.exception) == (owner.person_id, "claimed", f"{asked.number} 客户点名要我跟")
    assert PoolException.objects.get().what == "claim"


def test_over_the_cap_by_exception(customer, owner, teammate, manager, chain_of_command):
    rule(QUOTA)
    services.add_customer({"name": "台州远大泵业有限公司"}, actor=teammate)
    services.release(customer.pk, actor=owner, reason="做不下来")
    stay = PoolStay.objects.get(left_on=None)
    with pytest.raises(Refused):
        services.claim(stay.pk, actor=teammate)
    asked = services.ask_to_claim(stay.pk, until=clock.today() + timedelta(5), reason="老同学的厂", actor=teammate)
    approvals.approve(asked.pk, actor=manager)
    assert Customer.objects.filter(owner_id=teammate.person_id).count() == 2


def test_without_an_obstacle_there_is_nothing_to_ask_for(cooling, teammate, outsider):
    with pytest.raises(Refused, match="直接领取"):
        services.ask_to_claim(cooling.pk, until=UNTIL, reason="想要", actor=teammate)
    with pytest.raises(Http404):
        services.ask_to_claim(cooling.pk, until=UNTIL, reason="想要", actor=outsider)


def test_who_was_quicker_keeps_it_and_the_request_lapses(cooling, owner, teammate):
    asked = services.ask_to_claim(cooling.pk, until=UNTIL, reason="客户点名要我跟", actor=owner)
    services.claim(cooling.pk, actor=teammate)
    asked.refresh_from_db()
    assert asked.state == "lapsed" and Customer.objects.get().owner_id == teammate.person_id
    with pytest.raises(Refused, match="已归 黄可"):
        services.ask_to_claim(cooling.pk, until=UNTIL, reason="还是想要", actor=owner)


def test_an_applicant_who_left_claims_nothing(cooling, owner, manager):
    asked = services.ask_to_claim(cooling.pk, until=UNTIL, reason="客户点名要我跟", actor=owner)
    Person.objects.filter(pk=owner.person_id).update(active=False)
    with pytest.raises((Refused, Forbidden)):
        approvals.approve(asked.pk, actor=manager)
    assert Customer.objects.get().owner is None and not PoolException.objects.exists()


# --- at the same moment -----------------------------------------------------------------------------------------------------


@pytest.fixture
def raced(transactional_db, cast, south, cooling, owner):
    """A signed exception and five colleagues reach for the same customer."""
    asked = services.ask_to_claim(cooling.pk, until=UNTIL, reason="客户点名要我跟", actor=owner)
    return asked, [cast(f"同事{n}", "salesperson", south) for n in range(5)]


def jobs(raced, cooling, manager):
    asked, colleagues = raced
    return [lambda: approvals.approve(asked.pk, actor=manager), *(lambda one=one: services.claim(cooling.pk, actor=one) for one in colleagues)]


def test_the_signature_and_five_claims_at_once_have_one_winner(raced, cooling, manager, owner):
    assert at_once(jobs(raced, cooling, manager)) == 1
    won = Customer.objects.get().owner_id
    assert PoolException.objects.filter(person=won).count() == (1 if won == owner.person_id else 0)
    assert PoolException.objects.count() == (1 if won == owner.person_id else 0)


def test_without_the_conditional_update_several_win(raced, cooling, manager, monkeypatch):
    meeting = threading.Barrier(6)

    def take(customer_id, person_id, department_id, on):
        free = Customer.objects.filter(pk=customer_id, owner__isnull=True).exists()
        meeting.wait(timeout=10)
        Customer.objects.filter(pk=customer_id).update(owner_id=person_id, version=F("version") + 1)
        return free

    monkeypatch.setattr(pool_guards, "take", take)
    assert at_once(jobs(raced, cooling, manager)) > 1


@pytest.fixture
def last_night(transactional_db, customer, owner, chain_of_command):
    """The limit is over and the warning has stood; the request waits, and the night begins."""
    rule(HOLDING)
    held_since(customer, TODAY - timedelta(85))
    with on(TODAY):
        services.recycle(actor=SYSTEM)
        asked = services.ask_to_keep(customer.pk, until=UNTIL, reason="正在报价", actor=owner)
    with on(TODAY + timedelta(7)):
        yield asked


def _signed_while_the_night_waits(asked, manager, monkeypatch, release):
    """The night has chosen whom to release; then the signature comes; then it releases."""
    chosen, signed, plain = threading.Event(), threading.Event(), recycling.release_piece

    def late(ids, day, *, actor):
        chosen.set()
        signed.wait(timeout=10)
        return release(plain, ids, day, actor)

    def sign():
        chosen.wait(timeout=10)
        approvals.approve(asked.pk, actor=manager)
        signed.set()

    monkeypatch.setattr(recycling, "release_piece", late)
    return at_once([lambda: services.recycle(actor=SYSTEM), sign])


def test_signed_in_the_middle_of_the_night_the_customer_stays(last_night, manager, owner, monkeypatch):
    assert _signed_while_the_night_waits(last_night, manager, monkeypatch, lambda plain, ids, day, actor: plain(ids, day, actor=actor)) == 2
    assert Customer.objects.get().owner_id == owner.person_id and PoolException.objects.get().ended_on is None


def test_without_looking_again_the_night_takes_it_all_the_same(last_night, manager, monkeypatch):
    judged = recycling.judge(TODAY + timedelta(7))

    def blind(plain, ids, day, actor):
        monkeypatch.setattr(recycling, "judge", lambda day, ids=None: judged)
        return plain(ids, day, actor=actor)

    _signed_while_the_night_waits(last_night, manager, monkeypatch, blind)
    assert Customer.objects.get().owner_id is None


# --- pages ------------------------------------------------------------------------------------------------------------------


def test_the_customer_page_leads_to_the_request_and_tells_of_it(warned, owner, manager, as_viewer):
    browser = as_viewer(owner)
    assert f"/customers/{warned.pk}/exception/" in browser.get(f"/customers/{warned.pk}/").content.decode()
    assert f"/customers/{warned.pk}/exception/" in browser.get("/", follow=True).content.decode()
    asked = browser.get(f"/customers/{warned.pk}/exception/").content.decode()
    assert "90 天未跟进，还有 5 天到期（《客户跟进管理办法》第十六条（第 1 版））" in asked
    assert browser.post(f"/customers/{warned.pk}/exception/", {"until": "2026-12-14", "reason": ""}).status_code == 422
    browser.post(f"/customers/{warned.pk}/exception/", {"until": "2026-12-14", "reason": "正在报价"})
    assert "陈思远 申请到 12-14 不进公海，审批中：正在报价" in browser.get(f"/customers/{warned.pk}/").content.decode()
    approvals.approve(Approval.objects.get().pk, actor=manager)
    assert "获准 12-14 之前不进公海：正在报价" in browser.get(f"/customers/{warned.pk}/").content.decode()


def test_the_pool_leads_to_the_request(cooling, owner, teammate, as_viewer):
    address = f"/customers/pool/{cooling.pk}/exception/"
    assert address in as_viewer(owner).get(f"/customers/pool/{cooling.pk}/").content.decode()
    assert address not in as_viewer(teammate).get(f"/customers/pool/{cooling.pk}/").content.decode()
    as_viewer(owner).post(address, {"until": "2026-12-14", "reason": "客户点名要我跟"})
    page = as_viewer(owner).get(f"/customers/pool/{cooling.pk}/").content.decode()
    assert "陈思远 申请到 12-14 不进公海，审批中" in page and address not in page
    assert selectors.exception_of(teammate, cooling.customer_id).href == ""


def test_asking_costs_a_fixed_number_of_queries(warned, owner, as_viewer, django_assert_max_num_queries):
    browser = as_viewer(owner)
    with django_assert_max_num_queries(15):
        assert browser.get(f"/customers/{warned.pk}/exception/").status_code == 200
