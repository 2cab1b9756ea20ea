"""The master record of a customer, company or person (CUS-01), and its addresses."""

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, words
from guike.customers.models.pool_triggers import STAY_FOLLOWS_OWNER, STAYS_OF_NEW_ROWS
from guike.platform import changes, clock, history

FIGURES_FOR_NEW_ROWS = pgtrigger.Func(
    """
    INSERT INTO customers_customerfigures (customer_id) SELECT id FROM new_rows;
    RETURN NULL;
    """
)

#: The table of moves in `rules.TRANSITIONS`, as the database enforces it.
STAGE_MOVES_IN_TABLE = pgtrigger.Func(
    "IF NOT (CASE OLD.stage "
    + " ".join(
        f"WHEN '{old}' THEN NEW.stage IN ({', '.join(repr(new) for new in sorted(moves))})" for old, moves in rules.TRANSITIONS.items()
    )
    + " ELSE false END) THEN RAISE EXCEPTION 'customer % cannot move from % to %', NEW.id, OLD.stage, NEW.stage"
    " USING ERRCODE = 'check_violation'; END IF; RETURN NEW;"
)


class LiveCustomers(models.Manager):
    """Customers that were not removed: what every list, picker and count starts from."""

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(removed_at__isnull=True)


@history.tracked(
    exclude=[
        "search",
        "dial",
        "name_key",
        "phone_keys",
        "pinyin",
        "initials",
        "brand_key",
        "brand_sound",
        "brand_place",
        "changed_at",
        "version",
        "group",
    ],
    whole_statements=True,
)
class Customer(models.Model):
    """A company or person we sell to or want to. `owner` empty = public pool (公海); `removed_at` set = taken out of use.

    `nature` is what was entered; the dated agreements and `own_use` are the facts from which the policy computes it (CUS-04).
    `completeness` and `decision_makers` follow from the file and its people (`services.refresh_completeness`); they stand here so that
    their history is kept with the record. `parent` and `group` (the top of its tree, also of the top itself) follow from the open
    `Relation`s of kind parent, kept by a trigger; nothing else writes them. `registered_on` is the day the customer entered our books, which may lie before the day it entered this program.
    """

    class Kind(models.TextChoices):
        COMPANY = "company", _("企业")
        PERSON = "person", _("个人")

    class Nature(models.TextChoices):
        DEALER = "dealer", _("经销商")
        AGENT = "agent", _("代理商")
        END_USER = "end_user", _("终端用户")

    class NeedState(models.TextChoices):
        CLEAR = "clear", _("需求明确")
        LATENT = "latent", _("潜在需求")
        NONE = "none", _("无需求")

    class Rapport(models.TextChoices):
        GOOD = "good", _("关系好")
        ORDINARY = "ordinary", _("关系一般")
        POOR = "poor", _("关系差或无发言权")

    class Gender(models.TextChoices):
        MALE = "male", _("男")
        FEMALE = "female", _("女")

    Stage = models.TextChoices("Stage", [(code.upper(), (code, label)) for code, label in words.STAGES.items()])  # type: ignore[call-overload]

    number = models.CharField(_("客户编号"), max_length=40, unique=True)
    kind = models.CharField(_("客户类别"), max_length=8, choices=Kind.choices, default=Kind.COMPANY)
    name = models.CharField(_("客户名称"), max_length=120)
    short_name = models.CharField(_("简称"), max_length=60, blank=True, default="")
    former_names = ArrayField(models.CharField(max_length=120), default=list, blank=True, verbose_name=_("曾用名"))
    former_numbers = ArrayField(
        models.CharField(max_length=40), default=list, db_default=[], blank=True, editable=False, verbose_name=_("并入的编号")
    )
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, editable=False, related_name="merged_from", verbose_name=_("并入")
    )
    name_key = models.CharField(max_length=120, editable=False, default="")
    pinyin = models.CharField(max_length=400, editable=False, default="")
    initials = models.CharField(max_length=120, editable=False, default="")
    brand_key = models.CharField(max_length=60, editable=False, default="", db_default="")
    brand_sound = models.CharField(max_length=120, editable=False, default="", db_default="")
    brand_place = models.CharField(max_length=2, editable=False, default="", db_default="")
    search = models.TextField(editable=False, default="")
    dial = models.TextField(editable=False, default="", db_default="")

    uscc = models.CharField(_("统一社会信用代码"), max_length=18, blank=True, default="")
    registration_number = models.CharField(_("旧注册号"), max_length=20, blank=True, default="")
    legal_representative = models.CharField(_("法定代表人"), max_length=60, blank=True, default="")
    registered_capital = models.DecimalField(_("注册资本（万元）"), max_digits=18, decimal_places=2, null=True, blank=True)
    founded_on = models.DateField(_("成立日期"), null=True, blank=True)
    business_scope = models.TextField(_("经营范围"), blank=True, default="")
    industry = models.CharField(_("行业"), max_length=60, blank=True, default="")
    employees = models.PositiveIntegerField(_("员工人数"), null=True, blank=True)
    production_lines = models.PositiveIntegerField(_("生产线数量"), null=True, blank=True)

    channel = models.CharField(_("渠道"), max_length=60, blank=True, default="")
    outlet_type = models.CharField(_("网点类型"), max_length=60, blank=True, default="")
    source = models.CharField(_("客户来源"), max_length=60, blank=True, default="")
    parent = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, related_name="subsidiaries", verbose_name=_("上级单位"))
    group = models.ForeignKey("self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", verbose_name=_("集团"))

    region = models.CharField(_("大区"), max_length=40, blank=True, default="")
    province = models.CharField(_("省"), max_length=40, blank=True, default="")
    city = models.CharField(_("市"), max_length=40, blank=True, default="")
    district = models.CharField(_("区县"), max_length=40, blank=True, default="")
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True, default="")
    registered_address = models.CharField(_("地址"), max_length=240, blank=True, default="")

    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    phones = ArrayField(models.CharField(max_length=40), default=list, blank=True, verbose_name=_("其它电话"))
    phone_keys = ArrayField(models.CharField(max_length=20), default=list, blank=True, editable=False)
    email = models.EmailField(_("邮箱"), blank=True, default="")
    website = models.CharField(_("网址"), max_length=200, blank=True, default="")
    social = models.JSONField(_("社交账号"), default=dict, blank=True)

    invoice_title = models.CharField(_("发票抬头"), max_length=120, blank=True, default="")
    tax_number = models.CharField(_("税号"), max_length=20, blank=True, default="")
    invoice_address = models.CharField(_("开票地址、电话"), max_length=240, blank=True, default="")
    bank_name = models.CharField(_("开户行"), max_length=120, blank=True, default="")
    bank_account = models.CharField(_("银行账号"), max_length=40, blank=True, default="")

    gender = models.CharField(_("性别"), max_length=6, choices=Gender.choices, blank=True, default="")
    birthday = models.DateField(_("生日"), null=True, blank=True)
    birthday_lunar = models.CharField(_("农历生日"), max_length=10, blank=True, default="")
    title = models.CharField(_("职务"), max_length=60, blank=True, default="")
    organisation = models.CharField(_("所在单位"), max_length=120, blank=True, default="")

    owner = models.ForeignKey(
        "organisation.Person", models.PROTECT, null=True, blank=True, related_name="customers_owned", verbose_name=_("负责人")
    )
    owner_since = models.DateField(_("接手日期"), null=True, blank=True, editable=False)
    department = models.ForeignKey(
        "organisation.Department", models.PROTECT, null=True, blank=True, related_name="customers", verbose_name=_("所属部门")
    )

    nature = models.CharField(_("客户性质"), max_length=10, choices=Nature.choices, blank=True, default="")
    dealer_agreement_on = models.DateField(_("经销协议签订日"), null=True, blank=True)
    commission_agreement_on = models.DateField(_("代理协议签订日"), null=True, blank=True)
    strategic_agreement_on = models.DateField(_("战略协议签订日"), null=True, blank=True)
    supply_contract_on = models.DateField(_("供货合同签订日"), null=True, blank=True)
    own_use = models.BooleanField(_("采购自用"), null=True, blank=True)

    stage = models.CharField(_("客户阶段"), max_length=12, choices=Stage.choices, default="lead")
    stage_since = models.DateField(_("进入阶段"), default=clock.today)
    need_state = models.CharField(_("需求"), max_length=8, choices=NeedState.choices, blank=True, default="")
    rapport = models.CharField(_("客情"), max_length=10, choices=Rapport.choices, blank=True, default="")
    expected_deal_on = models.DateField(_("预计成交"), null=True, blank=True)

    completeness = models.PositiveSmallIntegerField(_("档案完整度"), default=0, db_default=0, editable=False)
    decision_makers = models.PositiveSmallIntegerField(_("拍板人数"), default=0, db_default=0, editable=False)
    note = models.TextField(_("备注"), blank=True, default="")
    tags = ArrayField(models.CharField(max_length=60), default=list, blank=True, db_default=[], editable=False, verbose_name=_("标签"))
    custom = models.JSONField(_("自定义字段"), default=dict, blank=True)
    registered_on = models.DateField(_("建档日期"), default=clock.today)
    created_at = models.DateTimeField(_("录入时间"), default=clock.now, editable=False)
    updated_at = models.DateTimeField(_("修改时间"), default=clock.now, editable=False)
    changed_at = changes.changed_at()
    removed_at = models.DateTimeField(_("停用时间"), null=True, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = LiveCustomers()
    everything = models.Manager()

    class Meta:
        verbose_name = _("客户")
        ordering = ["id"]
        base_manager_name = "everything"
        default_manager_name = "objects"
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=Q(removed_at__isnull=True) & ~Q(uscc=""), name="customer_uscc_once"),
            models.CheckConstraint(condition=~Q(name=""), name="customer_has_name"),
            models.CheckConstraint(condition=Q(merged_into__isnull=True) | Q(removed_at__isnull=False), name="customer_merged_is_removed"),
            models.CheckConstraint(condition=Q(stage__in=list(rules.STAGES)), name="customer_stage_known"),
            models.CheckConstraint(condition=Q(birthday_lunar__regex=rules.STORED_LUNAR), name="customer_birthday_lunar"),
        ]
        indexes = [
            GinIndex(fields=["search"], opclasses=["gin_trgm_ops"], name="customer_search"),
            GinIndex(fields=["dial"], opclasses=["gin_trgm_ops"], name="customer_dial"),
            GinIndex(fields=["phone_keys"], name="customer_phone_keys"),
            GinIndex(fields=["tags"], name="customer_tags"),
            models.Index(fields=["name_key"], name="customer_name_key"),
            models.Index(
                fields=["brand_sound", "brand_place", "id"],
                condition=Q(removed_at__isnull=True) & ~Q(brand_sound=""),
                name="customer_brand",
            ),
            # Counted without a look into the table: a list says how many rows a filter finds.
            models.Index(fields=["id"], condition=Q(removed_at__isnull=True), name="customer_present"),
            models.Index(fields=["owner", "id"], condition=Q(removed_at__isnull=True), name="customer_owner"),
            models.Index(fields=["stage", "id"], condition=Q(removed_at__isnull=True), name="customer_stage"),
            models.Index(fields=["nature", "id"], condition=Q(removed_at__isnull=True), name="customer_nature"),
            models.Index(fields=["source", "id"], condition=Q(removed_at__isnull=True), name="customer_source"),
            models.Index(fields=["department", "id"], name="customer_department"),
            models.Index(fields=["pinyin", "id"], name="customer_pinyin"),
            models.Index(fields=["province", "city", "district"], name="customer_place"),
            models.Index(fields=["industry"], name="customer_industry"),
            models.Index(fields=["registered_on", "id"], name="customer_registered"),
            models.Index(fields=["completeness", "id"], name="customer_completeness"),
            changes.index("customer_changed"),
        ]
        triggers = [
            changes.noted(),
            pgtrigger.Trigger(
                name="figures_for_new_rows",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=FIGURES_FOR_NEW_ROWS,
            ),
            pgtrigger.Trigger(
                name="pool_stays_of_new_rows",
                level=pgtrigger.Statement,
                when=pgtrigger.After,
                operation=pgtrigger.Insert,
                referencing=pgtrigger.Referencing(new="new_rows"),
                func=STAYS_OF_NEW_ROWS,
            ),
            pgtrigger.Trigger(
                name="pool_stay_follows_owner",
                when=pgtrigger.After,
                operation=pgtrigger.UpdateOf("owner_id"),
                condition=pgtrigger.Condition("((OLD.owner_id IS NULL) <> (NEW.owner_id IS NULL))"),
                func=STAY_FOLLOWS_OWNER,
            ),
            pgtrigger.Trigger(
                name="stage_moves_in_table",
                when=pgtrigger.Before,
                operation=pgtrigger.UpdateOf("stage"),
                condition=pgtrigger.Condition("OLD.stage IS DISTINCT FROM NEW.stage"),
                func=STAGE_MOVES_IN_TABLE,
            ),
        ]

    def __str__(self) -> str:
        return self.short_name or self.name

    def get_absolute_url(self) -> str:
        return f"/customers/{self.pk}/"

    @property
    def is_company(self) -> bool:
        return self.kind == self.Kind.COMPANY

    @property
    def complete_share(self) -> float:
        """Completeness as a share of one, as percentages are shown."""
        return self.completeness / 100

    @property
    def place(self) -> str:
        """City and district as one reads them: 温州市龙湾区; the province where no city is known."""
        return f"{self.city or self.province}{self.district}"


@history.tracked()
class CustomerAddress(models.Model):
    """An address besides the registered one: where goods go, where the works stands, where invoices are sent."""

    class Kind(models.TextChoices):
        DELIVERY = "delivery", _("收货地址")
        WORKS = "works", _("经营地址")
        INVOICE = "invoice", _("收票地址")
        OTHER = "other", _("其它")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="addresses", verbose_name=_("客户"))
    kind = models.CharField(_("类别"), max_length=10, choices=Kind.choices, default=Kind.DELIVERY)
    province = models.CharField(_("省"), max_length=40, blank=True, default="")
    city = models.CharField(_("市"), max_length=40, blank=True, default="")
    district = models.CharField(_("区县"), max_length=40, blank=True, default="")
    division_code = models.CharField(_("行政区划代码"), max_length=12, blank=True, default="")
    line = models.CharField(_("详细地址"), max_length=240)
    receiver = models.CharField(_("收件人"), max_length=60, blank=True, default="")
    phone = models.CharField(_("电话"), max_length=40, blank=True, default="")
    is_default = models.BooleanField(_("默认"), default=False)

    class Meta:
        verbose_name = _("客户地址")
        ordering = ["-is_default", "kind", "id"]

    def __str__(self) -> str:
        return f"{self.province}{self.city}{self.district}{self.line}"
