"""The catalogue (SAL-01)."""

from decimal import Decimal

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import changes, history

UNNAMED_UNIT = "件"


@history.tracked(exclude=["search", "changed_at", "version"])
class Product(models.Model):
    """Something sold, by the company's own number. Prices are per `unit`, in yuan, tax included; `tax_rate` in percent."""

    number = models.CharField(_("产品编号"), max_length=60, unique=True)
    name = models.CharField(_("名称"), max_length=200)
    search = models.TextField(editable=False, default="")
    spec = models.CharField(_("规格型号"), max_length=120, blank=True, default="")
    category = models.CharField(_("类别"), max_length=60, blank=True, default="")
    subcategory = models.CharField(_("子类别"), max_length=60, blank=True, default="")
    unit = models.CharField(_("单位"), max_length=12, default=UNNAMED_UNIT)
    tax_rate = models.DecimalField(_("税率（%）"), max_digits=5, decimal_places=2, default=Decimal(13))
    serial_tracked = models.BooleanField(_("按序列号管理"), default=False)
    new_until = models.DateField(_("新品截止"), null=True, blank=True)
    active = models.BooleanField(_("在售"), default=True)
    list_price = models.DecimalField(_("标准价"), max_digits=18, decimal_places=2, null=True, blank=True)
    floor_price = models.DecimalField(_("最低价"), max_digits=18, decimal_places=2, null=True, blank=True)
    custom = models.JSONField(default=dict, blank=True)
    changed_at = changes.changed_at()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("产品")
        ordering = ["number"]
        indexes = [
            models.Index(fields=["category", "subcategory", "number"], name="product_category"),
            models.Index(fields=["name", "id"], name="product_name"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="product_search"),
            changes.index("product_changed"),
        ]
        triggers = [changes.noted()]
        constraints = [
            models.CheckConstraint(condition=~Q(number="") & ~Q(name=""), name="product_number_and_name"),
            models.CheckConstraint(condition=Q(tax_rate__gte=0) & Q(tax_rate__lte=100), name="product_tax_rate"),
            models.CheckConstraint(condition=Q(list_price__isnull=True) | Q(list_price__gte=0), name="product_list_price"),
            models.CheckConstraint(condition=Q(floor_price__isnull=True) | Q(floor_price__gte=0), name="product_floor_price"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/products/{self.pk}/"
