"""Orders of a person name where the goods went; they prove the contract (08-quality privacy)."""

from collections.abc import Iterator
from typing import Any

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Max, QuerySet
from django.db.models.functions import Coalesce, Greatest
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.platform import clock
from guike.platform.access import SYSTEM, rows
from guike.platform.privacy import CONTRACTS, Erase, Ground, Retained, Whose, dealing, going_on, personal, plain, retain, texts
from guike.sales.models import ReturnOrder, SalesOrder

personal(
    "sales.SalesOrder",
    {"address": Erase.BLANK, "note": Erase.BLANK, "custom": Erase.BLANK},
    whose=Whose.CUSTOMER,
    purpose=_("履行订单：送货、对账、售后"),
    ground=Ground.CONTRACT,
    term=CONTRACTS,
    contract=("address", "note"),
)
texts("sales.SalesOrder", "cancel_reason", purpose=_("履行订单：送货、对账、售后"), term=CONTRACTS)
texts("sales.ReturnOrder", "note", purpose=_("退货处理"), term=CONTRACTS)
texts("sales.SalesOrderLine", "product_text", purpose=_("履行订单：送货、对账、售后"), term=CONTRACTS)

plain("sales.SalesOrder", "number source external_number delivery_method region province city")
plain("sales.SalesOrderLine", "external_line region province city")
plain("sales.ReturnOrder", "number order_number external_number")
plain("sales.ReturnLine", "serial_number")


#: An order that is not delivered, closed or cancelled.
UNDER_WAY = ("draft", "confirmed")


@retain
def orders_of(kind: str, pk: int) -> Iterator[Retained]:
    """Orders of a private customer prove the deal three years after the last one was done; one under way holds everything back.

    A contact's name stands on no order: nothing is kept of contacts for them.
    """
    if kind != "customer":
        return
    orders = rows(SYSTEM, "sales_order").filter(customer_id=pk)
    open_ones = orders.filter(status__in=UNDER_WAY).count()
    if open_ones:
        yield Retained(__("%(n)d 张订单没有完成") % {"n": open_ones}, clock.today(), blocks=True)
    done = orders.filter(status__in=("delivered", "closed")).aggregate(n=Count("pk"), last=Max(Coalesce("delivered_on", "ordered_on")))
    if done["last"]:
        yield Retained(__("%(n)d 张订单，最后一张 %(day)s") % {"n": done["n"], "day": done["last"]}, done["last"] + relativedelta(months=CONTRACTS.months))


@going_on("customer")
def orders_under_way(of: Any) -> QuerySet:
    return SalesOrder.objects.filter(customer_id=of, status__in=UNDER_WAY).order_by()


@dealing("customer", "sales_order", _("订单"))
def last_order(of: Any) -> QuerySet:
    """Ordered, delivered or cancelled, whatever came last."""
    orders = SalesOrder.objects.filter(customer_id=of).order_by().values("customer_id")
    return orders.annotate(day=Max(Greatest("ordered_on", "delivered_on", "cancelled_on"))).values("day")


@dealing("customer", "return_order", _("退货"))
def last_return(of: Any) -> QuerySet:
    return ReturnOrder.objects.filter(customer_id=of).order_by("-registered_on").values("registered_on")[:1]
