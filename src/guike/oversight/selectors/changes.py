"""What one verb changed in every table, before and after, in the words of the pages (PLT-02)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

import pghistory.models
from django.apps import apps
from django.db import connection
from django.http import Http404

from guike.oversight.selectors.looks import records
from guike.platform import access, history
from guike.platform.access import Right, Viewer

#: Rows of one verb that its page shows; an import changes a hundred thousand.
SHOWN = 60


@dataclass(frozen=True)
class Change:
    """One row that was made, changed or deleted; `record` and `url` of the record it is about, empty where the reader may not see it."""

    label: str
    about: tuple[str, int]
    kind: str
    changes: tuple[history.Change, ...]
    record: str = ""
    url: str = ""


def _histories() -> dict[str, type[Any]]:
    """Table of a history → its model."""
    return {
        model._meta.db_table: model
        for model in apps.get_models()
        if issubclass(model, pghistory.models.Event) and model._meta.managed and not model._meta.proxy and ".tests." not in model.__module__
    }


def kept_models() -> list[type[Any]]:
    """Every model whose rows keep one of our own models' versions."""
    return [event for event in _histories().values() if event.pgh_tracked_model.__module__.startswith("guike.")]


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
    return note, _named(viewer, rows), total


def _named(viewer: Viewer, rows: list[Change]) -> list[Change]:
    """The rows with their records by name and address, one question a kind of record."""
    found = records(viewer, {row.about for row in rows if row.about[0]})
    named = []
    for row in rows:
        record = found.get(row.about)
        url = record.get_absolute_url() if record is not None and hasattr(record, "get_absolute_url") else ""
        named.append(replace(row, record=str(record or ""), url=url))
    return named


def _about(code: str, event: Any) -> tuple[str, int]:
    """(object, id) of the record by which people know a row: itself where it has a page, else what it hangs on."""
    known = access.declarations()
    if code and hasattr(known[code].model_class(), "get_absolute_url"):
        return code, event.pgh_obj_id
    if getattr(event, "subject_id", None) and getattr(event, "subject_kind", "") in known:
        return event.subject_kind, event.subject_id
    if getattr(event, "customer_id", None):
        return "customer", event.customer_id
    return (code, event.pgh_obj_id) if code else _above(event)


def _above(event: Any) -> tuple[str, int]:
    """The record with a page of its own to which a row belongs that nobody sees by itself: a version's policy."""
    for field in event.pgh_tracked_model._meta.concrete_fields:
        related = field.related_model
        if related is None or not hasattr(related, "get_absolute_url") or not getattr(event, field.attname, None):
            continue
        if code := next((one.code for one in access.declarations().values() if one.model == related._meta.label), ""):
            return code, getattr(event, field.attname)
    return "", event.pgh_obj_id


def _rows(viewer: Viewer, event: type[Any], context: UUID, limit: int) -> list[Change]:
    model = event.pgh_tracked_model
    code = next((one.code for one in access.declarations().values() if one.model == model._meta.label), "")
    fields = access.declarations()[code].fields if code else {}
    veiled = frozenset(name for name in fields if access.field_right(viewer, code, name) < Right.READ)
    return [
        Change(_label(event), _about(code, after), entry.kind, entry.changes)
        for after in event.objects.filter(pgh_context_id=context).order_by("pgh_id")[:limit]
        if (entry := history.entry(model, after, _before(event, after), hidden=veiled, viewer=viewer))
    ]


def _before(event: type[Any], after: Any) -> Any:
    return event.objects.filter(pgh_obj_id=after.pgh_obj_id, pgh_id__lt=after.pgh_id).order_by("-pgh_id").first()
