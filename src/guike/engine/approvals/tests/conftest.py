"""A company in which everybody has a superior, and a policy on who signs exceptions; `asked` sends one on its way."""

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from guike.engine import services as engine
from guike.engine.approvals import registry, services
from guike.engine.approvals.services import Request
from guike.organisation.models import Department, Deputy, Person, Post
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM, Viewer

PEOPLE = (
    ("沈国衡", "总经办", "executive", "总经理", ""),
    ("王立群", "销售部", "sales_manager", "销售部经理", "沈国衡"),
    ("林晓燕", "浙南片区", "sales_manager", "片区经理", "王立群"),
    ("陈思远", "浙南片区", "salesperson", "业务员", "林晓燕"),
    ("黄可", "浙南片区", "salesperson", "业务员", "林晓燕"),
    ("孙敏", "市场部", "marketing", "市场专员", "沈国衡"),
    ("周洁", "市场部", "marketing", "市场经理", "沈国衡"),
    ("高慧", "财务部", "finance", "主管会计", "沈国衡"),
)
FUNCTIONS = {"总经办": "management", "销售部": "sales", "浙南片区": "sales", "市场部": "marketing", "财务部": "finance"}
HEADS = {"总经办": "沈国衡", "销售部": "王立群", "浙南片区": "林晓燕", "市场部": "周洁", "财务部": "高慧"}
POLICY = """
code: exception-authority
kind: authority
title: 例外审批权限
document: pool_exception
subject: {subject}
clause: {{title: 客户跟进管理办法, number: 第二十二条, text: 三十天以内由上级批。}}
routes:
{routes}
"""
ONE = """
  - code: short
    label: 上级批
    steps:
      - {who: superior, level: 1, days: 2, remind: 1, escalate_after: [1, 3]}
"""


@dataclass
class Calls:
    """What the requesting domain was called back with."""

    made: list[tuple[str, int]] = field(default_factory=list)
    refuse: Exception | None = None

    def note(self, what: str):
        def call(approval, actor):
            if self.refuse:
                raise self.refuse
            self.made.append((what, approval.pk))

        return call


@dataclass
class Company:
    people: dict[str, Person]
    departments: dict[str, Department]

    def viewer(self, name: str) -> Viewer:
        person = self.people[name]
        post = Post.objects.get(person=person)
        place = {post.department_id}
        return Viewer(person.pk, person.pk, name, name, frozenset({post.role}), frozenset(place), frozenset(place))

    def __getitem__(self, name: str) -> int:
        return self.people[name].pk


@pytest.fixture
def today(monkeypatch):
    """Tuesday 2026-11-24 unless a test moves it."""

    def move(day: date) -> None:
        at = datetime(day.year, day.month, day.day, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
        monkeypatch.setattr(clock, "today", lambda: day)
        monkeypatch.setattr(clock, "now", lambda: at)

    move(date(2026, 11, 24))
    return move


def found_company() -> Company:
    numbering.register("approval", "审批", "SP", restarts="year")
    departments: dict[str, Department] = {}
    for name, function in FUNCTIONS.items():
        departments[name] = Department.objects.create(name=name, function=function, parent=departments.get("销售部") if name == "浙南片区" else None)
    people: dict[str, Person] = {}
    for number, (name, department, role, title, above) in enumerate(PEOPLE, 1):
        people[name] = Person.objects.create(number=f"P{number:03}", name=name)
        Post.objects.create(person=people[name], department=departments[department], role=role, title=title, supervisor=people.get(above))
    for department, name in HEADS.items():
        Department.objects.filter(name=department).update(head=people[name])
    return Company(people, departments)


@pytest.fixture
def company(db, today) -> Company:
    return found_company()


def publish(routes: str = ONE, subject: str = "customer"):
    return engine.publish_text(POLICY.format(routes=routes, subject=subject), effective=date(2026, 1, 1), actor=SYSTEM)


@pytest.fixture
def calls(monkeypatch) -> Calls:
    made = Calls()
    kind = registry.Kind("pool_exception", approved=made.note("approved"), rejected=made.note("rejected"), dropped=made.note("dropped"))
    monkeypatch.setitem(registry._kinds, "pool_exception", kind)
    return made


def request(**given) -> Request:
    facts = {"request.days": given.pop("days", 20), "request.times": given.pop("times", 1)}
    common = {"kind": "pool_exception", "subject_kind": "customer", "subject_id": 7, "title": "保护瓯泰阀门 20 天", "reason": "正在报价"}
    return Request(**{**common, "facts": facts, **given})


@pytest.fixture
def asked(company, calls):
    """`asked("陈思远", ROUTES)`: publishes the policy and submits."""

    def do(name: str = "陈思远", routes: str = ONE, **given):
        publish(routes)
        return services.submit(request(**given), actor=company.viewer(name))

    return do


@pytest.fixture
def absent(company):
    def do(name: str, deputy: str, start: date = date(2026, 11, 23), end: date = date(2026, 11, 30)) -> Deputy:
        return Deputy.objects.create(person=company.people[name], deputy=company.people[deputy], starts_on=start, ends_on=end)

    return do
