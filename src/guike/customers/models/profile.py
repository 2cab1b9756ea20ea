"""Which fields a complete file has, per nature (CUS-03)."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer
from guike.platform import history


@history.tracked()
class ProfileRule(models.Model):
    """The fields required of customers of one kind and nature; `nature` empty = those whose nature is not yet known.

    `days` after registration the owner owes what is missing; empty = nobody is reminded.
    """

    kind = models.CharField(_("客户类别"), max_length=8)
    nature = models.CharField(_("客户性质"), max_length=10, blank=True, default="")
    fields = ArrayField(models.CharField(max_length=60), verbose_name=_("必填项"))
    days = models.PositiveSmallIntegerField(_("补齐期限（天）"), null=True, blank=True)

    class Meta:
        verbose_name = _("资料要求")
        constraints = [models.UniqueConstraint(fields=["kind", "nature"], name="profilerule_once")]

    def __str__(self) -> str:
        words = {**dict(Customer.Kind.choices), **dict(Customer.Nature.choices)}
        return " ".join(str(words.get(code, code)) for code in (self.kind, self.nature) if code)
