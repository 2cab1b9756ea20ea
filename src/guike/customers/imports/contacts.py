"""The kind `contacts`: one row per person at a customer."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules
from guike.customers.imports.closed import closed_fields, refuse_closed
from guike.customers.imports.columns import LunarDay
from guike.customers.models import Contact, Customer
from guike.customers.services.figures import refresh_completeness
from guike.customers.services.key_dates import refresh_key_dates
from guike.platform.access import Viewer, rows
from guike.platform.imports.kinds import Column, ImportKind, register
from guike.platform.imports.rows import Batch, Row
from guike.platform.sheets import values as v

FIELDS = (
    "name",
    "position",
    "department",
    "role",
    "attitude",
    "email",
    "wechat",
    "gender",
    "birthday",
    "birthday_lunar",
    "preferences",
    "note",
)


def _choice(choices: Any) -> v.Choice:
    return v.Choice({value: str(word) for value, word in choices})


class CustomerNamed:
    """What kinds share whose rows name a customer by number or name; found rows carry it as `row.found["customer"]`."""

    viewer: Viewer
    CUSTOMER_COLUMNS = (
        Column(code="customer_number", label=_("客户编号"), parser=v.Reference(_("客户编号"), 40), source="customer__number",
               synonyms=("客户ID", "客户代码", "门店编号"), example="KH-000123"),
        Column(code="customer", label=_("客户名称"), parser=v.Reference(_("客户名称"), 120), source="customer__name",
               synonyms=("客户", "企业名称", "公司名称", "单位", "门店名称"), example="温州瓯泰阀门有限公司"),
    )  # fmt: skip

    def find_customers(self, listed: Sequence[Row]) -> None:
        """Set each row's customer among those the viewer may change, or refuse the row with what to do."""
        numbers = {row["customer_number"] for row in listed if row["customer_number"]}
        keys = {rules.name_key(row["customer"]) for row in listed if row["customer"] and not row["customer_number"]}
        found = list(rows(self.viewer, "customer", "change").filter(Q(number__in=numbers) | Q(name_key__in=keys)))
        by_number = {one.number: one for one in found}
        by_key: dict[str, list[Customer]] = defaultdict(list)
        for one in found:
            by_key[one.name_key].append(one)
        for row in listed:
            self._choose(row, by_number, by_key)

    @staticmethod
    def _choose(row: Row, by_number: dict[str, Customer], by_key: dict[str, list[Customer]]) -> None:
        if number := row["customer_number"]:
            fits, column, said = [by_number[number]] if number in by_number else [], "customer_number", number
        elif row["customer"]:
            fits, column, said = by_key[rules.name_key(row["customer"])], "customer", row["customer"]
        else:
            row.refuse("customer", __("没有写客户：填客户编号或客户名称"))
            return
        if len(fits) == 1:
            row.found["customer"] = fits[0]
        elif fits:
            row.refuse(column, __("有 %(n)d 家客户叫「%(name)s」，填客户编号区分") % {"n": len(fits), "name": said})
        else:
            row.refuse(column, __("没有客户「%(name)s」，或不在可修改范围内") % {"name": said})


@register
class ContactsImport(CustomerNamed, ImportKind):
    code, label, object = "contacts", _("联系人"), "contact"
    key = ("customer_number", "customer", "name")
    sheet_words = ("联系人", "决策链", "通讯录")
    story = _("一行一位联系人；客户按编号认，没有编号按名称认。同一家客户里姓名相同的会更新，空白单元格不改动原值")
    columns = [
        *CustomerNamed.CUSTOMER_COLUMNS,
        Column(code="name", label=_("姓名"), parser=v.Text(60), required=True, synonyms=("联系人", "联系人姓名", "名字"), example="林海峰"),
        Column(code="position", label=_("职务"), parser=v.Text(60), synonyms=("职位", "岗位"), example="总经理"),
        Column(code="department", label=_("部门"), parser=v.Text(60), synonyms=("所在部门",)),
        Column(code="role", label=_("决策角色"), parser=_choice(Contact.Role.choices), synonyms=("角色",), example="拍板",
               offers=lambda: [str(label) for label in Contact.Role.labels]),
        Column(code="attitude", label=_("态度"), parser=_choice(Contact.Attitude.choices), offers=lambda: [str(label) for label in Contact.Attitude.labels]),
        Column(code="reports_to", label=_("上级"), parser=v.Reference(_("上级"), 60), synonyms=("向谁汇报", "汇报对象"), source="reports_to__name"),
        Column(code="phone", label=_("手机"), parser=v.Phones(), synonyms=("电话", "手机号", "手机号码", "联系电话"), example="13800138000"),
        Column(code="email", label=_("邮箱"), parser=v.Email(), synonyms=("电子邮件", "邮件")),
        Column(code="wechat", label=_("微信"), parser=v.Text(60), synonyms=("微信号",)),
        Column(code="gender", label=_("性别"), parser=_choice(Customer.Gender.choices)),
        Column(code="birthday", label=_("生日"), parser=v.Day(), synonyms=("出生日期",)),
        Column(code="birthday_lunar", label=_("农历生日"), parser=LunarDay(20)),
        Column(code="is_primary", label=_("首要联系人"), parser=v.Boolean(), synonyms=("主要联系人", "是否主联系人")),
        Column(code="preferences", label=_("喜好"), parser=v.Text(500), synonyms=("爱好",)),
        Column(code="note", label=_("备注"), parser=v.Text(500)),
    ]  # fmt: skip

    @classmethod
    def exported(cls, viewer: Viewer, queryset: QuerySet, columns: Sequence[Column]) -> Iterator[Sequence[Any]]:
        """Without the numbers of those who took back their consent to marketing."""
        numbers = queryset.annotate(phone_out=Case(When(marketing="withdrawn", then=Value("")), default=F("phone")))
        return super().exported(viewer, numbers, [replace(one, source="phone_out") if one.code == "phone" else one for one in columns])

    def begin(self) -> None:
        self.taken: dict[tuple[int, str], int] = {}
        self.bosses: list[tuple[Row, Contact, str]] = []
        self.touched: set[int] = set()
        self.with_primary: set[int] = set()
        self.closed = closed_fields(self.viewer, "contact")

    def prepare(self, batch: Batch) -> None:
        listed = list(batch)
        self.find_customers(listed)
        ids = {row.found["customer"].pk for row in listed if row.good}
        there = {(one.customer_id, one.name): one for one in Contact.objects.filter(customer__in=ids)}
        self.with_primary |= {one.customer_id for one in there.values() if one.is_primary}
        for row in listed:
            refuse_closed(row, self.closed)
            if "phones" in self.closed and len(row["phone"] or ()) > 1:
                refuse_closed(row, {"phone"})
            if row.good:
                self._settle(row, there)

    def _settle(self, row: Row, there: dict[tuple[int, str], Contact]) -> None:
        key = (row.found["customer"].pk, row["name"])
        if key in self.taken:
            row.skip(__("与第 %(row)s 行是同一位联系人") % {"row": self.taken[key]})
            return
        row.target = there.get(key)
        if not self.settled(row):
            self.taken[key] = row.number

    def write(self, batch: Batch) -> None:
        listed = list(batch)
        new = [(row, self._new(row)) for row in listed if row.target is None]
        self.create(new)
        old = [(row, row.target, self._values(row, row.target)) for row in listed if row.target is not None]
        self.update(old)
        for row, contact in [*new, *((row, contact) for row, contact, _values in old)]:
            self.touched.add(contact.customer_id)
            if row["reports_to"]:
                self.bosses.append((row, contact, row["reports_to"]))

    def _values(self, row: Row, contact: Contact | None) -> dict[str, Any]:
        values = row.filled(*FIELDS)
        if row["phone"]:
            numbers = [str(phone) for phone in row["phone"]]
            values["phone"], values["phones"] = numbers[0], numbers[1:]
        after = {
            name: values.get(name, getattr(contact, name) if contact else default)
            for name, default in (("name", ""), ("phone", ""), ("phones", []))
        }
        return {**values, **rules.of_contact(**after)}

    def _new(self, row: Row) -> Contact:
        customer = row.found["customer"]
        primary = customer.pk not in self.with_primary and row["is_primary"] is not False
        self.with_primary |= {customer.pk} if primary else set()
        return Contact(customer=customer, is_primary=primary, **self._values(row, None))

    def finish(self) -> None:
        """Bosses once everybody is there; then the files are that much more complete."""
        ids = {contact.customer_id for _row, contact, _boss in self.bosses}
        there = {(one.customer_id, one.name): one for one in Contact.objects.filter(customer__in=ids)}
        changes = []
        for row, contact, name in self.bosses:
            boss = there.get((contact.customer_id, name))
            if boss is None or boss.pk == contact.pk:
                self.note(__("第 %(row)s 行：这家客户没有「%(name)s」，没有记上级") % {"row": row.number, "name": name})
            else:
                changes.append((row, there[(contact.customer_id, contact.name)], {"reports_to_id": boss.pk}))
        self.update(changes, main=False)
        refresh_completeness(sorted(self.touched))
        refresh_key_dates(sorted(self.touched))
