"""Choosing an order in any form and finding orders and returns by their number in the search box (PLT-09)."""

import re
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from guike.platform.access import Viewer, reads
from guike.platform.ui import formats, pickers
from guike.platform.ui.pickers import Choice
from guike.sales import selectors
from guike.sales.models import ReturnOrder, SalesOrder

#: Shorter pieces of a number would find half the books.
SHORTEST = 3
#: From so many signs on, a piece of a number is rare enough to be looked for in its midst.
LONG = 6
POOL = 60
MOBILE = re.compile(r"1[3-9]\d{9}")
#: What a line of the search box shows.
ORDER_LINE = ("number", "ordered_on", "amount", "status", "customer__name", "customer__short_name")
RETURN_LINE = ("number", "order_number", "registered_on", "status", "customer__name", "customer__short_name")


def _order(viewer: Viewer, order: SalesOrder) -> Choice:
    amount = formats.yuan(order.amount) if reads(viewer, "sales_order", "amount") else ""
    parts = (str(order.customer), formats.day(order.ordered_on), amount, order.get_status_display())
    return Choice(order.pk, order.number, second=" · ".join(part for part in parts if part), href=order.get_absolute_url())


def _return(back: ReturnOrder) -> Choice:
    parts = (str(back.customer or ""), back.order_number, formats.day(back.registered_on), back.get_status_display())
    return Choice(back.pk, back.number, second=" · ".join(part for part in parts if part), href=back.get_absolute_url())


def _numbered(found: QuerySet, text: str, limit: int, line: Sequence[str]) -> list:
    """Those whose number begins with the text before those that end with it, then those that contain it; the newest first.

    A number without a digit there is none. Few signs stand in the midst of ten thousand numbers and mean none of them:
    only LONG ones are looked for there, and no whole mobile number.
    """
    typed = text.replace(" ", "")
    if len(typed) < SHORTEST or not any(sign.isdigit() for sign in typed):
        return []
    spelled = {typed, typed.upper()}
    ends = _any("number__startswith", spelled) | _any("turned__startswith", {one[::-1] for one in spelled})
    stretches = [ends, _any("number__contains", spelled)] if len(typed) >= LONG and not MOBILE.fullmatch(typed) else [ends]
    hits: dict[int, str] = {}
    for stretch in stretches:
        hits |= dict(found.alias(turned=Reverse("number")).filter(stretch).order_by().values_list("pk", "number")[:POOL])
        if len(hits) >= limit:
            break
    sides = tuple(spelled)
    best = sorted(hits, key=lambda pk: (not hits[pk].startswith(sides), not hits[pk].endswith(sides), -pk))[:limit]
    read = found.select_related("customer").only(*line).in_bulk(best) if best else {}
    return [read[pk] for pk in best if pk in read]


def _any(lookup: str, values: Iterable[str]) -> Q:
    return Q(*((lookup, value) for value in sorted(values)), _connector=Q.OR)


def _orders(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    found = selectors.orders_for(viewer)
    if (customer := filters.get("customer", "")).isdigit():
        found = found.filter(customer=int(customer))
    newest = found.select_related("customer").only(*ORDER_LINE).order_by("-ordered_on", "-id")[:limit]
    return [_order(viewer, order) for order in (_numbered(found, text, limit, ORDER_LINE) if text else newest)]


def _chosen_orders(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    return [_order(viewer, order) for order in selectors.orders_for(viewer).filter(pk__in=wanted).select_related("customer")]


def _returns(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    return [_return(back) for back in _numbered(selectors.returns_for(viewer), text, limit, RETURN_LINE)] if text else []


def _chosen_returns(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    return [_return(back) for back in selectors.returns_for(viewer).filter(pk__in=wanted).select_related("customer")]


pickers.register(
    "sales_order",
    title=_("订单"),
    access=("sales_order", "view"),
    icon="receipt",
    in_palette=True,
    search=_orders,
    chosen=_chosen_orders,
    list_url_name="sales:orders",
)
pickers.register(
    "return_order",
    title=_("退货"),
    access=("return_order", "view"),
    icon="truck-return",
    in_palette=True,
    search=_returns,
    chosen=_chosen_returns,
    list_url_name="sales:returns",
)
