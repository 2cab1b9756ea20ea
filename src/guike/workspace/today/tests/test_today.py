"""Today as its users meet it: what is due, why, in which order; the team; refusals; the number of queries."""

from datetime import timedelta

import pytest

from guike.contact import services
from guike.contact.rules import Promise
from guike.contact.tests.conftest import TODAY, draft
from guike.customers.models import Contact
from guike.engine.models import Obligation
from guike.engine.obligations import escalation
from guike.organisation.models import Account, Person
from guike.platform.access import SYSTEM
from guike.workspace.today import board

SHEET = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "gk-sheet-body"}


@pytest.fixture
def late(company, customer, chen):
    """An A customer last contacted 11 days ago, four days past its day."""
    zhou = Contact.objects.create(customer=customer, name="周建国", phone="13805771001", is_primary=True)
    services.log_follow_up(customer.pk, draft(happened_on=TODAY - timedelta(days=11), contact_ids=(zhou.pk,)), actor=chen)
    return Obligation.objects.get(subject_id=customer.pk, state="open", kind="cadence")


def text_of(client, path="/today/"):
    answer = client.get(path)
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_front_door_opens_on_today(signed_in):
    assert signed_in("chen").get("/").url == "/today/"


def test_who_is_due_why_and_what_was_said_last(signed_in, late):
    page = text_of(signed_in("chen"))
    for words in (
        "思远，上午好",
        "今天要办 1 件，其中 1 件已逾期",
        "11 月 24 日 星期二",
        "农历十月十六",
        "已 11 天未联系",
        "11-13 电话",
        "周建国",
        "希望账期放宽到 75 天",
        "tel:13805771001",
    ):
        assert words in page


def test_a_colleague_sees_nothing_of_it(signed_in, company, late, customer):
    page = text_of(signed_in("huang"))
    assert customer.name not in page and "今天没有到期的事" in page


def test_the_most_urgent_stands_first(signed_in, company, late, chen):
    slow = company.customer("C")
    services.log_follow_up(slow.pk, draft(happened_on=TODAY - timedelta(days=34)), actor=chen)
    page = text_of(signed_in("chen"))
    assert page.index(f"duty-{late.pk}") < page.index(f"duty-{Obligation.objects.get(subject_id=slow.pk, state='open').pk}")


def test_several_things_with_one_customer_share_a_row(signed_in, late, customer, chen):
    Obligation.objects.filter(pk=late.pk).update(due_on=TODAY)
    services.log_follow_up(customer.pk, draft(happened_on=TODAY - timedelta(days=10), promises=(Promise("寄样品", TODAY),)), actor=chen)
    Obligation.objects.filter(subject_id=customer.pk, state="open").update(due_on=TODAY)
    page = text_of(signed_in("chen"))
    assert page.count('class="gk-row-name"') == 1
    assert "今天要办 2 件" in page and "寄样品" in page


def test_done_it_leaves_the_list_and_the_next_one_stands_on_its_day(signed_in, late, customer, chen):
    services.log_follow_up(customer.pk, draft(), actor=chen)
    assert f"duty-{late.pk}" not in text_of(signed_in("chen"))
    assert Obligation.objects.get(subject_id=customer.pk, state="open").due_on == TODAY + timedelta(days=7)


def test_it_costs_at_most_twelve_queries_however_many_rows(signed_in, company, late, chen, django_assert_max_num_queries):
    for _number in range(12):
        services.log_follow_up(company.customer("A").pk, draft(happened_on=TODAY - timedelta(days=9)), actor=chen)
    client = signed_in("chen")
    client.get("/today/")
    with django_assert_max_num_queries(12 + 4):  # and four of the session, the viewer and the shell
        client.get("/today/")


# --- the team ------------------------------------------------------------------------------------------------------------


def test_a_manager_sees_who_is_behind_and_drills_down(signed_in, company, late):
    page = text_of(signed_in("wang"), "/today/?who=team")
    assert "1 人有逾期，共 1 件" in page and f"?who={company.chen.pk}" in page
    assert "已 11 天未联系" in text_of(signed_in("wang"), f"/today/?who={company.chen.pk}")


def test_what_was_escalated_stands_before_the_superior(signed_in, company, late):
    escalation.escalate(actor=SYSTEM)
    assert "升级给我" in text_of(signed_in("wang"), "/today/?who=team")
    assert "升级给我" in text_of(signed_in("wang"))


def test_a_salesperson_has_no_team_and_sees_no_other_person(signed_in, company, late):
    client = signed_in("huang")
    assert "团队今日" not in text_of(client, "/today/?who=team")
    assert client.get(f"/today/?who={company.chen.pk}").status_code == 404
    assert client.get(f"/calendar/?who={company.chen.pk}").status_code == 404


def test_a_manager_of_elsewhere_sees_none_of_it(client, company, late):
    stranger = Person.objects.create(number="P9", name="外人")
    from guike.organisation.models import Department, Post

    north = Department.objects.create(name="北区")
    Post.objects.create(person=stranger, department=north, role="sales_manager")
    client.force_login(Account.objects.create(login="north", person=stranger, must_change_password=False))
    page = text_of(client, "/today/?who=team")
    assert "陈思远" not in page
    assert "已 11 天未联系" not in text_of(client, f"/today/?who={company.chen.pk}")


# --- one duty --------------------------------------------------------------------------------------------------------------


def test_a_duty_tells_its_clause_and_version(signed_in, late):
    page = text_of(signed_in("chen"), f"/obligations/{late.pk}/")
    assert "第 1 版" in page and "2026-11-20 周五" in page and "起算" in page


def test_put_off_by_page(signed_in, late):
    client = signed_in("chen")
    answer = client.post(f"/obligations/{late.pk}/snooze/?then=event", {"until": "2026-11-26", "reason": "客户出差"}, **SHEET)
    assert answer.status_code == 204 and "obligation:changed" in answer["HX-Trigger"]
    assert f"duty-{late.pk}" not in text_of(client)
    assert "已推迟 1 件" in text_of(client)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"until": "2026-11-26", "reason": ""}, "原因"),
        ({"until": "2027-11-26", "reason": "x"}, "14 天"),
        ({"until": "", "reason": "x"}, "推迟到"),
    ],
)
def test_a_wrong_snooze_comes_back(signed_in, late, values, says):
    answer = signed_in("chen").post(f"/obligations/{late.pk}/snooze/", values)
    late.refresh_from_db()
    assert answer.status_code == 422 and says in answer.content.decode()
    assert (late.state, late.snoozes) == ("open", 0)


def test_strangers_verbs_are_refused_and_change_nothing(signed_in, late):
    client = signed_in("huang")
    for verb in ("", "snooze/", "done/", "wake/", "withdraw/"):
        answer = (
            client.post(f"/obligations/{late.pk}/{verb}", {"until": "2026-11-26", "reason": "x"})
            if verb
            else client.get(f"/obligations/{late.pk}/")
        )
        assert answer.status_code in (403, 404)
    late.refresh_from_db()
    assert (late.state, late.snoozes) == ("open", 0)


def test_a_routine_contact_cannot_be_ticked_off(signed_in, late):
    answer = signed_in("chen").post(f"/obligations/{late.pk}/done/")
    late.refresh_from_db()
    assert (answer.status_code, late.state) == (409, "open")


def test_a_manager_withdraws_with_a_reason(signed_in, late):
    client = signed_in("wang")
    assert client.post(f"/obligations/{late.pk}/withdraw/", {"reason": ""}).status_code == 422
    assert client.post(f"/obligations/{late.pk}/withdraw/", {"reason": "客户停业"}).status_code == 302
    late.refresh_from_db()
    assert (late.state, late.closed_reason) == ("withdrawn", "客户停业")


def test_the_list_of_duties_by_view(signed_in, late, customer):
    client = signed_in("chen")
    assert customer.name in text_of(client, "/obligations/?view=late")
    assert customer.name not in text_of(client, "/obligations/?view=snoozed")
    assert customer.name not in text_of(signed_in("huang"), "/obligations/?view=all")


# --- the agenda and its feed -----------------------------------------------------------------------------------------------


def test_week_and_month_show_what_is_due_and_done(signed_in, late, customer):
    client = signed_in("chen")
    for path in ("/calendar/?day=2026-11-20", "/calendar/?scale=month&day=2026-11-05"):
        assert customer.name in text_of(client, path)
    assert customer.name not in text_of(client, "/calendar/?day=2025-01-01")
    assert "2026-11-23" in text_of(client, "/calendar/?day=昨天")


def test_the_feed_opens_with_its_token_only(client, signed_in, company, late, customer):
    token = services.make_feed(actor=company.viewer("chen"))
    Account.objects.get_or_create(login="chen", defaults={"person": company.chen, "must_change_password": False})
    answer = client.get(f"/calendar/feed/{token}.ics")
    assert answer["Content-Type"].startswith("text/calendar")
    from icalendar import Calendar

    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert str(event["summary"]) == f"逾期 4 天 {customer}：例行联系"
    assert event["dtstart"].dt == TODAY
    assert client.get("/calendar/feed/wrong.ics").status_code == 404


def test_a_new_token_ends_the_old_one_and_a_closed_account_its_feed(client, signed_in, company, late):
    me = company.viewer("chen")
    account, _made = Account.objects.get_or_create(login="chen", defaults={"person": company.chen, "must_change_password": False})
    old = services.make_feed(actor=me)
    new = services.make_feed(actor=me)
    assert client.get(f"/calendar/feed/{old}.ics").status_code == 404
    assert client.get(f"/calendar/feed/{new}.ics").status_code == 200
    Account.objects.filter(pk=account.pk).update(is_active=False)
    assert client.get(f"/calendar/feed/{new}.ics").status_code == 404


def test_the_address_is_shown_once(signed_in):
    client = signed_in("chen")
    assert "/calendar/feed/" in client.post("/calendar/subscribe/").content.decode()
    assert "/calendar/feed/" not in client.get("/calendar/subscribe/").content.decode()


@pytest.mark.parametrize(("name", "called"), [("陈思远", "思远"), ("欧阳修远", "修远"), ("黄可", "黄可"), ("Anna Li", "Anna Li"), ("", "")])
def test_what_colleagues_call_one(name, called):
    assert board.given_name(name) == called


@pytest.mark.parametrize("path", ["/today/", "/calendar/", "/obligations/", "/calendar/subscribe/"])
def test_nobody_is_sent_to_the_log_in(client, db, path):
    assert client.get(path).url.startswith("/login/")
