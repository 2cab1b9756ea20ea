"""What one verb changed in every table, before and after, in the words of the pages (PLT-02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pghistory.models
from django.apps import apps
from django.db import connection
from django.http import Http404

from guike.platform import access, history
from guike.platform.access import Right, Viewer

#: Rows of one verb that its page shows; an import changes a hundred thousand.
SHOWN = 60


@dataclass(frozen=True)
class Change:
    """One row that was made, changed or deleted."""

    label: str
    record: str
    kind: str
    changes: tuple[history.Change, ...]


def _histories() -> dict[str, type[Any]]:
    """Table of a history → its model."""
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and model._meta.managed and not model._meta.proxy and ".tests." not in model.__module__
    }


def touched(contexts: Iterable[UUID]) -> dict[UUID, list[tuple[str, int]]]:
    """Context → (label of the record's kind, rows), in one question; each table answers from its index."""
    keys = list(contexts)
    if not keys:
        return {}
    found: dict[UUID, list[tuple[str, int]]] = {}
    tables = _histories()
    union = " UNION ALL ".join(
        f"SELECT '{table}', pgh_context_id, count(*) FROM {table} WHERE pgh_context_id = ANY(%(keys)s) GROUP BY pgh_context_id"  # noqa: S608
        for table in tables
    )
    with connection.cursor() as cursor:
        cursor.execute(union, {"keys": keys})
        for table, context, count in cursor.fetchall():
            found.setdefault(context, []).append((_label(tables[table]), count))
    return {context: sorted(lines, key=lambda line: -line[1]) for context, lines in found.items()}


def _label(event: type[Any]) -> str:
    return str(event.pgh_tracked_model._meta.verbose_name)


def change(viewer: Viewer, key: str) -> tuple[Any, list[Change], int]:
    """(the note, the first rows it changed, how many in all)."""
    access.require(viewer, "change_record", "view")
    try:
        note = pghistory.models.Context.objects.get(pk=UUID(key))
    except (ValueError, pghistory.models.Context.DoesNotExist):
        raise Http404 from None
    labels = dict.fromkeys(label for label, _count in touched([note.pk]).get(note.pk, []))
    total = sum(count for _label, count in touched([note.pk]).get(note.pk, []))
    rows: list[Change] = []
    for event in _histories().values():
        if _label(event) in labels and len(rows) < SHOWN:
            rows += _rows(viewer, event, note.pk, SHOWN - len(rows))
    return note, rows, total


def _rows(viewer: Viewer, event: type[Any], context: UUID, limit: int) -> list[Change]:
    model = event.pgh_tracked_model
    code = next((one.code for one in access.declarations().values() if one.model == model._meta.label), "")
    fields = access.declarations()[code].fields if code else {}
    veiled = frozenset(name for name in fields if access.field_right(viewer, code, name) < Right.READ)
    return [
        Change(_label(event), f"{after.pgh_obj_id}", entry.kind, entry.changes)
        for after in event.objects.filter(pgh_context_id=context).order_by("pgh_id")[:limit]
        if (entry := history.entry(model, after, _before(event, after), hidden=veiled, viewer=viewer))
    ]


def _before(event: type[Any], after: Any) -> Any:
    return event.objects.filter(pgh_obj_id=after.pgh_obj_id, pgh_id__lt=after.pgh_id).order_by("-pgh_id").first()
