"""A file changes what its importer may change: giving a customer away and moving its stage keep their own rights and caps (CUS-05, CUS-06, CUS-12)."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from guike.customers.services import quotas
from guike.platform.access import Viewer, rows
from guike.platform.errors import Refused
from guike.platform.imports.rows import Row


def refuse_given(pairs: Sequence[tuple[Row, Any]], viewer: Viewer) -> None:
    """Rows that name another owner for a customer on file, each with the person (None: the file makes them): refused without the right to
    transfer it, or without room."""
    pairs = [(row, person) for row, person in pairs if person is None or person.pk != row.target.owner_id]
    may = _reachable([row for row, _person in pairs], viewer, "transfer")
    coming: dict[int, list[Row]] = defaultdict(list)
    for row, person in pairs:
        if row.target.pk not in may:
            words = {"name": row.target, "owner": row.target.owner or _("公海")}
            row.refuse(_column(row), _("没有转「%(name)s」的权限，现负责人：%(owner)s") % words)
        elif person is not None and not person.active:
            row.refuse(_column(row), _("没有这个人，或已离职"))
        elif person is not None:
            coming[person.pk].append(row)
    for person_id, found in sorted(coming.items()):
        _refuse_without_room(person_id, found, viewer)


def _refuse_without_room(person_id: int, found: Sequence[Row], viewer: Viewer) -> None:
    """Who may let a full person pass does so by importing; it is written down as any other release."""
    ids = [row.target.pk for row in found]
    try:
        quotas.require_room(person_id, ids, actor=viewer, release=True, reason=_("导入客户资料"))
    except Refused as refusal:
        for row in found:
            row.refuse(_column(row), refusal.message)


def refuse_moved(listed: Sequence[Row], viewer: Viewer) -> None:
    """Rows that name another stage for a customer on file: refused without the right to move it."""
    moved = [row for row in listed if row.target.stage != row["stage"]]
    may = _reachable(moved, viewer, "move")
    for row in moved:
        if row.target.pk not in may:
            row.refuse("stage", _("没有改变「%(name)s」阶段的权限") % {"name": row.target})


def _reachable(found: Sequence[Row], viewer: Viewer, action: str) -> set[int]:
    ids = [row.target.pk for row in found]
    return set(rows(viewer, "customer", action).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


def _column(row: Row) -> str:
    return "owner_number" if row["owner_number"] else "owner"
