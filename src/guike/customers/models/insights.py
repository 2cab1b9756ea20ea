"""What a customer needs and who else wants the business (CUS-11)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer
from guike.platform import clock, history


@history.tracked()
class Need(models.Model):
    """One need or preference, open or latent, with budget, price sensitivity and the day it becomes a purchase."""

    class Kind(models.TextChoices):
        MAIN = "main", _("主要需求")
        PAIN = "pain", _("痛点")
        LATENT = "latent", _("潜在需求")
        FEATURE = "feature", _("偏好功能")
        SPECIAL = "special", _("特殊要求")

    class Sensitivity(models.TextChoices):
        HIGH = "high", _("对价格敏感")
        MEDIUM = "medium", _("一般")
        LOW = "low", _("不敏感")

    class State(models.TextChoices):
        OPEN = "open", _("待满足")
        MET = "met", _("已满足")
        DROPPED = "dropped", _("不再需要")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="needs", verbose_name=_("客户"))
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, default=Kind.MAIN)
    text = models.TextField(_("内容"))
    budget = models.DecimalField(_("预算（元）"), max_digits=18, decimal_places=2, null=True, blank=True)
    price_sensitivity = models.CharField(_("价格敏感度"), max_length=6, choices=Sensitivity.choices, blank=True, default="")
    wanted_on = models.DateField(_("计划采购"), null=True, blank=True)
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.OPEN)
    noted_on = models.DateField(_("了解日期"), default=clock.today)
    noted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, verbose_name=_("了解人"))

    class Meta:
        verbose_name = _("需求")
        ordering = ["-id"]
        indexes = [models.Index(fields=["customer", "state", "wanted_on"], name="need_customer")]

    def __str__(self) -> str:
        return self.text[:40]


@history.tracked()
class Competitor(models.Model):
    """A rival at this customer: product, strengths, what the customer thinks of it, how it fights."""

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="competitors", verbose_name=_("客户"))
    name = models.CharField(_("竞争对手"), max_length=80)
    product = models.CharField(_("产品"), max_length=120, blank=True, default="")
    price = models.DecimalField(_("报价（元）"), max_digits=18, decimal_places=2, null=True, blank=True)
    share = models.DecimalField(_("采购占比（%）"), max_digits=5, decimal_places=2, null=True, blank=True)
    strengths = models.TextField(_("优势"), blank=True, default="")
    weaknesses = models.TextField(_("弱点"), blank=True, default="")
    opinion = models.TextField(_("客户评价"), blank=True, default="")
    tactics = models.TextField(_("竞争手段"), blank=True, default="")
    noted_on = models.DateField(_("了解日期"), default=clock.today)
    noted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, verbose_name=_("了解人"))

    class Meta:
        verbose_name = _("竞品")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(share__isnull=True) | models.Q(share__range=(0, 100)), name="competitor_share_is_percent"
            )
        ]

    def __str__(self) -> str:
        return self.name
