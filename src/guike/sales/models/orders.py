"""Orders and their lines (SAL-05)."""

from typing import Any

import pghistory
import pgtrigger
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from guike.platform import changes
from guike.sales import rules

#: The header's amount and its mark for lines of other days must follow from the lines, checked when the transaction ends.
HEADER_FOLLOWS_LINES = """
    DECLARE wrong record;
    BEGIN
        SELECT o.id, o.amount, coalesce(sum(l.amount), 0) AS lines_amount
          INTO wrong
          FROM sales_salesorder o LEFT JOIN sales_salesorderline l ON l.order_id = o.id
         WHERE o.id = {order}
         GROUP BY o.id
        HAVING o.amount <> coalesce(sum(l.amount), 0)
            OR o.split_dates <> coalesce(bool_or(l.ordered_on IS NOT NULL), false);
        IF FOUND THEN
            RAISE EXCEPTION 'order % shows % but its lines make %', wrong.id, wrong.amount, wrong.lines_amount
                  USING ERRCODE = 'check_violation';
        END IF;
        RETURN NULL;
    END;
"""


def _tracked(name: str, exclude: list[str] | None = None) -> Any:
    """History as everywhere, but written once a statement: a file of orders writes its lines by the thousand."""
    events = [event(level=pghistory.Statement) for event in (pghistory.InsertEvent, pghistory.UpdateEvent, pghistory.DeleteEvent)]
    return pghistory.track(*events, exclude=exclude or [], model_name=f"{name}Event")


def _adds_up(order: str, operation: pgtrigger.Operation, name: str) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Row,
        when=pgtrigger.After,
        operation=operation,
        timing=pgtrigger.Deferred,
        func=pgtrigger.Func(HEADER_FOLLOWS_LINES.replace("{order}", order)),
    )


@_tracked("SalesOrder", exclude=["split_dates", "changed_at", "version"])
class SalesOrder(models.Model):
    """One order of one customer. The same number may stand on orders of different customers (numbers of a web shop or a dealer's own
    system do repeat), so an order is known by customer and number.

    `amount` is Σ of its lines in yuan, tax included. An order is a purchase from `confirmed_on` on, until `cancelled_on`:
    both days keep what was true on an earlier day readable. `owner` is who answered for the customer when the order came.
    """

    STATUSES = [(code, _(name)) for code, name in rules.STATUSES.items()]
    CHANNELS = [(code, _(name)) for code, name in rules.CHANNELS.items()]

    number = models.CharField(_("订单号"), max_length=60)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="sales_orders", verbose_name=_("客户"))
    status = models.CharField(_("状态"), max_length=10, choices=STATUSES, default="confirmed")
    ordered_on = models.DateField(_("下单日期"))
    confirmed_on = models.DateField(_("确认日期"), null=True, blank=True)
    promised_on = models.DateField(_("承诺交期"), null=True, blank=True)
    delivered_on = models.DateField(_("发货日期"), null=True, blank=True)
    cancelled_on = models.DateField(_("取消日期"), null=True, blank=True)
    cancel_reason = models.CharField(_("取消原因"), max_length=200, blank=True, default="")
    channel = models.CharField(_("渠道"), max_length=12, choices=CHANNELS, blank=True, default="")
    source = models.CharField(_("来源"), max_length=60, blank=True, default="")
    external_number = models.CharField(_("外部单号"), max_length=60, blank=True, default="")
    delivery_method = models.CharField(_("运输方式"), max_length=40, blank=True, default="")
    region = models.CharField(_("地区"), max_length=40, blank=True, default="")
    province = models.CharField(_("收货省份"), max_length=40, blank=True, default="")
    city = models.CharField(_("收货城市"), max_length=40, blank=True, default="")
    address = models.CharField(_("收货地址"), max_length=200, blank=True, default="")
    note = models.CharField(_("备注"), max_length=500, blank=True, default="")
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2, default=0)
    split_dates = models.BooleanField(_("分日下单"), default=False, editable=False)
    owner = models.ForeignKey(
        "organisation.Person", models.SET_NULL, null=True, blank=True, related_name="sales_orders", verbose_name=_("业务员")
    )
    custom = models.JSONField(default=dict, blank=True)
    changed_at = changes.changed_at()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("订单")
        ordering = ["-ordered_on", "-id"]
        indexes = [
            # The purchase metrics read nothing but this index: customer, day, and the three figures beside them.
            models.Index(
                fields=["customer", "ordered_on"],
                include=["amount", "confirmed_on", "cancelled_on"],
                condition=Q(confirmed_on__isnull=False, split_dates=False),
                name="salesorder_purchases",
            ),
            models.Index(
                fields=["ordered_on"],
                include=["customer", "amount", "confirmed_on", "cancelled_on"],
                condition=Q(confirmed_on__isnull=False, split_dates=False),
                name="salesorder_purchases_by_day",
            ),
            models.Index(fields=["customer", "ordered_on", "id"], name="salesorder_of_customer"),
            models.Index(fields=["customer"], condition=Q(split_dates=True), name="salesorder_split"),
            models.Index(fields=["ordered_on", "id"], name="salesorder_day"),
            models.Index(fields=["status", "ordered_on", "id"], name="salesorder_status"),
            models.Index(fields=["amount", "id"], name="salesorder_amount"),
            models.Index(fields=["number"], name="salesorder_number", opclasses=["text_pattern_ops"]),
            GinIndex(fields=["number"], name="salesorder_part_of_number", opclasses=["gin_trgm_ops"]),
            models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="salesorder_number_backwards"),
            changes.index("salesorder_changed"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["customer", "number"], name="salesorder_number_once_per_customer"),
            models.CheckConstraint(condition=~Q(number=""), name="salesorder_has_number"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(status="cancelled") | Q(confirmed_on__isnull=False), name="salesorder_confirmed_day"
            ),
            models.CheckConstraint(condition=Q(confirmed_on__isnull=True) | ~Q(status="draft"), name="salesorder_draft_unconfirmed"),
            models.CheckConstraint(
                condition=Q(status="cancelled", cancelled_on__isnull=False) | (~Q(status="cancelled") & Q(cancelled_on__isnull=True)),
                name="salesorder_cancelled_day",
            ),
            models.CheckConstraint(
                condition=Q(delivered_on__isnull=True) | Q(delivered_on__gte=F("ordered_on")), name="salesorder_delivered_after_order"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_on__isnull=True) | Q(cancelled_on__gte=F("ordered_on")), name="salesorder_cancelled_after_order"
            ),
        ]
        triggers = [
            changes.noted(),
            _adds_up("NEW.id", pgtrigger.Insert | pgtrigger.UpdateOf("amount", "split_dates"), "amount_is_sum_of_lines"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/sales/orders/{self.pk}/"


@_tracked("SalesOrderLine")
class SalesOrderLine(models.Model):
    """One line. Money in yuan, tax included, rounded half up to the cent per line; `discount` is the share taken off (0.4 = 40 %).

    `ordered_on`, `delivered_on` and the place are filled only where this line differs from the order's head; `product_text`
    only where the paper called the product something else than the catalogue does.
    """

    order = models.ForeignKey(SalesOrder, models.CASCADE, related_name="lines", verbose_name=_("订单"))
    line_number = models.PositiveIntegerField(_("行号"))
    external_line = models.CharField(_("外部行号"), max_length=40, blank=True, default="")
    product = models.ForeignKey("products.Product", models.PROTECT, related_name="order_lines", verbose_name=_("产品"))
    product_text = models.CharField(_("单上品名"), max_length=200, blank=True, default="")
    quantity = models.DecimalField(_("数量"), max_digits=18, decimal_places=4)
    unit_price = models.DecimalField(_("单价"), max_digits=18, decimal_places=4)
    discount = models.DecimalField(_("折扣率"), max_digits=6, decimal_places=4, default=0)
    tax_rate = models.DecimalField(_("税率（%）"), max_digits=5, decimal_places=2, null=True, blank=True)
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2)
    cost = models.DecimalField(_("成本"), max_digits=18, decimal_places=2, null=True, blank=True)
    profit = models.DecimalField(_("利润"), max_digits=18, decimal_places=2, null=True, blank=True)
    ordered_on = models.DateField(_("下单日期"), null=True, blank=True)
    delivered_on = models.DateField(_("发货日期"), null=True, blank=True)
    region = models.CharField(_("地区"), max_length=40, blank=True, default="")
    province = models.CharField(_("收货省份"), max_length=40, blank=True, default="")
    city = models.CharField(_("收货城市"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("订单明细")
        ordering = ["order_id", "line_number"]
        indexes = [
            models.Index(fields=["product", "order"], include=["quantity", "amount"], name="salesorderline_product"),
            models.Index(fields=["external_line"], condition=~Q(external_line=""), name="salesorderline_external"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["order", "line_number"], name="salesorderline_number_once"),
            models.CheckConstraint(condition=Q(discount__gte=0) & Q(discount__lte=1), name="salesorderline_discount"),
            models.CheckConstraint(condition=~Q(quantity=0), name="salesorderline_quantity"),
        ]
        triggers = [
            _adds_up("NEW.order_id", pgtrigger.Insert | pgtrigger.UpdateOf("amount", "order_id", "ordered_on"), "head_follows_line"),
            _adds_up("OLD.order_id", pgtrigger.UpdateOf("order_id") | pgtrigger.Delete, "head_follows_line_left"),
        ]

    def __str__(self) -> str:
        return f"{self.order_id}-{self.line_number}"
