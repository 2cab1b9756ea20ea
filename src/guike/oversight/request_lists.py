"""The list of people's requests: what has to be answered, until when (08-quality privacy)."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.oversight import selectors
from guike.oversight.models import PersonalRequest
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Column, ListPage, Phone, Quick, View

OPEN = ~Q(state__in=("done", "refused"))


def _late(row: PersonalRequest) -> str:
    return "danger" if row.closed_on is None and row.due_on < clock.today() else ""


class RequestList(ListPage):
    object = "personal_request"
    title = _("个人信息请求")
    unit = _("件")
    icon = "user-shield"
    default_sort = "-received_on"
    empty_text = _("没有个人信息请求；在联系人或个人客户那里登记")
    columns = [
        Column("number", _("编号"), fixed=True),
        Column("wish", _("要求"), kind="choice"),
        Column("asker", _("申请人")),
        Column("state", _("状态"), kind="choice"),
        Column("due_on", _("期限"), kind="short_day", sort="due_on", nullable=False, tone=_late),
        Column("received_on", _("收到日期"), kind="short_day", sort="received_on", nullable=False),
        Column("received_by", _("登记人"), path="received_by__name"),
        Column("checked", _("身份核对"), kind="choice", shown=False),
        Column("refusal", _("拒绝理由"), kind="choice", shown=False),
        Column("closed_on", _("办结日期"), kind="short_day", shown=False),
    ]
    fields = FieldSet(
        [
            Field("wish", _("要求"), Kind.CHOICE, choices=PersonalRequest.Wish.choices),
            Field("state", _("状态"), Kind.CHOICE, choices=PersonalRequest.State.choices),
            Field("received_on", _("收到日期"), Kind.DATE),
            Field("due_on", _("期限"), Kind.DATE),
            Field("received_by", _("登记人"), Kind.REFERENCE, path="received_by_id"),
        ]
    )
    quick = [Quick("wish", _("要求")), Quick("state", _("状态"))]
    views = [
        View("open", _("待办"), where=lambda viewer: OPEN),
        View("late", _("已过期"), where=lambda viewer: OPEN & Q(due_on__lt=clock.today())),
        View("all", _("全部"), counted=False),
    ]
    phone = Phone(title="number", second=("wish", "asker", "state"), figure="due_on")

    def queryset(self, viewer: Viewer) -> QuerySet[PersonalRequest]:
        return selectors.requests(viewer)

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
