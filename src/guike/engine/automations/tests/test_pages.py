"""Automations as marketing writes, tries and switches them."""

import re

import pytest

from guike.contact import services as contact
from guike.contact.tests.conftest import draft
from guike.engine.automations.models import Automation
from guike.organisation.models import Account, Department, Person, Post

from .test_acting import made, work

pytestmark = pytest.mark.django_db


@pytest.fixture
def sun(client, company):
    """孙敏 of marketing, signed in."""
    person = Person.objects.create(number="M1", name="孙敏")
    Post.objects.create(person=person, department=Department.objects.create(name="市场部"), role="marketing")
    client.force_login(Account.objects.create(login="sun", person=person, must_change_password=False))
    return client


def text(response):
    return re.sub(r"\s+", " ", re.sub("<[^>]+>", " ", response.content.decode()))


FORM = {"name": "跟进后回访", "trigger": "contact.logged", "t.method": "phone", "pause": "7", "g0.joint": "all"}
FORM |= {"g0.r0.field": "stage", "g0.r0.op": "in", "g0.r0.value": ["lead", "prospect"]}
FORM |= {"a0.code": "obligation", "a0.p.who": "owner", "a0.p.title": "回访", "a0.p.days": "3"}


def test_written_tried_kept_switched_on(sun, company, chen):
    customer = company.customer("A")
    contact.log_follow_up(customer.pk, draft(), actor=chen)
    tried = sun.post("/automations/add/", {**FORM, "step": "try"})
    assert "近 30 天会对 1 家执行 1 次" in text(tried) and customer.name in text(tried)
    assert not Automation.objects.exists()
    saved = sun.post("/automations/add/", {**FORM, "step": "save"}, follow=True)
    automation = Automation.objects.get()
    assert not automation.active and automation.content["where"] == {"all": [{"field": "stage", "op": "in", "value": ["lead", "prospect"]}]}
    assert "给负责人安排「回访」，3 个工作日内" in text(saved) and "同一对象隔 7 天" in text(saved)
    on = sun.post(f"/automations/{automation.pk}/switch/", {"active": "1"}, follow=True)
    assert "已启用" in text(on)
    contact.log_follow_up(customer.pk, draft(said="又一次"), actor=chen)
    work()
    page = text(sun.get(f"/automations/{automation.pk}/"))
    assert f"{customer.name}" in page and "待办「回访」给陈思远" in page
    run = automation.runs.get()
    assert "待办「回访」" in text(sun.get(f"/automations/{automation.pk}/runs/{run.pk}/"))
    assert "近 30 天会对 1 家" in text(sun.get(f"/automations/{automation.pk}/trial/"))


def test_who_leads_a_department_tries_it_on_what_he_sees(sun, client, company, chen):
    """The trial counts nothing that its reader may not see (PLT-01)."""
    for place in (company.south, Department.objects.create(name="华北大区", function="sales")):
        customer = company.customer("A")
        contact.log_follow_up(customer.pk, draft(), actor=chen)
        type(customer).objects.filter(pk=customer.pk).update(department=place)
    sun.post("/automations/add/", {**FORM, "step": "save"})
    address = f"/automations/{Automation.objects.get().pk}/trial/"
    everything = text(sun.get(address))
    assert "近 30 天会对 2 家执行 2 次；" in everything
    client.force_login(Account.objects.create(login="wang", person=company.wang, must_change_password=False))
    own = text(client.get(address))
    assert "近 30 天会对 1 家执行 1 次（只算你看得到的）" in own and customer.name not in own


def test_the_form_grows_and_keeps_what_was_typed(sun):
    grown = sun.post("/automations/add/", {**FORM, "step": "action"}).content.decode()
    assert 'name="a1.code"' in grown and 'value="回访"' in grown
    assert 'name="g0.r1.field"' in sun.post("/automations/add/", {**FORM, "step": "row.0"}).content.decode()
    assert 'value="回访"' not in sun.post("/automations/add/", {**FORM, "step": "away.0"}).content.decode()
    other = sun.post("/automations/add/", {**FORM, "trigger": "customer.late", "step": "show"}).content.decode()
    assert 'name="t.days"' in other and 'name="t.method"' not in other
    person = sun.post("/automations/add/", {**FORM, "a0.p.who": "person", "step": "show"}).content.decode()
    assert 'name="a0.p.person"' in person


def test_what_is_wrong_is_told_and_nothing_kept(sun):
    for change, words in (
        ({"a0.p.title": ""}, "「事项」要填"),
        ({"a0.p.days": "很快"}, "「几个工作日内」要填"),
        ({"name": " "}, "写上名称"),
        ({"a0.code": ""}, "至少加一个「就」"),
        ({"g0.r0.value": []}, "至少选一项"),
    ):
        answer = sun.post("/automations/add/", {**FORM, **change, "step": "save"})
        assert answer.status_code == 422 and words in text(answer), words
    assert not Automation.objects.exists()


def test_changed_by_somebody_else_meanwhile(sun):
    automation = made(name="甲")
    assert "甲" in sun.get(f"/automations/{automation.pk}/change/").content.decode()
    answer = sun.post(f"/automations/{automation.pk}/change/", {**FORM, "version": automation.version - 1, "step": "save"})
    assert answer.status_code == 422 and "刚被别人改过" in text(answer)
    sun.post(f"/automations/{automation.pk}/change/", {**FORM, "version": automation.version, "step": "save"})
    assert "以前的版本" in text(sun.get(f"/automations/{automation.pk}/"))


def test_the_list_costs_the_same_with_more_rows(sun, django_assert_max_num_queries):
    for n in range(12):
        made(name=f"自动化 {n:02}")
    with django_assert_max_num_queries(8):
        page = sun.get("/automations/")
    assert "自动化 00" in text(page) and "给负责人安排「回访」" in text(page)


def test_salespeople_have_nothing_to_do_here(client, company):
    client.force_login(Account.objects.create(login="chen", person=company.chen, must_change_password=False))
    assert client.get("/automations/").status_code == 403
    assert client.get("/automations/add/").status_code == 403
