"""Purchases by month, this year beside the last."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote

from django.db.models import Sum
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform.money import TEN_THOUSAND
from guike.platform.ui import formats
from guike.platform.ui.components import Chart, Series
from guike.sales import selectors as sales
from guike.workspace.dashboard.scope import Scope


@dataclass(frozen=True)
class Purchases:
    """The chart; sums of the year so far and of the same months of the year before; 12 months and the 12 before."""

    chart: Chart
    year: Decimal
    year_before: Decimal
    twelve: Decimal
    twelve_before: Decimal

    @property
    def empty(self) -> bool:
        return not (self.year or self.year_before or self.twelve)


def build(scope: Scope, today: date) -> Purchases:
    """Two queries: the months, the kept twelve-month figures of the customers."""
    months = sales.by_month(scope.viewer, date(today.year - 1, 1, 1), today, owner_id=scope.owner_id)
    before, now = months[:12], months[12:]
    kept = scope.customers.aggregate(twelve=Sum("figures__purchases_12m"), before=Sum("figures__purchases_before"))
    return Purchases(
        chart=_chart(scope, today, [month.amount for month in before], [month.amount for month in now]),
        year=sum((month.amount for month in now), Decimal(0)),
        year_before=sum((month.amount for month in before[: len(now)]), Decimal(0)),
        twelve=kept["twelve"] or Decimal(0),
        twelve_before=kept["before"] or Decimal(0),
    )


def _chart(scope: Scope, today: date, before: list[Decimal], now: list[Decimal]) -> Chart:
    shown = [_wan(amount) for amount in now] + [None] * (12 - len(now))
    return Chart(
        title=_("采购额"),
        labels=[_("%(n)d 月") % {"n": n} for n in range(1, 13)],
        series=[
            Series(str(today.year), shown, kind="bar"),
            Series(str(today.year - 1), [_wan(amount) for amount in before], kind="line", muted=True),
        ],
        unit=_("万元"),
        period=_("%(year)d 年 1 月至今，对比 %(before)d 年；减去确认的退货") % {"year": today.year, "before": today.year - 1},
        links=[_orders_of(scope, today.year if n <= len(now) else today.year - 1, n) for n in range(1, 13)],
        height=260,
    )


def _wan(amount: Decimal) -> Decimal:
    return (amount / TEN_THOUSAND).quantize(Decimal("0.1"))


def _orders_of(scope: Scope, year: int, month: int) -> str:
    """The list of that month's orders."""
    first = date(year, month, 1)
    last = date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    where: dict = {"all": [{"field": "ordered_on", "op": "between", "value": [first.isoformat(), last.isoformat()]}]}
    if scope.owner_id:
        where["all"].append({"field": "customer_owner", "op": "eq", "value": str(scope.owner_id)})
    return f"{reverse('sales:orders')}?view=all&where={quote(json.dumps(where))}"


def growth(now: Decimal, before: Decimal) -> tuple[str, str]:
    """(+8.2%, tone) of a figure on the one before; nothing where there was nothing before."""
    if before <= 0:
        return "", ""
    change = (now - before) / before
    return ("+" if change >= 0 else "−") + formats.percent(abs(change), 1), "up" if change > 0 else ""
