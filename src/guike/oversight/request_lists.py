"""The list of people's requests: what has to be answered, until when (08-quality privacy)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.oversight import selectors, services
from guike.oversight.forms import LookForm
from guike.oversight.models import PersonalRequest
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import BulkAction, Column, ListPage, Phone, Quick, View

OPEN = ~Q(state__in=("done", "refused"))


def _late(row: PersonalRequest) -> str:
    return "danger" if row.closed_on is None and row.way != PersonalRequest.Way.TERM and row.due_on < clock.today() else ""


def _propose(viewer: Viewer, row: Any, values: Mapping[str, Any]) -> None:
    services.propose_erasure(row.pk, actor=viewer, reason=values["reason"], several=True)


def _confirm(viewer: Viewer, row: Any, values: Mapping[str, Any]) -> None:
    services.confirm_erasure(row.pk, actor=viewer, reason=values["reason"])


def _figures(viewer: Viewer, rows: Sequence[Any]) -> Iterable[str]:
    """What goes, in numbers, as far as it was counted."""
    plans = [row.plan for row in rows if row.plan]
    records = sum(sum(plan.get("own", {}).values()) + sum(plan.get("texts", {}).values()) for plan in plans)
    yield __("清点过的 %(n)d 件：%(records)d 条记录清空或换掉") % {"n": len(plans), "records": records}
    if uncounted := len(rows) - len(plans):
        yield __("没清点过的 %(n)d 件不动") % {"n": uncounted}
    yield __("删除以后不能恢复，包括历史")


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
        Column("way", _("怎么提出的"), kind="choice", shown=False),
        Column("checked", _("身份核对"), kind="choice", shown=False),
        Column("refusal", _("拒绝理由"), kind="choice", shown=False),
        Column("closed_on", _("办结日期"), kind="short_day", shown=False),
    ]
    fields = FieldSet(
        [
            Field("wish", _("要求"), Kind.CHOICE, choices=PersonalRequest.Wish.choices),
            Field("state", _("状态"), Kind.CHOICE, choices=PersonalRequest.State.choices),
            Field("way", _("怎么提出的"), Kind.CHOICE, choices=PersonalRequest.Way.choices),
            Field("received_on", _("收到日期"), Kind.DATE),
            Field("due_on", _("期限"), Kind.DATE),
            Field("received_by", _("登记人"), Kind.REFERENCE, path="received_by_id"),
        ]
    )
    quick = [Quick("wish", _("要求")), Quick("state", _("状态"))]
    views = [
        View("open", _("待办"), where=lambda viewer: OPEN),
        View("late", _("已过期"), where=lambda viewer: OPEN & Q(due_on__lt=clock.today()) & ~Q(way=PersonalRequest.Way.TERM)),
        View("confirm", _("待复核"), where=lambda viewer: Q(state="waiting"), roles=("administrator", "executive", "audit_admin")),
        View("term", _("保存期满"), where=lambda viewer: OPEN & Q(way=PersonalRequest.Way.TERM), roles=("administrator", "executive", "audit_admin")),
        View("all", _("全部"), counted=False),
    ]
    bulk = [
        BulkAction("propose", _("提交复核"), "send", ("personal_request", "erase"), _propose, form=LookForm, consequences=_figures, danger=True),
        BulkAction("confirm", _("复核"), "user-check", ("personal_request", "confirm"), _confirm, form=LookForm, consequences=_figures, danger=True),
    ]
    phone = Phone(title="number", second=("wish", "asker", "state"), figure="due_on")

    def queryset(self, viewer: Viewer) -> QuerySet[PersonalRequest]:
        return selectors.requests(viewer)

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
