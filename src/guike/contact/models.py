"""Follow-ups (ACT-01). The obligations that arise and close are the engine's; the timeline line is the engine's activity."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.contact import rules
from guike.platform import changes, history


@history.tracked(exclude=["form_token", "first_contact", "changed_at"])
class FollowUp(models.Model):
    """One contact with a customer, as the person who had it wrote it down. Corrected for some days, voided, never deleted.

    `category` and `grade` are what the customer was at that time. `form_token` makes a form posted twice one follow-up.
    """

    METHODS = [(code, _(label)) for code, label in rules.METHODS.items()]

    customer = models.ForeignKey("customers.Customer", models.PROTECT, related_name="follow_ups", verbose_name=_("客户"))
    contacts = models.ManyToManyField("customers.Contact", related_name="follow_ups", blank=True, verbose_name=_("联系人"))
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="follow_ups", verbose_name=_("跟进人"))
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="follow_ups", verbose_name=_("部门")
    )
    happened_on = models.DateField(_("日期"))
    happened_time = models.TimeField(_("时间"), null=True, blank=True)
    method = models.CharField(_("方式"), max_length=10, choices=METHODS)
    category = models.CharField(_("当时类别"), max_length=40, blank=True, default="")
    grade = models.CharField(_("当时等级"), max_length=40, blank=True, default="")
    topic = models.CharField(_("主题"), max_length=120, blank=True, default="")
    said = models.TextField(_("沟通内容"))
    feedback = models.TextField(_("客户反馈"), blank=True, default="")
    next_step = models.CharField(_("下一步"), max_length=160, blank=True, default="")
    next_on = models.DateField(_("下次日期"), null=True, blank=True)
    place = models.CharField(_("地点"), max_length=120, blank=True, default="")
    first_contact = models.BooleanField(_("首次接触"), default=False, editable=False)
    form_token = models.UUIDField(null=True, unique=True, editable=False)
    recorded_at = models.DateTimeField(_("记录时间"), editable=False)
    voided_at = models.DateTimeField(_("作废时间"), null=True, blank=True, editable=False)
    voided_reason = models.CharField(_("作废原因"), max_length=200, blank=True, default="", editable=False)
    changed_at = changes.changed_at()
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("跟进")
        ordering = ["-happened_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(said=""), name="followup_says_something"),
            models.CheckConstraint(condition=Q(method__in=list(rules.METHODS)), name="followup_method_known"),
            models.UniqueConstraint(
                fields=["customer"], condition=Q(first_contact=True, voided_at__isnull=True), name="followup_one_first"
            ),
            models.CheckConstraint(condition=Q(voided_at__isnull=True) | ~Q(voided_reason=""), name="followup_voided_has_reason"),
        ]
        indexes = [
            models.Index(fields=["customer", "-happened_on", "-id"], name="followup_customer"),
            models.Index(fields=["person", "-happened_on", "-id"], name="followup_person"),
            models.Index(fields=["department", "-happened_on", "-id"], name="followup_department"),
            models.Index(fields=["-happened_on", "-id"], name="followup_newest"),
            changes.index("followup_changed"),
        ]
        triggers = [changes.noted()]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.get_method_display()}"

    def get_absolute_url(self) -> str:
        return f"/contact/{self.pk}/"


@history.tracked()
class CalendarFeed(models.Model):
    """A person's private address for calendar programs. Only the hash of the token is kept; a new token ends the old one."""

    person = models.OneToOneField("organisation.Person", models.CASCADE, related_name="calendar_feed", verbose_name=_("人员"))
    token_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField(_("生成时间"))
    last_read_at = models.DateTimeField(_("上次读取"), null=True)

    class Meta:
        verbose_name = _("日程订阅")

    def __str__(self) -> str:
        return f"{self.person}"
