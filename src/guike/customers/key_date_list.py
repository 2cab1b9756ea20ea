"""The list 重要日期: what comes, soonest first (CUS-09)."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import rules, selectors
from guike.customers.models import Customer, KeyDate
from guike.platform import clock
from guike.platform.access import Viewer, allowed, rows
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Action, Column, ListPage, Phone, Quick, View

SOON = 7


def what_of(row: KeyDate) -> str:
    """Of a row of `selectors.key_dates`: 林海峰 农历十月廿二 · 满 11 周年 · 经销协议 满 3 周年 · 营业执照 91330303…"""
    if row.certificate is not None:
        return f"{row.licence} {row.certificate.number}".strip()  # type: ignore[attr-defined]
    years = row.next_on.year - row.began_on.year if row.began_on else 0
    if row.kind == KeyDate.Kind.BIRTHDAY:
        who = row.contact.name if row.contact else row.customer.name
        moon = __("农历%(day)s") % {"day": rules.lunar_words(row.lunar)} if row.lunar else ""
        return f"{who} {moon}".strip()
    full = __("满 %(n)d 周年") % {"n": years}
    return full if row.kind == KeyDate.Kind.FOUNDING else f"{str(Customer._meta.get_field(row.what).verbose_name).removesuffix('签订日')} {full}"  # type: ignore[union-attr]


def left_of(row: KeyDate) -> str:
    """今天 · 明天 · 还有 6 天"""
    days = (row.next_on - clock.today()).days
    return {0: __("今天"), 1: __("明天")}.get(days, __("还有 %(n)d 天") % {"n": days})


def _tone(row: KeyDate) -> str:
    return "warn" if (row.next_on - clock.today()).days <= SOON else ""


def _what(row: KeyDate) -> str:
    return format_html("{}", what_of(row))


def _within(days: int, *, mine: bool = False) -> Any:
    def where(viewer: Viewer) -> Q:
        found = Q(next_on__range=(clock.today(), clock.today() + timedelta(days=days)))
        return found & Q(customer__owner_id=viewer.person_id) if mine else found

    return where


class KeyDateList(ListPage):
    object = "key_date"
    title = _("重要日期")
    unit = _("个")
    icon = "cake"
    searchable = True
    search_hint = _("客户名称、拼音、编号")
    default_sort = "next_on"
    empty_text = _("这段时间没有重要日期；联系人的生日、客户的成立日期、协议签订日和证照有效期都会列在这里")
    columns = [
        Column("next_on", _("日期"), kind="day", sort="next_on", fixed=True, nullable=False),
        Column("left", _("还有"), path="next_on", render=left_of, plain=left_of, tone=_tone),
        Column("kind", _("日子"), kind="choice"),
        Column("what", _("是什么"), render=_what, plain=what_of),
        Column("customer", _("客户"), path="customer__name"),
        Column("grade", _("等级"), kind="seal", path="customer__figures__grade"),
        Column("owner", _("负责人"), path="customer__owner__name"),
    ]
    fields = FieldSet(
        [
            Field("kind", _("日子"), Kind.CHOICE, choices=KeyDate.Kind.choices),
            Field("next_on", _("日期"), Kind.DATE),
            Field("owner", _("负责人"), Kind.REFERENCE, path="customer__owner_id"),
            Field("customer", _("客户"), Kind.REFERENCE),
        ]
    )
    quick = [
        Quick("kind", _("日子"), choices=KeyDate.Kind.choices),
        Quick("owner", _("负责人"), picker="person"),
        Quick("customer", _("客户"), picker="customer"),
    ]
    views = [
        View("mine", _("我的 30 天"), where=_within(30, mine=True), roles={"salesperson", "sales_manager"}),
        View("week", _("7 天内"), where=_within(7)),
        View("month", _("30 天内"), where=_within(30), counted=False),
        View("quarter", _("90 天内"), where=_within(90), counted=False),
        View("all", _("全部"), counted=False),
    ]
    phone = Phone(title="customer", second=("kind", "what", "left"), figure="next_on", seal="grade")

    def queryset(self, viewer: Viewer) -> QuerySet[KeyDate]:
        return selectors.key_dates(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        found = selectors.search(selectors.customers(viewer), text, viewer).values("pk")
        return rows.filter(Q(customer__in=found) | Q(contact__name__icontains=text))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()

    def exported(self, request: HttpRequest) -> QuerySet[KeyDate]:
        """The rows of the list under this address that may be taken out, soonest first."""
        self.viewer = request.viewer  # type: ignore[attr-defined]
        within = rows(self.viewer, self.object, "export").values("pk")
        return self.filtered(self.state(request)).filter(pk__in=within).order_by("next_on", "pk")


def actions(request: HttpRequest) -> list[Action]:
    """What stands beside the title: the calendar file of what is shown."""
    if not allowed(request.viewer, "key_date", "export"):  # type: ignore[attr-defined]
        return []
    query = request.GET.urlencode()
    return [Action(__("日历文件"), reverse("customers:key_dates_ics") + (f"?{query}" if query else ""), "calendar-plus")]
