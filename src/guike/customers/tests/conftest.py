"""A named cast: 陈思远 owns customers in 浙南, 吴芳 in 浙北, 王立 leads both; 孙敏 of marketing, 何静 the clerk, 周洁 of service."""

import pytest
from django.test import Client

from guike.customers import services
from guike.organisation.models import Account, Department, Person, Post
from guike.organisation.tests.conftest import company  # noqa: F401 — the small company
from guike.platform.access import Viewer


@pytest.fixture
def sales(db):
    return Department.objects.create(name="销售部", function="sales")


@pytest.fixture
def south(sales):
    return Department.objects.create(name="浙南片区", parent=sales, function="sales")


@pytest.fixture
def north(sales):
    return Department.objects.create(name="浙北片区", parent=sales, function="sales")


class Cast:
    """Makes people with a post, an account and a viewer."""

    def __init__(self):
        self.count = 0

    def __call__(self, name, role, department=None, below=()):
        self.count += 1
        person = Person.objects.create(number=f"P{self.count:03}", name=name)
        if department is not None:
            Post.objects.create(person=person, department=department, role=role, title="")
        account = Account.objects.create(
            login=f"u{self.count}", person=person, roles=[] if department else [role], must_change_password=False
        )
        departments = {department.pk} if department is not None else set()
        return Viewer(
            account_id=account.pk,
            person_id=person.pk,
            name=name,
            login=account.login,
            roles=frozenset({role}),
            department_ids=frozenset(departments),
            department_tree_ids=frozenset({*departments, *(one.pk for one in below)}),
        )


@pytest.fixture
def cast(db):
    return Cast()


@pytest.fixture
def owner(cast, south):
    return cast("陈思远", "salesperson", south)


@pytest.fixture
def teammate(cast, south):
    return cast("黄可", "salesperson", south)


@pytest.fixture
def outsider(cast, north):
    return cast("吴芳", "salesperson", north)


@pytest.fixture
def manager(cast, sales, south, north):
    return cast("王立", "sales_manager", sales, below=(south, north))


@pytest.fixture
def marketing(cast):
    return cast("孙敏", "marketing")


@pytest.fixture
def clerk(cast):
    return cast("何静", "clerk")


@pytest.fixture
def service(cast):
    return cast("周洁", "service")


@pytest.fixture
def warehouse(cast):
    return cast("马强", "warehouse")


@pytest.fixture
def administrator(cast):
    return cast("系统管理员", "administrator")


@pytest.fixture
def customer(owner):
    """A valve dealer in Wenzhou, owned by 陈思远."""
    values = {"name": "温州瓯泰阀门有限公司", "nature": "dealer", "phone": "0577-86001234", "city": "温州市", "district": "龙湾区"}
    return services.add_customer(values, actor=owner)


@pytest.fixture
def chain(customer, owner):
    """林海峰 decides; 周建国, 陈晓敏 and 吴志强 report to him."""
    boss = services.add_contact(
        customer.pk, {"name": "林海峰", "position": "总经理", "role": "decides", "attitude": "support"}, actor=owner
    )
    names = [
        ("周建国", "采购经理", "influences", "support"),
        ("陈晓敏", "财务主管", "pays", "neutral"),
        ("吴志强", "库房主管", "uses", "competitor"),
    ]
    for name, position, role, attitude in names:
        values = {"name": name, "position": position, "role": role, "attitude": attitude, "reports_to": boss, "phone": "13800138000"}
        services.add_contact(customer.pk, values, actor=owner)
    return boss


@pytest.fixture
def as_viewer():
    """`as_viewer(viewer)` → a signed-in browser."""

    def sign_in(viewer):
        client = Client()
        client.force_login(Account.objects.get(pk=viewer.account_id))
        return client

    return sign_in
