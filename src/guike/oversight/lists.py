"""The audit trail as lists: looks and refusals, log-ins, changes (PLT-02)."""

from collections.abc import Sequence
from typing import Any

import pghistory.models
from django.db.models import Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils.translation import gettext as __
from django.utils.translation import gettext_lazy as _

from guike.oversight import selectors
from guike.oversight.selectors.looks import ACTIONS, REFUSALS
from guike.oversight.words import verb_word
from guike.platform import access, telling
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.models import AccessLog
from guike.platform.ui import html
from guike.platform.ui.lists import Column, ListPage, Phone, Quick, View

TAKEN_OUT = ("reveal", "export", "print", "download", "copy")
#: What stands in a line's details, in words; anything else is not shown.
DETAILS = {"title": _("名称"), "rows": _("行数"), "file": _("文件"), "filter": _("条件"), "what": _("内容"), "path": _("网址"), "reason": _("理由"), "policy": _("制度")}  # fmt: skip


def _objects(viewer: Viewer | None = None) -> list[tuple[str, str]]:
    return selectors.object_labels()


def _object(row: AccessLog) -> str:
    found = access.declarations().get(row.object)
    return str(found.label) if found else row.object


def _record(row: AccessLog) -> str:
    return str(getattr(row, "record", None) or "") or (f"#{row.subject_id}" if row.subject_id else "")


def _record_link(row: AccessLog) -> str:
    """The record as a way to it, where it has a page."""
    address = getattr(getattr(row, "record", None), "get_absolute_url", None)
    return html.link(_record(row), address()) if address else _record(row)


def _field(row: AccessLog) -> str:
    found = access.declarations().get(row.object)
    rule = found.fields.get(row.field) if found else None
    return str(rule.label) if rule else row.field


def _details(row: AccessLog) -> str:
    return "；".join(f"{label} {row.detail[name]}" for name, label in DETAILS.items() if row.detail.get(name) not in (None, ""))


def _tone(row: AccessLog) -> str:
    return "danger" if row.action in REFUSALS else "warn" if row.action in TAKEN_OUT else ""


class LookList(ListPage):
    object = "access_log"
    title = _("访问记录")
    unit = _("条")
    icon = "eye"
    columns = [
        Column("at", _("时间"), kind="moment", sort="at", nullable=False, fixed=True),
        Column("who", _("人员")),
        Column("action", _("动作"), render=lambda row: ACTIONS.get(row.action, row.action), tone=_tone),
        Column("object", _("对象"), render=_object, plain=_object),
        Column("record", _("记录"), render=_record_link, plain=_record),
        Column("field", _("字段"), render=_field, plain=_field),
        Column("details", _("说明"), render=_details, plain=_details, css="gk-cell-wide"),
        Column("address", _("来源地址")),
    ]
    fields = FieldSet(
        [
            Field("account", _("人员"), Kind.REFERENCE, path="account__person_id"),
            Field("action", _("动作"), Kind.CHOICE, choices=list(ACTIONS.items())),
            Field("object", _("对象"), Kind.CHOICE, choices=_objects),
            Field("day", _("日期"), Kind.DATE, path="day"),
            Field("subject_id", _("记录号"), Kind.NUMBER),
            Field("address", _("来源地址"), Kind.TEXT),
        ]
    )
    quick = [Quick("account", _("人员"), picker="person"), Quick("action", _("动作")), Quick("object", _("对象"), choices=_objects)]
    views = [
        View("all", _("全部"), counted=False),
        View("taken", _("查看明文与带出"), where=lambda viewer: Q(action__in=TAKEN_OUT), counted=False),
        View("refused", _("被拒"), where=lambda viewer: Q(action__in=REFUSALS), counted=False),
    ]
    phone = Phone(title="who", second=("action", "object", "record"), figure="at")
    default_sort = "-at"
    searchable = True
    search_hint = _("人员姓名、来源地址")
    empty_text = _("没有符合条件的记录")

    def queryset(self, viewer: Viewer) -> QuerySet[AccessLog]:
        return access.rows(viewer, self.object).annotate(day=TruncDate("at"))

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        return rows.filter(address=text) if _is_address(text) else rows.filter(account__person__name=text)

    def complete(self, rows: Sequence[Any]) -> None:
        found = selectors.records_of(self.viewer, rows)
        for row in rows:
            row.record = found.get((row.object, row.subject_id))


def _is_address(text: str) -> bool:
    from ipaddress import ip_address

    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _outcomes() -> Any:
    return access.declarations()["login_record"].model_class()._meta.get_field("outcome").choices  # type: ignore[union-attr]


class LoginList(ListPage):
    object = "login_record"
    title = _("登录记录")
    unit = _("条")
    icon = "key"
    columns = [
        Column("at", _("时间"), kind="moment", sort="at", nullable=False, fixed=True),
        Column("login", _("登录名")),
        Column("person", _("人员"), path="account__person__name"),
        Column("outcome", _("结果"), kind="choice", tone=lambda row: "" if row.outcome in ("in", "out", "half", "again") else "danger"),
        Column("way", _("方式"), kind="choice"),
        Column("address", _("来源地址")),
        Column("device", _("设备"), render=lambda row: row.device_name, plain=lambda row: row.device_name),
    ]
    fields = FieldSet(
        [
            Field("account", _("人员"), Kind.REFERENCE, path="account__person_id"),
            Field("outcome", _("结果"), Kind.CHOICE, choices=_outcomes),
            Field("day", _("日期"), Kind.DATE, path="day"),
            Field("login", _("登录名"), Kind.TEXT),
            Field("address", _("来源地址"), Kind.TEXT),
        ]
    )
    quick = [Quick("account", _("人员"), picker="person"), Quick("outcome", _("结果"))]
    views = [
        View("all", _("全部"), counted=False),
        View("failed", _("没进来"), where=lambda viewer: ~Q(outcome__in=("in", "out", "half", "again")), counted=False),
    ]
    phone = Phone(title="login", second=("outcome", "address"), figure="at")
    default_sort = "-at"
    empty_text = _("没有符合条件的记录")

    def queryset(self, viewer: Viewer) -> QuerySet:
        return access.rows(viewer, self.object).annotate(day=TruncDate("at"))


def _touched(row: Any) -> str:
    return "、".join(f"{label} {count}" for label, count in getattr(row, "touched", ()))


def _why(row: Any) -> str:
    return telling.reason(row.verb or "", row.why or "")


class ChangeList(ListPage):
    object = "change_record"
    title = _("修改记录")
    unit = _("次")
    icon = "history"
    columns = [
        Column("created_at", _("时间"), kind="moment", sort="created_at", nullable=False, fixed=True),
        Column("who", _("人员"), render=lambda row: row.who or __("系统"), plain=lambda row: row.who or __("系统")),
        Column("verb", _("操作"), render=lambda row: verb_word(row.verb or ""), plain=lambda row: verb_word(row.verb or "")),
        Column("touched", _("改了什么"), render=_touched, plain=_touched, css="gk-cell-wide"),
        Column("why", _("理由"), render=_why, plain=_why, css="gk-cell-wide"),
    ]
    fields = FieldSet(
        [
            Field("person", _("人员"), Kind.REFERENCE, path="metadata__person"),
            Field("day", _("日期"), Kind.DATE, path="day"),
        ]
    )
    quick = [Quick("person", _("人员"), picker="person")]
    views = [View("all", _("全部"), counted=False)]
    phone = Phone(title="touched", second=("verb", "who"), figure="created_at")
    default_sort = "-created_at"
    empty_text = _("没有符合条件的记录")

    def queryset(self, viewer: Viewer) -> QuerySet:
        rows = access.rows(viewer, self.object)
        return rows.annotate(day=TruncDate("created_at"), who=KT("metadata__who"), verb=KT("metadata__verb"), why=KT("metadata__why"))

    def complete(self, rows: Sequence[Any]) -> None:
        lines = selectors.touched(row.pk for row in rows)
        for row in rows:
            row.touched = lines.get(row.pk, [])

    def row_url(self, row: pghistory.models.Context) -> str:
        return reverse("oversight:change", args=[row.pk])
