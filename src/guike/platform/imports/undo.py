"""Undoing an import: what it made is removed, what it changed is put back; what others touched or refer to since stays and is told."""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models
from django.utils.translation import gettext as _
from psycopg import sql

from guike.platform import clock, events
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.imports import bulk
from guike.platform.imports.kinds import kind_of
from guike.platform.imports.models import ImportChange, ImportPart, ImportRun
from guike.platform.verbs import verb

#: Kept rows named in the report; the rest is counted.
NAMED = 200
#: How long an import can be taken back: then the values before it are cleared, for they tell of people.
UNDO_WITHIN = timedelta(days=180)
CHANGED, USED, GONE = "changed", "used", "gone"


@dataclass(frozen=True)
class RowsRemoved:
    """Rows of `model` were removed because the import that made them was undone; what hangs on them by kind and id goes too."""

    model: str
    ids: tuple[int, ...]


def may_undo(run: ImportRun) -> bool:
    """Can an import still be taken back: it wrote something, and what stood there before is kept?"""
    return run.state == ImportRun.State.DONE and run.created + run.updated > 0 and run.uploaded_at >= clock.now() - UNDO_WITHIN


@verb("imports.undo_import")
def undo(run: ImportRun, *, actor: Viewer, reason: str = "") -> dict[str, Any]:
    """Take back a finished import as far as nobody built on it. Returns removed, restored and kept rows with reasons.

    Refused when the run wrote nothing or was undone already.
    """
    run = ImportRun.objects.select_for_update().get(pk=run.pk)
    kind = kind_of(run.kind)
    if kind is None or run.state != ImportRun.State.DONE:
        raise Refused(_("这次导入没有写入，或已经撤销"))
    require(actor, kind.object, "import")
    if run.uploaded_at < clock.now() - UNDO_WITHIN:
        raise Refused(_("导入已超过 %(days)s 天，改前的值已清除，不能再撤销") % {"days": UNDO_WITHIN.days})
    parts = list(run.parts.order_by("-turn", "-pk"))
    _mark_changed(parts)
    _mark_used([part for part in parts if part.action == "create"], kind.dependants)
    before = kind.before_undo(sorted(_concerned(parts, kind.bears_on)))
    with pgtrigger.ignore(*kind.one_way) if kind.one_way else nullcontext():
        restored = sum(_restore(part) for part in parts if part.action == "update")
    concerned = _concerned(parts, kind.bears_on)
    removed = _remove([part for part in parts if part.action == "create"], kind.dependants)
    if concerned:
        kind.undone(sorted(concerned), run.started_at or run.uploaded_at, before)
    report = {"removed": sum(removed.values()), "restored": restored, "models": removed, "kept": _kept(parts)}
    run.state, run.undone_at, run.undone_by_id, run.undo_report = ImportRun.State.UNDONE, clock.now(), actor.account_id, report
    run.save(update_fields=["state", "undone_at", "undone_by", "undo_report"])
    return report


def _model(part: ImportPart) -> type[models.Model]:
    return apps.get_model(part.model)


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _pk(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(bulk.column_of(model._meta.pk))


def _execute(statement: sql.Composable, arguments: Iterable[Any] = ()) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, list(arguments))
        return cursor.rowcount


def _mark_changed(parts: list[ImportPart]) -> None:
    """Rows whose imported fields are no longer as the import left them, or that are gone. They are locked here.

    Later updates of the same row by the same import are undone first, so an earlier part is compared after it (see `_restore`).
    """
    for part in parts:
        model = _model(part)
        _execute(
            sql.SQL("SELECT 1 FROM {} t JOIN imports_importchange c ON c.object_id = t.{} WHERE c.part_id = %s FOR UPDATE OF t").format(
                _table(model), _pk(model)
            ),
            [part.pk],
        )
        _execute(
            sql.SQL(
                "UPDATE imports_importchange c SET kept = %s WHERE c.part_id = %s AND NOT EXISTS (SELECT 1 FROM {} t WHERE t.{} = c.object_id)"
            ).format(_table(model), _pk(model)),
            [GONE, part.pk],
        )
        if part.action == "create" and part.fields:
            _execute(
                sql.SQL(
                    "UPDATE imports_importchange c SET kept = %s FROM {} t WHERE c.part_id = %s AND t.{} = c.object_id AND c.fingerprint <> {}"
                ).format(_table(model), _pk(model), bulk.fingerprint("t", part.fields)),
                [CHANGED, part.pk],
            )


def _mark_used(parts: list[ImportPart], dependants: Any) -> None:
    """Created rows that something outside the import refers to, and then those that they themselves need, until nothing is added."""
    made: dict[type[models.Model], list[int]] = {}
    for part in parts:
        made.setdefault(_model(part), []).append(part.pk)
    going_along = {(owner, name) for owner, names in dependants.items() for name in names}
    while sum(_mark_used_once(model, own, relation, made) for model, own in made.items() for relation in _references(model, going_along)):
        pass


def _references(model: type[models.Model], going_along: set[tuple[str, str]]) -> list[Any]:
    """Foreign keys to the model that the database enforces, less those of rows that are removed along with it."""
    relations = [r for r in model._meta.get_fields(include_hidden=True) if isinstance(r, models.ManyToOneRel)]
    return [
        r
        for r in relations
        if getattr(r.field, "db_constraint", True)
        and not r.field.model._meta.proxy
        and (model._meta.label, r.related_model._meta.label) not in going_along
    ]


def _mark_used_once(model: type[models.Model], own: list[int], relation: Any, made: dict[type[models.Model], list[int]]) -> int:
    other = relation.related_model
    return _execute(
        sql.SQL(
            "UPDATE imports_importchange c SET kept = %s WHERE c.part_id = ANY(%s) AND c.kept = '' AND EXISTS ("
            "SELECT 1 FROM {other} r WHERE r.{fk} = c.object_id AND NOT EXISTS ("
            "SELECT 1 FROM imports_importchange d WHERE d.part_id = ANY(%s) AND d.object_id = r.{pk} AND d.kept = ''))"
        ).format(other=_table(other), fk=sql.Identifier(relation.field.column), pk=_pk(other)),
        [USED, own, made.get(other, [])],
    )


def _restore(part: ImportPart) -> int:
    """Put back the images of one part where the imported values still stand; the others are marked as changed."""
    model = _model(part)
    names = part.fields
    typed = bulk.column_types(model, names)
    sets = [sql.SQL("{0} = b.{0}").format(sql.Identifier(name)) for name in names] + bulk.bookkeeping(model, names)
    attributes = sql.SQL(", ").join(
        sql.SQL("{}, c.before -> {}").format(sql.Literal(name), sql.Literal(bulk.attribute(model, name))) for name in names
    )
    count = _execute(
        sql.SQL(
            "UPDATE {table} t SET {sets} FROM imports_importchange c, jsonb_to_record(jsonb_build_object({attributes})) AS b({typed}) "
            "WHERE c.part_id = %s AND c.kept = '' AND t.{pk} = c.object_id AND c.fingerprint = {fingerprint}"
        ).format(
            table=_table(model),
            sets=sql.SQL(", ").join(sets),
            attributes=attributes,
            typed=typed,
            pk=_pk(model),
            fingerprint=bulk.fingerprint("t", names),
        ),
        [part.pk],
    )
    if count < ImportChange.objects.filter(part=part, kept="").count():
        _mark_not_restored(part)
    return count


def _mark_not_restored(part: ImportPart) -> None:
    """After the restoration the values equal the image before, so whatever still differs from it was changed by somebody."""
    model = _model(part)
    images = {change.object_id: change for change in part.changes.filter(kept="")}
    kept = []
    for instance in model._default_manager.filter(pk__in=list(images)):
        image = images[instance.pk].before or {}
        now = {name: getattr(instance, name) for name in image}
        if not _same(now, image):
            kept.append(images[instance.pk].pk)
    ImportChange.objects.filter(pk__in=kept).update(kept=CHANGED)


def _same(now: dict[str, Any], image: dict[str, Any]) -> bool:
    import json

    from django.core.serializers.json import DjangoJSONEncoder

    return json.loads(json.dumps(now, cls=DjangoJSONEncoder)) == image


def _concerned(parts: list[ImportPart], bears_on: Mapping[str, str]) -> set[int]:
    """Whom the rows bear on that go or were put back."""
    found: set[int] = set()
    for part in parts:
        if path := bears_on.get(part.model):
            rows = _model(part)._base_manager.filter(pk__in=part.changes.filter(kept="").values("object_id"))
            found.update(rows.exclude(**{path: None}).values_list(path, flat=True).distinct())
    return found


def _remove(parts: list[ImportPart], dependants: Any) -> dict[str, int]:
    """Delete what the import made and nobody uses: what hangs on it first, the latest parts first. Foreign keys are checked at the end."""
    removed: dict[str, int] = {}
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    for part in parts:
        model = _model(part)
        ids = tuple(part.changes.filter(kept="").values_list("object_id", flat=True))
        if not ids:
            continue
        for name, column in dependants.get(model._meta.label, {}).items():
            other = apps.get_model(name)
            _execute(sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(_table(other), sql.Identifier(column)), [list(ids)])
        events.emit(RowsRemoved(model._meta.label, ids))
        count = _execute(sql.SQL("DELETE FROM {} WHERE {} = ANY(%s)").format(_table(model), _pk(model)), [list(ids)])
        removed[model._meta.label] = removed.get(model._meta.label, 0) + count
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return removed


def _kept(parts: list[ImportPart]) -> dict[str, Any]:
    """How many rows stay and why, the first of them by name."""
    found = ImportChange.objects.filter(part__in=parts).exclude(kept="").order_by("row")
    reasons = {CHANGED: _("导入后有人改过"), USED: _("已有别的记录用到"), GONE: _("已被删除")}
    named = []
    for change in found.select_related("part")[:NAMED]:
        instance = _model(change.part)._default_manager.filter(pk=change.object_id).first()
        shown = str(instance) if instance is not None else ""
        named.append({"row": change.row, "what": str(_model(change.part)._meta.verbose_name), "name": shown, "why": reasons[change.kept]})
    return {"count": found.count(), "rows": named}
