"""Whose data are past their term: the review list of 「到期的个人信息」 (08-quality privacy, CUS-12)."""

from typing import Any

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.oversight import rules
from guike.oversight.models.personal import ENDING, Hold, PersonalRequest
from guike.platform import clock, history


@history.tracked(exclude=["version"], whole_statements=True)
class DuePerson(models.Model):
    """A person past the term; one row a person. The nightly round writes it, and takes it away once there is a new dealing.

    `last_what`: the code of the last dealing, "" = only recorded. `kept_*`: somebody decided to keep it longer; `hold`: the law does.
    `request`: the erasure that was begun. Holds no value of the person.
    """

    State = models.TextChoices("State", [(code.upper(), (code, label)) for code, label in rules.DUE_STATES.items()])  # type: ignore[call-overload]

    subject_kind = models.CharField(_("谁的"), max_length=20, choices=ENDING)
    subject_id = models.BigIntegerField()
    term = models.CharField(_("期限"), max_length=12)
    months = models.PositiveSmallIntegerField(_("保存几个月"))
    last_on = models.DateField(_("最后一次往来"))
    last_what = models.CharField(_("往来"), max_length=20, blank=True, default="")
    ended_on = models.DateField(_("期满日"))
    found_on = models.DateField(_("列入日期"), default=clock.today)
    state: Any = models.CharField(_("状态"), max_length=6, choices=State.choices, default="due")
    hold = models.ForeignKey(Hold, models.SET_NULL, null=True, related_name="+", verbose_name=_("法定保留"))
    kept_until = models.DateField(_("再保留到"), null=True)
    kept_why = models.CharField(_("再保留的理由"), max_length=200, blank=True, default="")
    kept_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("谁决定保留"))
    request = models.ForeignKey(PersonalRequest, models.PROTECT, null=True, related_name="due_people", verbose_name=_("删除请求"))
    erased_on = models.DateField(_("删除日期"), null=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("到期的个人信息")
        ordering = ["ended_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject_kind", "subject_id"], name="dueperson_once"),
            models.CheckConstraint(condition=Q(kept_until__isnull=True) | ~Q(kept_why=""), name="dueperson_kept_why"),
            models.CheckConstraint(condition=Q(state="erased") | Q(erased_on__isnull=True), name="dueperson_erased_day"),
        ]
        indexes = [
            models.Index(fields=["state", "ended_on", "id"], name="dueperson_state"),
            models.Index(fields=["ended_on", "id"], name="dueperson_ended"),
        ]

    #: How the person is called and where they are found: put on by `selectors.subjects`, kept nowhere.
    subject_name = ""
    subject_place = ""

    def __str__(self) -> str:
        return self.subject_name or f"{self.get_subject_kind_display()} {self.subject_id}"

    def get_absolute_url(self) -> str:
        return reverse("oversight:due_person", args=[self.pk])
