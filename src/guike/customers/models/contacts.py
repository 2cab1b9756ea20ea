"""The customer's people and their say (CUS-02), and ours who share the work (CUS-06)."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.customers.models.customer import Customer
from guike.platform import changes, clock, history


class PresentContacts(models.Manager):
    """Contacts on file; those taken out of use are left aside, those who left their firm are kept (`left_on`)."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(removed_at__isnull=True)


@history.tracked(exclude=["search", "dial", "pinyin", "phone_keys", "changed_at", "version"], whole_statements=True)
class Contact(models.Model):
    """A person at a customer: the say in the decision, to whom they report, how they stand to us."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("拍板")
        INFLUENCES = "influences", _("影响")
        USES = "uses", _("使用")
        GATEKEEPS = "gatekeeps", _("把关")
        SIGNS = "signs", _("签字")
        PAYS = "pays", _("付款")

    class Attitude(models.TextChoices):
        SUPPORT = "support", _("支持")
        NEUTRAL = "neutral", _("中立")
        AGAINST = "against", _("反对")
        COMPETITOR = "competitor", _("偏竞品")

    class Marketing(models.TextChoices):
        GIVEN = "given", _("同意营销信息")
        WITHDRAWN = "withdrawn", _("不发营销")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", verbose_name=_("客户"))
    name = models.CharField(_("姓名"), max_length=60)
    pinyin = models.CharField(max_length=200, editable=False, default="")
    search = models.TextField(editable=False, default="")
    dial = models.TextField(editable=False, default="", db_default="")
    gender = models.CharField(_("性别"), max_length=6, choices=Customer.Gender.choices, blank=True, default="")
    position = models.CharField(_("职务"), max_length=60, blank=True, default="")
    department = models.CharField(_("部门"), max_length=60, blank=True, default="")
    role = models.CharField(_("决策角色"), max_length=10, choices=Role.choices, blank=True, default="")
    attitude = models.CharField(_("态度"), max_length=10, choices=Attitude.choices, blank=True, default="")
    reports_to = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="reports", verbose_name=_("上级"))
    phone = models.CharField(_("手机"), max_length=40, blank=True, default="")
    phones = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("其它电话"))
    phone_keys = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    email = models.EmailField(_("邮箱"), blank=True, default="")
    wechat = models.CharField(_("微信"), max_length=60, blank=True, default="")
    birthday = models.DateField(_("生日"), null=True, blank=True)
    birthday_lunar = models.CharField(_("农历生日"), max_length=10, blank=True, default="")
    preferences = models.TextField(_("喜好"), blank=True, default="")
    private_channels = models.TextField(_("私人联络方式"), blank=True, default="")
    is_primary = models.BooleanField(_("首要联系人"), default=False)
    left_on = models.DateField(_("离职日期"), null=True, blank=True)
    marketing = models.CharField(_("营销信息"), max_length=9, choices=Marketing.choices, blank=True, default="", db_default="", editable=False)
    note = models.TextField(_("备注"), blank=True, default="")
    created_at = models.DateTimeField(_("录入时间"), default=clock.now, editable=False)
    changed_at = changes.changed_at()
    removed_at = models.DateTimeField(_("停用时间"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PresentContacts()
    everything = models.Manager()

    class Meta:
        verbose_name = _("联系人")
        ordering = ["-is_primary", "id"]
        base_manager_name = "everything"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["customer"], condition=Q(is_primary=True, removed_at__isnull=True), name="contact_one_primary"),
            models.CheckConstraint(condition=~Q(name=""), name="contact_has_name"),
            models.CheckConstraint(condition=Q(reports_to__isnull=True) | ~Q(reports_to=F("id")), name="contact_reports_to_another"),
            models.CheckConstraint(condition=Q(birthday_lunar__regex=rules.STORED_LUNAR), name="contact_birthday_lunar"),
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="contact_search"),
            GinIndex(fields=["dial"], opclasses=["gin_trgm_ops"], name="contact_dial"),
            GinIndex(fields=["phone_keys"], name="contact_phone_keys"),
            models.Index(fields=["pinyin", "id"], name="contact_pinyin"),
            changes.index("contact_changed"),
        ]
        triggers = [changes.noted()]

    def __str__(self) -> str:
        return self.name


@history.tracked()
class Collaborator(models.Model):
    """A colleague who works on a customer together with its owner."""

    class Right(models.TextChoices):
        READ = "read", _("可看")
        WRITE = "write", _("可改")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="collaborators", verbose_name=_("客户"))
    person = models.ForeignKey("organisation.Person", models.PROTECT, related_name="customers_shared", verbose_name=_("协同人"))
    right = models.CharField(_("权限"), max_length=5, choices=Right.choices, default=Right.READ)
    since = models.DateField(_("开始"), default=clock.today)

    class Meta:
        verbose_name = _("协同人")
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["customer", "person"], name="collaborator_once")]
        indexes = [models.Index(fields=["person", "customer"], name="collaborator_person")]

    def __str__(self) -> str:
        return str(self.person)
