"""A named cast: 陈思远 owns customers in the south, 吴芳 in the north, 王立 is over both; 孙敏 of marketing, 何静 the clerk."""

from datetime import date
from decimal import Decimal

import pytest

from guike.customers import rules as customer_rules
from guike.customers.models import Customer
from guike.organisation.models import Department, Person
from guike.platform.access import Viewer
from guike.products.models import Product
from guike.products.rules import search_text


@pytest.fixture
def south(db):
    sales = Department.objects.create(name="销售部", function="sales")
    return Department.objects.create(name="浙南片区", parent=sales, function="sales")


@pytest.fixture
def north(south):
    return Department.objects.create(name="浙北片区", parent=south.parent, function="sales")


def _viewer(account_id, person, role, departments, below=()):
    return Viewer(
        account_id=None,
        person_id=person.pk,
        name=person.name,
        roles=frozenset({role}),
        department_ids=frozenset(departments),
        department_tree_ids=frozenset({*departments, *below}),
    )


@pytest.fixture
def seller(south):
    return _viewer(1, Person.objects.create(number="P01", name="陈思远"), "salesperson", {south.pk})


@pytest.fixture
def other_seller(north):
    return _viewer(2, Person.objects.create(number="P02", name="吴芳"), "salesperson", {north.pk})


@pytest.fixture
def manager(south, north):
    return _viewer(3, Person.objects.create(number="P03", name="王立"), "sales_manager", {south.parent_id}, {south.pk, north.pk})


@pytest.fixture
def marketing(db):
    return _viewer(4, Person.objects.create(number="P04", name="孙敏"), "marketing", set())


@pytest.fixture
def clerk(db):
    return _viewer(5, Person.objects.create(number="P05", name="何静"), "clerk", set())


@pytest.fixture
def customer(seller, south):
    name = "温州恒达阀门有限公司"
    found = customer_rules.of_customer(number="KH-000001", name=name, kind="company")
    place = {"province": "浙江", "city": "温州", "region": "华东"}
    return Customer.objects.create(number="KH-000001", name=name, owner_id=seller.person_id, department=south, **place, **found)


@pytest.fixture
def stranger(other_seller, north):
    """A customer of the other salesperson."""
    return Customer.objects.create(number="KH-000002", name="杭州金桥流体设备有限公司", owner_id=other_seller.person_id, department=north)


@pytest.fixture
def valve(db):
    return Product.objects.create(
        number="ZF-50",
        name="铸钢闸阀",
        spec="DN50 PN16",
        unit="台",
        list_price=Decimal(860),
        search=search_text("ZF-50", "铸钢闸阀", "DN50 PN16"),
    )


@pytest.fixture
def seal(db):
    return Product.objects.create(
        number="DP-01", name="四氟垫片", unit="片", list_price=Decimal("3.5"), search=search_text("DP-01", "四氟垫片")
    )


@pytest.fixture
def day(time_machine_day):
    return time_machine_day


@pytest.fixture
def time_machine_day():
    """The tests' present: Tuesday 2026-11-24, nine in the morning in Shanghai."""
    import time_machine

    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        yield date(2026, 11, 24)


@pytest.fixture
def enter(client):
    """Sign somebody of the cast in: `enter(viewer, "salesperson", department)` gives a client."""
    from guike.organisation.models import Account, Post

    def sign_in(viewer, role, department):
        Post.objects.create(person_id=viewer.person_id, department=department, role=role)
        account = Account.objects.create(login=f"user{viewer.person_id}", person_id=viewer.person_id, must_change_password=False)
        client.force_login(account)
        return client

    return sign_in
