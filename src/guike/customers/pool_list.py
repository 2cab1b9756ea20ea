"""The list of the public pool: what can be taken, and the log of what went in and out (CUS-06)."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.html import format_html
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.customers import selectors, services
from guike.customers.models import PoolStay
from guike.customers.ownership_forms import AssignForm
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui import formats
from guike.platform.ui.lists import BulkAction, Column, ListPage, Phone, Quick, View

OPEN = Q(left_on__isnull=True)
NEW_DAYS = 7
LOG = ("name", "grade_then", "place", "last_owner", "why", "since", "how", "left")


def _why(row: PoolStay) -> str:
    """90 天未跟进; without words of its own the kind of reason."""
    return row.reason or str(row.get_why_display())


def _how(row: PoolStay) -> str:
    if row.left_on is None:
        return __("还在公海")
    by = __("，%(name)s 分派") % {"name": row.given_by} if row.given_by else ""
    return format_html("{} {}{}", row.taken_by, row.get_how_display(), by)


TAKE = (
    '<span class="gk-row-button"><button type="button" class="btn btn-sm" hx-post="{}?row=1" hx-target="closest .gk-row-button" hx-swap="innerHTML"'
    ' hx-params="none" hx-disabled-elt="this" aria-label="{}">{}</button></span>'
)


def _take(row: PoolStay) -> str:
    """The button that takes it, in the row; nothing once it is gone."""
    if row.left_on is not None:
        return ""
    label = __("领取%(name)s") % {"name": row.customer}
    return format_html(TAKE, reverse("customers:pool_claim", args=[row.pk]), label, __("领取"))


def _claim(viewer: Viewer, row: PoolStay, _values: Mapping[str, Any]) -> None:
    services.claim(row.pk, actor=viewer)


def _assign(viewer: Viewer, row: PoolStay, values: Mapping[str, Any]) -> None:
    services.assign(row.pk, values["person"], actor=viewer, reason=values.get("reason", ""), exception=values.get("exception", ""))


def _claim_lines(viewer: Viewer, _chosen: Any) -> list[str]:
    return [__("归你负责，按等级排联系；先到先得，满额或在冷却期的会逐家说明")]


def _grades() -> list[tuple[str, str]]:
    return [(grade, grade) for grade in selectors.grades()]


class PoolList(ListPage):
    object = "pool_stay"
    title = _("公海")
    unit = _("家")
    icon = "inbox"
    columns = [
        Column("name", _("客户"), path="customer__name", fixed=True),
        Column("grade", _("等级"), kind="seal", path="customer__figures__grade", sort="customer__figures__grade_rank"),
        Column("place", _("地区"), path="customer__place"),
        Column("last_owner", _("原负责人"), path="last_owner__name"),
        Column("why", _("为什么进公海"), render=_why),
        Column("since", _("进公海"), kind="ago", path="entered_on", sort="entered_on", nullable=False),
        Column("last_contact", _("上次联系"), kind="ago", path="customer__figures__last_contact_on"),
        Column("last_purchase", _("上次下单"), kind="ago", path="customer__figures__last_purchase_on"),
        Column("take", _("领取"), render=_take, button=True),
        Column("grade_then", _("进公海时等级"), kind="seal", path="grade", shown=False),
        Column("clause", _("条款"), shown=False),
        Column("how", _("去向"), render=_how, shown=False),
        Column("left", _("离开公海"), kind="day", path="left_on", shown=False),
        Column("exception", _("破例理由"), shown=False),
    ]
    fields = FieldSet(
        [
            Field("grade", _("等级"), Kind.CHOICE, choices=_grades, path="customer__figures__grade"),
            Field("grade_then", _("进公海时等级"), Kind.CHOICE, choices=_grades, path="grade"),
            Field("why", _("原因"), Kind.CHOICE, choices=PoolStay.Why.choices),
            Field("province", _("省"), Kind.TEXT, path="customer__province"),
            Field("city", _("市"), Kind.TEXT, path="customer__city"),
            Field("district", _("区县"), Kind.TEXT, path="customer__district"),
            Field("since", _("进公海日期"), Kind.DATE, path="entered_on"),
            Field("last_owner", _("原负责人"), Kind.REFERENCE, path="last_owner_id"),
            Field("taken_by", _("新负责人"), Kind.REFERENCE, path="taken_by_id"),
            Field("left", _("离开公海"), Kind.DATE, path="left_on"),
        ]
    )
    quick = [
        Quick("grade", _("等级")),
        Quick("why", _("原因"), choices=PoolStay.Why.choices),
        Quick("last_owner", _("原负责人"), picker="person"),
    ]
    views = [
        View("open", _("可领取"), where=lambda viewer: OPEN),
        View("new", _("近 7 天进来"), where=lambda viewer: OPEN & Q(entered_on__gt=clock.today() - timedelta(NEW_DAYS))),
        View(
            "mine", _("从我名下"), where=lambda viewer: Q(last_owner=viewer.person_id), columns=LOG, roles={"salesperson", "sales_manager"}
        ),
        View("log", _("进出记录"), columns=LOG, counted=False),
    ]
    bulk = [
        BulkAction("claim", _("领取"), "hand-grab", ("pool_stay", "claim"), _claim, consequences=_claim_lines),
        BulkAction("assign", _("分派"), "user-share", ("pool_stay", "assign"), _assign, form=AssignForm),
    ]
    phone = Phone(title="name", seal="grade", second=("why", "place"), figure="since", button="take")
    default_sort = "-since"
    searchable = True
    search_hint = _("名称、拼音、编号")
    empty_text = _("公海里没有客户：没有到期收回的，也没有人放入")

    @cached_property
    def usable_columns(self) -> list[Column]:
        """The button only for who may claim."""
        may_claim = access.allowed(self.viewer, "pool_stay", "claim")
        return [column for column in super().usable_columns if not column.button or may_claim]

    def queryset(self, viewer: Viewer) -> QuerySet[PoolStay]:
        return selectors.pool_stays(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        named = Q(customer__name__icontains=text) | Q(customer__pinyin__icontains=text) | Q(customer__number__iexact=text)
        return rows.filter(named | Q(customer__initials__icontains=text))

    def row_url(self, row: PoolStay) -> str:
        return reverse("customers:pool_stay", args=[row.pk])


def since_words(row: PoolStay) -> str:
    """「11-20 进公海，90 天未跟进」"""
    return __("%(day)s 进公海，%(why)s") % {"day": formats.short_day(row.entered_on), "why": _why(row)}
