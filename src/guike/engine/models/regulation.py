"""The 制度 as a document: versions with chapters and clauses; what was published never changes (POL-09)."""

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.engine.models.policy import DateRange, Exactly
from guike.platform import history

PUBLISHED_IS_FIXED = """
IF ROW(NEW.regulation_id, NEW.number, NEW.yaml, NEW.title, NEW.note, NEW.effective_from, NEW.published_at, NEW.published_by_id)
   IS DISTINCT FROM
   ROW(OLD.regulation_id, OLD.number, OLD.yaml, OLD.title, OLD.note, OLD.effective_from, OLD.published_at, OLD.published_by_id)
   OR NEW.status = 'draft' THEN
    RAISE EXCEPTION 'regulation version % is published and cannot change', OLD.id USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""
#: A clause may come, change or go only while its version is a draft; moving it between versions is looked at from both ends.
CLAUSE_IS_FIXED = """
IF EXISTS (SELECT 1 FROM engine_regulationversion v WHERE v.id IN (OLD.version_id, NEW.version_id) AND v.status <> 'draft') THEN
    RAISE EXCEPTION 'clause of a published regulation cannot change' USING ERRCODE = 'check_violation';
END IF;
IF TG_OP = 'DELETE' THEN RETURN OLD; END IF;
RETURN NEW;
"""


@history.tracked()
class Regulation(models.Model):
    """A management system of the company as people read it: 《客户管理制度》. What it says stands in its versions."""

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=80)
    department = models.ForeignKey(
        "organisation.Department", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("主管部门")
    )
    owner_function = models.CharField(_("主管职能"), max_length=20, blank=True, default="")
    pack = models.CharField(_("制度包"), max_length=30, blank=True, default="")
    created_at = models.DateTimeField(_("建立时间"))

    class Meta:
        app_label = "engine"
        verbose_name = _("制度文件")
        ordering = ["id"]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engine:regulation", args=[self.code])


@history.tracked(exclude=["lock"])
class RegulationVersion(models.Model):
    """One version: in force from `effective_from` up to, not including, `superseded_on`. `yaml` is its whole text, `clauses` the same as rows."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草案")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")

    regulation = models.ForeignKey(Regulation, models.PROTECT, related_name="versions", verbose_name=_("制度文件"))
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    title = models.CharField(_("名称"), max_length=80)
    yaml = models.TextField(_("YAML"))
    note = models.CharField(_("修订说明"), max_length=300, blank=True, default="")
    effective_from = models.DateField(_("生效日期"), null=True, blank=True)
    superseded_on = models.DateField(_("被替代日期"), null=True, blank=True)
    drafted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    published_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("发布人"))
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    lock = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        app_label = "engine"
        verbose_name = _("制度文件版本")
        ordering = ["regulation", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["regulation", "number"], name="regulationversion_number_once"),
            models.UniqueConstraint(fields=["regulation"], condition=Q(status="draft"), name="regulationversion_one_draft"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(effective_from__isnull=False, published_at__isnull=False),
                name="regulationversion_published_is_dated",
            ),
            ExclusionConstraint(
                name="regulationversion_never_overlap",
                expressions=[
                    (Exactly("regulation"), RangeOperators.OVERLAPS),
                    (DateRange("effective_from", "superseded_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status="published"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="regulation_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.status <> 'draft'"),
                func=PUBLISHED_IS_FIXED,
            ),
            pgtrigger.Protect(
                name="published_regulation_stays", operation=pgtrigger.Delete, condition=pgtrigger.Condition("OLD.status <> 'draft'")
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} 第 {self.number} 版"


class Clause(models.Model):
    """One article (条) of a version. `key` stays the same from version to version; `number` counts through the whole document.

    `carried_by`: what carries it out, as written in the text: policy:customer-grade, policy:contact-cadence/A, form:follow_up,
    page:decisions, people:市场部.
    """

    version = models.ForeignKey(RegulationVersion, models.CASCADE, related_name="clauses", verbose_name=_("版本"))
    number = models.PositiveSmallIntegerField(_("条"))
    key = models.SlugField(_("条目代码"), max_length=40)
    chapter_number = models.PositiveSmallIntegerField(_("章"))
    chapter = models.CharField(_("章名"), max_length=60)
    title = models.CharField(_("条目"), max_length=60, blank=True, default="")
    text = models.TextField(_("条文"))
    carried_by = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("由什么执行"))

    class Meta:
        app_label = "engine"
        verbose_name = _("条款")
        ordering = ["version", "number"]
        constraints = [
            models.UniqueConstraint(fields=["version", "number"], name="clause_number_once"),
            models.UniqueConstraint(fields=["version", "key"], name="clause_key_once"),
            models.CheckConstraint(condition=~Q(text=""), name="clause_says_something"),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="clause_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                func=CLAUSE_IS_FIXED,
            )
        ]

    def __str__(self) -> str:
        return f"{self.version_id} {self.number} {self.title}"
