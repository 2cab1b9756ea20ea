"""What came back (SAL-11)."""

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Reverse
from django.utils.translation import gettext_lazy as _

from guike.platform import changes, history
from guike.sales import rules
from guike.sales.models.orders import SalesOrder, SalesOrderLine


@history.tracked(exclude=["changed_at", "version"])
class ReturnOrder(models.Model):
    """Goods sent back. *Registered* means: we know that something of order number `order_number` came back. Only a *confirmed* return,
    with its order, day and amount, is taken off the customer's purchases; `amount` is positive, in yuan.
    """

    STATUSES = [(code, _(name)) for code, name in rules.RETURN_STATUSES.items()]
    REASONS = [(code, _(name)) for code, name in rules.RETURN_REASONS.items()]

    number = models.CharField(_("退货单号"), max_length=60, unique=True)
    order_number = models.CharField(_("原订单号"), max_length=60)
    order = models.ForeignKey(SalesOrder, models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("原订单"))
    customer = models.ForeignKey(
        "customers.Customer", models.PROTECT, null=True, blank=True, related_name="returns", verbose_name=_("客户")
    )
    external_number = models.CharField(_("外部退货单号"), max_length=60, blank=True, default="")
    status = models.CharField(_("状态"), max_length=10, choices=STATUSES, default="registered")
    reason = models.CharField(_("原因"), max_length=10, choices=REASONS, default="unknown")
    registered_on = models.DateField(_("登记日期"))
    returned_on = models.DateField(_("退货日期"), null=True, blank=True)
    amount = models.DecimalField(_("退货金额"), max_digits=18, decimal_places=2, null=True, blank=True)
    note = models.CharField(_("备注"), max_length=500, blank=True, default="")
    changed_at = changes.changed_at()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("退货单")
        ordering = ["-registered_on", "-id"]
        indexes = [
            models.Index(
                fields=["customer", "returned_on"], include=["amount"], condition=Q(status="confirmed"), name="returnorder_confirmed"
            ),
            models.Index(fields=["registered_on", "id"], name="returnorder_day"),
            GinIndex(fields=["number"], name="returnorder_part_of_number", opclasses=["gin_trgm_ops"]),
            models.Index(OpClass("number", "text_pattern_ops"), name="returnorder_number"),
            models.Index(OpClass(Reverse("number"), "text_pattern_ops"), name="returnorder_number_backwards"),
            models.Index(fields=["order_number"], name="returnorder_order_number"),
            changes.index("returnorder_changed"),
        ]
        triggers = [changes.noted()]
        constraints = [
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="returnorder_amount"),
            models.CheckConstraint(
                condition=~Q(status="confirmed")
                | Q(order__isnull=False, customer__isnull=False, returned_on__isnull=False, amount__isnull=False),
                name="returnorder_confirmed_is_known",
            ),
            models.CheckConstraint(condition=Q(order__isnull=True) | Q(customer__isnull=False), name="returnorder_customer_of_order"),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return f"/sales/returns/{self.pk}/"


@history.tracked()
class ReturnLine(models.Model):
    """What exactly came back; `order_line` where the line of the order is known."""

    return_order = models.ForeignKey(ReturnOrder, models.CASCADE, related_name="lines", verbose_name=_("退货单"))
    line_number = models.PositiveIntegerField(_("行号"))
    order_line = models.ForeignKey(
        SalesOrderLine, models.PROTECT, null=True, blank=True, related_name="return_lines", verbose_name=_("原订单行")
    )
    product = models.ForeignKey("products.Product", models.PROTECT, related_name="return_lines", verbose_name=_("产品"))
    quantity = models.DecimalField(_("数量"), max_digits=18, decimal_places=4)
    amount = models.DecimalField(_("金额"), max_digits=18, decimal_places=2)
    serial_number = models.CharField(_("序列号"), max_length=60, blank=True, default="")

    class Meta:
        verbose_name = _("退货明细")
        ordering = ["return_order_id", "line_number"]
        constraints = [
            models.UniqueConstraint(fields=["return_order", "line_number"], name="returnline_number_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0) & Q(amount__gte=0), name="returnline_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.return_order_id}-{self.line_number}"
