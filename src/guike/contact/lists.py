"""The list of follow-ups."""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.contact import rules, selectors
from guike.contact.models import FollowUp
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Column, ListPage, Phone, Quick, View

METHODS = [(code, _(label)) for code, label in rules.METHODS.items()]


def _mine(viewer: Viewer) -> Q:
    return Q(person_id=viewer.person_id)


def _this_week(viewer: Viewer) -> Q:
    today = clock.today()
    return Q(happened_on__gte=today - timedelta(days=today.weekday()))


class FollowUpList(ListPage):
    object = "follow_up"
    title = _("跟进")
    unit = _("笔")
    icon = "notes"
    columns = [
        Column("happened_on", _("日期"), kind="day", sort="happened_on", fixed=True),
        Column("customer", _("客户"), path="customer__name"),
        Column("grade", _("当时等级"), kind="seal"),
        Column("method", _("方式"), kind="choice"),
        Column("said", _("沟通内容"), css="gk-cell-wide"),
        Column("next_on", _("下次日期"), kind="short_day"),
        Column("next_step", _("下一步"), shown=False),
        Column("person", _("跟进人"), path="person__name"),
        Column("feedback", _("客户反馈"), shown=False),
        Column("topic", _("主题"), shown=False),
        Column("place", _("地点"), shown=False),
        Column("first_contact", _("首次接触"), kind="flag", shown=False),
        Column("recorded_at", _("记录时间"), kind="moment", shown=False),
    ]
    fields = FieldSet(
        [
            Field("happened_on", _("日期"), Kind.DATE),
            Field("method", _("方式"), Kind.CHOICE, choices=METHODS),
            Field("person", _("跟进人"), Kind.REFERENCE),
            Field("customer", _("客户"), Kind.REFERENCE),
            Field("said", _("沟通内容"), Kind.TEXT),
            Field("topic", _("主题"), Kind.TEXT),
            Field("grade", _("当时等级"), Kind.TEXT),
            Field("category", _("当时类别"), Kind.TEXT),
            Field("next_on", _("下次日期"), Kind.DATE),
            Field("first_contact", _("首次接触"), Kind.FLAG),
        ]
    )
    quick = [
        Quick("method", _("方式"), choices=METHODS),
        Quick("person", _("跟进人"), picker="person"),
        Quick("customer", _("客户"), picker="customer"),
    ]
    views = [
        View("mine", _("我的"), where=_mine),
        View("week", _("本周"), where=_this_week),
        View("visits", _("登门"), where={"field": "method", "op": "in", "value": sorted(rules.VISITS)}),
        View("all", _("全部")),
    ]
    phone = Phone(title="customer", seal="grade", second=("happened_on", "said"), figure="method")
    default_sort = "-happened_on"
    searchable = True
    search_hint = _("客户、内容")
    empty_text = _("还没有跟进")

    def queryset(self, viewer: Viewer) -> QuerySet[FollowUp]:
        return selectors.follow_ups(viewer).order_by()

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return rows.filter(Q(said__icontains=text) | Q(topic__icontains=text) | Q(customer__name__icontains=text))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
