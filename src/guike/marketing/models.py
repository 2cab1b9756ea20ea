"""What marketing finds of possible customers, who gets it, and by which rules (CUS-08)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.marketing import rules
from guike.platform import clock, history


@history.tracked(exclude=["name_key", "phone_keys", "search", "alike", "version"])
class Find(models.Model):
    """A possible customer that marketing came upon. It waits, is sent to somebody or to a department, and is accepted by one person or comes back.

    `receiver` empty while sent = whoever of the department takes it first (`pooled`). `customer` is what it became; it stays when the find
    falls back. `contacted_on` and `ordered_on` are read from the customer's timeline, never typed. `alike`: 0–100, how much it resembles
    a customer in the books, as of the last look.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("企业")
        PERSON = "person", _("个人")

    class State(models.TextChoices):
        NEW = "new", _("待分派")
        SENT = "sent", _("待接收")
        ACCEPTED = "accepted", _("已接收")
        RETURNED = "returned", _("已退回")
        DROPPED = "dropped", _("已作废")

    class Scale(models.TextChoices):
        LARGE = "large", _("大")
        MEDIUM = "medium", _("中")
        SMALL = "small", _("小")

    class Trend(models.TextChoices):
        GROWING = "growing", _("在增长")
        STEADY = "steady", _("平稳")
        SHRINKING = "shrinking", _("在收缩")

    class Why(models.TextChoices):
        KNOWN = "known", _("已是客户")
        NO_NEED = "no_need", _("没有需求")
        UNREACHABLE = "unreachable", _("联系不上")
        NOT_OURS = "not_ours", _("不归我负责")
        OTHER = "other", _("其它")
        UNANSWERED = "unanswered", _("到期没有接收")
        UNTOUCHED = "untouched", _("接收后没有跟进")

    number = models.CharField(_("线索编号"), max_length=40, unique=True)
    kind = models.CharField(_("类别"), max_length=8, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(_("名称"), max_length=120)
    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    source = models.CharField(_("来源"), max_length=60, blank=True, default="")
    place_found = models.CharField(_("在哪里找到"), max_length=120, blank=True, default="")
    found_on = models.DateField(_("发现日期"), default=clock.today)
    found_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("收集人"))
    industry = models.CharField(_("行业"), max_length=60, blank=True, default="")
    scale = models.CharField(_("规模"), max_length=8, choices=Scale.choices, blank=True, default="")
    trend = models.CharField(_("发展趋势"), max_length=10, choices=Trend.choices, blank=True, default="")
    product_line = models.CharField(_("产品线"), max_length=60, blank=True, default="")
    province = models.CharField(_("省"), max_length=40, blank=True, default="")
    city = models.CharField(_("市"), max_length=40, blank=True, default="")
    address = models.CharField(_("地址"), max_length=240, blank=True, default="")
    contact = models.CharField(_("联系人"), max_length=60, blank=True, default="")
    position = models.CharField(_("职务"), max_length=60, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    note = models.TextField(_("情况"), blank=True, default="")

    state = models.CharField(_("状态"), max_length=8, choices=State.choices, default=State.NEW)
    receiver = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接收人"))
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("接收部门")
    )
    pooled = models.BooleanField(_("部门内先到先得"), default=False)
    sent_by = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("分派人"))
    sent_on = models.DateField(_("分派日期"), null=True, blank=True)
    route = models.CharField(_("分派规则"), max_length=60, blank=True, default="")
    due_on = models.DateField(_("期限"), null=True, blank=True)
    accepted_on = models.DateField(_("接收日期"), null=True, blank=True)
    customer = models.ForeignKey("customers.Customer", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("客户"))
    joined = models.BooleanField(_("并入已有客户"), default=False)
    contacted_on = models.DateField(_("首次联系"), null=True, blank=True)
    ordered_on = models.DateField(_("首次下单"), null=True, blank=True)
    returned_why = models.CharField(_("退回原因"), max_length=12, choices=Why.choices, blank=True, default="")
    returned_by = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("退回人")
    )
    returned_on = models.DateField(_("退回日期"), null=True, blank=True)
    said = models.CharField(_("说明"), max_length=200, blank=True, default="")

    name_key = models.CharField(max_length=120, editable=False, default="")
    phone_keys = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    search = models.TextField(editable=False, default="")
    alike = models.PositiveSmallIntegerField(_("像已有客户"), default=0, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("市场线索")
        ordering = ["-found_on", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="find_has_name"),
            models.CheckConstraint(
                condition=~Q(state="sent")
                | (Q(due_on__isnull=False) & (Q(receiver__isnull=False) | Q(pooled=True, department__isnull=False))),
                name="find_sent_to_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="accepted") | Q(receiver__isnull=False, accepted_on__isnull=False, pooled=False),
                name="find_accepted_by_one",
            ),
            models.CheckConstraint(condition=~Q(state="returned") | ~Q(returned_why=""), name="find_returned_has_why"),
            models.CheckConstraint(
                condition=Q(state="accepted") | Q(contacted_on__isnull=True, ordered_on__isnull=True), name="find_outcome_after_accepting"
            ),
        ]
        indexes = [
            models.Index(fields=["found_on", "id"], name="find_found"),
            models.Index(fields=["state", "found_on", "id"], name="find_state"),
            models.Index(fields=["due_on", "id"], name="find_due"),
            models.Index(fields=["receiver", "found_on", "id"], name="find_receiver"),
            models.Index(fields=["name_key"], name="find_name_key"),
            GinIndex(fields=["phone_keys"], name="find_phone_keys"),
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="find_search"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return f"/marketing/finds/{self.pk}/"

    @property
    def place(self) -> str:
        """City, else province."""
        return self.city or self.province


class FindOffer(models.Model):
    """A person who may take a find that was sent to his department; gone as soon as one of them took it or it came back."""

    find = models.ForeignKey(Find, models.CASCADE, related_name="offers")
    person = models.ForeignKey("organisation.Person", models.CASCADE, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["find", "person"], name="findoffer_once")]
        indexes = [models.Index(fields=["person", "find"], name="findoffer_person")]

    def __str__(self) -> str:
        return f"{self.find_id} {self.person_id}"


@history.tracked()
class Route(models.Model):
    """A rule of who gets which finds. Empty lists match everything; the first that fits counts, by `position`."""

    position = models.PositiveSmallIntegerField(_("次序"), default=100)
    name = models.CharField(_("名称"), max_length=60, unique=True)
    regions = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("地区"))
    product_lines = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("产品线"))
    sources = ArrayField(models.CharField(max_length=60), default=list, blank=True, verbose_name=_("来源"))
    person = models.ForeignKey("organisation.Person", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("分派给人"))
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("分派给部门")
    )

    class Meta:
        verbose_name = _("分派规则")
        ordering = ["position", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, department__isnull=True) | Q(person__isnull=True, department__isnull=False),
                name="route_to_one",
            )
        ]

    def __str__(self) -> str:
        return self.name


@history.tracked()
class FindTerms(models.Model):
    """How long a receiver has: to accept, in working days; to make the first contact after that, in days. One row."""

    accept_days = models.PositiveSmallIntegerField(_("几个工作日内接收"), default=rules.ACCEPT_DAYS)
    follow_days = models.PositiveSmallIntegerField(_("接收后几天内联系"), default=rules.FOLLOW_DAYS)

    class Meta:
        verbose_name = _("线索期限")
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="findterms_one_row"),
            models.CheckConstraint(
                condition=Q(accept_days__gte=1, accept_days__lte=60, follow_days__gte=1, follow_days__lte=365), name="findterms_days"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.accept_days} / {self.follow_days}"
