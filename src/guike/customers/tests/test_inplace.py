"""A field of a customer edited where it stands: the value, the form, the lock, the way back (PLT-10)."""

import json

import pytest

from guike.customers import services
from guike.customers.models import Customer


def address(customer, name="short_name") -> str:
    return f"/customers/{customer.pk}/field/{name}/"


def test_the_form_carries_the_version_and_saving_gives_the_value_and_the_way_back(as_viewer, customer, owner):
    client = as_viewer(owner)
    form = client.get(address(customer, "nature")).content.decode()
    assert 'name="version" value="1"' in form
    answer = client.post(address(customer, "nature"), {"nature": "agent", "version": "1"})
    assert answer.content.decode() == "代理商"
    undo = json.loads(answer["HX-Trigger"])["gk:toast"]["undo"]
    assert undo["values"] == {"nature": customer.nature, "version": 2}
    client.post(undo["url"], undo["values"])
    again = Customer.objects.get(pk=customer.pk)
    assert (again.nature, again.version) == (customer.nature, 3)


def test_somebody_elses_save_in_between_is_not_overwritten(as_viewer, customer, owner, manager):
    services.change_customer(customer.pk, {"short_name": "欧泰"}, version=1, actor=manager)
    answer = as_viewer(owner).post(address(customer), {"short_name": "瓯泰阀门", "version": "1"})
    assert answer.status_code == 422
    assert "刚被别人改过" in answer.content.decode()
    assert Customer.objects.get(pk=customer.pk).short_name == "欧泰"


@pytest.mark.parametrize("name", ["phone", "name", "uscc", "bank_account", "owner", "stage", "version", "search"])
def test_fields_that_need_more_than_a_glance_are_not_edited_so(as_viewer, customer, owner, name):
    assert as_viewer(owner).get(address(customer, name)).status_code == 404


def test_what_does_not_fit_is_said_beside_the_box(as_viewer, customer, owner):
    answer = as_viewer(owner).post(address(customer, "employees"), {"employees": "很多", "version": "1"})
    assert answer.status_code == 422
    assert "gk-error" in answer.content.decode()


def test_a_reader_gets_neither_form_nor_marks(as_viewer, customer, service):
    client = as_viewer(service)
    assert client.post(address(customer), {"short_name": "x", "version": "1"}).status_code == 403
    assert "data-inplace" not in client.get(f"/customers/{customer.pk}/?tab=file").content.decode()
    assert "data-cell-url" not in client.get("/customers/?view=all").content.decode()


def test_the_list_says_where_cells_are_edited_and_the_page_knows_its_place(as_viewer, customer, owner):
    services.add_customer({"name": "乙厂"}, actor=owner)
    client = as_viewer(owner)
    page = client.get("/customers/?view=all&sort=name&col=name&col=nature").content.decode()
    assert 'data-cell-url="/customers/{pk}/field/{name}/"' in page
    assert 'data-edit="nature"' in page
    record = client.get(f"/customers/{customer.pk}/?in=view%3Dall%26sort%3Dname").content.decode()
    assert "第 1 / 2 家" in record
    assert "data-next" in record
    assert "data-previous" not in record
