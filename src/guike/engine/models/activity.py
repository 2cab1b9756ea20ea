"""The one timeline: what happened with a subject, whichever domain's record tells it (architecture: Activity)."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.engine.activities import registry


class Activity(models.Model):
    """One line of a subject's timeline. The record behind it is the truth; this row is how it is found and read in order.

    `channel` is set for contacts only (visit, phone, wechat …): cadence and contact figures count those.
    `current` is false once the record behind was voided; nothing is deleted.
    """

    kind = models.CharField(_("类别"), max_length=30)
    channel = models.CharField(_("方式"), max_length=20, blank=True, default="")
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    happened_on = models.DateField(_("日期"))
    happened_at = models.DateTimeField(_("时间"))
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("人员"))
    counterpart = models.CharField(_("对方"), max_length=100, blank=True, default="")
    title = models.CharField(_("标题"), max_length=160, blank=True, default="")
    text = models.TextField(_("内容"), blank=True, default="")
    amount = models.DecimalField(_("金额（元）"), max_digits=16, decimal_places=2, null=True, blank=True)
    source_kind = models.CharField(max_length=40)
    source_id = models.BigIntegerField()
    current = models.BooleanField(default=True)
    recorded_at = models.DateTimeField(_("记录时间"))

    class Meta:
        app_label = "engine"
        verbose_name = _("活动")
        indexes = [
            models.Index(
                models.F("subject_kind"),
                models.F("subject_id"),
                models.F("happened_at").desc(),
                models.F("id").desc(),
                name="activity_timeline",
            ),
            models.Index(
                fields=["subject_kind", "subject_id", "happened_on"],
                include=["channel"],
                condition=~models.Q(channel="") & models.Q(current=True),
                name="activity_contacts",
            ),
            models.Index(fields=["person", "-happened_on"], name="activity_person_day"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["source_kind", "source_id", "kind"], name="activity_once_per_record"),
        ]

    def __str__(self) -> str:
        return f"{self.happened_on} {self.title or registry.kind(self.kind).label_for(self.channel)}"
