"""The customer list: views, columns, quick filters, bulk actions (mock 05)."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from functools import cached_property
from typing import Any

from django.db.models import Case, CharField, F, Q, QuerySet, Value, When
from django.db.models.fields.json import KT
from django.http import QueryDict
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, selectors, services, tags, words
from guike.customers.forms import DICTIONARIES, OwnerForm, TagForm
from guike.customers.models import Certificate, Customer, CustomField
from guike.customers.prints import PrintForm
from guike.platform import clock, dictionaries
from guike.platform.access import Viewer, allowed
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.errors import Refused
from guike.platform.print.services import SHEETS
from guike.platform.ui import formats, html
from guike.platform.ui.lists import Action, BulkAction, Column, Group, ListPage, Phone, Quick, View

#: A customer not contacted for so long is shown in red where no cadence says otherwise.
LONG_SILENCE = 30
LONG_WITHOUT_ORDER = 90
KINDS = {"number": Kind.NUMBER, "date": Kind.DATE, "choice": Kind.CHOICE, "flag": Kind.FLAG}


def _is_late(row: Customer) -> bool:
    return bool(row.figures.next_due_on and row.figures.next_due_on < clock.today())


def _late_tone(row: Customer) -> str:
    return "danger" if _is_late(row) else ""


def _next_step(row: Customer) -> str:
    """逾期 4 天 例行联系 · 今天 报价到期 · 11-25 例行联系"""
    due, title = row.figures.next_due_on, row.figures.next_due_title
    if due is None:
        return formats.NOTHING
    days = (clock.today() - due).days
    if days > 0:
        late = html.escaped(__("逾期 %(n)d 天") % {"n": days})
        return SafeString(f'<b class="gk-danger">{late}</b> {html.escaped(title)}')
    return f"{__('今天') if days == 0 else formats.short_day(due)} {title}"


def _label_of(column: str, dictionary: str) -> Case:
    words = (When(**{column: code}, then=Value(label)) for code, label in dictionaries.labels(dictionary).items())
    return Case(*words, default=F(column), output_field=CharField())


def _this_week(viewer: Viewer) -> Q:
    sunday = clock.today() + timedelta(days=6 - clock.today().weekday())
    return Q(owner_id=viewer.person_id, figures__next_due_on__lte=sunday)


def _without_order(viewer: Viewer) -> Q:
    return Q(figures__last_purchase_on__lt=clock.today() - timedelta(days=LONG_WITHOUT_ORDER))


def _words(code: str) -> Any:
    return lambda: dictionaries.choices(DICTIONARIES[code])


def _grades() -> list[tuple[str, str]]:
    return [(grade, grade) for grade in selectors.grades()]


def _transfer(viewer: Viewer, row: Customer, values: Mapping[str, Any]) -> None:
    services.transfer(row.pk, values.get("owner"), actor=viewer, reason=values.get("reason", ""), release=values.get("release", False))


def _consequences(viewer: Viewer, chosen: Any) -> list[str]:
    due = sum(row.figures.open_obligations for row in chosen)
    return [__("%(n)d 件时限任务随之转移") % {"n": due}] if due else []


def _print(viewer: Viewer, rows: Sequence[Any], values: Mapping[str, Any]) -> str:
    """One file with a sheet a customer; how many it may be is refused before the browser leaves the list."""
    if len(rows) > SHEETS:
        raise Refused(__("一次最多打印 %(limit)s 份，现在选了 %(n)s 份，分几次打印") % {"limit": SHEETS, "n": len(rows)})
    query = QueryDict(mutable=True)
    query.setlist("pk", [str(row.pk) for row in rows])
    return f"{reverse('customers:print_many', args=[values['form']])}?{query.urlencode()}"


def _tag(viewer: Viewer, row: Customer, values: Mapping[str, Any]) -> None:
    services.tag(row.pk, actor=viewer, add=values.get("add", ()), remove=values.get("remove", ()))


class CustomerList(ListPage):
    object = "customer"
    title = _("客户")
    unit = _("家")
    icon = "users"
    searchable = True
    search_hint = _("名称、拼音、编号、电话")
    unread = selectors.OF_THE_RECORD
    default_sort = "-purchases"
    empty_text = _("这里没有客户；新建一家，或从 Excel 导入")
    quick = [
        Quick("grade", _("等级")),
        Quick("owner", _("负责人"), picker="person"),
        Quick("tags", _("标签")),
        Quick("stage", _("阶段"), choices=list(words.STAGES.items())),
        Quick("nature", _("性质"), choices=Customer.Nature.choices),
        Quick("source", _("来源")),
        Quick("group", _("集团"), picker="customer"),
        Quick("parent", _("上级单位"), picker="customer"),
    ]
    groups = [
        Group("grade", _("等级"), "figures__grade"),
        Group("owner", _("负责人"), "owner_id", named="owner__name"),
        Group("stage", _("阶段"), "stage", labels=lambda: words.STAGES),
        Group("nature", _("性质"), "nature", labels=lambda: dict(Customer.Nature.choices)),
        Group("province", _("省"), "province"),
        Group("city", _("市"), "city"),
        Group("industry", _("行业"), "industry", labels=lambda: dictionaries.labels("industry")),
        Group("source", _("来源"), "source", labels=lambda: dictionaries.labels("customer_source")),
    ]
    views = [
        View("mine", _("我的客户"), where=lambda viewer: Q(owner_id=viewer.person_id), roles={"salesperson", "sales_manager"}),
        View("week", _("本周要联系"), where=_this_week, sort="next_step", roles={"salesperson", "sales_manager"}),
        View("all", _("全部"), counted=False),
        View("silent", _("久未下单"), where=_without_order, sort="last_purchase"),
        View("a", _("A 级客户"), where=lambda viewer: Q(figures__grade_rank=0)),
        View(
            "incomplete",
            _("资料不全"),
            where=lambda viewer: Q(completeness__lt=60),
            sort="completeness",
            columns=("grade", "owner", "completeness", "stage", "phone"),
        ),
        View(
            "unowned",
            _("没有负责人"),
            where=lambda viewer: Q(owner__isnull=True),
            counted=True,
            roles={"sales_manager", "marketing", "administrator", "executive"},
        ),
    ]
    bulk = [
        BulkAction("print", _("打印"), "printer", ("customer", "export"), form=PrintForm, together=_print),
        BulkAction("tag", _("标签"), "tags", ("customer", "change"), _tag, form=TagForm),
        BulkAction(
            "transfer", _("转负责人"), "user-share", ("customer", "transfer"), _transfer, form=OwnerForm, consequences=_consequences
        ),
    ]
    phone = Phone(title="name", seal="grade", second=("next_step", "owner"), figure="purchases")

    @cached_property
    def custom(self) -> list[CustomField]:
        """The company's own fields."""
        return list(selectors.own_fields())

    @cached_property
    def columns(self) -> list[Column]:  # type: ignore[override]
        """The shipped columns, then the company's own."""
        return [
            Column("name", _("客户"), sort="pinyin", fixed=True, nullable=False),
            Column("grade", _("等级"), kind="seal", path="figures__grade", sort="figures__grade_rank", nullable=False),
            Column("owner", _("负责人"), path="owner__name"),
            Column(
                "last_contact", _("上次联系"), kind="ago", path="figures__last_contact_on", sort="figures__last_contact_on", tone=_late_tone
            ),
            Column(
                "purchases",
                _("12 个月采购额"),
                kind="wan",
                path="figures__purchases_12m",
                sort="figures__purchases_12m",
                total=True,
                nullable=False,
            ),
            Column("last_purchase", _("上次下单"), kind="ago", path="figures__last_purchase_on", sort="figures__last_purchase_on"),
            Column("next_step", _("下一步"), path="figures__next_due_on", sort="figures__next_due_on", render=_next_step),
            Column("tags", _("标签"), render=self._tags, plain=lambda row: tags.text(row.tags, self.tag_words), shown=False),
            Column("number", _("编号"), sort="number", shown=False),
            Column("parent", _("上级单位"), path="parent_seen", shown=False),
            Column("group", _("集团"), path="group_seen", shown=False),
            Column("stage", _("阶段"), kind="choice", shown=False),
            Column("nature", _("性质"), kind="choice", shown=False, edit="nature"),
            Column("city", _("城市"), path="place", shown=False),
            Column("industry", _("行业"), path="industry_label", shown=False, edit="industry"),
            Column("source", _("来源"), path="source_label", shown=False, edit="source"),
            Column("channel", _("渠道"), path="channel_label", shown=False, edit="channel"),
            Column("outlet_type", _("网点类型"), path="outlet_type_label", shown=False, edit="outlet_type"),
            Column(
                "orders",
                _("12 个月订单"),
                kind="number",
                path="figures__orders_12m",
                sort="figures__orders_12m",
                shown=False,
                nullable=False,
            ),
            Column("score", _("综合分"), kind="number", path="figures__score", digits=1, shown=False),
            Column(
                "completeness", _("档案完整度"), kind="percent", path="complete_share", sort="completeness", shown=False, nullable=False
            ),
            Column("phone", _("电话"), kind="phone", shown=False),
            Column("rapport", _("客情"), kind="choice", shown=False, edit="rapport"),
            Column("need_state", _("需求"), kind="choice", shown=False, edit="need_state"),
            Column("expected_deal_on", _("预计成交"), kind="day", shown=False, edit="expected_deal_on"),
            Column("registered_on", _("建档日期"), kind="day", sort="registered_on", shown=False),
            *(self._custom_column(field) for field in self.custom),
        ]

    @cached_property
    def tag_words(self) -> dict[str, dictionaries.Word]:
        return tags.words()

    def _tags(self, row: Customer) -> str:
        return tags.drawn(row.tags, self.tag_words) or formats.NOTHING

    @staticmethod
    def _custom_column(field: CustomField) -> Column:
        def render(row: Customer) -> str:
            value = getattr(row, f"custom_{field.code}", None)
            return (
                {"true": __("是"), "false": __("否"), None: formats.NOTHING}.get(value, value)  # type: ignore[return-value]
                if field.kind == "flag"
                else value or formats.NOTHING
            )

        return Column(f"custom_{field.code}", field.label, render=render, shown=False)

    def with_relations(self, rows: QuerySet, wanted: Any) -> QuerySet:
        """Also the labels of dictionary words, the company's own fields and those above that are in sight, as far as they are shown."""
        shown = {code: _label_of(code, dictionary) for code, dictionary in DICTIONARIES.items() if code in wanted.columns}
        own: dict[str, Any] = {f"custom_{field.code}": KT(f"custom__{field.code}") for field in self.custom if f"custom_{field.code}" in wanted.columns}
        own |= {
            f"{code}_seen": selectors.name_in_sight(self.viewer, f"{code}_id") for code in ("parent", "group") if code in wanted.columns
        }
        return super().with_relations(rows, wanted).annotate(**{f"{code}_label": case for code, case in shown.items()}, **own)

    @cached_property
    def fields(self) -> FieldSet:  # type: ignore[override]
        """What the condition builder may ask."""
        return FieldSet(
            [
                Field("name", _("名称"), Kind.TEXT),
                Field("grade", _("等级"), Kind.CHOICE, path="figures__grade", choices=_grades),
                Field("owner", _("负责人"), Kind.REFERENCE, path="owner_id"),
                Field("group", _("集团"), Kind.REFERENCE, path="group_id"),
                Field("parent", _("上级单位"), Kind.REFERENCE, path="parent_id"),
                Field("tags", _("标签"), Kind.SEVERAL, choices=tags.choices),
                Field("stage", _("阶段"), Kind.CHOICE, choices=list(words.STAGES.items())),
                Field("nature", _("性质"), Kind.CHOICE, choices=Customer.Nature.choices),
                Field("kind", _("类别"), Kind.CHOICE, choices=Customer.Kind.choices),
                Field("purchases", _("12 个月采购额"), Kind.MONEY, path="figures__purchases_12m", unit="元"),
                Field("orders", _("12 个月订单数"), Kind.NUMBER, path="figures__orders_12m", unit="张"),
                Field("last_contact", _("上次联系"), Kind.DATE, path="figures__last_contact_on"),
                Field("last_purchase", _("上次下单"), Kind.DATE, path="figures__last_purchase_on"),
                Field("next_due", _("下一步日期"), Kind.DATE, path="figures__next_due_on"),
                Field("province", _("省"), Kind.TEXT),
                Field("city", _("市"), Kind.TEXT),
                Field("district", _("区县"), Kind.TEXT),
                Field("industry", _("行业"), Kind.CHOICE, choices=_words("industry")),
                Field("source", _("来源"), Kind.CHOICE, choices=_words("source")),
                Field("channel", _("渠道"), Kind.CHOICE, choices=_words("channel")),
                Field("outlet_type", _("网点类型"), Kind.CHOICE, choices=_words("outlet_type")),
                Field("completeness", _("档案完整度"), Kind.NUMBER, unit="%"),
                Field("expected_deal_on", _("预计成交"), Kind.DATE),
                Field("registered_on", _("建档日期"), Kind.DATE),
                *(self._custom_field(field) for field in self.custom),
            ]
        )

    @staticmethod
    def _custom_field(field: CustomField) -> Field:
        choices = [(word, word) for word in field.choices]
        kind = KINDS.get(field.kind, Kind.TEXT) if field.kind in ("choice", "flag") else Kind.TEXT
        return Field(f"custom_{field.code}", field.label, kind, path=f"custom__{field.code}", choices=choices)

    def queryset(self, viewer: Viewer) -> QuerySet[Customer]:
        return selectors.list_rows(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return selectors.search(rows, text, viewer)

    def nothing_found(self, sought: str) -> str:
        said = super().nothing_found(sought)
        if not selectors.part_of_a_veiled_number(sought, self.viewer):
            return said
        return __("%(said)s。别人负责的客户，电话要输完整的号码才找得到") % {"said": said}

    def row_url(self, row: Customer) -> str:
        return row.get_absolute_url()

    def cell_url(self) -> str:
        return "/customers/{pk}/field/{name}/" if allowed(self.viewer, "customer", "change") else ""


def actions(viewer: Viewer) -> list[Action]:
    """What stands beside the title."""
    found = []
    if allowed(viewer, "customer", "import"):
        found.append(Action(_("导入"), f"{reverse('imports:start')}?kind=customers", "file-import"))
    if allowed(viewer, "customer", "add"):
        found.append(Action(_("新建客户"), "/customers/add/", "plus", primary=True, sheet=True, new=True))
    return found


# --- licences ---------------------------------------------------------------------------------------------------------


def _certificate_kinds(_viewer: Viewer | None = None) -> list[tuple[str, str]]:
    return dictionaries.choices("certificate_kind")


def _expired(_viewer: Viewer) -> Q:
    return Q(expires_on__lt=clock.today())


def _soon(_viewer: Viewer) -> Q:
    return Q(expires_on__range=(clock.today(), clock.today() + timedelta(days=rules.SOON)))


def _left(row: Certificate) -> str:
    """已过期 12 天 · 还剩 8 天 · 长期"""
    days = row.days_left
    if days is None:
        return __("长期有效")
    return __("已过期 %(n)d 天") % {"n": -days} if days < 0 else __("还剩 %(n)d 天") % {"n": days}


def _tone(row: Certificate) -> str:
    return {"expired": "danger", "soon": "warn"}.get(row.state, "")


class CertificateList(ListPage):
    object = "certificate"
    title = _("证照")
    unit = _("张")
    icon = "certificate"
    searchable = True
    search_hint = _("客户、证号")
    default_sort = "expires_on"
    empty_text = _("没有符合条件的证照；在客户的「档案」里登记，或从 Excel 导入")
    columns = [
        Column("customer", _("客户"), path="customer__name", fixed=True),
        Column("kind", _("证照"), path="kind_text", sort="kind"),
        Column("number", _("证号")),
        Column("expires_on", _("有效期至"), kind="day", sort="expires_on", tone=_tone),
        Column("left", _("剩余"), path="expires_on", render=_left, tone=_tone),
        Column("owner", _("负责人"), path="customer__owner__name"),
        Column("issued_by", _("发证机关"), shown=False),
        Column("issued_on", _("发证日期"), kind="day", shown=False),
        Column("scope", _("许可范围"), shown=False),
    ]
    fields = FieldSet(
        [
            Field("kind", _("证照"), Kind.CHOICE, choices=_certificate_kinds),
            Field("expires_on", _("有效期至"), Kind.DATE),
            Field("issued_on", _("发证日期"), Kind.DATE),
            Field("number", _("证号"), Kind.TEXT),
            Field("owner", _("负责人"), Kind.REFERENCE, path="customer__owner_id"),
            Field("customer", _("客户"), Kind.REFERENCE),
        ]
    )
    quick = [
        Quick("kind", _("证照"), choices=_certificate_kinds),
        Quick("owner", _("负责人"), picker="person"),
        Quick("customer", _("客户"), picker="customer"),
    ]
    views = [
        View("soon", _("30 天内到期"), where=_soon),
        View("expired", _("已过期"), where=_expired),
        View("all", _("全部"), counted=False),
    ]
    phone = Phone(title="customer", second=("kind", "left"), figure="expires_on")

    def queryset(self, viewer: Viewer) -> QuerySet[Certificate]:
        """With the word of each kind, so that no row asks the dictionary."""
        return selectors.certificates_for(viewer).annotate(kind_text=_label_of("kind", "certificate_kind"))

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        found = selectors.search(selectors.customers(viewer), text, viewer).values("pk")
        return rows.filter(Q(customer__in=found) | Q(number__icontains=text))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
