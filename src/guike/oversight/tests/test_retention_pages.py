"""到期的个人信息 as people use it: the list, several at once with a result a row, one person, who may not (CUS-12)."""

from datetime import timedelta

import pytest
import time_machine

from guike.customers.models import Contact, Customer
from guike.organisation import services as organisation
from guike.organisation.models import Account
from guike.oversight import services
from guike.oversight.models import DuePerson, PersonalRequest
from guike.platform import clock, jobs, numbering
from guike.platform.access import SYSTEM
from guike.platform.models import JobRun

LONG_AGO = "2015-01-01T09:00+08:00"


@pytest.fixture
def as_(client, company):
    def sign(name: str, *roles: str):
        person = getattr(company, name)
        client.force_login(Account.objects.filter(person=person).first() or company.account(person, name, roles))
        return client

    return sign


@pytest.fixture
def people(company) -> list[Contact]:
    firm = Customer.objects.create(number=numbering.take("customer"), name="温州瓯泰阀门有限公司", created_at=LONG_AGO)
    return [Contact.objects.create(customer=firm, name=name, phone="13800138000", created_at=LONG_AGO) for name in ("林海峰", "金晓海", "郑国栋")]


def rows() -> list[DuePerson]:
    return list(DuePerson.objects.order_by("subject_id"))


def bulk(client, action: str, pks, **values):
    return client.post("/personal/due/?view=all", {"do": action, "confirmed": "1", "pk": [str(pk) for pk in pks], **values})


def test_an_empty_list_says_what_it_is_for(as_):
    assert "没有到期的个人信息；每晚检查一次" in as_("boss", "administrator").get("/personal/due/").content.decode()


def test_the_list_says_who_why_and_since_when(as_, people):
    services.look()
    page = as_("boss", "administrator").get("/personal/due/").content.decode()
    for words in ("林海峰", "温州瓯泰阀门有限公司", "2015-01-01 以来没有往来，保存 36 个月", "已到期"):
        assert words in page
    assert "金晓海" in as_("boss").get("/personal/due/?q=金晓海").content.decode()
    assert "林海峰" not in as_("boss").get("/personal/due/?q=金晓海").content.decode().partition("<tbody")[2]


def test_several_are_begun_at_once_with_a_result_for_each(as_, people, admin):
    services.look()
    first, second, third = rows()
    services.keep_longer(second.pk, until=clock.today() + timedelta(days=30), reason="还在谈维修", actor=admin)
    boss = as_("boss", "administrator")
    asked = boss.post("/personal/due/?view=all", {"do": "erase", "pk": [str(one.pk) for one in rows()]}).content.decode()
    assert "每人记一条删除请求" in asked
    page = bulk(boss, "erase", [one.pk for one in rows()], reason="期满").content.decode()
    assert "完成 2 人" in page
    assert "已决定保留到" in page
    assert "金晓海" in page
    begun = PersonalRequest.objects.order_by("pk")
    assert [(one.subject_id, one.way, one.wish, one.state) for one in begun] == [
        (first.subject_id, "term", "erase", "open"), (third.subject_id, "term", "erase", "open"),
    ]  # fmt: skip
    assert JobRun.objects.filter(kind="oversight.count").count() == 2
    first.refresh_from_db()
    assert first.request == begun[0]
    assert begun[0].number in boss.get("/personal/due/?view=begun").content.decode()


def test_several_are_proposed_and_confirmed_at_once_by_two_people(as_, company, people):
    services.look()
    boss = as_("boss", "administrator")
    bulk(boss, "erase", [one.pk for one in rows()[:2]], reason="期满")
    requests = list(PersonalRequest.objects.order_by("pk"))
    jobs.run_now(JobRun.objects.get(kind="oversight.count", arguments={"request": requests[0].pk}))
    sent = {"do": "propose", "confirmed": "1", "pk": [str(one.pk) for one in requests], "reason": "期满"}
    page = boss.post("/personal/requests/?view=all", sent).content.decode()
    assert "完成 1 件" in page
    assert "先清点" in page
    again = boss.post("/personal/requests/?view=all", {**sent, "do": "confirm"}).content.decode()
    assert "提出删除的人不能自己复核" in again
    manager = as_("manager", "executive")
    assert "完成 1 件" in manager.post("/personal/requests/?view=all", {**sent, "do": "confirm"}).content.decode()
    jobs.run_now(JobRun.objects.get(kind="oversight.erase"))
    assert DuePerson.objects.get(state="erased").request == requests[0]
    assert Contact.everything.get(pk=requests[0].subject_id).name == "已删除"


def test_proposing_several_asks_once_more_who_one_is(as_, company, people):
    services.look()
    boss = as_("boss", "administrator")
    bulk(boss, "erase", [rows()[0].pk], reason="期满")
    with time_machine.travel(clock.now() + timedelta(minutes=20), tick=False):
        answer = boss.post("/personal/requests/?view=all", {"do": "propose", "pk": [str(PersonalRequest.objects.get().pk)]})
    assert (answer.status_code, answer.headers["Location"].partition("?")[0]) == (302, "/me/prove/")
    assert PersonalRequest.objects.get().state == "open"


def test_keeping_several_needs_a_reason_and_a_day_within_a_year(as_, people):
    services.look()
    boss = as_("boss", "administrator")
    everybody = [one.pk for one in rows()]
    assert "name=\"until\"" in bulk(boss, "keep", everybody, reason="", until="").content.decode()
    page = bulk(boss, "keep", everybody, reason="还在谈维修", until="2099-01-01").content.decode()
    assert "一次最多再保留 12 个月" in page
    until = clock.today() + timedelta(days=90)
    assert "完成 3 人" in bulk(boss, "keep", everybody, reason="还在谈维修", until=until.isoformat()).content.decode()
    assert {(one.state, one.kept_until, one.kept_why) for one in rows()} == {("kept", until, "还在谈维修")}


def test_one_person_shows_the_decision_and_its_history(as_, people):
    services.look()
    boss, one = as_("boss", "administrator"), rows()[0]
    until = clock.today() + timedelta(days=90)
    assert boss.post(f"/personal/due/{one.pk}/keep/", {"reason": "还在谈维修", "until": until.isoformat()}).status_code == 302
    page = boss.get(f"/personal/due/{one.pk}/").content.decode()
    for words in ("林海峰", f"保留到 {until}", "还在谈维修", "周建国", "列入"):
        assert words in page
    assert boss.post(f"/personal/due/{one.pk}/keep/", {"reason": "", "until": until.isoformat()}).status_code == 422
    assert boss.post(f"/personal/due/{one.pk}/erase/", {"reason": "x"}).status_code == 422  # it was decided to keep it


def test_erasing_one_leads_to_its_request(as_, people):
    services.look()
    boss, one = as_("boss", "administrator"), rows()[0]
    answer = boss.post(f"/personal/due/{one.pk}/erase/", {"reason": "期满"})
    made = PersonalRequest.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    page = boss.get(made.get_absolute_url()).content.decode()
    assert "保存期已满，本公司自己删除" in page
    assert "做一份副本" not in page
    assert "15 个工作日" not in page


def test_what_was_begun_can_be_given_up_and_the_person_is_to_be_decided_about_again(as_, people):
    services.look()
    boss, one = as_("boss", "administrator"), rows()[0]
    boss.post(f"/personal/due/{one.pk}/erase/", {"reason": "期满"})
    made = PersonalRequest.objects.get()
    page = boss.get(f"{made.get_absolute_url()}refuse/").content.decode()
    assert "本公司停办" in page
    assert "核对不了身份" not in page
    sent = {"refusal": "identity", "explained": "要打官司", "version": made.version}
    assert boss.post(f"{made.get_absolute_url()}refuse/", sent).status_code == 422
    assert boss.post(f"{made.get_absolute_url()}refuse/", {**sent, "refusal": "stopped"}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.outcome, rows()[0].request) == ("refused", "要打官司", None)
    assert "林海峰" in boss.get("/personal/due/").content.decode().partition("<tbody")[2]


@pytest.mark.parametrize(("name", "roles", "status"), [("seller", (), 403), ("manager", (), 403), ("accountant", (), 403), ("boss", (), 200)])
def test_who_may_look_and_who_may_not(as_, people, name, roles, status):
    """The general manager watches; only administrators decide."""
    services.look()
    one, client = rows()[0], as_(name, *roles)
    assert client.get("/personal/due/").status_code == status
    assert client.get(f"/personal/due/{one.pk}/").status_code == status
    assert client.post(f"/personal/due/{one.pk}/erase/", {"reason": "x"}).status_code == 403
    assert client.post(f"/personal/due/{one.pk}/keep/", {"reason": "x", "until": "2027-01-01"}).status_code == 403
    assert bulk(client, "erase", [one.pk], reason="x").status_code in (400, 403)
    assert rows()[0].state == "due"
    assert not PersonalRequest.objects.exists()


def test_who_watches_without_a_right_to_contacts_reads_no_names_of_them(client, company, people):
    services.look()
    watcher = organisation.add_person("钱审计", actor=SYSTEM)
    client.force_login(company.account(watcher, "watcher", ("audit_admin",)))
    page = client.get("/personal/due/").content.decode()
    assert f"联系人 {people[0].pk}" in page
    assert "林海峰" not in page
    assert "温州瓯泰" not in page
    assert f"联系人 {people[0].pk}" not in client.get("/personal/due/?q=林海峰").content.decode().partition("<tbody")[2]
    assert "林海峰" not in client.get(f"/personal/due/{rows()[0].pk}/").content.decode()


def test_an_export_has_names_and_reasons(as_, people):
    services.look()
    boss = as_("boss", "administrator")
    answer = boss.get("/personal/due/?export=csv")
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert "林海峰" in text
    assert "保存 36 个月" in text


def test_the_rules_show_and_take_the_companys_own_terms(as_, company, people):
    boss = as_("boss", "administrator")
    page = boss.get("/personal/terms/").content.decode()
    assert "不填就是 36；可填 1–120" in page
    assert boss.post("/personal/terms/", {"two_people": "on", "months_employment": "3"}).status_code == 422
    assert boss.post("/personal/terms/", {"two_people": "on", "months_dealings": "60"}).status_code == 302
    assert services.terms().months == {"dealings": 60}
    assert "公司定为 60 个月" in boss.get("/personal/inventory/").content.decode()
