"""客户资料表 and 客户信息记录表 as values for paper: what the viewer sees on screen, veiled where it is veiled there (PLT-04)."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from guike.customers import selectors
from guike.customers.forms import DICTIONARIES
from guike.customers.models import Contact, Customer
from guike.platform import dictionaries, masks
from guike.platform.access import Viewer, reads
from guike.platform.print.services import Box, Boxes, Heading, Sheet, Table
from guike.platform.ui import formats
from guike.platform.ui import forms as ui

SIGNED = (lazy("填表人"), lazy("审核人"), lazy("日期"))
#: Boxes of the two forms: the model's fields in the order in which the paper asks.
COMPANY = (
    "kind",
    "nature",
    "uscc",
    "legal_representative",
    "registered_capital",
    "founded_on",
    "industry",
    "employees",
    "channel",
    "source",
)
PERSON = ("kind", "nature", "gender", "birthday", "organisation", "title", "channel", "source")
BILLING = ("invoice_title", "tax_number", "bank_name", "bank_account")
WIDE = ("invoice_address", "registered_address", "business_scope", "note")


def words(value: Any) -> str:
    """A value as paper says it: dates as 2026-11-22, lists joined, nothing where nothing is known."""
    if value in (None, "", []):
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if isinstance(value, Decimal):
        return f"{value:,.2f}"
    return "、".join(words(one) for one in value if one) if isinstance(value, list | tuple) else str(value)


def _box(viewer: Viewer, customer: Customer, name: str) -> Box:
    field = Customer._meta.get_field(name)
    if name in DICTIONARIES:
        code = getattr(customer, name)
        return Box(str(field.verbose_name), dictionaries.label_of(DICTIONARIES[name], code) if code else "")  # type: ignore[union-attr]
    value = getattr(customer, f"get_{name}_display")() if field.choices else selectors.shown(viewer, customer, name)  # type: ignore[union-attr]
    return Box(str(field.verbose_name), words(value), wide=name in WIDE)  # type: ignore[union-attr]


def _boxes(viewer: Viewer, customer: Customer, names: Iterable[str]) -> list[Box]:
    return [_box(viewer, customer, name) for name in names]


def _place(customer: Customer) -> str:
    return "".join(
        part for part in (customer.province, customer.city if customer.city != customer.province else "", customer.district) if part
    )


def profile(viewer: Viewer, customer: Customer) -> Sheet:
    """《客户资料表》: who the customer is, how to reach and to bill him, his people, addresses and agreements."""
    fields = PERSON if customer.kind == Customer.Kind.PERSON else COMPANY
    first = [Box(_("客户名称"), customer.name, wide=True), Box(_("简称"), customer.short_name), Box(_("客户编号"), customer.number)]
    others: Any = selectors.shown(viewer, customer, "phones") or ()
    reach = [
        Box(_("电话"), words([selectors.shown(viewer, customer, "phone"), *others])),
        *_boxes(viewer, customer, ("email", "website")),
    ]
    held = [
        Box(_("负责人"), words(customer.owner)),
        Box(_("所属部门"), words(customer.department)),
        Box(_("等级"), customer.figures.grade),
        Box(_("建档日期"), words(customer.registered_on)),
    ]
    return Sheet(
        title=_("客户资料表"),
        number=customer.number,
        note=words(customer.department),
        blocks=(
            Boxes(
                [
                    *first,
                    *_boxes(viewer, customer, fields),
                    Box(_("所在地"), _place(customer)),
                    *_boxes(viewer, customer, ("registered_address",)),
                ]
            ),
            Boxes([*reach, *held], _("联系与归属")),
            Boxes(_boxes(viewer, customer, (*BILLING, "invoice_address")), _("开票资料")),
            _people(viewer, customer),
            *_addresses(viewer, customer),
            Boxes(
                _boxes(
                    viewer,
                    customer,
                    (
                        "dealer_agreement_on",
                        "commission_agreement_on",
                        "strategic_agreement_on",
                        "supply_contract_on",
                        "business_scope",
                        "note",
                    ),
                ),
                _("合作"),
            ),
        ),
        signatures=[str(one) for one in SIGNED],
    )


def _people(viewer: Viewer, customer: Customer) -> Table:
    columns = (
        Heading(_("姓名"), 22),
        Heading(_("部门、职务")),
        Heading(_("决策角色"), 18),
        Heading(_("手机"), 30),
        Heading(_("微信"), 28),
        Heading(_("生日"), 22),
    )
    rows = [
        (
            contact.name,
            words([contact.department, contact.position]),
            contact.get_role_display(),
            words(selectors.shown(viewer, contact, "phone")),
            words(selectors.shown(viewer, contact, "wechat")),
            words(contact.birthday) or contact.birthday_lunar,
        )
        for contact in selectors.contacts(viewer, customer.pk, with_left=False)
    ]
    return Table(columns, rows, _("联系人"), _("没有登记联系人"))


def _addresses(viewer: Viewer, customer: Customer) -> list[Table]:
    """Other addresses; where there is none, no empty table."""
    if not reads(viewer, "customer", "registered_address"):
        return []
    clear = selectors.in_clear(viewer, customer)
    columns = (Heading(_("类别"), 22), Heading(_("地址")), Heading(_("收件人"), 24), Heading(_("电话"), 32))
    rows = [
        (
            one.get_kind_display(),
            f"{one.province}{one.city}{one.district}{one.line}",
            one.receiver,
            one.phone if clear else words(masks.shown(viewer, "customer", "phone", one.phone)),
        )
        for one in customer.addresses.all()
    ]
    return [Table(columns, rows, _("其它地址"))] if rows else []


def information(viewer: Viewer, customer: Customer) -> Sheet:
    """《客户信息记录表》: what was learnt of needs, rivals and people, and since when."""
    figures, customer = customer.figures, selectors.without_hidden(viewer, customer)
    bought = Box(_("12 个月采购额"), _("%(n)s 万元") % {"n": formats.wan(figures.purchases_12m)})
    state = [
        Box(_("客户名称"), customer.name, wide=True),
        Box(_("客户阶段"), customer.get_stage_display()),
        Box(_("等级"), figures.grade),
        Box(_("需求"), customer.get_need_state_display()),
        Box(_("客情"), customer.get_rapport_display()),
        Box(_("预计成交"), words(customer.expected_deal_on)),
        *([bought] if reads(viewer, "customer", "purchases") else []),
        Box(_("上次下单"), words(figures.last_purchase_on)),
        Box(_("上次联系"), words(figures.last_contact_on)),
        Box(_("负责人"), words(customer.owner)),
        Box(_("标签"), words(customer.tags)),
    ]
    return Sheet(
        title=_("客户信息记录表"),
        number=customer.number,
        note=words(customer.department),
        blocks=(Boxes(state), _needs(viewer, customer), _rivals(viewer, customer), _impressions(viewer, customer)),
        signatures=[str(one) for one in SIGNED],
    )


def _needs(viewer: Viewer, customer: Customer) -> Table:
    columns = (
        Heading(_("日期"), 22),
        Heading(_("类别"), 20),
        Heading(_("内容")),
        Heading(_("预算（元）"), 24),
        Heading(_("计划采购"), 22),
        Heading(_("状态"), 18),
    )
    rows = [
        (words(one.noted_on), one.get_kind_display(), one.text, words(one.budget), words(one.wanted_on), one.get_state_display())
        for one in selectors.needs(viewer, customer.pk)
    ]
    return Table(columns, rows, _("需求"), _("还没有了解到需求"))


def _rivals(viewer: Viewer, customer: Customer) -> Table:
    columns = (
        Heading(_("日期"), 22),
        Heading(_("竞争对手"), 28),
        Heading(_("产品、报价"), 34),
        Heading(_("优势与弱点")),
        Heading(_("客户评价"), 36),
    )
    rows = [
        (
            words(one.noted_on),
            one.name,
            words([one.product, words(one.price)]),
            "\n".join(part for part in (one.strengths, one.weaknesses) if part),
            one.opinion,
        )
        for one in selectors.competitors(viewer, customer.pk)
    ]
    return Table(columns, rows, _("竞争对手"), _("还没有了解到竞争对手"))


def _impressions(viewer: Viewer, customer: Customer) -> Table:
    columns = (Heading(_("联系人"), 24), Heading(_("职务"), 28), Heading(_("态度"), 20), Heading(_("喜好与备注")))

    def remark(contact: Contact) -> str:
        return "\n".join(part for part in (contact.preferences, contact.note) if part)

    rows = [
        (one.name, one.position, one.get_attitude_display(), remark(one))
        for one in selectors.contacts(viewer, customer.pk, with_left=False)
    ]
    return Table(columns, rows, _("关键人"), _("没有登记联系人"))


FORMS = {"profile": profile, "information": information}


class PrintForm(ui.Form):
    """Which form of the chosen customers to print."""

    form = ui.ChipField(label=lazy("表单"), choices=[("profile", lazy("客户资料表")), ("information", lazy("客户信息记录表"))], initial="profile")
