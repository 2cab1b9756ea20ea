"""What lists show and sort by, computed for all customers at once and kept (PRF-1)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer


class CustomerFigures(models.Model):
    """One row per customer, made by a trigger with the customer, refreshed by `services.refresh_figures`.

    Amounts in yuan, delivered minus returned. Nothing is decided from these copies: policies read the metrics themselves.
    """

    customer = models.OneToOneField(Customer, models.CASCADE, primary_key=True, related_name="figures")
    grade = models.CharField(_("等级"), max_length=40, blank=True, default="", db_default="")
    grade_rank = models.PositiveSmallIntegerField(_("等级次序"), default=99, db_default=99)
    score = models.DecimalField(_("综合分"), max_digits=8, decimal_places=2, null=True)
    purchases_12m = models.DecimalField(_("12 个月采购额"), max_digits=18, decimal_places=2, default=0, db_default=0)
    purchases_before = models.DecimalField(_("再前 12 个月采购额"), max_digits=18, decimal_places=2, default=0, db_default=0)
    orders_12m = models.PositiveIntegerField(_("12 个月订单数"), default=0, db_default=0)
    first_purchase_on = models.DateField(_("首次下单"), null=True)
    last_purchase_on = models.DateField(_("上次下单"), null=True)
    last_contact_on = models.DateField(_("上次联系"), null=True)
    next_due_on = models.DateField(_("下一步日期"), null=True)
    next_due_title = models.CharField(_("下一步"), max_length=120, blank=True, default="", db_default="")
    open_obligations = models.PositiveIntegerField(_("时限任务"), default=0, db_default=0)
    cooperation_years = models.PositiveSmallIntegerField(_("合作年数"), null=True)
    refreshed_at = models.DateTimeField(_("计算时间"), null=True)

    class Meta:
        verbose_name = _("客户数据")
        indexes = [
            models.Index(fields=["grade_rank", "customer"], name="figures_grade"),
            models.Index(fields=["grade", "customer"], name="figures_grade_code"),
            models.Index(fields=["purchases_12m", "customer"], name="figures_purchases"),
            models.Index(fields=["orders_12m", "customer"], name="figures_orders"),
            models.Index(fields=["last_contact_on", "customer"], name="figures_last_contact"),
            models.Index(fields=["last_purchase_on", "customer"], name="figures_last_purchase"),
            models.Index(fields=["next_due_on", "customer"], name="figures_next_due"),
        ]

    def __str__(self) -> str:
        return f"{self.customer_id}"
