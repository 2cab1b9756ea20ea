"""The other resources of the API end to end: orders, returns, products, follow-ups, duties, policies, people, imports (PLT-07)."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from guike.customers import services as customers
from guike.engine.services import install_pack
from guike.organisation.models import Account, Department, Person, Post
from guike.organisation.selectors import viewer_for
from guike.platform import clock
from guike.platform.access import SYSTEM
from guike.platform.api.tests.calling import Caller
from guike.platform.imports.models import ImportRun
from guike.products.models import Product
from guike.sales.models import ReturnOrder, SalesOrder

pytestmark = pytest.mark.django_db


def account(number, role, place=None):
    person = Person.objects.create(number=number, name=f"同事 {number}")
    if place:
        Post.objects.create(person=person, department=place, role=role)
    return Account.objects.create(login=number.lower(), person=person, roles=[] if place else [role], must_change_password=False)


@pytest.fixture
def south(db):
    return Department.objects.create(name="浙南片区", function="sales")


@pytest.fixture
def seller(south):
    return viewer_for(account("P1", "salesperson", south))


@pytest.fixture
def erp(seller):
    return Caller(seller)


@pytest.fixture
def clerk():
    return Caller(viewer_for(account("P2", "clerk")))


@pytest.fixture
def valve():
    return Product.objects.create(number="ZF-50", name="闸阀", floor_price=100)


@pytest.fixture
def own(seller):
    return customers.add_customer({"name": "温州瓯泰阀门有限公司"}, actor=SYSTEM, owner_id=seller.person_id, number="KH-1")


def line(**more):
    return {"product_number": "ZF-50", "quantity": "10", "unit_price": "860.50", **more}


def order_of(erp, **more):
    return erp.post("/sales-orders", {"customer_number": "KH-1", "ordered_on": clock.today().isoformat(), "lines": [line()], **more})


def test_an_order_with_lines_by_numbers_of_the_company(erp, own, valve):
    made = order_of(erp, number="ERP-9", external_number="SO-9")
    assert made.status_code == 201
    body = made.json()
    assert (body["number"], body["amount"], body["status"], body["customer"]) == ("ERP-9", "8605.00", "confirmed", own.pk)
    assert body["lines"][0]["quantity"] == "10.0000" and "cost" not in body["lines"][0]
    changed = erp.patch(f"/sales-orders/{body['id']}", {"lines": [line(quantity="2")]}, If_Match=made.headers["ETag"])
    assert changed.json()["amount"] == "1721.00"
    twice = order_of(erp, number="ERP-9")
    assert (twice.status_code, twice.json()["code"]) == (422, "duplicate")
    unknown = order_of(erp, lines=[line(product_number="?")])
    assert (unknown.status_code, unknown.json()["field"]) == (422, "lines.0.product_number")
    assert SalesOrder.objects.count() == 1


def test_orders_in_bulk_are_new_or_changed(clerk, own, valve):
    today = clock.today().isoformat()
    rows = [{"customer_number": "KH-1", "number": f"E-{n}", "ordered_on": today, "lines": [line()]} for n in range(3)]
    assert [row["status"] for row in clerk.post("/sales-orders/bulk", {"rows": rows}).json()["rows"]] == ["created"] * 3
    rows[0]["lines"] = [line(quantity="1")]
    rows[1]["customer_number"] = "nobody"
    again = clerk.post("/sales-orders/bulk", {"rows": rows}).json()
    assert [row["status"] for row in again["rows"]] == ["updated", "failed", "updated"]
    assert str(SalesOrder.objects.get(number="E-0").amount) == "860.50"


def test_an_order_travels_and_comes_back(clerk, own, valve):
    body = order_of(clerk, draft=True).json()
    at = f"/sales-orders/{body['id']}"
    assert clerk.post(f"{at}/confirm", {}).json()["status"] == "confirmed"
    assert clerk.post(f"{at}/deliver", {}).json()["status"] == "delivered"
    back = clerk.post("/returns", {"order": body["id"], "reason": "unknown"}).json()
    done = clerk.post(
        f"/returns/{back['id']}/confirm", {"version": 1, "order": body["id"], "returned_on": clock.today().isoformat(), "amount": "5"}
    )
    assert (done.status_code, done.json()["status"], done.json()["amount"]) == (200, "confirmed", "5.00")
    assert ReturnOrder.objects.get().customer_id == own.pk


@pytest.mark.parametrize(("freed", "most"), [(True, 11), (False, 17)])
def test_an_order_list_asks_as_often_for_one_as_for_thirty(erp, seller, own, valve, freed, most):
    """Where the rows count against the owner's exports, the policy about exports is asked."""
    reader = Caller(seller, unmetered=freed)

    def queries():
        with CaptureQueriesContext(connection) as captured:
            assert reader.get("/sales-orders?limit=100").status_code == 200
        return len(captured)

    order_of(erp)
    queries()
    few = queries()
    for _n in range(30):
        order_of(erp)
    assert few == queries() <= most


def test_the_floor_price_is_absent_where_it_is_hidden(erp, clerk, valve):
    assert "floor_price" not in erp.get("/products").json()["data"][0]
    manager = Caller(viewer_for(account("P3", "marketing")))
    assert manager.get(f"/products/{valve.pk}").json()["floor_price"] == "100.00"
    where = json.dumps({"field": "floor_price", "op": "gt", "value": 1})
    assert erp.get(f"/products?where={where}").status_code == 422
    refused = clerk.patch(f"/products/{valve.pk}", {"version": 1, "floor_price": "1"})
    assert refused.status_code == 403 and str(Product.objects.get().floor_price) == "100.00"


def test_products_by_number_and_in_bulk(clerk):
    rows = [{"number": "A", "name": "阀 A", "list_price": "10"}, {"number": "B", "name": ""}]
    assert [row["status"] for row in clerk.post("/products/bulk", {"rows": rows}).json()["rows"]] == ["created", "failed"]
    assert clerk.put("/products/by-number/A", {"list_price": "12.5"}).json()["list_price"] == "12.50"


def test_a_follow_up_is_logged_and_voided(erp, own):
    today = clock.today().isoformat()
    made = erp.post("/follow-ups", {"customer": own.pk, "method": "phone", "said": "谈账期", "happened_on": today})
    assert made.status_code == 201 and made.json()["method"] == "phone"
    assert erp.get(f"/customers/{own.pk}").json()["last_contact_on"] == today
    future = erp.post("/follow-ups", {"customer": own.pk, "method": "phone", "said": "谈账期", "happened_on": "2999-01-01"})
    assert future.status_code == 422 and future.json()["field"] == "happened_on"
    assert erp.post(f"/follow-ups/{made.json()['id']}/void", {"reason": "记错客户"}).json()["voided_reason"] == "记错客户"
    assert erp.get("/follow-ups").json()["data"] == []


def test_grades_policies_metrics_and_duties(erp, own):
    install_pack("channel", actor=SYSTEM)
    why = erp.get(f"/customers/{own.pk}/grade").json()
    assert why["policy"] == "customer-grade" and why["reasons"] and why["characteristics"]
    listed = erp.get("/policies").json()["data"]
    assert "customer-grade" in {one["code"] for one in listed}
    text = erp.get("/policies/customer-grade").json()["text"]
    assert erp.post("/policies/check", {"text": text}).json()["ok"] is True
    assert erp.post("/policies/check", {"text": "title: ["}).json()["ok"] is False
    assert erp.post("/policies/simulate", {"text": text}).status_code == 403  # a salesperson may not
    manager = Caller(viewer_for(account("P4", "marketing")))
    assert manager.post("/policies/simulate", {"text": text}).json()["subjects"] == 1
    assert manager.post("/policies/simulate", {"text": "x"}).status_code in (409, 422)
    values = erp.get(f"/metrics/values?codes=contacts.count_90d&ids={own.pk},999").json()["data"]
    assert values == [{"id": own.pk, "contacts.count_90d": 0}] or values == [{"id": own.pk, "contacts.count_90d": "0"}]
    assert erp.get("/metrics/values?codes=nothing&ids=1").json()["code"] == "unknown_metric"
    assert erp.get("/decisions").status_code == erp.get("/obligations").status_code == erp.get("/metrics").status_code == 200


def test_who_am_i_people_departments_dictionaries(erp, seller, south):
    me = erp.get("/me").json()
    assert (me["name"], me["roles"], me["departments"]) == (seller.name, ["salesperson"], [south.pk])
    assert [row["department"] for row in erp.get("/people?number=P1").json()["data"]] == [south.pk]
    assert erp.get("/departments").json()["data"][0]["name"] == "浙南片区"
    codes = {one["code"] for one in erp.get("/dictionaries").json()["data"]}
    assert "industry" in codes and erp.get("/dictionaries/industry").json()["data"]
    assert erp.get("/dictionaries/nothing").status_code == 404


def test_an_import_by_file(clerk):
    file = SimpleUploadedFile("客户.csv", "客户名称,城市\n温州瓯泰阀门有限公司,温州市\n".encode(), content_type="text/csv")
    headers = {"Authorization": f"Bearer {clerk.text}", "Idempotency-Key": "file-1"}
    started = clerk.client.post("/api/v1/imports", {"kind": "customers", "file": file}, headers=headers)
    assert started.status_code == 202 and started.json()["state"] == "waiting"
    file.seek(0)
    again = clerk.client.post("/api/v1/imports", {"kind": "customers", "file": file}, headers=headers)
    assert again.json()["id"] == started.json()["id"] and ImportRun.objects.count() == 1
    assert clerk.get(f"/imports/{started.json()['id']}").json()["rows"] == started.json()["rows"]


def test_the_description_is_open_and_whole(client):
    found = client.get("/api/v1/openapi.json").json()
    assert found["openapi"].startswith("3.1") and len(found["paths"]) > 35
    assert all(operation["responses"]["401"] for operations in found["paths"].values() for operation in operations.values())
