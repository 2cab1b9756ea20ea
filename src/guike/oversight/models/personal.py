"""What people ask about their own data, what the law holds back, and what is kept locked away until then (08-quality privacy)."""

from typing import Any

import pgtrigger
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.oversight import rules
from guike.platform import clock, history

#: Who a request or a hold may be about: the object's code, its word.
KINDS = [("contact", _("联系人")), ("customer", _("个人客户"))]
#: Whose data end by themselves, besides.
ENDING = [*KINDS, ("find", _("市场线索")), ("person", _("离职员工")), ("personal_request", _("办结的请求"))]


@history.tracked(exclude=["only"])
class PersonalTerms(models.Model):
    """How the company handles requests; one row. `responsible`: 个人信息保护负责人; nobody named = whoever recorded it.

    `months`: terms of its own by code, where they differ from those shipped.
    """

    only = models.BooleanField(default=True, unique=True, editable=False)
    responsible = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("个人信息保护负责人")
    )
    two_people = models.BooleanField(_("删除要两人"), default=True)
    months = models.JSONField(_("保存期限（月）"), default=dict)

    class Meta:
        verbose_name = _("个人信息规则")
        constraints = [models.CheckConstraint(condition=Q(only=True), name="personalterms_one")]

    def __str__(self) -> str:
        return str(self._meta.verbose_name)


@history.tracked(exclude=["version"])
class PersonalRequest(models.Model):
    """A person asks for a copy, a correction, erasure, or takes back consent. `plan`: what erasing does, in figures; it holds no value."""

    class Wish(models.TextChoices):
        COPY = "copy", _("查阅、复制")
        CORRECT = "correct", _("更正、补充")
        ERASE = "erase", _("删除")
        WITHDRAW = "withdraw", _("撤回同意")

    class Way(models.TextChoices):
        PHONE = "phone", _("电话")
        MAIL = "mail", _("邮件")
        LETTER = "letter", _("来信")
        VISIT = "visit", _("当面")
        OTHER = "other", _("其它")
        TERM = "term", _("保存期满")

    class Checked(models.TextChoices):
        DOCUMENT = "document", _("看过身份证件")
        CALL = "call", _("拨打登记的电话核对")
        MAIL = "mail", _("登记的邮箱回复确认")
        KNOWN = "known", _("当面，认识本人")
        PROXY = "proxy", _("代理人，看过授权委托书")
        TERM = "term", _("保存期满，不用核对")

    State = models.TextChoices("State", [(code.upper(), (code, label)) for code, label in rules.REQUEST_STATES.items()])  # type: ignore[call-overload]
    Refusal = models.TextChoices("Refusal", [(code.upper(), (code, label)) for code, label in rules.REFUSALS.items()])  # type: ignore[call-overload]

    number = models.CharField(_("编号"), max_length=40, unique=True)
    wish = models.CharField(_("要求"), max_length=8, choices=Wish.choices)
    subject_kind = models.CharField(_("对象"), max_length=20, choices=ENDING)
    subject_id = models.BigIntegerField()
    asker = models.CharField(_("申请人"), max_length=60)
    way = models.CharField(_("怎么提出的"), max_length=6, choices=Way.choices)
    detail = models.CharField(_("内容"), max_length=500, blank=True, default="")
    checked = models.CharField(_("身份核对"), max_length=8, choices=Checked.choices, blank=True, default="")
    checked_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("核对人"))
    received_on = models.DateField(_("收到日期"))
    due_on = models.DateField(_("期限"))
    received_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("登记人"))
    department = models.ForeignKey("organisation.Department", models.PROTECT, null=True, related_name="+", verbose_name=_("部门"))
    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default="open")
    plan: Any = models.JSONField(_("删除方案"), default=dict)
    planned_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("提出人"))
    planned_at = models.DateTimeField(_("提出时间"), null=True)
    confirmed_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("复核人"))
    refusal = models.CharField(_("拒绝理由"), max_length=10, choices=Refusal.choices, blank=True, default="")
    outcome = models.CharField(_("结果"), max_length=500, blank=True, default="")
    closed_on = models.DateField(_("办结日期"), null=True)
    closed_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("办理人"))
    job = models.ForeignKey("platform.JobRun", models.SET_NULL, null=True, related_name="+")
    recorded_at = models.DateTimeField(_("登记时间"), default=clock.now)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("个人信息请求")
        ordering = ["-id"]
        indexes = [
            models.Index(fields=["due_on", "id"], name="personalrequest_due"),
            models.Index(fields=["received_on", "id"], name="personalrequest_received"),
            models.Index(fields=["subject_kind", "subject_id"], name="personalrequest_subject"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(state="refused") | ~Q(refusal=""), name="personalrequest_refused_why"),
            models.CheckConstraint(condition=~Q(state__in=["done", "refused"]) | Q(closed_on__isnull=False), name="personalrequest_closed_day"),
        ]
        triggers = [
            pgtrigger.Protect(name="never_deleted", operation=pgtrigger.Delete),
            pgtrigger.Trigger(
                name="states",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("state"),
                condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
                func=rules.request_moves_sql(),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("oversight:request", args=[self.pk])


@history.tracked()
class Hold(models.Model):
    """A legal reason, placed by hand, for which nothing of a person may be lost until a day: a dispute, an authority's order."""

    class Ground(models.TextChoices):
        DISPUTE = "dispute", _("争议、诉讼")
        AUTHORITY = "authority", _("主管机关要求")
        CONTRACT = "contract", _("合同没有履行完")
        OTHER = "other", _("其它法定义务")

    subject_kind = models.CharField(_("对象"), max_length=20, choices=ENDING)
    subject_id = models.BigIntegerField()
    ground = models.CharField(_("依据"), max_length=9, choices=Ground.choices)
    reason = models.CharField(_("理由"), max_length=200)
    until = models.DateField(_("保留到"))
    placed_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("设置人"))
    placed_on = models.DateField(_("设置日期"), default=clock.today)
    released_on = models.DateField(_("解除日期"), null=True)
    released_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, related_name="+", verbose_name=_("解除人"))
    released_why = models.CharField(_("解除理由"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("法定保留")
        ordering = ["-id"]
        indexes = [models.Index(fields=["subject_kind", "subject_id"], name="hold_subject")]
        constraints = [
            models.CheckConstraint(condition=Q(released_on__isnull=True) | ~Q(released_why=""), name="hold_released_why"),
            models.CheckConstraint(condition=~Q(reason=""), name="hold_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_ground_display()} {self.until}"


class Keeping(models.Model):
    """Values that were taken out of their rows and must be provable until a day. `content` is sealed with the instance's key: no search,
    export or copy of the database reads it. Empty once the day is over."""

    request = models.ForeignKey(PersonalRequest, models.PROTECT, related_name="keepings", verbose_name=_("个人信息请求"))
    table = models.CharField(max_length=60)
    row = models.BigIntegerField()
    columns = models.JSONField(_("字段"), default=list)
    content = models.TextField(blank=True, default="")
    why = models.CharField(_("理由"), max_length=200)
    until = models.DateField(_("保留到"))
    hold = models.ForeignKey(Hold, models.PROTECT, null=True, related_name="keepings", verbose_name=_("法定保留"))
    kept_at = models.DateTimeField(_("时间"), default=clock.now)
    ended_on = models.DateField(_("清除日期"), null=True)

    class Meta:
        verbose_name = _("依法保留的资料")
        ordering = ["id"]
        indexes = [models.Index(fields=["until"], condition=Q(ended_on__isnull=True), name="keeping_until")]
        constraints = [models.CheckConstraint(condition=Q(ended_on__isnull=True) | Q(content=""), name="keeping_ended_is_empty")]

    def __str__(self) -> str:
        return f"{self.table} {self.row}"


