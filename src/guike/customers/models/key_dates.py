"""The days on which customers and their people are remembered (CUS-09): each with its next return, so that lists, reminders and calendars read one index."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.customers.models.certificates import Certificate
from guike.customers.models.contacts import Contact
from guike.customers.models.customer import Customer


class KeyDate(models.Model):
    """One day that comes: it follows from the file (`services.refresh_key_dates`) and is never typed.

    `contact` is set for a contact's birthday, `certificate` for the end of a licence; `what` names the customer's own field otherwise.
    `began_on`: from when anniversaries are counted; `lunar`: a birthday by the moon, as stored.
    """

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday", _("生日")
        FOUNDING = "founding", _("成立纪念日")
        AGREEMENT = "agreement", _("协议周年")
        CERTIFICATE = "certificate", _("证照到期")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="key_dates", verbose_name=_("客户"))
    kind = models.CharField(_("日子"), max_length=12, choices=Kind.choices)
    what = models.CharField(max_length=30, blank=True, default="")
    contact = models.ForeignKey(Contact, models.CASCADE, null=True, related_name="+", verbose_name=_("联系人"))
    certificate = models.ForeignKey(Certificate, models.CASCADE, null=True, related_name="+", verbose_name=_("证照"))
    next_on = models.DateField(_("日期"))
    began_on = models.DateField(null=True)
    lunar = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        verbose_name = _("重要日期")
        ordering = ["next_on", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["customer", "kind", "what", "contact", "certificate"], nulls_distinct=False, name="key_date_once"
            ),
            models.CheckConstraint(condition=Q(kind__in=["birthday", "founding", "agreement", "certificate"]), name="key_date_kind_known"),
        ]
        indexes = [
            models.Index(fields=["next_on", "id"], name="key_date_next"),
            models.Index(fields=["kind", "next_on", "id"], name="key_date_kind"),
        ]

    def __str__(self) -> str:
        return f"{self.customer} {self.get_kind_display()} {self.next_on:%m-%d}"

    def get_absolute_url(self) -> str:
        tab = {"birthday": "contacts", "founding": "file", "agreement": "file", "certificate": "file"}[self.kind]
        return f"/customers/{self.customer_id}/?tab={tab}"
