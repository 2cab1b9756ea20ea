"""Exceptions from the rules of the public pool that were signed: who keeps or takes which customer until when (CUS-06, PLT-05)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer
from guike.platform import clock, history


@history.tracked()
class PoolException(models.Model):
    """What an approved request did, once: its approval has one row here. In force until `until_on`, or until the customer changes hands.

    `overrides`: ids of the engine's overrides that keep the customer from being released; they end with the exception.
    """

    class What(models.TextChoices):
        KEEP = "keep", _("不进公海")
        CLAIM = "claim", _("破例领取")

    approval = models.OneToOneField("engine.Approval", models.PROTECT, related_name="+", verbose_name=_("审批"))
    customer = models.ForeignKey(Customer, models.CASCADE, related_name="pool_exceptions", verbose_name=_("客户"))
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name=_("申请人"))
    what = models.CharField(_("事项"), max_length=5, choices=What.choices)
    reason = models.CharField(_("理由"), max_length=500)
    granted_on = models.DateField(_("批准日期"), default=clock.today)
    until_on = models.DateField(_("保护到"))
    overrides = models.JSONField(default=list, blank=True)
    ended_on = models.DateField(_("提前结束"), null=True)
    ended_reason = models.CharField(_("结束原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("公海例外")
        ordering = ["-id"]
        constraints = [models.CheckConstraint(condition=Q(until_on__gte=F("granted_on")), name="poolexception_ends_later")]
        indexes = [models.Index(fields=["customer", "-id"], name="poolexception_customer")]

    def __str__(self) -> str:
        return f"{self.customer_id} {self.until_on}"
