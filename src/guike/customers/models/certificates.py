"""Licences and authorisations of a customer, with the day they run out (CUS-13)."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.customers.models.customer import Customer
from guike.platform import clock, dictionaries, history


@history.tracked()
class Certificate(models.Model):
    """One licence as long as it counts: from `noted_on` until `ended_on` (renewed or given up; empty = counts today).

    `expires_on` empty = without end (长期). A renewal ends this row and begins a new one, so that what was known on a past day stays known.
    """

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="certificates", verbose_name=_("客户"))
    kind = models.CharField(_("证照"), max_length=60)
    number = models.CharField(_("证号"), max_length=60, blank=True, default="")
    scope = models.CharField(_("许可范围"), max_length=300, blank=True, default="")
    issued_by = models.CharField(_("发证机关"), max_length=120, blank=True, default="")
    issued_on = models.DateField(_("发证日期"), null=True, blank=True)
    expires_on = models.DateField(_("有效期至"), null=True, blank=True)
    scan = models.ForeignKey("platform.Attachment", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("扫描件"))
    renews = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="renewed_by", verbose_name=_("换自"))
    note = models.CharField(_("备注"), max_length=200, blank=True, default="")
    noted_on = models.DateField(_("登记日期"), default=clock.today)
    noted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("登记人"))
    ended_on = models.DateField(_("停用日期"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("证照")
        ordering = ["expires_on", "id"]
        indexes = [
            models.Index(fields=["customer", "ended_on"], name="certificate_customer"),
            models.Index(fields=["expires_on", "id"], name="certificate_expires"),
            models.Index(fields=["kind", "id"], name="certificate_kind"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(kind=""), name="certificate_has_kind"),
            models.CheckConstraint(
                condition=Q(issued_on__isnull=True) | Q(expires_on__isnull=True) | Q(expires_on__gte=F("issued_on")),
                name="certificate_ends_after_issue",
            ),
            models.UniqueConstraint(
                fields=["customer", "kind", "number"], condition=Q(ended_on__isnull=True) & ~Q(number=""), name="certificate_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind_label} {self.number}".strip()

    @property
    def kind_label(self) -> str:
        """The word of the dictionary 「证照」 behind the code."""
        return dictionaries.label_of("certificate_kind", self.kind)

    @property
    def state(self) -> str:
        """valid, soon or expired, today."""
        return rules.certificate_state(self.expires_on, clock.today())

    def get_absolute_url(self) -> str:
        return f"/customers/{self.customer_id}/?tab=file#certificates"

    @property
    def days_left(self) -> int | None:
        """Days until it runs out, negative after; None without end."""
        return (self.expires_on - clock.today()).days if self.expires_on else None
