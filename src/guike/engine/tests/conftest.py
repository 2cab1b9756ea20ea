"""A small trading house for the engine's tests: departments stand in for customers, activities for their orders.

The engine is tested with subjects that exist below it, so that its tests need no upper domain.
"""

from datetime import date, datetime
from decimal import Decimal
from itertools import count
from zoneinfo import ZoneInfo

import pytest

from guike.engine.metrics import REGISTRY, Aggregate, Assessed, Attribute, Derived, Shown, Source, Subject, ValueKind
from guike.engine.models import Activity
from guike.organisation.models import Department, Person
from guike.platform import access
from guike.platform.access import SYSTEM, Grant, Reach, Scope, Viewer

SHOP = Subject(
    code="shop",
    label="门店",
    model="organisation.Department",
    table="organisation_department",
    number="code",
    owner="head_id",
    department="parent_id",
    live="s.active AND s.code LIKE 'S%'",
    url="/shops/{id}/",
)
ORDERS = Source(
    code="test.orders",
    label="订单",
    relation="engine_activity o",
    subject="o.subject_id",
    day="o.happened_on",
    where="o.subject_kind = 'shop' AND o.kind = 'order'",
    rows=(
        Shown("id", "号", "o.id", ValueKind.NUMBER),
        Shown("day", "日期", "o.happened_on", ValueKind.DATE),
        Shown("amount", "金额", "o.amount", ValueKind.MONEY),
    ),
    url="/orders/{id}/",
    counter="张",
)
MONEY = {"value": ValueKind.MONEY, "subject": "shop"}
GROWTH = "({trade.year} - {trade.year_before}) * 100 / NULLIF({trade.year_before}, 0)"
METRICS = (
    Aggregate(
        code="trade.year", label="12 个月采购额", source="test.orders", aggregate="sum(o.amount)", window="12 months", empty=0, **MONEY
    ),
    Aggregate(
        code="trade.year_before",
        label="再前 12 个月采购额",
        source="test.orders",
        aggregate="sum(o.amount)",
        window="24 months",
        until="12 months",
        empty=0,
        **MONEY,
    ),
    Aggregate(code="trade.orders", label="订单数", unit="张", source="test.orders", aggregate="count(*)", empty=0, subject="shop"),
    Aggregate(
        code="trade.big_orders",
        label="大单数",
        source="test.orders",
        aggregate="count(*)",
        where="o.amount >= 1000",
        empty=0,
        subject="shop",
    ),
    Aggregate(
        code="trade.idle_days",
        label="距上次采购",
        value=ValueKind.DAYS,
        source="test.orders",
        aggregate="max(o.happened_on)",
        finish="%(as_of)s - {}",
        subject="shop",
        higher_is_better=False,
    ),
    Aggregate(
        code="trade.years",
        label="合作年限",
        value=ValueKind.YEARS,
        source="test.orders",
        aggregate="min(o.happened_on)",
        finish="extract(year FROM age(%(as_of)s, {}))::int",
        empty=0,
        subject="shop",
    ),
    Derived(code="trade.growth", label="采购增长率", value=ValueKind.PERCENT, expression=GROWTH, subject="shop"),
    Attribute(code="shop.function", label="类型", value=ValueKind.TEXT, expression="NULLIF(s.function, '')", subject="shop"),
    Assessed(
        code="opinion.loyalty",
        label="忠诚度",
        value=ValueKind.TEXT,
        choices=(("high", "高"), ("medium", "中"), ("low", "低")),
        subject="shop",
    ),
    Assessed(code="opinion.on_time", label="回款准时率", value=ValueKind.PERCENT, subject="shop"),
    Assessed(code="opinion.signed", label="战略协议", value=ValueKind.FLAG, subject="shop"),
)
ALL = Reach.ALL
AT = datetime(2026, 11, 22, 9, tzinfo=ZoneInfo("Asia/Shanghai"))
_source_ids = count(1)


@pytest.fixture(autouse=True)
def shop_domain():
    """Declared for one test and forgotten after it."""
    REGISTRY.add_subject(SHOP)
    REGISTRY.add_source(ORDERS)
    for metric in METRICS:
        REGISTRY.add_metric(metric)
    access.declare(
        "shop",
        model="organisation.Department",
        label="门店",
        scope=Scope(owner="head", department="parent"),
        grants={"salesperson": Grant(view=Reach.OWN), "marketing": Grant(view=ALL, change=ALL), "sales_manager": Grant(view=ALL)},
    )
    yield
    REGISTRY.subjects.pop("shop")
    REGISTRY.sources.pop("test.orders")
    for metric in METRICS:
        REGISTRY.metrics.pop(metric.code)
    access._declared.pop("shop")


@pytest.fixture
def today(monkeypatch):
    """The business day is 2026-11-22 unless a test moves it: `today(date(…))`."""
    from guike.platform import clock

    def move(day: date) -> None:
        at = datetime(day.year, day.month, day.day, 9, tzinfo=AT.tzinfo)
        monkeypatch.setattr(clock, "today", lambda: day)
        monkeypatch.setattr(clock, "now", lambda: at)

    move(date(2026, 11, 22))
    return move


@pytest.fixture
def chen(db):
    return Person.objects.create(number="P1", name="陈思远")


@pytest.fixture
def lin(db):
    return Person.objects.create(number="P2", name="林雨桐")


@pytest.fixture
def marketing(lin):
    return Viewer(person_id=lin.pk, name="林雨桐", roles=frozenset({"marketing"}))


@pytest.fixture
def seller(chen):
    return Viewer(person_id=chen.pk, name="陈思远", roles=frozenset({"salesperson"}))


@pytest.fixture
def shop(db):
    """`shop("S1", owner=chen)`."""

    def make(code: str, *, owner: Person | None = None, function: str = "sales", active: bool = True) -> Department:
        return Department.objects.create(name=f"门店{code}", code=code, head=owner, function=function, active=active)

    return make


@pytest.fixture
def order(db):
    """`order(shop, 2026-10-01, 500)`."""

    def make(subject: Department | int, day: date | str, amount: int | str | Decimal) -> Activity:
        return Activity.objects.create(
            kind="order",
            subject_kind="shop",
            subject_id=getattr(subject, "pk", subject),
            happened_on=day,
            happened_at=AT,
            amount=Decimal(str(amount)),
            source_kind="test.order",
            source_id=next(_source_ids),
            recorded_at=AT,
        )

    return make


CARD = """
code: shop-grade
kind: scorecard
title: 门店分级制度
subject: shop
department: marketing
clause: {title: 门店分级办法, number: 第八条, text: 市场部每月评定门店等级。}
cycle: monthly
outcomes:
  - {code: A, label: A 级, from: 80, strategy: 每周拜访}
  - {code: B, label: B 级, from: 60}
  - {code: C, label: C 级}
characteristics:
  - metric: trade.year
    weight: 60
    bands:
      - {to: 1000, points: 20}
      - {from: 1000, to: 5000, points: 60}
      - {from: 5000, points: 100}
  - metric: trade.years
    weight: 25
    bands:
      - {to: 1, points: 30}
      - {from: 1, to: 3, points: 60}
      - {from: 3, points: 100}
  - metric: opinion.loyalty
    weight: 15
    missing: 50
    bands:
      - {values: [high], points: 100}
      - {values: [medium], points: 60}
      - {values: [low], points: 0}
"""
CADENCE = """
code: shop-cadence
kind: cadence
title: 门店联系频次
subject: shop
follows: shop-grade
person_cap_per_week: 2
paces:
  - {outcome: A, days: 7, channels: [visit, phone], escalate_after: [3, 7]}
  - {outcome: B, days: 14}
"""


@pytest.fixture
def card() -> str:
    return CARD


@pytest.fixture
def publish_card(today, db):
    """Publish the shop's scorecard (or another text) from a day on, as the system."""
    from guike.engine import services

    def do(text: str = CARD, effective: date = date(2020, 1, 1)):
        return services.publish_text(text, effective=effective, actor=SYSTEM)

    return do


@pytest.fixture
def three_shops(shop, order, chen, lin):
    """S1: 6,000 this year, since 2020 (A without loyalty: 60 + 25 + 7.5). S2: 2,000 since 2025. S3: nothing."""
    first, second, third = shop("S1", owner=chen), shop("S2", owner=chen), shop("S3", owner=lin)
    order(first, "2020-03-01", 10)
    order(first, "2026-05-01", 6000)
    order(second, "2025-10-01", 100)
    order(second, "2026-06-01", 2000)
    return first, second, third
