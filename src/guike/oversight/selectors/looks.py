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
        if code in access.declarations() and access.allowed(viewer, code, "view")
        for found in _with_its_own(access.rows(viewer, code)).filter(pk__in=pks)
    }


def _with_its_own(rows: QuerySet) -> QuerySet:
    """What a record points to comes along: many call themselves by it, and a list must not ask once a line."""
    pointed = [field.name for field in rows.model._meta.concrete_fields if field.is_relation]
    return rows.select_related(*pointed) if pointed else rows


def records_of(viewer: Viewer, rows: Iterable[AccessLog]) -> dict[tuple[str, int], Model]:
    """(object, id) → the record; one that the reader may not see, or that is gone, stays a number."""
    return records(viewer, ((row.object, row.subject_id) for row in rows if row.subject_id))


def seen_by(viewer: Viewer, code: str, pk: int, limit: int = 100) -> QuerySet[AccessLog]:
    """The newest looks at one record that the viewer may see."""
    access.require(viewer, "look", "view")
    record = access.row(viewer, code, pk)
    return AccessLog.objects.filter(object=code, subject_id=record.pk).order_by("-at", "-pk")[:limit]
