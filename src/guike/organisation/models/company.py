"""The company that uses this instance (PLT-12)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import history


@history.tracked()
class CompanyProfile(models.Model):
    """One row, id 1: who we are, and how far the first-run wizard got."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    name = models.CharField(_("公司全称"), max_length=100, blank=True, default="")
    short_name = models.CharField(_("简称"), max_length=20, blank=True, default="")
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    city = models.CharField(_("所在城市"), max_length=30, blank=True, default="")
    industry = models.CharField(_("主营业务"), max_length=60, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=30, blank=True, default="")
    address = models.CharField(_("地址"), max_length=200, blank=True, default="")
    wizard_step = models.CharField(max_length=20, blank=True, default="")
    wizard_skipped = models.JSONField(default=list)
    wizard_finished_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("公司")
        constraints = [models.CheckConstraint(condition=Q(id=1), name="company_is_one")]

    def __str__(self) -> str:
        return self.short_name or self.name
