"""The lists of orders and of returns."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Column, Group, ListPage, Phone, Quick, View
from guike.sales import rules, selectors
from guike.sales.models import ReturnOrder, SalesOrder

STATUSES = [(code, _(name)) for code, name in rules.STATUSES.items()]
CHANNELS = [(code, _(name)) for code, name in rules.CHANNELS.items()]
RETURN_STATUSES = [(code, _(name)) for code, name in rules.RETURN_STATUSES.items()]
REASONS = [(code, _(name)) for code, name in rules.RETURN_REASONS.items()]


def _mine(viewer: Viewer) -> Q:
    return Q(owner_id=viewer.person_id)


def _this_month(viewer: Viewer) -> Q:
    return Q(ordered_on__gte=clock.today().replace(day=1))


def _waiting(viewer: Viewer) -> Q:
    return Q(status="confirmed")


def _status_tone(order: SalesOrder) -> str:
    late = order.status == "confirmed" and order.promised_on is not None and order.promised_on < clock.today()
    return "danger" if late else ""


class OrderList(ListPage):
    object = "sales_order"
    title = _("订单")
    unit = _("张")
    icon = "receipt"
    columns = [
        Column("number", _("订单号"), sort="number", fixed=True),
        Column("customer", _("客户"), path="customer__name"),
        Column("ordered_on", _("下单日期"), kind="day", sort="ordered_on"),
        Column("amount", _("金额"), kind="yuan", sort="amount", total=True),
        Column("status", _("状态"), kind="choice"),
        Column("promised_on", _("承诺交期"), kind="short_day", tone=_status_tone),
        Column("delivered_on", _("发货日期"), kind="day"),
        Column("owner", _("业务员"), path="owner__name"),
        Column("region", _("地区"), shown=False),
        Column("province", _("收货省份"), shown=False),
        Column("city", _("收货城市"), shown=False),
        Column("channel", _("渠道"), kind="choice", shown=False),
        Column("source", _("来源"), shown=False),
        Column("external_number", _("外部单号"), shown=False),
        Column("note", _("备注"), shown=False),
    ]
    fields = FieldSet(
        [
            Field("number", _("订单号"), Kind.TEXT),
            Field("customer", _("客户"), Kind.REFERENCE),
            Field("owner", _("业务员"), Kind.REFERENCE),
            Field("customer_owner", _("客户负责人"), Kind.REFERENCE, path="customer__owner"),
            Field("ordered_on", _("下单日期"), Kind.DATE),
            Field("delivered_on", _("发货日期"), Kind.DATE),
            Field("promised_on", _("承诺交期"), Kind.DATE),
            Field("amount", _("金额"), Kind.MONEY),
            Field("status", _("状态"), Kind.CHOICE, choices=STATUSES),
            Field("channel", _("渠道"), Kind.CHOICE, choices=CHANNELS),
            Field("region", _("地区"), Kind.TEXT),
            Field("province", _("收货省份"), Kind.TEXT),
            Field("city", _("收货城市"), Kind.TEXT),
            Field("source", _("来源"), Kind.TEXT),
            Field("external_number", _("外部单号"), Kind.TEXT),
        ]
    )
    quick = [
        Quick("status", _("状态"), choices=STATUSES),
        Quick("customer", _("客户"), picker="customer"),
        Quick("owner", _("业务员"), picker="person"),
    ]
    groups = [
        Group("status", _("状态"), "status", labels=lambda: rules.STATUSES),
        Group("customer", _("客户"), "customer_id", named="customer__name"),
        Group("owner", _("业务员"), "owner_id", named="owner__name"),
        Group("channel", _("渠道"), "channel", labels=lambda: rules.CHANNELS),
        Group("region", _("地区"), "region"),
        Group("province", _("收货省份"), "province"),
    ]
    views = [
        View("all", _("全部"), counted=False),
        View("mine", _("我的"), where=_mine),
        View("month", _("本月"), where=_this_month),
        View("waiting", _("待发货"), where=_waiting),
    ]
    phone = Phone(title="customer", second=("number", "ordered_on"), figure="amount", note="status")
    default_sort = "-ordered_on"
    searchable = True
    search_hint = _("订单号、客户")
    empty_text = _("还没有订单。可以录入，也可以从 Excel 导入往年的订单")

    def queryset(self, viewer: Viewer) -> QuerySet[SalesOrder]:
        return selectors.orders_for(viewer).order_by()

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        part = Q(number__contains=text) | Q(number__contains=text.upper()) if len(text) >= 3 else Q(number__startswith=text.upper())
        return rows.filter(part | Q(customer__in=selectors.customers_called(viewer, text)))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()


class ReturnList(ListPage):
    object = "return_order"
    title = _("退货")
    unit = _("张")
    icon = "truck-return"
    columns = [
        Column("number", _("退货单号"), fixed=True),
        Column("order_number", _("原订单号")),
        Column("customer", _("客户"), path="customer__name"),
        Column("registered_on", _("登记日期"), kind="day", sort="registered_on"),
        Column("returned_on", _("退货日期"), kind="day"),
        Column("amount", _("退货金额"), kind="yuan", total=True),
        Column("reason", _("原因"), kind="choice"),
        Column("status", _("状态"), kind="choice"),
        Column("note", _("备注"), shown=False),
    ]
    fields = FieldSet(
        [
            Field("order_number", _("原订单号"), Kind.TEXT),
            Field("customer", _("客户"), Kind.REFERENCE),
            Field("registered_on", _("登记日期"), Kind.DATE),
            Field("returned_on", _("退货日期"), Kind.DATE),
            Field("amount", _("退货金额"), Kind.MONEY),
            Field("reason", _("原因"), Kind.CHOICE, choices=REASONS),
            Field("status", _("状态"), Kind.CHOICE, choices=RETURN_STATUSES),
        ]
    )
    quick = [Quick("reason", _("原因"), choices=REASONS), Quick("customer", _("客户"), picker="customer")]
    views = [
        View("registered", _("待确认"), where={"field": "status", "op": "eq", "value": "registered"}),
        View("all", _("全部")),
    ]
    phone = Phone(title="number", second=("order_number", "customer"), figure="amount", note="status")
    default_sort = "-registered_on"
    searchable = True
    search_hint = _("退货单号、订单号")
    empty_text = _("没有待处理的退货")

    def queryset(self, viewer: Viewer) -> QuerySet[ReturnOrder]:
        return selectors.returns_for(viewer).order_by()

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return rows.filter(Q(number__startswith=text) | Q(order_number__startswith=text))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
