"""What automations hear and do: once, within limits, never because of themselves, under their name (PLT-13)."""

import threading
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.contact import services as contact
from guike.contact.tests.conftest import TODAY, draft
from guike.customers import services as customers
from guike.customers.models import Customer
from guike.engine.automations import registry, rules, selectors, services
from guike.engine.automations.models import Automation, AutomationRun, Firing
from guike.engine.automations.services.hearing import look_at_day
from guike.engine.models import Obligation
from guike.engine.obligations import services as obligations
from guike.organisation.models import Account
from guike.platform import events, history, rights
from guike.platform.access import SYSTEM, Reach, Viewer
from guike.platform.errors import Refused
from guike.platform.notifications.models import Notice
from guike.sales.events import OrderRecorded

pytestmark = pytest.mark.django_db
CALL = {"code": "obligation", "params": {"who": "owner", "title": "回访", "days": 3}}


def made(trigger="contact.logged", actions=(CALL,), where=None, params=None, pause=0, on=True, name=""):
    values = {"params": params or {}, "where": where or {}, "pause": pause, "actions": list(actions)}
    automation = services.add_automation(name or f"试 {Automation.objects.count()}", trigger, values, actor=SYSTEM)
    return services.switch(automation.pk, on, actor=SYSTEM)


def work():
    """The worker does what was deferred, jobs deferred by that included."""
    rounds = 0
    while jobs := list(ProcrastinateJob.objects.filter(task_name="guike.automate", status="todo").order_by("pk")):
        connection.cursor().execute("DELETE FROM procrastinate_jobs WHERE task_name = 'guike.automate'")
        for job in jobs:
            services.act(job.args["automation_id"], [tuple(one) for one in job.args["occasions"]], job.args["chain"])
        rounds += 1
        assert rounds < 10, "a loop"


def called(customer):
    return list(Obligation.objects.filter(subject_id=customer.pk, kind="automation").order_by("pk"))


def test_when_then_in_working_days_under_its_name(company, chen):
    customer = company.customer("A")
    automation = made(name="跟进后回访")
    contact.log_follow_up(customer.pk, draft(), actor=chen)
    assert not called(customer)  # not in the salesperson's request
    work()
    (owed,) = called(customer)
    assert (owed.title, owed.assignee, owed.due_on, owed.as_owner) == ("回访", company.chen, TODAY + timedelta(days=3), True)
    assert owed.reason == "由自动化「跟进后回访」"
    entry = Obligation.pgh_event_models  # tracked
    assert entry
    assert Firing.objects.get().results == [{"action": "obligation", "outcome": "done", "message": "待办「回访」给陈思远，2026-11-27 到期"}]
    assert AutomationRun.objects.get().acted == 1 and Automation.objects.get(pk=automation.pk).last_fired_at


def test_switched_off_hears_nothing_and_switched_off_meanwhile_does_nothing(company, chen):
    customer = company.customer("A")
    automation = made(on=False)
    contact.log_follow_up(customer.pk, draft(), actor=chen)
    assert not ProcrastinateJob.objects.filter(task_name="guike.automate").exists()
    services.switch(automation.pk, True, actor=SYSTEM)
    contact.log_follow_up(customer.pk, draft(said="第二次"), actor=chen)
    services.switch(automation.pk, False, actor=SYSTEM)
    work()
    assert not called(customer) and not Firing.objects.exists()


def test_conditions_are_read_when_it_acts(company, chen):
    right, wrong = company.customer("A"), company.customer("A")
    made(where={"all": [{"field": "name", "op": "eq", "value": right.name}]})
    for customer in (right, wrong):
        contact.log_follow_up(customer.pk, draft(), actor=chen)
    work()
    assert len(called(right)) == 1 and not called(wrong)


def test_the_same_fact_is_acted_on_once(company):
    customer = company.customer("A")
    automation = made("sales.order", params={"least": 1000})
    for _again in range(2):
        events.emit(OrderRecorded(17, customer.pk, TODAY, Decimal(5000)))
    events.emit(OrderRecorded(18, customer.pk, TODAY, Decimal(10)))  # too small
    work()
    assert Firing.objects.get().occasion == "order:17"
    services.act(automation.pk, [(customer.pk, "order:17")])
    assert Firing.objects.count() == 1 == AutomationRun.objects.count()


def test_killed_in_the_middle_nothing_stands_and_it_is_done_once(company, monkeypatch):
    customer = company.customer("A")
    automation = made(actions=[CALL, {"code": "notify", "params": {"who": "owner", "text": "看一下"}}])
    kept = registry.action("notify")

    def killed(task):
        raise SystemExit

    monkeypatch.setitem(registry._actions, "notify", registry.Action("notify", "x", "", kept.asks, killed, kept.describe))
    with pytest.raises(SystemExit):
        services.act(automation.pk, [(customer.pk, "k")])
    assert not called(customer) and not Firing.objects.exists()
    monkeypatch.undo()
    services.act(automation.pk, [(customer.pk, "k")])
    assert len(called(customer)) == 1 and Firing.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_act_once(company):
    customer = company.customer("A")
    automation = made(actions=[{"code": "notify", "params": {"who": "owner", "text": "看一下"}}], pause=30)
    Account.objects.create(login="chen", person=company.chen, must_change_password=False)
    start = threading.Barrier(6)

    def go(n):
        try:
            start.wait()
            services.act(automation.pk, [(customer.pk, f"k{n}")])  # different facts: only the pause, read under the lock, keeps it to one
        finally:
            connection.close()

    threads = [threading.Thread(target=go, args=(n,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Firing.objects.count() == 1 == Notice.objects.filter(kind="automation.told").count()


def test_a_refused_action_is_undone_and_told_and_the_others_go_on(company):
    customer = company.customer("A")
    automation = made(actions=[{"code": "customer.move", "params": {"to": "lost"}}, CALL])
    run = services.act(automation.pk, [(customer.pk, "k")])
    refused, done = Firing.objects.get().results
    assert (refused["outcome"], done["outcome"]) == ("failed", "done") and "不能直接到" in refused["message"]
    assert (run.state, run.failed, run.acted) == ("failed", 1, 1) and len(called(customer)) == 1


def test_nothing_to_do_is_no_failure(company):
    customer = company.customer("A", owner=None)
    automation = made()
    services.act(automation.pk, [(customer.pk, "k")])
    assert Firing.objects.get().results[0] == {"action": "obligation", "outcome": "left", "message": "没有负责人"}


def test_its_own_effects_do_not_set_it_off_and_chains_end(company):
    """A passes to 黄可, B to 王立群 and back to A's person: each hears the other's effect once, none its own."""
    customer = company.customer("A")
    ring = [(company.huang, "甲"), (company.wang, "乙"), (company.zhao, "丙"), (company.huang, "丁")]
    for person, name in ring:
        made("customer.owner", [{"code": "customer.transfer", "params": {"person": person.pk}}], name=name)
    customers.transfer(customer.pk, company.huang.pk, actor=SYSTEM, reason="起头")
    work()
    assert AutomationRun.objects.filter(state="loop").exists()
    deepest = max(Firing.objects.values_list("automation_id", flat=True).order_by().distinct().count(), 0)
    assert deepest <= len(ring)
    assert Firing.objects.count() < 60


def test_an_automation_alone_that_causes_its_own_fact_acts_once(company):
    customer = company.customer("A")
    made("customer.owner", [{"code": "customer.transfer", "params": {"person": company.huang.pk}}])
    customers.transfer(customer.pk, company.wang.pk, actor=SYSTEM, reason="换区")
    work()
    customer.refresh_from_db()
    assert customer.owner == company.huang and Firing.objects.count() == 1


def test_above_the_limit_the_rest_is_left_and_told(company, monkeypatch):
    monkeypatch.setattr(rules, "PER_HOUR", 3)
    automation = made()
    found = [company.customer("A") for _n in range(5)]
    run = services.act(automation.pk, [(customer.pk, "k") for customer in found])
    assert (run.state, run.acted) == ("limited", 3) and "有 2 个没有执行" in run.note


def test_every_day_acts_again_only_after_the_pause(company):
    customer = company.customer("A")
    automation = made("customer.day", pause=30, where={"all": [{"field": "name", "op": "eq", "value": customer.name}]})
    assert services.start_day() == 1
    assert look_at_day(automation.pk, TODAY) == 1
    work()
    assert look_at_day(automation.pk, TODAY + timedelta(days=29)) == 0
    assert look_at_day(automation.pk, TODAY + timedelta(days=30)) == 1


def test_conditions_count_from_the_day_they_are_asked(company):
    old, new = company.customer("A"), company.customer("A")
    Customer.objects.filter(pk=old.pk).update(registered_on=TODAY - timedelta(days=91))
    Customer.objects.filter(pk=new.pk).update(registered_on=TODAY - timedelta(days=90))
    automation = made("customer.day", where={"field": "registered_on", "op": "days_past", "value": 90})
    assert look_at_day(automation.pk, TODAY) == 1
    work()
    assert Firing.objects.get().subject_id == old.pk


def test_late_obligations_once_each(company):
    customer = company.customer("A")
    for days in (-5, -1, 3):
        due = obligations.Due("promise", "customer", customer.pk, "寄样品", TODAY + timedelta(days=days), company.chen.pk)
        obligations.open_obligation(due, actor=SYSTEM)
    automation = made("customer.late", params={"kind": "promise", "days": 3})
    assert look_at_day(automation.pk, TODAY) == 1
    work()
    look_at_day(automation.pk, TODAY + timedelta(days=1))
    work()
    assert Firing.objects.count() == 1


def test_a_date_ahead_met_late_is_met_once(company):
    customer = company.customer("A")
    Customer.objects.filter(pk=customer.pk).update(supply_contract_on=TODAY + timedelta(days=28))
    params = {"field": "supply_contract_on", "side": "before", "days": 30}
    automation = made("customer.date", params=params)
    assert look_at_day(automation.pk, TODAY) == 1  # the day before yesterday was the day; the machine was off
    work()
    look_at_day(automation.pk, TODAY + timedelta(days=1))
    work()
    assert Firing.objects.count() == 1


def test_a_field_is_set_under_its_name_in_the_history(company):
    customer = company.customer("A")
    automation = made(actions=[{"code": "customer.set", "params": {"value": "source=exhibition"}}], name="展会来的") if _has("exhibition") else None
    if automation is None:
        word = dict(registry.action("customer.set").asks[0].choices())
        automation = made(actions=[{"code": "customer.set", "params": {"value": next(iter(word))}}], name="展会来的")
    services.act(automation.pk, [(customer.pk, "k")])
    customer.refresh_from_db()
    assert history.of(customer)[0].who == "自动化「展会来的」"


def test_a_tag_is_put_on_once(company):
    from guike.platform.dictionaries.models import Dictionary
    from guike.platform.dictionaries.services import add_entry

    word = add_entry(Dictionary.objects.get(code="customer_tag").code, "自动打的", actor=SYSTEM)
    customer = company.customer("A")
    automation = made(actions=[{"code": "customer.tag", "params": {"tag": word.code}}])
    for key in ("k1", "k2"):
        services.act(automation.pk, [(customer.pk, key)])
    customer.refresh_from_db()
    assert customer.tags == [word.code]
    assert [f.results[0]["outcome"] for f in Firing.objects.order_by("pk")] == ["done", "left"]


def _has(code):
    return f"source={code}" in dict(registry.action("customer.set").asks[0].choices())


def test_only_listed_actions_and_values(company):
    for actions in ([{"code": "delete_everything", "params": {}}], [{"code": "customer.set", "params": {"value": "name=x"}}], []):
        with pytest.raises(Refused):
            made(actions=actions)
    with pytest.raises(Refused, match="条件有误"):
        made(where={"field": "phone", "op": "eq", "value": "1"})


def test_what_it_may_do_its_writer_must_be_allowed_over_all_rows(company):
    clerkish = Viewer(account_id=1, person_id=company.wang.pk, roles=frozenset({"administrator"}))
    move = {"params": {}, "where": {}, "actions": [{"code": "customer.transfer", "params": {"person": company.huang.pk}}]}
    assert services.add_automation("可以", "customer.added", move, actor=clerkish)
    within = rights.SHIPPED.with_cells({rights.Cell("administrator", "customer", rights.ACTION, "transfer"): Reach.BELOW})
    with pytest.raises(Refused, match="对全部数据"):
        services.add_automation("不可以", "customer.added", move, actor=replace(clerkish, rights=within))


def test_every_version_is_kept_and_a_stale_change_refused(company):
    automation = made(name="甲")
    changed = services.change_automation(
        automation.pk, name="甲", trigger="sales.order", content={"params": {"least": 100}, "actions": [CALL]}, actor=SYSTEM, version=automation.version
    )
    assert [v.trigger for v in selectors.versions(changed)] == ["sales.order", "contact.logged"]
    with pytest.raises(Refused, match="刚被别人改过"):
        services.change_automation(automation.pk, name="甲", trigger="sales.order", content=changed.content, actor=SYSTEM, version=1)


def test_a_trial_says_what_would_have_happened_and_writes_nothing(company, chen):
    first, second = company.customer("A"), company.customer("A")
    for days in (20, 10, 1):
        contact.log_follow_up(first.pk, draft(happened_on=TODAY - timedelta(days=days), said=f"第 {days} 天前"), actor=chen)
    contact.log_follow_up(second.pk, draft(), actor=chen)
    content = {"params": {"method": ""}, "where": {"field": "name", "op": "eq", "value": first.name}, "pause": 7, "actions": [CALL]}
    before = Obligation.objects.count()
    tried = selectors.trial(SYSTEM, "contact.logged", content)
    assert (tried.subjects, tried.times) == (1, 3)
    assert tried.shown[0][0] == first
    assert selectors.trial(SYSTEM, "contact.logged", {**content, "pause": 12}).times == 2
    assert Obligation.objects.count() == before and not Firing.objects.exists()
