"""A person's request through the pages: recorded by who meets the person, answered by who is responsible, refused with a reason."""

from datetime import date, timedelta

import pytest

from guike.customers.models import Contact, Customer
from guike.engine.models import Obligation
from guike.organisation.models import Account
from guike.oversight import services
from guike.oversight.models import PersonalRequest
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM
from guike.platform.errors import Refused
from guike.platform.notifications.models import Notice


@pytest.fixture
def customer(company) -> Customer:
    return Customer.objects.create(
        number=numbering.take("customer"), name="温州瓯泰阀门有限公司", owner=company.seller, department=company.south
    )


@pytest.fixture
def contact(customer) -> Contact:
    return Contact.objects.create(customer=customer, name="欧阳云裳", phone="13966668888")


@pytest.fixture
def as_(client, company):
    def sign(name: str, *roles: str):
        person = getattr(company, name)
        client.force_login(Account.objects.filter(person=person).first() or company.account(person, name, roles))
        return client

    return sign


ASKED = {"wish": "copy", "asker": "欧阳云裳", "way": "phone", "received_on": "2026-11-20", "detail": "要一份全部资料"}


def recorded(company, contact, wish="copy", **values) -> PersonalRequest:
    return services.record_request(
        "contact", contact.pk, **{"wish": wish, "asker": "欧阳云裳", "way": "phone", "received_on": date(2026, 11, 20), "actor": SYSTEM, **values}
    )


def test_the_salesperson_finds_the_way_at_the_contact_and_records_it(as_, company, contact):
    company.account(company.boss, "boss", ("administrator",))
    seller = as_("seller")
    page = seller.get(f"/customers/{contact.customer_id}/?tab=contacts").content.decode()
    assert f"/personal/requests/add/?kind=contact&amp;id={contact.pk}" in page
    answer = seller.post(f"/personal/requests/add/?kind=contact&id={contact.pk}", ASKED)
    made = PersonalRequest.objects.get()
    assert answer.headers["Location"] == made.get_absolute_url()
    assert (made.due_on, made.state, made.received_by, made.department) == (date(2026, 12, 11), "open", company.seller, company.south)
    owed = Obligation.objects.get(kind="personal_request")
    assert (owed.due_on, owed.assignee, owed.state, owed.escalation_days) == (made.due_on, company.seller, "open", [1, 3, 5])
    assert "欧阳" not in owed.title  # nothing to clean up later
    assert Notice.objects.filter(kind="personal.received", account__person=company.boss).count() == 1
    page = seller.get(made.get_absolute_url()).content.decode()
    assert "2026-12-11 前答复本人" in page
    assert "核对身份</a>" not in page  # answering is not the salesperson's


def test_who_is_responsible_owes_the_answer(company, contact, admin):
    services.set_terms(actor=admin, responsible_id=company.boss.pk, two_people=True)
    recorded(company, contact)
    assert Obligation.objects.get(kind="personal_request").assignee == company.boss


def test_a_company_is_no_person_and_a_stranger_sees_nothing(as_, company, customer, contact):
    assert as_("seller").post(f"/personal/requests/add/?kind=customer&id={customer.pk}", ASKED).status_code == 422
    assert as_("colleague").get(f"/personal/requests/add/?kind=contact&id={contact.pk}").status_code == 404
    made = recorded(company, contact)
    assert as_("colleague").get(made.get_absolute_url()).status_code == 404
    assert as_("seller").post(f"{made.get_absolute_url()}check/", {"checked": "call"}).status_code == 403
    assert as_("manager").post(f"{made.get_absolute_url()}refuse/", {"refusal": "identity", "explained": "x"}).status_code == 403
    for nobody in ("", "?kind=order&id=1", "?kind=contact&id=x"):
        assert as_("seller").get(f"/personal/requests/add/{nobody}").headers["Location"] == "/personal/requests/"
    assert PersonalRequest.objects.get().checked == ""


def test_a_private_customer_has_the_way_in_its_menu_and_a_company_has_not(as_, company, customer):
    person = Customer.objects.create(
        number=numbering.take("customer"), kind="person", name="欧阳云裳", owner=company.seller, department=company.south
    )
    seller = as_("seller")
    assert f"kind=customer&amp;id={person.pk}" in seller.get(f"/customers/{person.pk}/").content.decode()
    assert "kind=customer" not in seller.get(f"/customers/{customer.pk}/").content.decode()


def test_a_day_in_the_future_and_the_same_wish_twice_are_refused(as_, company, contact):
    seller = as_("seller")
    address = f"/personal/requests/add/?kind=contact&id={contact.pk}"
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    assert "在今天之后" in seller.post(address, {**ASKED, "received_on": tomorrow}).content.decode()
    seller.post(address, ASKED)
    again = seller.post(address, ASKED)
    assert again.status_code == 422
    assert PersonalRequest.objects.get().number in again.content.decode()
    assert seller.post(address, {**ASKED, "wish": "correct"}).status_code == 302


def test_nothing_is_answered_before_the_identity_is_checked(as_, company, contact):
    made = recorded(company, contact)
    boss = as_("boss", "administrator")
    answer = boss.post(f"{made.get_absolute_url()}close/", {"outcome": "寄出", "version": made.version})
    assert "先核对申请人的身份" in answer.content.decode()
    assert boss.post(f"{made.get_absolute_url()}check/", {"checked": "call", "version": made.version}).status_code == 302
    made.refresh_from_db()
    assert (made.checked, made.checked_by) == ("call", company.boss)
    assert boss.post(f"{made.get_absolute_url()}close/", {"outcome": "寄出", "version": made.version}).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.outcome, made.closed_on) == ("done", "寄出", clock.today())
    assert Obligation.objects.get(kind="personal_request").state == "fulfilled"
    page = boss.get(made.get_absolute_url()).content.decode()
    assert "拨打登记的电话核对" in page
    assert "拒绝</a>" not in page


def test_refusing_takes_a_reason_of_the_law_and_words(as_, company, contact):
    made = recorded(company, contact)
    boss = as_("boss", "administrator")
    address = f"{made.get_absolute_url()}refuse/"
    assert boss.post(address, {"refusal": "identity", "explained": "", "version": 1}).status_code == 422
    assert boss.post(address, {"refusal": "because", "explained": "就是不给", "version": 1}).status_code == 422
    assert boss.post(address, {"refusal": "identity", "explained": "两次回拨都不是本人", "version": 1}).status_code == 302
    page = boss.get(made.get_absolute_url()).content.decode()
    assert "核对不了身份" in page
    assert "两次回拨都不是本人" in page
    assert boss.post(f"{made.get_absolute_url()}check/", {"checked": "call", "version": 2}).status_code == 422  # closed is closed
    assert Obligation.objects.get(kind="personal_request").state == "fulfilled"


def test_two_at_once_the_second_hears_of_the_first(company, contact, admin):
    made = recorded(company, contact)
    services.check_identity(made.pk, "call", actor=admin, version=1)
    with pytest.raises(Refused, match="刚被别人办过"):
        services.refuse_request(made.pk, "identity", explained="x", actor=admin, version=1)


def test_a_correction_closes_with_what_was_changed(as_, company, contact, admin):
    from guike.customers import services as customers

    made = recorded(company, contact, "correct")
    services.check_identity(made.pk, "mail", actor=admin)
    boss = as_("boss", "administrator")
    assert f"/customers/contacts/{contact.pk}/edit/" in boss.get(made.get_absolute_url()).content.decode()
    made.refresh_from_db()
    assert "资料没有改过" in boss.post(f"{made.get_absolute_url()}close/", {"version": made.version}).content.decode()
    customers.change_contact(contact.pk, {"position": "副总经理"}, version=contact.version, actor=SYSTEM)
    assert "收到请求以后改过：职务" in boss.get(made.get_absolute_url()).content.decode()
    assert boss.post(f"{made.get_absolute_url()}close/", {"version": made.version}).status_code == 302
    made.refresh_from_db()
    assert made.outcome == "更正了职务"


def test_reminded_once_before_the_day_and_once_after(company, contact, monkeypatch):
    company.account(company.boss, "boss", ("administrator",))
    made = recorded(company, contact)

    def on(day: date) -> int:
        monkeypatch.setattr(clock, "today", lambda: day)
        return services.remind()

    assert on(date(2026, 12, 3)) == 0  # six working days left
    assert on(date(2026, 12, 4)) == 1
    assert on(date(2026, 12, 7)) == 0  # told already
    assert on(date(2026, 12, 11)) == 0
    assert on(date(2026, 12, 12)) == 1
    assert set(Notice.objects.filter(subject_id=made.pk).values_list("kind", flat=True)) >= {"personal.due"}


def test_the_list_shows_what_has_to_be_answered_and_what_is_late(as_, company, contact):
    made = recorded(company, contact)
    late = recorded(company, contact, "correct", received_on=date(2026, 10, 1))
    boss = as_("boss", "administrator")
    assert made.number in (page := boss.get("/personal/requests/").content.decode())
    assert late.number in page
    page = boss.get("/personal/requests/?view=late").content.decode()
    assert late.number in page
    assert made.number not in page.partition("<tbody")[2]
    assert as_("seller").get("/personal/requests/").status_code == 200
    assert late.number not in as_("colleague").get("/personal/requests/?view=all").content.decode()


def test_a_closed_request_cannot_be_opened_by_sql_and_is_never_deleted(company, contact, admin):
    from django.db import DatabaseError, transaction

    made = recorded(company, contact)
    services.refuse_request(made.pk, "identity", explained="x", actor=admin)
    with pytest.raises(DatabaseError), transaction.atomic():
        PersonalRequest.objects.filter(pk=made.pk).update(state="open")
    with pytest.raises(DatabaseError), transaction.atomic():
        PersonalRequest.objects.filter(pk=made.pk).delete()
