"""Rows that follow a customer into another, and the way back: every changed column is noted before and after (CUS-07)."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import groupby
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from psycopg import sql

from guike.customers.models import CustomerMerge, MergeChange
from guike.platform.references import Reference

#: Guards that hold against people's changes and must let a merge be taken back: a task withdrawn by the merge is open again.
_RESTING = ("engine.Obligation:closed_stays_closed",)


def _execute(statement: sql.Composable, arguments: Sequence[Any] = ()) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(statement, arguments)
        return cursor.fetchall() if cursor.description else []


def _field(model: type[models.Model], name: str) -> Any:
    return model._meta.get_field(name)


def _columns(model: type[models.Model], names: Iterable[str]) -> list[str]:
    return sorted(_field(model, name).column for name in names)


def _image(columns: Sequence[str]) -> sql.Composable:
    """{"column": value} of row t."""
    pairs = (sql.SQL("{}, t.{}").format(sql.Literal(name), sql.Identifier(name)) for name in columns)
    return sql.SQL("jsonb_build_object({})").format(sql.SQL(", ").join(pairs))


def _table(model: type[models.Model]) -> sql.Identifier:
    return sql.Identifier(model._meta.db_table)


def _pk(model: type[models.Model]) -> sql.Composable:
    return sql.SQL("t.{}").format(sql.Identifier(str(model._meta.pk.column)))


@contextmanager
def _checked_now() -> Iterator[None]:
    """A savepoint at whose end every constraint has been checked, deferred ones too."""
    with transaction.atomic():
        yield
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


class Moving:
    """Writes rows on behalf of one merge and notes what stood there before."""

    def __init__(self, merge: CustomerMerge):
        self.merge = merge
        self.moved: dict[str, int] = {}
        self.stayed: dict[str, int] = {}

    def write(self, model: type[models.Model], pks: Sequence[int], values: Mapping[str, Any]) -> None:
        """Set the same values in some rows, in one statement."""
        if not pks:
            return
        columns = _columns(model, values)
        query = sql.SQL("SELECT {}, {}::text FROM {} t WHERE {} = ANY(%s)").format(_pk(model), _image(columns), _table(model), _pk(model))
        before = _execute(query, [list(pks)])
        model._base_manager.filter(pk__in=pks).update(**values)
        note = sql.SQL(
            "INSERT INTO {} (merge_id, model, object_id, before, after)"
            " SELECT %s, %s, b.id, b.image::jsonb, {} FROM unnest(%s::bigint[], %s::text[]) b(id, image) JOIN {} t ON {} = b.id"
        ).format(_table(MergeChange), _image(columns), _table(model), _pk(model))
        _execute(note, [self.merge.pk, model._meta.label, [pk for pk, _image in before], [image for _pk, image in before]])

    def made(self, instance: models.Model, **mark: Any) -> None:
        """Note a row that the merge made; undo removes it while its marked columns are unchanged."""
        after = {_field(type(instance), name).column: value for name, value in mark.items()}
        MergeChange.objects.create(merge=self.merge, model=instance._meta.label, object_id=instance.pk, before=None, after=after)

    def follow(self, reference: Reference, old: models.Model, new: models.Model) -> None:
        """Let the rows of one reference point at the survivor, as its treatment says."""
        rows = reference.model._base_manager.filter(reference.rows_of(old.pk))
        self._close(reference, rows)
        how = reference.treatment
        if how.stays is True:
            return
        if how.stays:
            rows = rows.exclude(how.stays)
        self.repoint(reference, list(rows.order_by("pk").values_list("pk", flat=True)), old, new)

    def repoint(self, reference: Reference, pks: Sequence[int], old: models.Model, new: models.Model) -> None:
        """Point some rows at another record: all at once, or one by one where the database refuses some."""
        if not pks:
            return
        model, values = reference.model, {reference.column: new.pk}
        try:
            with _checked_now():
                self.write(model, pks, values)
            moved = len(pks)
        except IntegrityError:
            moved = sum(self._one(reference, pk, old, values) for pk in pks)
        name = model._meta.label
        self.moved[name] = self.moved.get(name, 0) + moved
        if moved < len(pks):
            self.stayed[name] = self.stayed.get(name, 0) + len(pks) - moved

    def _one(self, reference: Reference, pk: int, old: models.Model, values: Mapping[str, Any]) -> bool:
        if self._taken(reference.model, pk, values):
            return True
        alter = reference.treatment.on_collision
        if alter is None:
            return False
        row = reference.model._base_manager.get(pk=pk)
        return self._taken(reference.model, pk, {**values, **alter(row, old)})

    def _taken(self, model: type[models.Model], pk: int, values: Mapping[str, Any]) -> bool:
        try:
            with _checked_now():
                self.write(model, [pk], values)
        except IntegrityError:
            return False
        return True

    def _close(self, reference: Reference, rows: models.QuerySet) -> None:
        how = reference.treatment
        if how.closing and how.closes is not None:
            self.write(reference.model, list(rows.filter(how.closes).values_list("pk", flat=True)), how.closing)


def put_back(merge: CustomerMerge) -> list[MergeChange]:
    """Undo the noted changes, the latest first; returns those that were left because somebody changed or removed the row since."""
    kept: list[MergeChange] = []
    changes = list(merge.changes.order_by("-pk"))
    for (label, columns), group in groupby(changes, key=lambda one: (one.model, tuple(sorted(one.before or ())))):
        kept += _restore(apps.get_model(label), columns, list(group))
    return kept


def _restore(model: type[models.Model], columns: Sequence[str], group: Sequence[MergeChange]) -> list[MergeChange]:
    if not columns:
        return [one for one in group if not _removed(model, one)]
    assign = sql.SQL(", ").join(sql.SQL("{0} = r.{0}").format(sql.Identifier(name)) for name in columns)
    statement = sql.SQL(
        "UPDATE {} t SET {} FROM {} ch CROSS JOIN LATERAL jsonb_populate_record(NULL::{}, ch.before) r"
        " WHERE ch.id = ANY(%s) AND {} = ch.object_id AND {} = ch.after RETURNING ch.id"
    ).format(_table(model), assign, _table(MergeChange), _table(model), _pk(model), _image(columns))
    try:
        with pgtrigger.ignore(*_RESTING), _checked_now():
            done = {pk for (pk,) in _execute(statement, [[one.pk for one in group]])}
    except IntegrityError:  # what came since leaves no room for some of them
        if len(group) == 1:
            return list(group)
        return [kept for one in group for kept in _restore(model, columns, [one])]
    return [one for one in group if one.pk not in done]


def _removed(model: type[models.Model], change: MergeChange) -> bool:
    same = json.loads(json.dumps(change.after))
    names = {field.attname: same[field.column] for field in model._meta.concrete_fields if field.column in same}
    return bool(model._base_manager.filter(pk=change.object_id, **names).delete()[0])
