"""What a contact agreed to and took back: one row a word given, never changed (08-quality privacy, 个人信息保护法 第十四、十五条)."""

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.customers.models.contacts import Contact
from guike.platform import clock


class Consent(models.Model):
    """One word of a contact about one purpose: given or withdrawn, on which day, how we know. The newest day counts, of one day the last row."""

    class Purpose(models.TextChoices):
        MARKETING = "marketing", _("营销信息")
        CARE = "care", _("生日、节日关怀")
        SHARE = "share", _("提供给第三方")

    class Source(models.TextChoices):
        PAPER = "paper", _("书面")
        FORM = "form", _("网页、表单")
        CALL = "call", _("电话里说的")
        TALK = "talk", _("当面说的")
        MESSAGE = "message", _("短信、微信回复")

    contact = models.ForeignKey(Contact, models.CASCADE, related_name="consents", verbose_name=_("联系人"))
    purpose = models.CharField(_("用途"), max_length=9, choices=Purpose.choices)
    given = models.BooleanField(_("同意"))
    on = models.DateField(_("日期"), default=clock.today)
    source = models.CharField(_("怎么知道的"), max_length=7, choices=Source.choices)
    note = models.CharField(_("说明"), max_length=200, blank=True, default="")
    noted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    noted_at = models.DateTimeField(_("登记时间"), default=clock.now)

    class Meta:
        verbose_name = _("同意记录")
        ordering = ["-on", "-id"]
        indexes = [models.Index(fields=["contact", "purpose", "-on", "-id"], name="consent_newest")]
        triggers = [pgtrigger.Protect(name="append_only", operation=pgtrigger.Update)]

    def __str__(self) -> str:
        return f"{self.get_purpose_display()} {self.on}"
