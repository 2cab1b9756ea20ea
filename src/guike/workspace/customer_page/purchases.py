"""What a customer bought month by month, beside the year before (CUS-10); the same numbers as chart, table, picture and Excel."""

import json
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import quote

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.customers.selectors import customer as customer_of
from guike.platform.access import Viewer, allowed, reads
from guike.platform.errors import Forbidden
from guike.platform.money import TEN_THOUSAND
from guike.platform.sheets.writer import Heading
from guike.platform.ui.components import Chart, Series
from guike.sales import selectors as sales

MONTHS = 12


def months(viewer: Viewer, customer_id: int, today: date) -> list[sales.Month]:
    """Twenty-four months up to the present one. One query."""
    first = date(today.year - 2, today.month, 1)
    return sales.by_month(viewer, date(first.year + first.month // 12, first.month % 12 + 1, 1), today, customer_id=customer_id)


def readable(viewer: Viewer) -> bool:
    """May the viewer read what orders come to, and what customers buy?"""
    return reads(viewer, "sales_order", "amount") and reads(viewer, "customer", "purchases")


def chart(viewer: Viewer, customer_id: int, today: date) -> Chart | None:
    """The last twelve months as bars, the twelve before as a line; nothing where nothing was bought in them."""
    found = months(viewer, customer_id, today)
    if not any(month.amount or month.orders for month in found):
        return None
    before, now = found[:MONTHS], found[MONTHS:]
    return Chart(
        title=_("每月采购额"),
        labels=[f"{month.month:%Y-%m}" for month in now],
        series=[
            Series(_("近 12 个月"), [_wan(month.amount) for month in now], kind="bar"),
            Series(_("再前 12 个月"), [_wan(month.amount) for month in before], kind="line", muted=True),
        ],
        unit=_("万元"),
        period=_("%(first)s 至 %(last)s，减去确认的退货") % {"first": f"{now[0].month:%Y-%m}", "last": f"{now[-1].month:%Y-%m}"},
        links=[_orders_of(customer_id, month.month) for month in now],
        excel_href=reverse("workspace:customer_purchases", args=[customer_id]) if allowed(viewer, "sales_order", "export") else "",
    )


def _wan(amount: Decimal) -> Decimal:
    return (amount / TEN_THOUSAND).quantize(Decimal("0.01"))


def _orders_of(customer_id: int, month: date) -> str:
    """The list of the customer's orders of that month."""
    last = date(month.year + month.month // 12, month.month % 12 + 1, 1) - timedelta(days=1)
    where = {"field": "ordered_on", "op": "between", "value": [month.isoformat(), last.isoformat()]}
    return f"{reverse('sales:orders')}?view=all&f.customer={customer_id}&where={quote(json.dumps({'all': [where]}))}"


def table(viewer: Viewer, customer_id: int, today: date) -> tuple[str, list[Heading], list[tuple[str, Decimal, int]]]:
    """(name, headings, rows) of the Excel file: every month with its amount in yuan and its orders."""
    if not readable(viewer):
        raise Forbidden(_("看不到采购额，不能导出"))
    headings = [Heading(_("月份")), Heading(_("采购额（元）"), "#,##0.00"), Heading(_("订单数"), "#,##0")]
    rows = [(f"{one.month:%Y-%m}", one.amount, one.orders) for one in months(viewer, customer_id, today)]
    return str(customer_of(viewer, customer_id)), headings, rows
