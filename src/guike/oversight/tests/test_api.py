"""Requests, holds, consents and whose term is over, for programs: the same rights and words as the pages (PLT-07, CUS-12)."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guike.customers.models import Consent, Contact, Customer
from guike.engine.models import Obligation
from guike.organisation.models import Account
from guike.organisation.selectors import viewer_for
from guike.oversight import services
from guike.oversight.models import DuePerson, Hold, PersonalRequest
from guike.oversight.rules import later
from guike.platform import clock, numbering
from guike.platform.api import keys


@pytest.fixture
def contact(company) -> Contact:
    firm = Customer.objects.create(
        number=numbering.take("customer"), name="温州瓯泰阀门有限公司", owner=company.seller, department=company.south, created_at="2015-01-01T09:00+08:00"
    )
    return Contact.objects.create(customer=firm, name="林海峰", phone="13800138000", created_at="2015-01-01T09:00+08:00")


class Program:
    def __init__(self, account: Account, *scopes: str):
        _key, self.text = keys.make_key("ERP", list(scopes), actor=replace(viewer_for(account), is_system=True))

    def __call__(self, method: str, path: str, body: dict | None = None, **headers):
        sent = {} if body is None else {"data": body, "content_type": "application/json"}
        return getattr(Client(), method.lower())(f"/api/v1{path}", headers={"Authorization": f"Bearer {self.text}", **headers}, **sent)


EVERYTHING = ("personal-requests:write", "personal-holds:write", "personal-due:write", "consents:write", "contacts:read")


@pytest.fixture
def office(company) -> Program:
    return Program(company.account(company.boss, "boss", ("administrator",)), *EVERYTHING)


@pytest.fixture
def seller(company) -> Program:
    return Program(company.account(company.seller, "seller"), "personal-requests:write", "personal-holds:write", "personal-due:write", "consents:write")


def asked(one: Contact, **values) -> dict:
    return {"subject_kind": "contact", "subject_id": one.pk, "wish": "copy", "asker": "林海峰", "received_on": clock.today().isoformat(), **values}


def test_a_request_comes_in_once_however_often_it_is_sent(seller, contact):
    answers = [seller("POST", "/personal-requests", asked(contact), **{"Idempotency-Key": "mail-1"}) for _n in range(2)]
    assert [one.status_code for one in answers] == [201, 201]
    assert answers[0].json() == answers[1].json()
    made = PersonalRequest.objects.get()
    told = answers[0].json()
    assert (told["number"], told["state"], told["due_on"]) == (made.number, "open", made.due_on.isoformat())
    assert Obligation.objects.filter(kind="personal_request").count() == 1
    assert seller("GET", f"/personal-requests/{made.pk}").json()["asker"] == "林海峰"
    assert [one["id"] for one in seller("GET", "/personal-requests?subject_kind=contact").json()["data"]] == [made.pk]
    again = seller("POST", "/personal-requests", asked(contact))
    assert (again.status_code, again.json()["field"]) == (422, "wish")
    assert made.number in again.json()["detail"]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"received_on": "2099-01-01"}, "received_on"),
        ({"asker": " "}, "asker"),
        ({"wish": "forget"}, "wish"),
        ({"way": "term"}, "way"),
        ({"checked": "term"}, "checked"),
        ({"subject_kind": "find"}, "subject_kind"),
        ({"subject_id": 987654321}, "subject_id"),
        ({"state": "done"}, "state"),
    ],
)
def test_what_is_wrong_is_said_in_words_and_writes_nothing(office, contact, values, field):
    answer = office("POST", "/personal-requests", asked(contact, **values))
    assert (answer.status_code, answer.json()["field"]) == (422, field)
    assert any("一" <= sign <= "鿿" for sign in answer.json()["detail"])
    assert not PersonalRequest.objects.exists()


def test_a_firm_is_no_person(office, contact):
    answer = office("POST", "/personal-requests", asked(contact, subject_kind="customer", subject_id=contact.customer_id))
    assert (answer.status_code, answer.json()["code"]) == (422, "company")
    hold = {"subject_kind": "customer", "subject_id": contact.customer_id, "ground": "dispute", "reason": "x", "until": "2099-01-01"}
    assert office("POST", "/personal-holds", hold).json()["code"] == "company"


def test_a_hold_is_placed_found_and_released_and_stays_written_down(office, contact):
    body = {"subject_kind": "contact", "subject_id": contact.pk, "ground": "dispute", "reason": "案号 7", "until": "2099-06-30"}
    made = office("POST", "/personal-holds", body)
    assert (made.status_code, made.json()["reason"]) == (201, "案号 7")
    pk = made.json()["id"]
    assert [one["id"] for one in office("GET", f"/personal-holds?subject_id={contact.pk}").json()["data"]] == [pk]
    assert office("GET", "/personal-holds?subject_kind=customer").json() == {"data": [], "next": None}
    assert office("DELETE", f"/personal-holds/{pk}").status_code == 422  # why?
    assert office("DELETE", f"/personal-holds/{pk}?reason=和解").json()["released_why"] == "和解"
    again = office("DELETE", f"/personal-holds/{pk}?reason=和解")
    assert (again.status_code, "已解除" in again.json()["detail"]) == (409, True)
    assert Hold.objects.get().released_on == clock.today()
    assert office("DELETE", "/personal-holds/987654321?reason=x").status_code == 404
    past = office("POST", "/personal-holds", {**body, "until": "2020-01-01"})
    assert (past.status_code, past.json()["field"]) == (422, "until")


def test_consent_is_noted_and_an_opt_out_counts_at_once(seller, office, contact):
    opted_out = {"purpose": "marketing", "given": False, "on": clock.today().isoformat(), "source": "message", "note": "回复 T"}
    made = seller("POST", f"/contacts/{contact.pk}/consents", opted_out)
    assert (made.status_code, made.json()["given"]) == (201, False)
    assert Contact.objects.get().marketing == "withdrawn"
    told = seller("GET", f"/contacts/{contact.pk}/consents").json()["data"]
    assert [(one["purpose"], one["given"], one["note"]) for one in told] == [("marketing", False, "回复 T")]
    late = seller("POST", f"/contacts/{contact.pk}/consents", {**opted_out, "on": "2099-01-01"})
    assert (late.status_code, late.json()["field"]) == (422, "on")
    assert Consent.objects.count() == 1


def test_whose_term_is_over_is_told_with_its_reason_to_who_decides(office, seller, contact):
    services.look()
    told = office("GET", "/personal-due?sort=ended_on").json()["data"]
    assert [(one["name"], one["place"], one["state"], one["ended_on"]) for one in told] == [("林海峰", "温州瓯泰阀门有限公司", "due", "2018-01-01")]
    assert told[0]["why"] == "2015-01-01 以来没有往来，保存 36 个月"
    assert office("GET", f"/personal-due/{told[0]['id']}").json() == told[0]
    for path in ("/personal-due", f"/personal-due/{told[0]['id']}"):
        assert seller("GET", path).status_code == 403


def test_whose_term_is_over_is_kept_for_a_reason_or_begun_to_be_erased(office, seller, contact):
    services.look()
    path = f"/personal-due/{DuePerson.objects.get().pk}"
    far = office("POST", f"{path}/keep", {"until": "2099-01-01", "reason": "质保未满"})
    assert (far.status_code, far.json()["field"]) == (422, "until")
    assert office("POST", f"{path}/keep", {"until": later(clock.today(), 6).isoformat(), "reason": ""}).status_code == 422
    for what, body in (("keep", {"until": later(clock.today(), 6).isoformat(), "reason": "质保未满"}), ("erase", {"reason": "不再往来"})):
        assert seller("POST", f"{path}/{what}", body).status_code == 403
    assert (DuePerson.objects.get().state, PersonalRequest.objects.count()) == ("due", 0)

    kept = office("POST", f"{path}/keep", {"until": later(clock.today(), 6).isoformat(), "reason": "质保未满"}).json()
    assert (kept["state"], kept["kept_why"], kept["kept_until"]) == ("kept", "质保未满", later(clock.today(), 6).isoformat())

    refused = office("POST", f"{path}/erase", {"reason": "不再往来"})
    assert (refused.status_code, refused.json()["code"]) == (409, "kept")


def test_an_erasure_that_a_program_begins_waits_for_a_second_person(office, contact):
    services.look()
    path = f"/personal-due/{DuePerson.objects.get().pk}/erase"
    begun = office("POST", path, {"reason": "不再往来"})
    assert (begun.status_code, begun.json()["request"]) == (200, PersonalRequest.objects.get().pk)
    assert Contact.objects.get(pk=contact.pk).name == "林海峰"
    again = office("POST", path, {"reason": "不再往来"})
    assert (again.status_code, again.json()["code"]) == (409, "begun")


def test_the_list_asks_as_often_for_many_as_for_few(office, contact):
    def told() -> tuple[int, int]:
        with CaptureQueriesContext(connection) as queries:
            rows = office("GET", "/personal-due?limit=100").json()["data"]
        return len(rows), len(queries)

    services.look()
    told()  # what a key's first call writes down is not counted
    few = told()
    Contact.objects.bulk_create(Contact(customer=contact.customer, name=f"人{n}", created_at="2015-01-01T09:00+08:00") for n in range(40))
    services.look()
    assert (few[0], told()) == (1, (41, few[1]))


def test_who_may_not_is_refused_by_scope_and_by_right(company, seller, contact):
    services.look()
    assert DuePerson.objects.count() == 1
    stranger = Program(company.account(company.colleague, "colleague"), "personal-requests:write", "consents:write")
    assert stranger("POST", "/personal-requests", asked(contact)).json()["field"] == "subject_id"
    assert stranger("POST", f"/contacts/{contact.pk}/consents", {}).status_code == 404
    assert stranger("GET", f"/contacts/{contact.pk}/consents").status_code == 404
    assert stranger("GET", "/personal-due").json()["code"] == "scope"
    hold = {"subject_kind": "contact", "subject_id": contact.pk, "ground": "dispute", "reason": "x", "until": "2099-01-01"}
    assert seller("POST", "/personal-holds", hold).status_code == 403
    assert seller("GET", "/personal-holds").status_code == 403
    assert not Hold.objects.exists()
    assert not PersonalRequest.objects.exists()
