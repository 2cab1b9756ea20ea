"""Three years of orders and returns of the demo company: bulk rows with the same invariants as the service's."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.apps import apps

from guike.platform import numbering
from guike.platform.access import SYSTEM
from guike.platform.imports import bulk
from guike.sales import rules
from guike.sales import services as sales
from guike.sales.services import timeline
from guike.wiring.demo import words
from guike.wiring.demo.catalogue import Item
from guike.wiring.demo.customers import Account
from guike.wiring.demo.people import Staff
from guike.wiring.demo.size import Size

DAYS = 1_130
RETURNS = 210


@dataclass(frozen=True)
class Sold:
    """One order with its lines, not yet written."""

    order: Any
    lines: list[Any]


def make_orders(random: Random, accounts: list[Account], items: list[Item], staff: Staff, today: date, size: Size) -> int:
    """Orders at each buyer's pace, growing or shrinking; the newest still on their way, some late. Returns how many."""
    sold = [one for account in accounts if account.buys for one in _orders_of(random, account, items, staff, today)]
    sold.sort(key=lambda one: one.order.ordered_on)
    by_year: dict[int, list[Sold]] = {}
    for one in sold:
        by_year.setdefault(one.order.ordered_on.year, []).append(one)
    for year, ones in by_year.items():
        for one, number in zip(ones, numbering.take_many("sales_order", len(ones), date(year, 1, 1)), strict=True):
            one.order.number = number
    bulk.copy_in([one.order for one in sold])
    for one in sold:
        for line in one.lines:
            line.order_id = one.order.pk
    bulk.copy_in([line for one in sold for line in one.lines])
    timeline.tell_many(one.order for one in sold)
    _make_returns(random, [one.order for one in sold if one.order.status in ("delivered", "closed")], today, size.of(RETURNS))
    return len(sold)


def _orders_of(random: Random, account: Account, items: list[Item], staff: Staff, today: date) -> Iterator[Sold]:
    per_year = max(1.2, min(26.0, account.yearly / 90_000 + random.uniform(3, 7)))
    growth = random.choice((0.75, 0.9, 1.0, 1.06, 1.1, 1.2, 1.35))
    stopped = random.random() < 0.04
    day = max(account.since + timedelta(days=random.randrange(10, 60)), today - timedelta(days=DAYS - random.randrange(60)))
    if random.random() < 0.7 and account.since < today - timedelta(days=DAYS):
        yield _order(random, account, items, staff, account.since + timedelta(days=30), Decimal(account.yearly) / 9, today)
    last = today - timedelta(days=random.randrange(190, 420)) if stopped else today
    while day <= last:
        if day.weekday() < 5:
            aim = account.yearly / per_year * growth ** ((day - today).days / 365) * random.uniform(0.4, 1.7)
            yield _order(random, account, items, staff, day, Decimal(round(aim)), today)
        day += timedelta(days=max(1, round(random.gammavariate(4, 365 / per_year / 4))))


def _order(random: Random, account: Account, items: list[Item], staff: Staff, day: date, aim: Decimal, today: date) -> Sold:
    Line = apps.get_model("sales.SalesOrderLine")
    count = random.choice((1, 1, 2, 2, 3, 4))
    suited = [item for item in items if item.price <= aim / count] or sorted(items, key=lambda item: item.price)[:6]
    lines = []
    for number, item in enumerate(random.sample(suited, min(count, len(suited))), start=1):
        discount = Decimal(random.choice(("0", "0", "0.03", "0.05", "0.08")))
        quantity = max(Decimal(1), (aim / count / item.price).quantize(Decimal(1)))
        amount = rules.line_amount(quantity, item.price, discount)
        cost = (item.cost * quantity).quantize(Decimal("0.01"))
        lines.append(
            Line(
                line_number=number, product_id=item.id, quantity=quantity, unit_price=item.price, discount=discount,
                tax_rate=Decimal(13), amount=amount, cost=cost, profit=amount - cost,
            )
        )  # fmt: skip
    order = apps.get_model("sales.SalesOrder")(
        customer=account.row,
        ordered_on=day,
        amount=sum((line.amount for line in lines), Decimal("0.00")),
        owner_id=staff.people.get(account.owner),
        channel={"dealer": "dealer", "agent": "agent"}.get(account.nature, "direct"),
        source="业务员",
        region=account.row.region,
        province=account.row.province,
        city=account.row.city,
        **_state(random, day, today),
    )
    return Sold(order, lines)


def _state(random: Random, day: date, today: date) -> dict[str, Any]:
    """How far the order is by today: the older the further; a few cancelled, a few of the newest still drafts."""
    promised = day + timedelta(days=random.choice((7, 12, 20, 25)))
    sent = day + timedelta(days=random.randrange(4, 28))
    dice = random.random()
    if dice < 0.015:
        cancelled = min(today, day + timedelta(days=2))
        return {"status": "cancelled", "confirmed_on": day, "cancelled_on": cancelled, "cancel_reason": random.choice(words.CANCEL_REASONS)}
    if (today - day).days <= 4 and dice < 0.25:  # on a Sunday, Wednesday's are still among them
        return {"status": "draft", "promised_on": promised}
    if sent > today:
        return {"status": "confirmed", "confirmed_on": day, "promised_on": promised}
    status = "closed" if (today - sent).days > 45 else "delivered"
    return {"status": status, "confirmed_on": day, "promised_on": promised, "delivered_on": sent}


def _make_returns(random: Random, orders: list[Any], today: date, count: int) -> None:
    """Some goods came back: most confirmed, the newest only registered."""
    recent = [order for order in orders if order.delivered_on and (today - order.delivered_on).days < 400]
    for order in random.sample(recent, count):
        reason = random.choices(("quality", "customer", "late", "wrong"), weights=(4, 3, 1, 2))[0]
        back = sales.register_return(actor=SYSTEM, order_number=order.number, order_id=order.pk, reason=reason)
        returned = min(today, order.delivered_on + timedelta(days=random.randrange(3, 20)))
        if (today - returned).days > 12:
            amount = (order.amount * Decimal(random.choice(("0.08", "0.15", "0.3")))).quantize(Decimal("0.01"))
            sales.confirm_return(back.pk, actor=SYSTEM, version=1, order_id=order.pk, returned_on=returned, amount=amount)
