"""The public pool (公海): every stay of a customer without owner, how it came in and who took it out (CUS-06)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.customers.models.customer import Customer
from guike.platform import clock


class PoolStay(models.Model):
    """From the day a customer lost its owner to the day somebody took it. Open (`left_on` empty) exactly while the owner is empty.

    Rows come by trigger with the customer's owner; `why`, `clause` and who did it are filled in by the service in the same transaction.
    """

    class Why(models.TextChoices):
        NO_CONTACT = "no_contact", _("久未跟进")
        NO_DEAL = "no_deal", _("久未成交")
        BY_HAND = "by_hand", _("主动放入")
        LEFT = "left", _("负责人离职")
        ENTERED = "entered", _("录入时没有负责人")

    class How(models.TextChoices):
        CLAIMED = "claimed", _("领取")
        ASSIGNED = "assigned", _("分派")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="pool_stays", verbose_name=_("客户"))
    last_owner = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("原负责人"))
    entered_on = models.DateField(_("进公海日期"), default=clock.today)
    entered_at = models.DateTimeField(default=clock.now)
    why = models.CharField(_("原因"), max_length=12, choices=Why.choices, default=Why.BY_HAND)
    reason = models.CharField(_("说明"), max_length=200, blank=True, default="")
    grade = models.CharField(_("进公海时等级"), max_length=40, blank=True, default="")
    grade_rank = models.PositiveSmallIntegerField(default=99)
    policy_version = models.ForeignKey("engine.PolicyVersion", models.PROTECT, null=True, related_name="+", verbose_name=_("制度版本"))
    clause = models.CharField(_("条款"), max_length=160, blank=True, default="")
    released_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("经手人"))
    left_on = models.DateField(_("离开公海"), null=True)
    left_at = models.DateTimeField(null=True)
    how = models.CharField(_("方式"), max_length=8, choices=How.choices, blank=True, default="")
    taken_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("新负责人"))
    given_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("分派人"))
    exception = models.CharField(_("破例理由"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("公海客户")
        ordering = ["-entered_on", "-id"]
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(left_on__isnull=True), name="pool_one_open_stay"),
            models.CheckConstraint(
                condition=Q(left_on__isnull=True, taken_by__isnull=True) | Q(left_on__isnull=False, taken_by__isnull=False),
                name="pool_left_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["entered_on", "id"], condition=Q(left_on__isnull=True), name="pool_open_since"),
            models.Index(fields=["grade_rank", "id"], condition=Q(left_on__isnull=True), name="pool_open_grade"),
            models.Index(fields=["entered_on", "id"], name="pool_entered"),
            models.Index(fields=["customer", "-id"], name="pool_customer"),
            models.Index(fields=["last_owner", "entered_on"], name="pool_last_owner"),
        ]

    def __str__(self) -> str:
        return str(self.customer)
