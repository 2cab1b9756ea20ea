"""A small company: 总公司 over 销售部 (浙南片区, 浙北片区) and 财务部."""

from dataclasses import dataclass

import pytest

from guike.organisation import services
from guike.organisation.models import Account, Department, Person
from guike.platform.access import SYSTEM, Viewer

PASSWORD = "Ding-Bo-2026-Qiao"


@pytest.fixture(autouse=True)
def quick_hashing(settings):
    """Real hashing takes a tenth of a second on purpose; a test does not need it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@dataclass
class Company:
    head_office: Department
    sales: Department
    south: Department
    north: Department
    finance: Department
    boss: Person
    manager: Person
    seller: Person
    colleague: Person
    accountant: Person

    def account(self, person: Person, login: str, roles: tuple[str, ...] = ()) -> Account:
        account, _password = services.add_account(person.pk, login, actor=SYSTEM, password=PASSWORD, roles=roles, must_change=False)
        return account


@pytest.fixture
def company(db) -> Company:
    def department(name: str, parent: Department | None = None, function: str = "") -> Department:
        return services.add_department(name, actor=SYSTEM, parent_id=parent.pk if parent else None, function=function)

    def person(name: str, place: Department, role: str, **post) -> Person:
        made = services.add_person(name, actor=SYSTEM)
        services.give_post(made.pk, place.pk, role, actor=SYSTEM, **post)
        return made

    head_office = department("总公司", function="management")
    sales, finance = department("销售部", head_office), department("财务部", head_office)
    south, north = department("浙南片区", sales), department("浙北片区", sales)
    boss = person("周建国", head_office, "executive", title="总经理")
    manager = person("林海", sales, "sales_manager", title="大区经理")
    seller = person("陈思远", south, "salesperson")
    colleague = person("黄可", north, "salesperson")
    accountant = person("何丽", finance, "finance")
    for place, head in ((head_office, boss), (sales, manager), (finance, accountant)):
        services.change_department(place.pk, actor=SYSTEM, head_id=head.pk)
    return Company(head_office, sales, south, north, finance, boss, manager, seller, colleague, accountant)


@pytest.fixture
def admin(company) -> Viewer:
    """The administrator, a person without a post."""
    from guike.organisation.selectors import viewer_for

    person = services.add_person("赵管理", actor=SYSTEM)
    return viewer_for(company.account(person, "admin", ("administrator",)))
