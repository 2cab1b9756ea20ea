"""Returned orders from a spreadsheet, often nothing but order numbers (SAL-11, PLT-03)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.platform import clock, events, money, numbering
from guike.platform.access import allowed
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v
from guike.sales import rules
from guike.sales.events import OrdersImported, OrdersWithdrawn
from guike.sales.models import ReturnOrder, SalesOrder
from guike.sales.selectors import orders_numbered, returns_for

REASON_WORDS = {
    "quality": (rules.RETURN_REASONS["quality"], "质量", "产品质量"),
    "customer": (rules.RETURN_REASONS["customer"], "客户", "无理由"),
    "late": (rules.RETURN_REASONS["late"], "延期", "晚到"),
    "wrong": (rules.RETURN_REASONS["wrong"], "错发", "发错"),
    "unknown": (rules.RETURN_REASONS["unknown"], "其他", "其它"),
}


@register
class ReturnsImport(ImportKind):
    code, label, object = "returns", gettext_lazy("退货"), "return_order"
    key = ("order_number", "external_number")
    sheet_words = ("退货", "退回", "returns")
    story = gettext_lazy("一行一张退货单；只有订单号也可以登记。写明日期和金额、订单只属于一个客户的才确认，其余待人确认，不减采购额")
    bears_on = {"sales.ReturnOrder": "customer_id"}
    total_labels = {"returns": gettext_lazy("退货单"), "linked": gettext_lazy("已挂到订单"), "ambiguous": gettext_lazy("待确认是哪张")}
    columns = [
        Column(
            code="order_number",
            label=gettext_lazy("原订单号"),
            parser=v.Text(60),
            synonyms=("订单 ID", "订单号", "订单编号", "销售单号", "Order ID"),
            required=True,
            example="DD-2026-000318",
        ),
        Column(
            code="returned",
            label=gettext_lazy("退回"),
            parser=v.Boolean(),
            synonyms=("是否退货", "已退回", "Returned"),
            help=gettext_lazy("填「否」的行不登记"),
            example="是",
            source="",
        ),
        Column(
            code="customer_number",
            label=gettext_lazy("客户编号"),
            parser=v.Text(40),
            synonyms=("客户 ID", "客户编码"),
            help=gettext_lazy("订单号有几个客户共用时要填"),
            example="KH-000120",
            source="customer__number",
        ),
        Column(
            code="external_number",
            label=gettext_lazy("外部退货单号"),
            parser=v.Text(60),
            synonyms=("退货单号", "售后单号"),
            example="TK20261118",
        ),
        Column(code="returned_on", label=gettext_lazy("退货日期"), parser=v.Day(), synonyms=("退回日期", "入库日期"), example="2026-11-18"),
        Column(
            code="amount", label=gettext_lazy("退货金额"), parser=v.Money(low=Decimal("0.01")), synonyms=("退款金额", "金额"), example="860"
        ),
        Column(code="reason", label=gettext_lazy("原因"), parser=v.Choice(REASON_WORDS), synonyms=("退货原因",), example="质量问题"),
        Column(code="note", label=gettext_lazy("备注"), parser=v.Text(500), synonyms=("说明",), example="外包装破损"),
    ]

    def begin(self) -> None:
        self.may_confirm = allowed(self.viewer, "return_order", "confirm")
        self.today = clock.today()
        self.made: set[tuple[str, str, int | None]] = set()
        self.confirmed: set[int] = set()
        self.ambiguous: set[str] = set()

    def prepare(self, batch: Batch) -> None:
        orders: dict[str, list[SalesOrder]] = defaultdict(list)
        for order in orders_numbered(self.viewer, batch.values("order_number")).select_related("customer"):
            orders[order.number].append(order)
        on_file: dict[tuple[str, str], list[ReturnOrder]] = defaultdict(list)
        for back in returns_for(self.viewer).filter(order_number__in=batch.values("order_number")).order_by("pk"):
            on_file[(back.order_number, back.external_number)].append(back)
        for row in batch:
            if row["returned"] is False:
                row.skip(_("没有退货"))
                continue
            self._find_order(row, orders[row["order_number"]])
            if row.good:
                row.target = _known(row, on_file[(row["order_number"], row["external_number"] or "")])

    def _find_order(self, row: Row, found: list[SalesOrder]) -> None:
        if wanted := row["customer_number"]:
            found = [order for order in found if order.customer.number == wanted]
        if not found:
            row.refuse("order_number", _("没有这张订单，先导入订单或核对订单号"))
            return
        row.found["order"] = found[0] if len(found) == 1 else None
        row.found["candidates"] = len(found)
        order, day = row.found["order"], row["returned_on"]
        if day and day > self.today:
            row.refuse("returned_on", _("退货日期在今天之后"))
        elif day and order and day < order.ordered_on:
            row.refuse("returned_on", _("退货日期早于下单日期 %(day)s") % {"day": order.ordered_on})

    def write(self, batch: Batch) -> None:
        rows = list(batch)
        left = _left([row.found["order"] for row in rows if row.found["order"]])
        fresh, changes = [], []
        for row in rows:
            order = row.found["order"]
            key = (row["order_number"], row["external_number"] or "", order.pk if order else None)
            if row.target is None and key in self.made:
                row.skip(_("前面的行已登记这张订单的退货"))
            elif row.target is None:
                self.made.add(key)
                fresh.append((row, ReturnOrder(**self._values(row, left))))
            elif not self.settled(row):
                changes.append((row, row.target, self._update(row, left)))
        for (_row, back), number in zip(fresh, numbering.take_many("return_order", len(fresh)) if fresh else [], strict=True):
            back.number = number
        self.create(fresh)
        self.update(changes)
        self._count(row for row, _back in fresh)
        taken_off = [*(row for row, back in fresh if back.status == "confirmed"), *(row for row, _b, new in changes if new.get("status") == "confirmed")]
        self.confirmed.update(row.found["order"].customer_id for row in taken_off)

    def _values(self, row: Row, left: dict[int, Decimal]) -> dict[str, Any]:
        order = row.found["order"]
        return {
            "order_number": row["order_number"],
            "order": order,
            "customer_id": order.customer_id if order else None,
            "registered_on": self.today,
            **row.filled("external_number", "returned_on", "amount", "reason", "note"),
            "status": self._status(row, left),
        }

    def _update(self, row: Row, left: dict[int, Decimal]) -> dict[str, Any]:
        """A later file may add what was missing; a confirmed return stays as it is."""
        if row.target.status == "confirmed":
            return row.filled("note")
        values = self._values(row, left)
        return {name: value for name, value in values.items() if name != "registered_on" and value is not None}

    def _status(self, row: Row, left: dict[int, Decimal]) -> str:
        """Confirmed only where order, day and amount are known and the order has that much left; `left` goes down with it."""
        order, amount = row.found["order"], row["amount"]
        if not (order and amount and row["returned_on"] and self.may_confirm and order.confirmed_on and not order.cancelled_on):
            return "registered"
        if amount > left[order.pk]:
            row.refuse("amount", _("退货金额超过这张订单未退的 %(left)s") % {"left": money.yuan(left[order.pk])})
            return "registered"
        left[order.pk] -= amount
        return "confirmed"

    def _count(self, rows: Iterable[Row]) -> None:
        for row in rows:
            self.total("returns", 1)
            if row.found["order"] is None:
                self.total("ambiguous", 1)
                self.ambiguous.add(row["order_number"])
            else:
                self.total("linked", 1)

    def finish(self) -> None:
        linked, ambiguous = self.context.totals.get("linked", 0), self.context.totals.get("ambiguous", 0)
        if linked:
            self.note(_("%(count)d 张退货单的订单号只属于一个客户，已挂到订单上") % {"count": linked})
        if ambiguous:
            some = "、".join(sorted(self.ambiguous)[:3])
            self.note(
                _("%(count)d 张退货单的订单号有几个客户共用，列为待确认，没有挂到任何客户上（如 %(some)s）")
                % {"count": ambiguous, "some": some}
            )
        if linked or ambiguous:
            self.note(_("没有日期或金额的退货先登记，确认以后才从采购额中减去"))
        if self.confirmed:
            events.emit(OrdersImported(tuple(sorted(self.confirmed))))

    @classmethod
    def undone(cls, ids: Sequence[int], since: datetime, before: Any) -> None:
        events.emit(OrdersWithdrawn(tuple(ids), since))


def _known(row: Row, found: list[ReturnOrder]) -> ReturnOrder | None:
    """The return on file that the row repeats: of the same order, or not yet of any."""
    order = row.found["order"]
    return next((back for back in found if back.order_id in (None, order.pk if order else None)), None)


def _left(orders: list[SalesOrder]) -> dict[int, Decimal]:
    """What may still come back of each order."""
    returned = dict(
        ReturnOrder.objects.filter(order__in=orders, status="confirmed")
        .values_list("order")
        .annotate(Sum("amount"))
        .values_list("order", "amount__sum")
    )
    return {order.pk: order.amount - returned.get(order.pk, Decimal(0)) for order in orders}
