"""Handing over and undoing: everything goes along, everything comes back, and what was changed since is left and named (CUS-06)."""

import re
from datetime import date, timedelta

import pytest
import time_machine
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from guike.customers import services
from guike.customers.models import Collaborator, Customer, CustomerFigures, Handover
from guike.engine import services as engine
from guike.engine.models import Activity, Obligation
from guike.engine.obligations.services import Due, open_obligation
from guike.organisation import services as organisation
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.errors import Forbidden, Refused

QUOTA = """
code: handover-quota
kind: quota
title: 每人客户数
clause: {title: 客户跟进管理办法, number: 第十五条}
per: [owner]
release: [sales_manager]
caps:
  - {label: 全部客户, cap: 1}
"""


def owe(person_id, customer_id, title, *, as_owner=False):
    due = Due("promise", "customer", customer_id, title, date(2026, 12, 1), person_id, as_owner=as_owner)
    return open_obligation(due, actor=SYSTEM)


def state():
    """Every row that a hand-over may touch, with its references."""
    return {
        "customers": list(Customer.objects.order_by("pk").values("pk", "owner_id", "department_id", "owner_since")),
        "collaborators": list(Collaborator.objects.order_by("pk").values()),
        "obligations": list(
            Obligation.objects.order_by("pk").values(
                "pk", "assignee_id", "department_id", "as_owner", "escalation_level", "escalated_to_id", "escalated_at", "state"
            )
        ),
    }


@pytest.fixture
def held(owner):
    cities = ("温州市", "温州市", "台州市", "台州市", "台州市")
    return [services.add_customer({"name": f"浙江第{n}阀门厂", "city": city}, actor=owner) for n, city in enumerate(cities)]


def test_all_goes_to_one_and_is_remembered(held, owner, teammate, outsider, manager):
    mine = owe(owner.person_id, held[0].pk, "寄样品", as_owner=True)
    promised = owe(owner.person_id, services.add_customer({"name": "宁波别家"}, actor=outsider).pk, "报价")
    theirs = owe(outsider.person_id, held[1].pk, "调试")
    made = services.hand_over(owner.person_id, [teammate.person_id], "one", actor=manager, reason="离职")
    assert not Customer.objects.filter(owner_id=owner.person_id).exists()
    assert {one.pk: Obligation.objects.get(pk=one.pk).assignee_id for one in (mine, promised, theirs)} == {
        mine.pk: teammate.person_id,
        promised.pk: teammate.person_id,
        theirs.pk: outsider.person_id,
    }
    assert made.shares == [{"person": teammate.person_id, "name": "黄可", "customers": 5, "duties": 2}]
    assert Activity.objects.filter(kind="customer.transfer", title="陈思远 → 黄可").count() == 5


@pytest.mark.parametrize(("split", "counts"), [("one", [5, 0]), ("evenly", [3, 2]), ("region", [3, 2])])
def test_the_ways_to_split(held, owner, teammate, outsider, manager, split, counts):
    shares = services.divide(owner.person_id, [teammate.person_id, outsider.person_id], split, actor=manager)
    assert [len(share.customer_ids) for share in shares] == counts
    services.hand_over(owner.person_id, [teammate.person_id, outsider.person_id], split, actor=manager, reason="离职")
    for share in shares:
        assert set(Customer.objects.filter(owner_id=share.person_id).values_list("pk", flat=True)) == set(share.customer_ids)


def test_by_a_mapping_of_grade_region_and_the_rest(held, owner, teammate, outsider, cast, south, manager):
    third = cast("林小满", "salesperson", south)
    CustomerFigures.objects.filter(customer=held[0]).update(grade="A")
    lines = [("grade", "A", outsider.person_id), ("region", "台州市", third.person_id)]
    shares = services.divide(owner.person_id, [teammate.person_id], "mapped", actor=manager, mapping=lines)
    assert {one.name: len(one.customer_ids) for one in shares} == {"黄可": 1, "吴芳": 1, "林小满": 3}
    made = services.hand_over(owner.person_id, [teammate.person_id], "mapped", actor=manager, reason="离职", mapping=lines)
    assert Customer.objects.get(pk=held[0].pk).owner_id == outsider.person_id
    assert Customer.objects.get(pk=held[1].pk).owner_id == teammate.person_id
    assert Customer.objects.filter(owner_id=third.person_id).count() == 3
    assert made.get_split_display() == "按对照表分"


def test_a_mapping_names_people_who_work_here(held, owner, teammate, manager):
    for lines in ([], [("grade", "A", owner.person_id)], [("grade", "A", 999_999)]):
        with pytest.raises(Refused):
            services.divide(owner.person_id, [teammate.person_id], "mapped", actor=manager, mapping=lines)


def test_the_page_offers_what_there_is_to_map(held, owner, teammate, outsider, manager, as_viewer):
    browser, address = as_viewer(manager), f"/customers/handover/{owner.person_id}/"
    page = browser.get(address).content.decode()
    assert "台州市（3 家）" in page and "按对照表分" in page
    given = {"successors": [teammate.person_id], "split": "mapped", "reason": "离职"}
    assert "对照表还是空的" in browser.post(address, {**given, "try": "1"}).content.decode()
    lines = list(re.findall(r'name="(to_[0-9]+)"', page))
    tried = browser.post(address, {**given, "try": "1", lines[0]: outsider.person_id}).content.decode()
    assert "吴芳" in tried and "黄可" in tried and not Handover.objects.exists()
    browser.post(address, {**given, lines[0]: outsider.person_id})
    assert Customer.objects.filter(owner_id=outsider.person_id).count() == 3


def test_the_quota_of_the_successor_holds_unless_let_pass(held, owner, teammate, manager, administrator):
    engine.publish_text(QUOTA, effective=date(2020, 1, 1), actor=SYSTEM)
    before = state()
    for actor, release in ((manager, False), (administrator, True)):
        with pytest.raises(Refused) as refusal:
            services.hand_over(owner.person_id, [teammate.person_id], "one", actor=actor, reason="离职", release=release)
        assert "第十五条" in refusal.value.message
    assert state() == before and not Handover.objects.exists()
    services.hand_over(owner.person_id, [teammate.person_id], "one", actor=manager, reason="离职", release=True)
    assert Customer.objects.filter(owner_id=teammate.person_id).count() == 5


def test_what_was_changed_since_stays_and_is_named(held, owner, teammate, outsider, manager):
    owed = owe(owner.person_id, held[1].pk, "寄样品", as_owner=True)
    made = services.hand_over(owner.person_id, [teammate.person_id], "one", actor=manager, reason="离职")
    services.transfer(held[0].pk, outsider.person_id, actor=manager)
    Obligation.objects.filter(pk=owed.pk).update(state="fulfilled", fulfilled_on=clock.today())
    undone = services.undo_handover(made.pk, actor=manager)
    assert Customer.objects.get(pk=held[0].pk).owner_id == outsider.person_id
    assert Customer.objects.filter(owner_id=owner.person_id).count() == 4
    assert undone.left_over == ["「浙江第0阀门厂」之后又换了负责人或部门，留在现负责人名下", f"时限任务 {owed.pk} 已办结或转给别人，不再恢复"]


def test_undone_once_and_within_seven_days(held, owner, teammate, manager):
    made = services.hand_over(owner.person_id, [teammate.person_id], "one", actor=manager, reason="离职")
    with time_machine.travel(clock.now() + timedelta(days=8)), pytest.raises(Refused):
        services.undo_handover(made.pk, actor=manager)
    services.undo_handover(made.pk, actor=manager)
    with pytest.raises(Refused):
        services.undo_handover(made.pk, actor=manager)


def test_who_may_not(held, owner, teammate, manager):
    before = state()
    with pytest.raises(Forbidden):
        services.hand_over(owner.person_id, [teammate.person_id], "one", actor=teammate, reason="离职")
    for successors, reason in (([], "离职"), ([owner.person_id], "离职"), ([teammate.person_id], " ")):
        with pytest.raises(Refused):
            services.hand_over(owner.person_id, successors, "one", actor=manager, reason=reason)
    assert state() == before


def test_the_superior_is_asked_when_somebody_left_and_no_more_once_it_is_done(held, owner, teammate, manager, sales, administrator):
    sales.head_id = manager.person_id
    sales.save()
    organisation.person_leaves(owner.person_id, clock.today(), actor=administrator)
    task = Obligation.objects.get(kind="handover")
    assert (task.title, task.assignee_id, task.subject_id) == ("交接陈思远的工作", manager.person_id, owner.person_id)
    assert task.reason.startswith("名下 5 家客户")
    services.hand_over(owner.person_id, [teammate.person_id], "one", actor=manager, reason="离职")
    task.refresh_from_db()
    assert (task.state, task.closed_reason) == ("withdrawn", "已交接")


# --- what is done is undone, whatever there was -------------------------------------------------------------------------------

PEOPLE = st.integers(0, 3)
COMPANY = st.lists(
    st.fixed_dictionaries(
        {
            "owner": PEOPLE,
            "shared": st.dictionaries(PEOPLE, st.sampled_from(["read", "write"]), max_size=3),
            "owed": st.lists(st.tuples(PEOPLE, st.booleans(), st.booleans()), max_size=2),
        }
    ),
    min_size=1,
    max_size=5,
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(company=COMPANY, split=st.sampled_from(Handover.Split.values), successors=st.permutations([1, 2, 3]), how_many=st.integers(1, 3), line=st.sampled_from(["温州市", "台州市"]))
def test_after_undoing_everything_stands_as_before(cast, south, manager, company, split, successors, how_many, line):
    people = [cast(f"同事{n}", "salesperson", south) for n in range(4)]
    for n, one in enumerate(company):
        _fill(people, south, n, one)
    before = state()
    chosen = [people[n].person_id for n in successors[:how_many]]
    try:
        mapping = [("region", line, people[successors[0]].person_id)]
        made = services.hand_over(people[0].person_id, chosen, split, actor=manager, reason="离职", mapping=mapping)
    except Refused:
        assert state() == before
        return
    assert state() != before
    assert not Customer.objects.filter(owner_id=people[0].person_id).exists()
    assert not Obligation.objects.filter(assignee_id=people[0].person_id, state="open").exists()
    assert not Collaborator.objects.filter(person_id=people[0].person_id).exists()
    assert services.undo_handover(made.pk, actor=manager).left_over == []
    assert state() == before


def _fill(people, place, n, one):
    owner = people[one["owner"]]
    customer = services.add_customer({"name": f"{owner.name}{n}阀门厂", "city": ("温州市", "台州市")[n % 2]}, actor=owner)
    for person, right in one["shared"].items():
        if person != one["owner"]:
            services.share(customer.pk, people[person].person_id, right, actor=owner)
    for person, as_owner, escalated in one["owed"]:
        owed = owe(people[person].person_id, customer.pk, "寄样品", as_owner=as_owner and person == one["owner"])
        if escalated:
            Obligation.objects.filter(pk=owed.pk).update(escalation_level=1, escalated_to=people[3].person_id, escalated_at=clock.now())
