"""Facts that no module computes: entered by people with date, source and evidence (POL-03, RSK-01)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.platform import history


@history.tracked()
class Assessment(models.Model):
    """One entered value of a metric for one subject, observed on a day. The value as of D is the latest observed on or before D.

    A wrong entry is withdrawn, never overwritten. Flags are kept as 1 and 0 in `number`; percentages as 93.8, not 0.938.
    """

    metric = models.CharField(_("指标"), max_length=60)
    subject_kind = models.CharField(_("对象"), max_length=20)
    subject_id = models.BigIntegerField()
    number = models.DecimalField(_("数值"), max_digits=20, decimal_places=4, null=True, blank=True)
    text = models.CharField(_("文字值"), max_length=60, blank=True, default="")
    observed_on = models.DateField(_("观察日期"))
    source = models.CharField(_("来源"), max_length=120, blank=True, default="")
    evidence = models.CharField(_("凭据"), max_length=300, blank=True, default="")
    entered_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("填报人"))
    entered_at = models.DateTimeField(_("填报时间"))
    withdrawn_at = models.DateTimeField(_("作废时间"), null=True, blank=True)
    withdrawn_reason = models.CharField(_("作废原因"), max_length=200, blank=True, default="")

    class Meta:
        app_label = "engine"
        verbose_name = _("评价")
        indexes = [
            models.Index(
                fields=["subject_kind", "subject_id", "metric", "observed_on"], condition=Q(withdrawn_at=None), name="assessment_subject"
            ),
            models.Index(fields=["metric", "subject_kind", "observed_on"], condition=Q(withdrawn_at=None), name="assessment_metric"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(number__isnull=False) | ~Q(text=""), name="assessment_has_value"),
        ]

    def __str__(self) -> str:
        from guike.engine.metrics.registry import REGISTRY

        known = REGISTRY.metrics.get(self.metric)
        return f"{known.label if known else self.metric} {self.observed_on}"
