"""The log of looks as people read it: actions in words, records by name where the reader may see them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Model, QuerySet
from django.utils.translation import gettext_lazy as _

from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.models import AccessLog

ACTIONS = {
    "view": _("打开"),
    "reveal": _("查看明文"),
    "export": _("导出"),
    "print": _("打印"),
    "download": _("下载附件"),
    "release": _("按制度放行"),
    "refused": _("没有权限，被拒"),
    "unseen": _("不在可见范围，被拒"),
    "limit": _("超过上限，被拒"),
    "copy": _("给本人副本"),
    "erase": _("删除个人信息"),
}
#: Objects whose records a line names: those whose opening is written, so that a list asks six questions at most.
NAMED = ("customer", "contact", "sales_order", "follow_up", "return_order", "find")
REFUSALS = ("refused", "unseen", "limit")


def object_labels() -> list[tuple[str, str]]:
    """Every declared object with its word on screen."""
    return [(code, str(one.label)) for code, one in access.declarations().items()]


def records(viewer: Viewer, wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], Model]:
    """(object, id) → the record where the reader may see it, one question an object."""
    keys: dict[str, set[int]] = {}
    for code, pk in wanted:
        keys.setdefault(code, set()).add(pk)
    return {
        (code, found.pk): found
        for code, pks in keys.items()
        if access.allowed(viewer, code, "view")
        for found in access.rows(viewer, code).filter(pk__in=pks)
    }


def named_records(viewer: Viewer, rows: Iterable[AccessLog]) -> dict[tuple[str, int], str]:
    """(object, id) → how the record calls itself; others, and records that the reader may not see, stay a number."""
    wanted = ((row.object, row.subject_id) for row in rows if row.subject_id and row.object in NAMED)
    return {key: str(found) for key, found in records(viewer, wanted).items()}


def seen_by(viewer: Viewer, code: str, pk: int, limit: int = 100) -> QuerySet[AccessLog]:
    """The newest looks at one record that the viewer may see."""
    access.require(viewer, "look", "view")
    record = access.row(viewer, code, pk)
    return AccessLog.objects.filter(object=code, subject_id=record.pk).order_by("-at", "-pk")[:limit]
