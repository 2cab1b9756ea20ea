"""审批: what waits for me, what I asked for, what I signed, what I got a copy of (PLT-05)."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.engine.approvals import registry, rules, selectors, services
from guike.engine.approvals.forms import BulkForm
from guike.engine.models import Approval
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import BulkAction, Column, ListPage, Phone, Quick, View


def _kinds(viewer: Viewer | None = None) -> list[tuple[str, str]]:
    return registry.choices()


def _late(row: Any) -> str:
    return "danger" if row.due_on and row.due_on < clock.today() else ""


def _tone(row: Any) -> str:
    return {"pending": "strong", "returned": "warn", "rejected": "danger"}.get(row.state, "")


def _consequences(viewer: Viewer, rows: Sequence[Any]) -> Iterable[str]:
    amount = sum((row.amount for row in rows if row.amount), 0)
    if amount:
        yield __("金额合计 %(amount)s 元") % {"amount": f"{amount:,.2f}"}
    yield __("每件分别签，没轮到你签的不动，并逐件说明原因")


def _approve(viewer: Viewer, row: Any, values: Mapping[str, Any]) -> None:
    services.approve(row.pk, actor=viewer, comment=str(values.get("comment") or ""))


def _remind(viewer: Viewer, row: Any, values: Mapping[str, Any]) -> None:
    services.remind(row.pk, actor=viewer)


class ApprovalList(ListPage):
    object = "approval"
    title = _("审批")
    unit = _("件")
    icon = "checkup-list"
    columns = [
        Column("title", _("事项"), fixed=True, css="gk-cell-wide"),
        Column("kind", _("类别"), render=lambda row: registry.kind(row.kind).label),
        Column("applicant", _("申请人"), path="requested_by__name"),
        Column("requested_on", _("申请日期"), kind="day", sort="requested_on"),
        Column("amount", _("金额"), kind="yuan", sort="amount", shown=False),
        Column("waits_for", _("等谁签"), nullable=True),
        Column("due_on", _("本步期限"), kind="short_day", sort="due_on", tone=_late),
        Column("state", _("状态"), kind="choice", tone=_tone),
        Column("number", _("编号"), shown=False),
        Column("reason", _("理由"), shown=False, css="gk-cell-wide"),
        Column("clause", _("条款"), shown=False),
        Column("closed_at", _("办结时间"), kind="moment", shown=False),
        Column("department", _("部门"), path="department__name", shown=False),
    ]
    fields = FieldSet(
        [
            Field("kind", _("类别"), Kind.CHOICE, choices=_kinds),
            Field("state", _("状态"), Kind.CHOICE, choices=Approval.State.choices),
            Field("requested_by", _("申请人"), Kind.REFERENCE),
            Field("requested_on", _("申请日期"), Kind.DATE),
            Field("due_on", _("本步期限"), Kind.DATE),
            Field("amount", _("金额"), Kind.MONEY),
            Field("title", _("事项"), Kind.TEXT),
            Field("number", _("编号"), Kind.TEXT),
        ]
    )
    quick = [
        Quick("kind", _("类别"), choices=_kinds),
        Quick("state", _("状态"), choices=Approval.State.choices),
        Quick("requested_by", _("申请人"), picker="person"),
    ]
    views = [
        View("mine", _("待我批"), where=selectors.waits_for, sort="due_on"),
        View("sent", _("我发起的"), where=selectors.requested_by, sort="-requested_on"),
        View("signed", _("我批过的"), where=selectors.signed_by, sort="-requested_on", counted=False),
        View("copied", _("抄送"), where=selectors.copied_to, sort="-requested_on", counted=False),
        View("open", _("在途"), where=lambda viewer: Q(state__in=[rules.PENDING, rules.RETURNED]), sort="due_on", counted=False),
        View("all", _("全部"), sort="-requested_on", counted=False),
    ]
    bulk = [
        BulkAction("approve", _("同意"), "check", access=("approval", "sign"), form=BulkForm, apply=_approve, consequences=_consequences),
        BulkAction("remind", _("催办"), "bell", access=("approval", "view"), apply=_remind),
    ]
    phone = Phone(title="title", second=("kind", "applicant", "waits_for"), figure="due_on")
    default_sort = "-requested_on"
    searchable = True
    search_hint = _("事项、编号、申请人")
    empty_text = _("没有要你批的")

    def queryset(self, viewer: Viewer) -> QuerySet[Approval]:
        return selectors.approvals(viewer)

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return rows.filter(Q(title__icontains=text) | Q(number__icontains=text) | Q(requested_by__name__icontains=text))

    def row_url(self, row: Any) -> str:
        return row.get_absolute_url()
