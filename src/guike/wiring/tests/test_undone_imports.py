"""What followed from a file follows anew when its import is undone: figures, stage, grade, duties, at once and not the night after (PLT-03)."""

import csv
from datetime import timedelta

import pytest

from guike.customers import services as customers
from guike.customers.models import Collaborator, Customer, CustomerFigures, LifecycleMove
from guike.customers.services import reactions
from guike.engine.models import Activity, Obligation, Standing
from guike.engine.obligations.services import Due, open_obligation
from guike.engine.services import ensure_default_packs
from guike.organisation.models import Person
from guike.platform import clock, jobs
from guike.platform.access import SYSTEM
from guike.platform.imports import services as imports
from guike.platform.imports.undo import undo
from guike.platform.models import JobRun

pytestmark = pytest.mark.django_db
ORDERS = ["订单号", "订单日期", "客户编号", "产品名称", "数量", "销售额"]
RETURNS = ["订单号", "退货日期", "退货金额"]
FOLLOW_UPS = ["客户编号", "跟进日期", "跟进方式", "跟进内容", "业务员"]


@pytest.fixture
def customer(db):
    ensure_default_packs(actor=SYSTEM)
    return customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM, number="KH-1")


@pytest.fixture
def bring(tmp_path):
    def run(kind, *rows):
        path = tmp_path / f"{kind}.csv"
        with path.open("w", newline="", encoding="utf-8-sig") as out:
            csv.writer(out).writerows(rows)
        done, result = imports.import_file(kind, path, actor=SYSTEM, on_error="reject-file")
        assert not result.problems, result.problems
        return done

    return run


def state(customer):
    """All that is computed about it."""
    figures = CustomerFigures.objects.filter(customer=customer).values().get()
    figures.pop("refreshed_at")
    return {
        "stage": Customer.objects.filter(pk=customer.pk).values_list("stage", "stage_since").get(),
        "figures": figures,
        "standings": sorted(Standing.objects.filter(subject_id=customer.pk).values_list("policy__code", "outcome")),
        "due": sorted(Obligation.objects.filter(subject_id=customer.pk, state="open").values_list("kind", "title", "due_on")),
        "timeline": sorted(Activity.objects.filter(subject_id=customer.pk, current=True).values_list("kind", "title", "happened_on")),
    }


def ago(days):
    return (clock.today() - timedelta(days=days)).isoformat()


def orders(*days, amount="90000"):
    return [ORDERS, *([f"A-{days_ago}", ago(days_ago), "KH-1", "闸阀", "2", amount] for days_ago in days)]


def test_orders(customer, bring):
    before = state(customer)
    run = bring("sales-orders", *orders(40, 20, 3))
    after = state(customer)
    assert (after["stage"][0], after["figures"]["orders_12m"], after["figures"]["purchases_12m"]) == ("long_term", 3, 270_000)
    assert after["standings"] != before["standings"]
    undo(run, actor=SYSTEM)
    assert state(customer) == before


def test_a_second_file_of_orders_leaves_what_the_first_brought(customer, bring):
    bring("sales-orders", *orders(40))
    before = state(customer)
    run = bring("sales-orders", *orders(20, 3))
    assert state(customer)["stage"][0] == "long_term"
    undo(run, actor=SYSTEM)
    assert state(customer) == before


def test_corrected_amounts(customer, bring):
    bring("sales-orders", *orders(40))
    before = state(customer)
    run = bring("sales-orders", *orders(40, amount="1"))
    assert state(customer)["figures"]["purchases_12m"] == 1
    undo(run, actor=SYSTEM)
    assert state(customer) == before


def test_returns(customer, bring):
    bring("sales-orders", *orders(40))
    before = state(customer)
    run = bring("returns", RETURNS, ["A-40", ago(3), "50000"])
    assert state(customer)["figures"]["purchases_12m"] == 40_000
    undo(run, actor=SYSTEM)
    assert state(customer) == before


def test_follow_ups(customer, bring):
    Person.objects.create(name="陈思远")
    before = state(customer)
    run = bring("follow-ups", FOLLOW_UPS, ["KH-1", ago(3), "电话", "问了交期", "陈思远"])
    assert state(customer)["figures"]["last_contact_on"] is not None
    undo(run, actor=SYSTEM)
    assert state(customer) == before


def test_customers_whose_files_were_changed(customer, bring):
    """What policies read of a file is judged at once, when it comes and when it goes."""
    bring("sales-orders", *orders(40))
    before = state(customer)
    run = bring("customers", ["客户编号", "客户名称", "客户性质"], ["KH-1", "温州瓯泰阀门有限公司", "经销商"])
    assert state(customer)["standings"] != before["standings"]
    undo(run, actor=SYSTEM)
    assert state(customer) == before


def run_jobs():
    for run in JobRun.objects.filter(state=JobRun.State.WAITING).order_by("pk"):
        jobs.run_now(run)


def test_many_customers_are_brought_up_to_date_by_the_worker(customer, bring, monkeypatch):
    """More customers than a page can wait for: nothing is worked out while the page waits, all of it by the job."""
    monkeypatch.setattr(reactions, "AT_ONCE", 0)
    before = state(customer)
    run = bring("sales-orders", *orders(40, 20, 3))
    run_jobs()
    assert state(customer)["stage"][0] == "long_term"
    undo(run, actor=SYSTEM)
    assert state(customer)["stage"][0] == "long_term"
    run_jobs()
    assert state(customer) == before


CUSTOMERS = ["客户编号", "客户名称"]
NAMED = ["KH-1", "温州瓯泰阀门有限公司"]


@pytest.mark.parametrize("stage", ["潜在", "新签"])
def test_a_stage_that_a_file_sets(stage, customer, bring):
    """It is a move like one by hand: dated, in the history, on the timeline; and it goes with the file, also where the table of moves knows no way back."""
    before = state(customer)
    run = bring("customers", [*CUSTOMERS, "客户阶段"], [*NAMED, stage])
    move = LifecycleMove.objects.get(customer=customer, from_stage="lead")
    assert (move.from_stage, move.on, move.fact_kind) == ("lead", clock.today(), "")
    after = state(customer)
    assert after["stage"] == (move.to_stage, clock.today())
    assert ("customer.stage", f"线索 → {stage}", clock.today()) in after["timeline"]
    undo(run, actor=SYSTEM)
    assert (state(customer), LifecycleMove.objects.filter(from_stage="lead").exists()) == (before, False)


def test_an_owner_whom_a_file_names(customer, bring):
    """Open work follows, as with any other change of hands, and comes back with the customer; that it went to and fro stays told."""
    old, new = (Person.objects.create(name=name, number=name) for name in ("陈思远", "林海峰"))
    customers.transfer(customer.pk, old.pk, actor=SYSTEM)
    customers.share(customer.pk, new.pk, "read", actor=SYSTEM)
    open_obligation(
        Due("promise", "customer", customer.pk, "寄样品", assignee_id=old.pk, due_on=clock.today(), as_owner=True), actor=SYSTEM
    )
    customers.refresh_figures([customer.pk])
    owed = Obligation.objects.filter(subject_id=customer.pk, state="open")
    before, whose = state(customer), sorted(owed.values_list("kind", "assignee_id"))
    assert ({person for _kind, person in whose}, {kind for kind, _person in whose}) == ({old.pk}, {"cadence", "promise"})
    told = before.pop("timeline")

    run = bring("customers", [*CUSTOMERS, "业务员"], [*NAMED, "林海峰"])
    assert set(owed.values_list("assignee_id", flat=True)) == {new.pk}
    assert not Collaborator.objects.filter(customer=customer).exists()

    undo(run, actor=SYSTEM)
    after = state(customer)
    moved = [("customer.transfer", title, clock.today()) for title in ("陈思远 → 林海峰", "林海峰 → 陈思远")]
    assert after.pop("timeline") == sorted([*told, *moved])
    assert (after, sorted(owed.values_list("kind", "assignee_id"))) == (before, whose)


def test_a_file_that_names_the_same_owner_hands_nothing_over(customer, bring):
    one = Person.objects.create(name="陈思远", number="1")
    customers.transfer(customer.pk, one.pk, actor=SYSTEM)
    before = state(customer)
    undo(bring("customers", [*CUSTOMERS, "业务员", "客户性质"], [*NAMED, "陈思远", "经销商"]), actor=SYSTEM)
    assert state(customer) == before
