"""What automations may hear of orders (PLT-13)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.automations import registry
from guike.engine.automations.registry import Occasion, Param, Params, Trigger
from guike.sales.events import OrderRecorded
from guike.sales.models import SalesOrder


def _recorded(event: Any, params: Params) -> Iterable[Occasion]:
    return [Occasion(event.customer_id, f"order:{event.order_id}")] if event.amount >= Decimal(params["least"] or 0) else []


def _since(params: Params, since: date, rows: QuerySet) -> Iterable[tuple[int, date]]:
    found = SalesOrder.objects.filter(ordered_on__gte=since, amount__gte=params["least"] or 0).exclude(status__in=("draft", "cancelled"))
    return found.values_list("customer_id", "ordered_on")


def _words(params: Params) -> str:
    return _("有了 %(n)s 元以上的订单") % {"n": params["least"]} if params["least"] else _("有了订单")


registry.register_trigger(
    Trigger(
        "sales.order",
        gettext_lazy("有了订单"),
        "customer",
        OrderRecorded,
        _recorded,
        past=_since,
        asks=(Param("least", gettext_lazy("金额至少（元）"), "number", required=False, most=1_000_000_000),),
        describe=_words,
    )
)
