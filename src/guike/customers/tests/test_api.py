"""Customers for other programs: the rights of the key's owner, idempotent writes, pages by cursor, stale edits told (PLT-07)."""

import json

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guike.customers import services
from guike.customers.models import Contact, Customer
from guike.organisation.models import Account, Department, Person, Post
from guike.platform.access import SYSTEM
from guike.platform.api.models import IdempotentAnswer
from guike.platform.api.tests.calling import Caller
from guike.platform.models import AccessLog

pytestmark = pytest.mark.django_db


def somebody(role="salesperson", place=None, name="陈思远", number="P1"):
    from guike.organisation.selectors import viewer_for

    person = Person.objects.create(number=number, name=name)
    if place:
        Post.objects.create(person=person, department=place, role=role)
    account = Account.objects.create(login=number.lower(), person=person, roles=[] if place else [role], must_change_password=False)
    return viewer_for(account)


@pytest.fixture
def south(db):
    return Department.objects.create(name="浙南片区", function="sales")


@pytest.fixture
def seller(south):
    return somebody(place=south)


@pytest.fixture
def erp(seller):
    return Caller(seller)


@pytest.fixture
def clerk():
    return Caller(somebody("clerk", name="何静", number="P2"))


def customer(owner, name="温州瓯泰阀门有限公司", **values):
    return services.add_customer({"name": name, **values}, actor=SYSTEM, owner_id=owner.person_id)


# --- reading -----------------------------------------------------------------------------------------------------------


def test_the_list_shows_what_the_owner_of_the_key_sees(erp, seller):
    mine = customer(seller, phone="13800138000", bank_account="6222020200112233")
    services.add_customer({"name": "别人的客户"}, actor=SYSTEM)
    body = erp.get("/customers").json()
    assert [row["name"] for row in body["data"]] == [mine.name]
    assert body["data"][0]["phone"] == "13800138000"  # the owner's own customer, in clear as on the page
    assert body["next"] is None


def test_veiled_for_who_does_not_own_it_and_hidden_is_absent(seller):
    customer(seller, phone="13800138000", bank_account="6222020200112233")
    service = Caller(somebody("service", name="周洁", number="P3"))
    row = service.get("/customers").json()["data"][0]
    assert row["phone"] == "138****8000"
    assert "bank_account" not in row and "bank_name" not in row
    refused = service.get("/customers?fields=name,bank_account")
    assert refused.status_code == 422 and refused.json()["code"] == "unknown_field"


def test_only_the_fields_asked_for(erp, seller):
    customer(seller)
    assert set(erp.get("/customers?fields=name,grade").json()["data"][0]) == {"id", "name", "grade"}


def test_conditions_are_those_of_the_list(erp, seller):
    customer(seller, city="温州市")
    customer(seller, "台州恒捷泵业有限公司", city="台州市")
    where = json.dumps({"field": "city", "op": "eq", "value": "台州市"})
    assert [row["name"] for row in erp.get(f"/customers?where={where}").json()["data"]] == ["台州恒捷泵业有限公司"]
    for bad in ({"field": "phone", "op": "eq", "value": "1"}, {"field": "password", "op": "eq", "value": "1"}, {"any": 3}):
        answer = erp.get(f"/customers?where={json.dumps(bad)}")
        assert answer.status_code == 422 and answer.json()["field"] == "where"


def test_pages_by_cursor_hold_every_row_once(erp, seller):
    made = {customer(seller, f"客户 {n}").pk for n in range(7)}
    for sort in ("", "&sort=-id", "&sort=name", "&sort=-last_contact"):
        seen, cursor = [], ""
        while cursor is not None:
            body = erp.get(f"/customers?limit=3{sort}" + (f"&cursor={cursor}" if cursor else "")).json()
            seen += [row["id"] for row in body["data"]]
            cursor = body["next"]
        assert len(seen) == 7 and set(seen) == made, sort


def test_a_cursor_belongs_to_its_question_and_its_owner(erp, clerk, seller):
    for n in range(3):
        customer(seller, f"客户 {n}")
    cursor = erp.get("/customers?limit=1").json()["next"]
    assert erp.get(f"/customers?limit=1&cursor={cursor}").status_code == 200
    assert erp.get(f"/customers?limit=1&sort=-id&cursor={cursor}").json()["code"] == "cursor"
    assert clerk.get(f"/customers?limit=1&cursor={cursor}").json()["code"] == "cursor"
    assert erp.get(f"/customers?limit=1&cursor={cursor[:-2]}xx").json()["code"] == "cursor"


def test_the_list_asks_as_often_for_one_row_as_for_fifty(seller):
    reader = Caller(seller, unmetered=True)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert reader.get("/customers?limit=200").status_code == 200
        return len(captured)

    customer(seller, "第一家")
    reader.get("/customers")
    few = queries()
    for n in range(50):
        customer(seller, f"客户 {n}")
    assert few == queries() <= 10


def test_out_of_sight_is_404_and_a_missing_right_403(erp, seller):
    foreign = services.add_customer({"name": "别人的客户"}, actor=SYSTEM)
    assert erp.get(f"/customers/{foreign.pk}").status_code == 404
    assert erp.patch(f"/customers/{foreign.pk}", {"version": 1, "city": "温州市"}).status_code == 404
    own = customer(seller)
    refused = erp.delete(f"/customers/{own.pk}?reason=停业")
    assert refused.status_code == 403 and refused.headers["Content-Type"] == "application/problem+json"
    assert refused.json()["code"] == "forbidden" and "没有删除客户的权限" in refused.json()["detail"]


def test_reveal_is_logged(erp, seller):
    own = customer(seller, phone="13800138000")
    assert erp.post(f"/customers/{own.pk}/reveal", {"field": "phone"}).json() == {"field": "phone", "value": "13800138000"}
    assert AccessLog.objects.filter(action="reveal", subject_id=own.pk, field="phone").count() == 1


# --- writing -----------------------------------------------------------------------------------------------------------


def test_create_read_change(erp, seller):
    made = erp.post("/customers", {"name": "温州瓯泰阀门有限公司", "number": "ERP-7", "city": "温州市"})
    assert made.status_code == 201 and made.headers["Location"] == f"/api/v1/customers/{made.json()['id']}"
    assert (made.json()["number"], made.json()["owner"]) == ("ERP-7", seller.person_id)
    changed = erp.patch(f"/customers/{made.json()['id']}", {"city": "台州市"}, If_Match=made.headers["ETag"])
    assert changed.json()["city"] == "台州市" and changed.headers["ETag"] == '"2"'


def test_a_stale_change_is_refused_with_the_difference(erp, seller):
    own = customer(seller, city="温州市")
    services.change_customer(own.pk, {"city": "台州市"}, version=1, actor=SYSTEM)
    for headers, body, status in (({"If_Match": '"1"'}, {"city": "宁波市"}, 412), ({}, {"city": "宁波市", "version": 1}, 409)):
        refused = erp.patch(f"/customers/{own.pk}", body, **headers)
        assert refused.status_code == status
        assert refused.json()["differences"] == [{"field": "city", "sent": "宁波市", "now": "台州市"}]
        assert refused.json()["version"] == 2
    assert erp.patch(f"/customers/{own.pk}", {"city": "宁波市"}).status_code == 428
    assert Customer.objects.get(pk=own.pk).city == "台州市"


def test_unknown_fields_are_refused_not_ignored(erp, seller):
    own = customer(seller)
    for body in ({"version": 1, "owner": 5}, {"version": 1, "removed_at": "2026-01-01"}, {"version": 1, "search": "x"}):
        refused = erp.patch(f"/customers/{own.pk}", body)
        assert refused.status_code == 422 and refused.json()["errors"][0]["code"] == "extra_forbidden"
    assert erp.patch(f"/customers/{own.pk}", {"version": 1, "custom": {"nowhere": 1}}).json()["code"] == "custom"


def test_what_was_shown_veiled_cannot_be_written_back(clerk, seller):
    own = customer(seller, phone="13800138000")
    manager = Caller(somebody("marketing", name="孙敏", number="P4"))
    shown = manager.get(f"/customers/{own.pk}").json()["phone"]
    assert shown == "138****8000"
    assert manager.patch(f"/customers/{own.pk}", {"version": 1, "phone": shown}).json()["code"] == "veiled"
    assert Customer.objects.get(pk=own.pk).phone == "13800138000"


def test_upsert_by_number(erp, clerk):
    first = clerk.put("/customers/by-number/ERP-1", {"name": "温州瓯泰阀门有限公司"})
    again = clerk.put("/customers/by-number/ERP-1", {"city": "温州市"})
    assert (first.status_code, again.status_code, again.json()["city"]) == (201, 200, "温州市")
    assert Customer.objects.filter(number="ERP-1").count() == 1
    taken = erp.put("/customers/by-number/ERP-1", {"name": "抢编号的"})  # not in sight of the salesperson's key
    assert taken.status_code == 409 and taken.json()["code"] == "number_taken" and "瓯泰" not in taken.content.decode()


def test_bulk_each_for_itself_or_all_or_none(clerk):
    rows = [{"number": "A-1", "name": "甲"}, {"number": "A-2", "name": ""}, {"number": "A-3", "name": "丙", "uscc": "9133"}]
    answer = clerk.post("/customers/bulk", {"rows": rows}).json()
    assert [row["status"] for row in answer["rows"]] == ["created", "failed", "failed"]
    assert answer["rows"][2]["problem"]["field"] == "uscc"
    refused = clerk.post("/customers/bulk", {"rows": [{"number": "B-1", "name": "乙"}, {"number": "B-2", "name": ""}], "mode": "all"})
    assert refused.status_code == 409 and not Customer.objects.filter(number="B-1").exists()


def test_contacts(erp, seller):
    own = customer(seller)
    made = erp.post("/contacts", {"customer": own.pk, "name": "林海峰", "phone": "13900139000"})
    assert made.status_code == 201 and made.json()["is_primary"] is True
    boss = erp.post("/contacts", {"customer": own.pk, "name": "总经理"}).json()["id"]
    changed = erp.patch(f"/contacts/{made.json()['id']}", {"version": 1, "reports_to": boss})
    assert changed.json()["reports_to"] == boss
    assert len(erp.get(f"/contacts?customer={own.pk}").json()["data"]) == 2
    assert erp.delete(f"/contacts/{boss}").status_code == 204
    assert Contact.objects.count() == 1


# --- idempotency -------------------------------------------------------------------------------------------------------


def test_the_same_call_twice_has_one_effect_and_one_answer(erp):
    first = erp.post("/customers", {"name": "甲"}, Idempotency_Key="k-1")
    again = erp.post("/customers", {"name": "甲"}, Idempotency_Key="k-1")
    assert (again.status_code, again.content) == (201, first.content)
    assert again.headers["Idempotency-Replayed"] == "true" and again.headers["Location"] == first.headers["Location"]
    assert Customer.objects.filter(name="甲").count() == 1


def test_the_same_key_for_another_call_is_refused(erp):
    erp.post("/customers", {"name": "甲"}, Idempotency_Key="k-1")
    refused = erp.post("/customers", {"name": "乙"}, Idempotency_Key="k-1")
    assert refused.status_code == 422 and refused.json()["code"] == "idempotency_reused"
    assert not Customer.objects.filter(name="乙").exists()


def test_a_refusal_is_not_kept_and_may_be_put_right(erp):
    assert erp.post("/customers", {"name": "甲", "uscc": "1"}, Idempotency_Key="k-1").status_code == 422
    assert not IdempotentAnswer.objects.exists()
    assert erp.post("/customers", {"name": "甲"}, Idempotency_Key="k-1").status_code == 201


# --- synchronising -----------------------------------------------------------------------------------------------------


def test_what_changed_since_with_removed_and_merged(clerk, seller):
    kept, gone, merged = customer(seller, "甲"), customer(seller, "乙"), customer(seller, "丙")
    long_ago = "2020-01-01T00:00:00Z"
    first = clerk.get(f"/customers?updated_since={long_ago}").json()
    assert {row["id"] for row in first["data"]} == {kept.pk, gone.pk, merged.pk} and first["removed"] == []
    services.remove_customer(gone.pk, actor=SYSTEM, reason="停业")
    services.merge(kept.pk, [merged.pk], versions={kept.pk: 1, merged.pk: 1}, actor=SYSTEM)
    body = clerk.get(f"/customers?updated_since={long_ago}").json()
    assert [row["id"] for row in body["data"]] == [kept.pk]
    removed = {row["id"]: row for row in body["removed"]}
    assert removed[gone.pk]["merged_into"] is None and removed[merged.pk]["merged_into"] == kept.pk
    assert removed[merged.pk]["number"] == merged.number
    assert clerk.get(f"/customers?updated_since={body['until'].replace('+', '%2B')}").status_code == 200
    assert clerk.get("/customers?updated_since=2999-01-01T00:00:00Z").json()["data"] == []
    assert clerk.get(f"/customers?updated_since={long_ago}&sort=name").json()["field"] == "sort"


def test_removed_customers_of_others_are_not_told(erp, seller):
    foreign = services.add_customer({"name": "别人的客户"}, actor=SYSTEM)
    services.remove_customer(foreign.pk, actor=SYSTEM, reason="停业")
    body = erp.get("/customers?updated_since=2020-01-01T00:00:00Z").json()
    assert body["data"] == [] and body["removed"] == []


def test_changes_page_by_cursor(clerk, seller):
    made = {customer(seller, f"客户 {n}").pk for n in range(5)}
    seen, cursor = [], ""
    while cursor is not None:
        body = clerk.get("/customers?limit=2&updated_since=2020-01-01T00:00:00Z" + (f"&cursor={cursor}" if cursor else "")).json()
        seen += [row["id"] for row in body["data"]]
        cursor = body["next"]
    assert len(seen) == 5 and set(seen) == made


@pytest.mark.django_db(transaction=True)
def test_the_moment_is_noted_whoever_writes():
    made = Customer.objects.create(number="K", name="甲")
    before = Customer.objects.get(pk=made.pk).changed_at
    Customer.objects.filter(pk=made.pk).update(city="温州市")
    assert Customer.objects.get(pk=made.pk).changed_at > before
