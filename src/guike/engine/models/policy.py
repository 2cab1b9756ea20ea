"""Policies and their versions: drafts change freely, what was published never does (POL-01)."""

from datetime import date

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import Func, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.platform import history

#: Packs take effect from here on, so that imported history can be judged by them: 「自始」.
BEGINNING = date(2000, 1, 1)

PUBLISHED_IS_FIXED = """
IF ROW(NEW.policy_id, NEW.number, NEW.content, NEW.yaml, NEW.clause_title, NEW.clause_number, NEW.clause_text, NEW.effective_from,
       NEW.published_at, NEW.published_by_id)
   IS DISTINCT FROM
   ROW(OLD.policy_id, OLD.number, OLD.content, OLD.yaml, OLD.clause_title, OLD.clause_number, OLD.clause_text, OLD.effective_from,
       OLD.published_at, OLD.published_by_id)
   OR NEW.status = 'draft' THEN
    RAISE EXCEPTION 'policy version % is published and cannot change', OLD.id USING ERRCODE = 'check_violation';
END IF;
RETURN NEW;
"""


class DateRange(Func):
    """daterange(from, to): from included, to excluded, an empty end is open."""

    function = "daterange"


class Exactly(Func):
    """A number as a range of itself: lets an exclusion constraint compare it without the btree_gist extension."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, %(expressions)s, '[]')"


@history.tracked()
class Policy(models.Model):
    """A rule of the company (制度) of one kind; what it says stands in its versions. `is_primary`: its outcome is *the* grade."""

    class Kind(models.TextChoices):
        SCORECARD = "scorecard", _("评分卡")
        DECISION_TABLE = "decision_table", _("判定表")
        CADENCE = "cadence", _("频次")
        QUOTA = "quota", _("配额")
        ALERT = "alert", _("预警")
        AUTHORITY = "authority", _("核决权限")
        HOLDING = "holding", _("持有")
        ENTITLEMENT = "entitlement", _("待遇")

    code = models.SlugField(_("代码"), max_length=60, unique=True)
    title = models.CharField(_("名称"), max_length=80)
    kind = models.CharField(_("类别"), max_length=20, choices=Kind.choices)
    subject_kind = models.CharField(_("对象"), max_length=20, default="customer")
    department = models.ForeignKey(
        "organisation.Department", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("主管部门")
    )
    owner_function = models.CharField(_("主管职能"), max_length=20, blank=True, default="")
    pack = models.CharField(_("制度包"), max_length=30, blank=True, default="")
    is_primary = models.BooleanField(_("主等级"), default=False)
    active = models.BooleanField(_("启用"), default=True)
    created_at = models.DateTimeField(_("建立时间"))
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        app_label = "engine"
        verbose_name = _("制度")
        ordering = ["pack", "id"]
        constraints = [
            models.UniqueConstraint(fields=["subject_kind"], condition=Q(is_primary=True, active=True), name="policy_one_primary"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("engine:policy", args=[self.code])


@history.tracked(exclude=["lock"])
class PolicyVersion(models.Model):
    """One version: in force from `effective_from` up to, not including, `superseded_on`. `lock` guards edits of a draft."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("草案")
        PUBLISHED = "published", _("已发布")
        WITHDRAWN = "withdrawn", _("已撤回")

    policy = models.ForeignKey(Policy, models.PROTECT, related_name="versions", verbose_name=_("制度"))
    number = models.PositiveIntegerField(_("版本"))
    status = models.CharField(_("状态"), max_length=10, choices=Status.choices, default=Status.DRAFT)
    content = models.JSONField(_("内容"))
    yaml = models.TextField(_("YAML"))
    clause_title = models.CharField(_("文件"), max_length=120, blank=True, default="")
    clause_number = models.CharField(_("条号"), max_length=40, blank=True, default="")
    clause_text = models.TextField(_("条文"), blank=True, default="")
    effective_from = models.DateField(_("生效日期"), null=True, blank=True)
    superseded_on = models.DateField(_("被替代日期"), null=True, blank=True)
    drafted_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("起草人"))
    drafted_at = models.DateTimeField(_("起草时间"))
    published_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("发布人"))
    published_at = models.DateTimeField(_("发布时间"), null=True, blank=True)
    lock = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        app_label = "engine"
        verbose_name = _("制度版本")
        ordering = ["policy", "-number"]
        constraints = [
            models.UniqueConstraint(fields=["policy", "number"], name="policyversion_number_once"),
            models.UniqueConstraint(fields=["policy"], condition=Q(status="draft"), name="policyversion_one_draft"),
            models.CheckConstraint(
                condition=Q(status="draft") | Q(effective_from__isnull=False, published_at__isnull=False),
                name="policyversion_published_is_dated",
            ),
            ExclusionConstraint(
                name="policyversion_never_overlap",
                expressions=[
                    (Exactly("policy"), RangeOperators.OVERLAPS),
                    (DateRange("effective_from", "superseded_on"), RangeOperators.OVERLAPS),
                ],
                condition=Q(status="published"),
            ),
        ]
        triggers = [
            pgtrigger.Trigger(
                name="published_is_fixed",
                when=pgtrigger.Before,
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition("OLD.status <> 'draft'"),
                func=PUBLISHED_IS_FIXED,
            ),
            pgtrigger.Protect(name="published_stays", operation=pgtrigger.Delete, condition=pgtrigger.Condition("OLD.status <> 'draft'")),
        ]

    def __str__(self) -> str:
        return f"{self.policy} 第 {self.number} 版"

    @property
    def clause(self) -> str:
        """《客户分级管理办法》第八条; the policy's title where no document is named."""
        return f"《{self.clause_title or self.policy.title}》{self.clause_number}"
