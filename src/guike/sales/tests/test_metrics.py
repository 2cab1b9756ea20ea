"""Purchase metrics against the rule in Python: drill-down adds up, and what happens later changes nothing (POL-03, POL-04)."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

import pytest
from dateutil.relativedelta import relativedelta

from guike.engine import selectors as engine
from guike.platform.access import SYSTEM
from guike.sales import rules, services
from guike.sales.models import SalesOrder, SalesOrderLine
from guike.sales.services import LineDraft

D = Decimal
CODES = (
    "purchases.amount_12m", "purchases.amount_prev_12m", "purchases.amount_total", "purchases.amount_year", "purchases.orders_12m",
    "purchases.orders_total", "purchases.days_since_last", "purchases.first_on", "cooperation.full_years", "returns.amount_12m",
    "returns.rate_12m", "purchases.growth_12m", "purchases.average_order", "purchases.products_12m",
)  # fmt: skip


def values(customer, as_of):
    return engine.metric_values(SYSTEM, CODES, "customer", [customer.pk], as_of)[customer.pk]


def _order(customer, product, day, amount, *, confirmed=None, cancelled=None, second=None):
    """An order of one line, or of two with the second on another day."""
    order = SalesOrder.objects.create(
        customer=customer, number=f"N{SalesOrder.objects.count()}", ordered_on=day, confirmed_on=confirmed or day, amount=amount + (second[1] if second else 0),
        status="cancelled" if cancelled else "confirmed", cancelled_on=cancelled, split_dates=second is not None,
    )  # fmt: skip
    line = {"order": order, "product": product, "quantity": 1, "unit_price": amount}
    SalesOrderLine.objects.create(line_number=1, amount=amount, **line)
    if second:
        SalesOrderLine.objects.create(line_number=2, amount=second[1], ordered_on=second[0], **line)
    return order


def expected(orders, returns, as_of):
    """The same figures from plain facts: (day, amount, confirmed, cancelled, is the head's day)."""
    counted = [o for o in orders if rules.counts_on(o[0], o[2], o[3], as_of)]
    back = [r for r in returns if r[0] <= as_of]
    year, before = as_of - relativedelta(years=1), as_of - relativedelta(years=2)
    within = lambda rows, start, end: sum((r[1] for r in rows if start < r[0] <= end), D(0))  # noqa: E731
    first = min((o[0] for o in counted), default=None)
    return {
        "purchases.amount_12m": within(counted, year, as_of) - within(back, year, as_of),
        "purchases.amount_prev_12m": within(counted, before, year) - within(back, before, year),
        "purchases.amount_total": sum((o[1] for o in counted), D(0)) - sum((r[1] for r in back), D(0)),
        "purchases.orders_12m": sum(1 for o in counted if o[4] and year < o[0]),
        "purchases.orders_total": sum(1 for o in counted if o[4]),
        "purchases.days_since_last": (as_of - max(o[0] for o in counted)).days if counted else None,
        "purchases.first_on": first,
        "cooperation.full_years": rules.full_years(first, as_of) if first else None,
        "returns.amount_12m": within(back, year, as_of),
    }


@pytest.mark.parametrize("seed", range(6))
def test_as_the_rule_says_and_blind_to_the_future(day, customer, valve, clerk, seed):
    random = Random(seed)
    facts, returns = [], []
    for _turn in range(14):
        ordered = day - timedelta(days=random.randrange(1, 1000))
        amount = D(random.randrange(100, 90_000)) / 100
        confirmed = min(day, ordered + timedelta(days=random.choice((0, 0, 3))))
        cancelled = min(day, confirmed + timedelta(days=random.randrange(30))) if random.random() < 0.2 else None
        second = (ordered + timedelta(days=random.randrange(1, 40)), D("7.50")) if random.random() < 0.25 else None
        order = _order(customer, valve, ordered, amount, confirmed=confirmed, cancelled=cancelled, second=second)
        facts.append((ordered, amount, confirmed, cancelled, True))
        if second:
            facts.append((second[0], second[1], confirmed, cancelled, False))
        if not cancelled and random.random() < 0.3:
            returned = min(day, ordered + timedelta(days=random.randrange(60)))
            back = services.register_return(actor=clerk, order_number=order.number, order_id=order.pk)
            services.confirm_return(back.pk, actor=clerk, version=1, order_id=order.pk, returned_on=returned, amount=D("0.50"))
            returns.append((returned, D("0.50")))
    for as_of in (day, *(day - timedelta(days=random.randrange(1100)) for _ in range(8))):
        found = values(customer, as_of)
        for code, value in expected(facts, returns, as_of).items():
            assert found[code] == value, (code, as_of)


def test_the_rows_behind_add_up_and_name_the_order(day, customer, valve, seller):
    services.record_order(actor=seller, customer_id=customer.pk, number="A-1", ordered_on=day, lines=[LineDraft(valve.pk, D(2), D(50))])
    services.record_order(
        actor=seller, customer_id=customer.pk, number="A-2", ordered_on=day - timedelta(days=400), lines=[LineDraft(valve.pk, D(1), D(9))]
    )
    drill = engine.metric_rows(seller, "purchases.amount_12m", customer.pk, day)
    codes = [column.code for column in drill.columns]
    assert drill.total == 1
    shown = dict(zip(codes, drill.rows[0], strict=True))
    assert (shown["number"], shown["day"], shown["lines"], shown["amount"]) == ("A-1", day, "铸钢闸阀 ×2", D("100.00"))
    assert drill.urls[0] == SalesOrder.objects.get(number="A-1").get_absolute_url()


def test_growth_needs_something_before(day, customer, valve):
    _order(customer, valve, day, D(110))
    assert values(customer, day)["purchases.growth_12m"] is None
    _order(customer, valve, day - timedelta(days=500), D(100))
    found = values(customer, day)
    assert (found["purchases.growth_12m"], found["purchases.average_order"], found["purchases.products_12m"]) == (
        D("10.00"),
        D("110.00"),
        1,
    )


@pytest.mark.parametrize(
    ("first", "as_of", "inside"), [(date(2025, 11, 24), date(2026, 11, 24), False), (date(2025, 11, 25), date(2026, 11, 24), True)]
)
def test_twelve_months_to_and_including_the_day(day, customer, valve, first, as_of, inside):
    _order(customer, valve, first, D(10))
    assert values(customer, as_of)["purchases.amount_12m"] == (D(10) if inside else D(0))
