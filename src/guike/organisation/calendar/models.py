"""The working calendar's tables: what the State announced, what the company adds, and the days that follow from both."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from guike.platform import history


@history.tracked()
class CalendarYear(models.Model):
    """A year and whether its holidays are announced; one that is not follows the weekend rule and is provisional."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    announced = models.BooleanField(_("已公布"), default=False)
    source = models.CharField(_("依据"), max_length=300, blank=True, default="")
    loaded_at = models.DateTimeField(_("载入时间"), null=True)

    class Meta:
        app_label = "organisation"
        verbose_name = _("日历年度")
        ordering = ["year"]

    def __str__(self) -> str:
        return str(self.year)


class StatutoryDay(models.Model):
    """A day that a notice names: a holiday (rest) or a make-up workday. `year` is the notice's, which may differ from the day's."""

    day = models.DateField(primary_key=True)
    year = models.ForeignKey(CalendarYear, models.CASCADE, related_name="days")
    is_workday = models.BooleanField()
    name = models.CharField(max_length=30)

    class Meta:
        app_label = "organisation"
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


@history.tracked()
class CalendarException(models.Model):
    """A day the company itself declares work or rest; stands above the notice."""

    day = models.DateField(_("日期"), unique=True)
    is_workday = models.BooleanField(_("上班"))
    reason = models.CharField(_("原因"), max_length=60)

    class Meta:
        app_label = "organisation"
        verbose_name = _("公司调整")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day} {self.reason}"


class CalendarDay(models.Model):
    """One day from 2000 to 2035 as it counts. Computed from the three tables above, never edited itself.

    `ordinal` counts the workdays from 2000-01-01 to this day, this day included: a deadline of n workdays is a look-up.
    """

    KINDS = [
        ("workday", _("工作日")),
        ("weekend", _("周末")),
        ("holiday", _("节假日")),
        ("makeup", _("调休上班")),
        ("company_rest", _("公司休息")),
        ("company_work", _("公司上班")),
    ]

    day = models.DateField(primary_key=True)
    is_workday = models.BooleanField()
    kind = models.CharField(max_length=12, choices=KINDS)
    note = models.CharField(max_length=60, blank=True, default="")
    provisional = models.BooleanField(default=False)
    ordinal = models.IntegerField()

    class Meta:
        app_label = "organisation"
        ordering = ["day"]
        indexes = [
            models.Index(fields=["ordinal"], name="calendar_workday_ordinal", condition=models.Q(is_workday=True), include=["day"])
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.kind}"
