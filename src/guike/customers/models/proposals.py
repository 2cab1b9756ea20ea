"""What somebody learnt about a customer and proposes for its file (CUS-03, 资料补充)."""

from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer
from guike.platform import clock, history


@history.tracked()
class FileProposal(models.Model):
    """One field's proposed value, with what stood there when it was proposed; it waits until the owner accepts or declines it."""

    class State(models.TextChoices):
        OPEN = "open", _("待采纳")
        ACCEPTED = "accepted", _("已采纳")
        DECLINED = "declined", _("未采纳")
        REPLACED = "replaced", _("已被新的补充代替")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="proposals", verbose_name=_("客户"))
    field = models.CharField(_("资料项"), max_length=40)
    before = models.JSONField(_("原值"), null=True, encoder=DjangoJSONEncoder)
    value = models.JSONField(_("补充为"), encoder=DjangoJSONEncoder)
    proposed_by = models.ForeignKey("organisation.Person", models.PROTECT, related_name="+", verbose_name=_("补充人"))
    proposed_at = models.DateTimeField(_("补充时间"), default=clock.now)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    decided_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("处理人"))
    decided_at = models.DateTimeField(_("处理时间"), null=True)
    decided_why = models.CharField(_("原因"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("资料补充")
        ordering = ["-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer", "field", "proposed_by"], condition=Q(state="open"), name="fileproposal_one_open"),
            models.CheckConstraint(condition=Q(state="open") | Q(decided_at__isnull=False), name="fileproposal_decided_has_time"),
        ]
        indexes = [models.Index(fields=["customer", "-id"], name="fileproposal_customer")]

    def __str__(self) -> str:
        field: Any = Customer._meta.get_field(self.field)
        return f"{self.customer} {field.verbose_name}"
