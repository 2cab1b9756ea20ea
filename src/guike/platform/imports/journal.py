"""What a run wrote, remembered so that it can be undone: new ids, images before, fingerprints after."""

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from django.utils.translation import gettext as _
from psycopg import sql
from psycopg.types.json import Jsonb

from guike.platform.errors import Stale
from guike.platform.imports import bulk

#: Columns that move by themselves and say nothing about a person's change.
SILENT = frozenset({"version", "updated_at", "created_at"})
#: Created rows noted with one statement.
PIECE = 20_000


class Journal:
    """Writes rows for a run and notes them. With `run_id=None` (a check that is rolled back) nothing is noted."""

    def __init__(self, run_id: int | None):
        self.run_id = run_id
        #: Told when the database gets something to do that takes a while.
        self.busy: Callable[[], Any] = _unheeded
        self._parts: dict[tuple, int] = {}
        self._created: dict[type[models.Model], set[int]] = defaultdict(set)
        #: Part → sheet rows and ids of what was made; written at the end, with the fingerprints.
        self._made: dict[int, tuple[list[int], list[int]]] = {}
        self._rounds: dict[tuple[type[models.Model], int], int] = defaultdict(int)

    def insert(self, pairs: Sequence[tuple[int, models.Model]]) -> None:
        """COPY new instances (sheet row, instance) of one model into the database and note them."""
        if not pairs:
            return
        instances = [instance for _row, instance in pairs]
        self.busy()
        bulk.copy_in(instances)
        self.created(instances, [row for row, _instance in pairs])

    def created(self, instances: Sequence[models.Model], sheet_rows: Sequence[int] | None = None) -> None:
        """Note rows of one model that the kind inserted by its own means."""
        if not instances:
            return
        model = type(instances[0])
        self._created[model].update(instance.pk for instance in instances)
        if self.run_id is None:
            return
        part = self._part(model, "create", _settled_fields(model, instances), 0)
        rows, ids = self._made.setdefault(part, ([], []))
        rows.extend(sheet_rows or [0] * len(instances))
        ids.extend(instance.pk for instance in instances)

    def change(self, wanted: Sequence[tuple[int, models.Model, dict[str, Any]]]) -> list[bool]:
        """Write differences only; True where there was one. Raises `Stale` when somebody saved one of the rows meanwhile."""
        differences = [_difference(instance, values) for _row, instance, values in wanted]
        groups: dict[tuple, list[int]] = defaultdict(list)
        for place, (_row, instance, _values) in enumerate(wanted):
            if differences[place]:
                model = type(instance)
                groups[(model, tuple(sorted(differences[place])), self._rounds[(model, instance.pk)])].append(place)
        for (model, names, turn), places in groups.items():
            self._write_changes(model, names, turn, [(wanted[place][0], wanted[place][1], differences[place]) for place in places])
        return [bool(difference) for difference in differences]

    def _write_changes(self, model: type[models.Model], names: tuple[str, ...], turn: int, changes: Sequence[tuple]) -> None:
        before = {instance.pk: {name: getattr(instance, name) for name in names} for _row, instance, _values in changes}
        records = [_record(instance, values) for _row, instance, values in changes]
        written = bulk.update_from(model, names, records)
        for _row, instance, values in changes:
            if instance.pk not in written:
                raise Stale(_("「%(name)s」刚被别人改过，重新导入") % {"name": instance})
            self._rounds[(model, instance.pk)] += 1
            for name, value in values.items():
                setattr(instance, name, value)
            if bulk.has_version(model):
                instance.version += 1
        if self.run_id is not None:
            part_rows = [(row, i.pk, before[i.pk], written[i.pk]) for row, i, _v in changes if i.pk not in self._created[model]]
            self._note(self._part(model, "update", bulk.columns(model, names), turn), part_rows)

    def state(self) -> dict[str, Any]:
        """What was noted so far; `restore` falls back on it when the database takes a batch back."""
        return {
            "_parts": dict(self._parts),
            "_created": {model: set(ids) for model, ids in self._created.items()},
            "_rounds": dict(self._rounds),
            "_made": {part: len(ids) for part, (_rows, ids) in self._made.items()},
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        self._parts = dict(state["_parts"])
        self._created = defaultdict(set, state["_created"])
        self._rounds = defaultdict(int, state["_rounds"])
        self._made = {part: (rows[:count], ids[:count]) for part, count in state["_made"].items() for rows, ids in [self._made[part]]}

    def close(self) -> None:
        """Note the created rows with a fingerprint of what they hold as the run leaves them (later batches may have touched them again)."""
        for (model, _action, fields, _turn), part in self._parts.items():
            rows, ids = self._made.pop(part, ([], []))
            for start in range(0, len(ids), PIECE):
                self._note_made(model, part, fields, rows[start : start + PIECE], ids[start : start + PIECE])

    def _note_made(self, model: type[models.Model], part: int, fields: Sequence[str], rows: list[int], ids: list[int]) -> None:
        statement = sql.SQL(
            "INSERT INTO imports_importchange (part_id, row, object_id, fingerprint, kept) "
            "SELECT %s, n.row, n.id, CASE WHEN t.{pk} IS NOT NULL THEN {fingerprint} END, '' "
            "FROM unnest(%s::integer[], %s::bigint[]) WITH ORDINALITY AS n(row, id, place) LEFT JOIN {table} t ON t.{pk} = n.id ORDER BY n.place"
        ).format(
            pk=sql.Identifier(bulk.column_of(model._meta.pk)),
            fingerprint=bulk.fingerprint("t", fields) if fields else sql.SQL("NULL::uuid"),
            table=sql.Identifier(model._meta.db_table),
        )
        with connection.cursor() as cursor:
            cursor.execute(statement, [part, rows, ids])

    def _part(self, model: type[models.Model], action: str, fields: Sequence[str], turn: int) -> int:
        from guike.platform.imports.models import ImportPart

        if self.run_id is None:
            raise RuntimeError("a run that notes nothing has no parts")
        key = (model, action, tuple(fields), turn)
        if key not in self._parts:
            part = ImportPart.objects.create(run_id=self.run_id, model=model._meta.label, action=action, fields=list(fields), turn=turn)
            self._parts[key] = part.pk
        return self._parts[key]

    def _note(self, part: int, notes: Sequence[tuple]) -> None:
        """Note changed rows: (sheet row, id, image before, fingerprint)."""
        from guike.platform.imports.models import ImportChange

        if notes:
            fields = [bulk.field_of(ImportChange, name) for name in ("part", "row", "object_id", "before", "fingerprint", "kept")]
            bulk.copy_rows(ImportChange, fields, [(part, *note, "") for note in notes])


def _unheeded() -> None:
    """Nobody has anything else to do meanwhile."""


def _json(image: Mapping[str, Any]) -> Jsonb:
    return Jsonb(image, dumps=lambda value: json.dumps(value, cls=DjangoJSONEncoder, ensure_ascii=False))


def _difference(instance: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    """Attribute → new value, for those that differ."""
    changed = {}
    for name, value in values.items():
        try:
            field = bulk.field_of(type(instance), name)
        except LookupError as error:
            raise FieldDoesNotExist(str(error)) from None
        new = value.pk if isinstance(value, models.Model) else value
        if getattr(instance, field.attname) != new:
            changed[field.attname] = new
    return changed


def _record(instance: models.Model, values: Mapping[str, Any]) -> dict[str, Any]:
    model = type(instance)
    record = {bulk.column_of(bulk.field_of(model, name)): value for name, value in values.items()}
    record["__id"] = instance.pk
    if bulk.has_version(model):
        record["__version"] = instance.version  # type: ignore[attr-defined]
    return record


def _settled_fields(model: type[models.Model], instances: Sequence[models.Model]) -> list[str]:
    """Columns that these instances fill with something of their own; what others derive later is not among them."""
    settled = []
    for field in model._meta.concrete_fields:
        if field.primary_key or field.generated or field.name in SILENT:
            continue
        default = field.get_default()
        if any(_is_own(getattr(instance, field.attname), default) for instance in instances[:200]):
            settled.append(bulk.column_of(field))
    return settled


def _is_own(value: Any, default: Any) -> bool:
    return value not in (None, "", default) and not isinstance(value, DatabaseDefault)
