"""All duties within reach as a list: open, late, escalated, by person."""

from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.engine.obligations import registry
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Column, ListPage, Phone, Quick, View

STATES = [("open", _("待办")), ("snoozed", _("稍后")), ("fulfilled", _("已办")), ("withdrawn", _("撤销"))]
LIVE = Q(state__in=["open", "snoozed"])


def _kinds(viewer: Viewer | None = None) -> list[tuple[str, Any]]:
    return [(code, kind.label) for code, kind in registry.kinds().items()]


def _late_tone(row: Any) -> str:
    return "danger" if row.state in ("open", "snoozed") and row.due_on < clock.today() else ""


class ObligationList(ListPage):
    object = "obligation"
    title = _("时限任务")
    unit = _("件")
    icon = "calendar-due"
    columns = [
        Column("subject", _("客户"), path="subject_name", fixed=True),
        Column("grade", _("等级"), kind="seal", path="subject_grade"),
        Column("title", _("事项")),
        Column("reason", _("依据"), css="gk-cell-wide"),
        Column("due_on", _("到期日"), kind="day", sort="due_on", tone=_late_tone),
        Column("state", _("状态"), kind="choice"),
        Column("assignee", _("责任人"), path="assignee__name"),
        Column("escalated_to", _("升级给"), path="escalated_to__name"),
        Column("clause", _("条款"), shown=False),
        Column("snooze_reason", _("推迟原因"), shown=False),
        Column("snoozes", _("推迟次数"), kind="number", shown=False),
        Column("opened_on", _("产生日期"), kind="day", shown=False),
        Column("fulfilled_on", _("办结日期"), kind="day", shown=False),
        Column("department", _("部门"), path="department__name", shown=False),
    ]
    fields = FieldSet(
        [
            Field("due_on", _("到期日"), Kind.DATE),
            Field("kind", _("类别"), Kind.CHOICE, choices=_kinds),
            Field("state", _("状态"), Kind.CHOICE, choices=STATES),
            Field("assignee", _("责任人"), Kind.REFERENCE),
            Field("outcome", _("等级"), Kind.TEXT),
            Field("title", _("事项"), Kind.TEXT),
            Field("escalation_level", _("升级层数"), Kind.NUMBER),
            Field("snoozes", _("推迟次数"), Kind.NUMBER),
            Field("fulfilled_on", _("办结日期"), Kind.DATE),
        ]
    )
    quick = [
        Quick("kind", _("类别"), choices=_kinds),
        Quick("state", _("状态"), choices=STATES),
        Quick("assignee", _("责任人"), picker="person"),
    ]
    views = [
        View("open", _("我的待办"), where=lambda viewer: LIVE & Q(assignee_id=viewer.person_id)),
        View("late", _("我的逾期"), where=lambda viewer: LIVE & Q(assignee_id=viewer.person_id, due_on__lt=clock.today())),
        View("snoozed", _("稍后"), where=lambda viewer: Q(state="snoozed", assignee_id=viewer.person_id)),
        View("escalated", _("升级给我"), where=lambda viewer: LIVE & Q(escalated_to_id=viewer.person_id)),
        View("team_late", _("全部逾期"), where=lambda viewer: LIVE & Q(due_on__lt=clock.today())),
        View("all", _("全部"), counted=False),
    ]
    phone = Phone(title="subject", seal="grade", second=("title", "assignee"), figure="due_on")
    default_sort = "due_on"
    searchable = True
    search_hint = _("客户、事项")
    empty_text = _("没有符合条件的事项")

    def queryset(self, viewer: Viewer) -> QuerySet:
        """Rows with the customer's name and grade beside them, as far as the viewer may see the customer."""
        customer = access.rows(viewer, "customer").filter(pk=OuterRef("subject_id"))
        return access.rows(viewer, "obligation").annotate(
            subject_name=Subquery(customer.values("name")[:1]), subject_grade=Subquery(customer.values(grade=F("figures__grade"))[:1])
        )

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        named = access.rows(viewer, "customer").filter(name__icontains=text).values("pk")
        return rows.filter(Q(title__icontains=text) | Q(subject_kind="customer", subject_id__in=named))

    def row_url(self, row: Any) -> str:
        return reverse("workspace:obligation", args=[row.pk])
