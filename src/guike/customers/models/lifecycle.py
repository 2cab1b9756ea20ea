"""Where a customer stood in its life, and since when (CUS-05)."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer
from guike.platform import clock


class LifecycleMove(models.Model):
    """One move of a customer from stage to stage: by a fact (`fact_kind`, `fact_id`) or by hand (`why`). Append-only."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="moves", verbose_name=_("客户"))
    from_stage = models.CharField(_("原阶段"), max_length=12, choices=Customer.Stage.choices, blank=True, default="")
    to_stage = models.CharField(_("新阶段"), max_length=12, choices=Customer.Stage.choices)
    on = models.DateField(_("日期"))
    days_before = models.PositiveIntegerField(_("在原阶段天数"), null=True)
    why = models.CharField(_("原因"), max_length=200, blank=True, default="")
    fact_kind = models.CharField(max_length=40, blank=True, default="")
    fact_id = models.BigIntegerField(null=True)
    moved_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, verbose_name=_("操作人"))
    at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("阶段变动")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["customer", "-id"], name="lifecyclemove_customer"),
            models.Index(fields=["to_stage", "on"], name="lifecyclemove_stage"),
        ]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.get_to_stage_display()} {self.on}"
