"""The log of what went out, for the administrator."""

from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.notifications import registry, services
from guike.platform.notifications.models import Delivery
from guike.platform.notifications.services.choosing import DIGEST
from guike.platform.ui.lists import BulkAction, Column, ListPage, Phone, Quick, View


def _kinds(viewer: Viewer | None = None) -> list[tuple[str, Any]]:
    return [*((code, kind.label) for code, kind in registry.kinds().items()), (DIGEST, _("每日汇总"))]


def _tone(row: Delivery) -> str:
    return "danger" if row.state in ("failed", "unclear") else ""


def _to(row: Delivery) -> str:
    return row.robot.name if row.robot else row.account.person.name  # type: ignore[union-attr]


def _resend(viewer: Viewer, row: Delivery, values: Any) -> None:
    services.resend(row.pk, actor=viewer)


class DeliveryList(ListPage):
    object = "delivery"
    title = _("发送记录")
    unit = _("条")
    icon = "send"
    columns = [
        Column("title", _("标题"), fixed=True, css="gk-cell-wide"),
        Column("to", _("发给"), render=_to),
        Column("channel", _("渠道"), kind="choice"),
        Column("state", _("状态"), kind="choice", tone=_tone),
        Column("error", _("原因"), css="gk-cell-wide"),
        Column("created_at", _("产生时间"), kind="moment", sort="created_at"),
        Column("done_at", _("发出时间"), kind="moment", shown=False),
        Column("due_at", _("最早发送"), kind="moment", shown=False),
        Column("attempts", _("次数"), kind="number"),
    ]
    fields = FieldSet(
        [
            Field("state", _("状态"), Kind.CHOICE, choices=Delivery.State.choices),
            Field("channel", _("渠道"), Kind.CHOICE, choices=Delivery.CHANNELS),
            Field("kind", _("类别"), Kind.CHOICE, choices=_kinds),
            Field("attempts", _("次数"), Kind.NUMBER),
        ]
    )
    quick = [Quick("state", _("状态")), Quick("channel", _("渠道")), Quick("kind", _("类别"), choices=_kinds)]
    views = [
        View("all", _("全部"), counted=False),
        View("lost", _("没发出去"), where=lambda viewer: Q(state__in=["failed", "unclear"])),
        View("waiting", _("待发"), where=lambda viewer: Q(state__in=["waiting", "sending", "held"])),
    ]
    bulk = [BulkAction("resend", _("重发"), "send", ("delivery", "change"), _resend)]
    phone = Phone(title="title", second=("to", "state"), figure="created_at")
    default_sort = "-created_at"
    empty_text = _("还没有发出过邮件或群消息")

    def queryset(self, viewer: Viewer) -> QuerySet[Delivery]:
        return access.rows(viewer, "delivery").select_related("account__person", "robot")

    def row_url(self, row: Delivery) -> str:
        return reverse("notifications:delivery", args=[row.pk])
