"""Pages that cost the same at the start and at row 600,000: the next page is asked for by the last row's sort value and id.

Rows are ordered by (sort value, id) in one direction. A sort field that may be NULL is read as two stretches, the rows with a value and
then those without, so that the plain index (field, id) serves both directions although PostgreSQL never uses an index whose NULLS
order differs from the query's. Guarantee: every row appears exactly once while nothing is written in between.
"""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db import connection
from django.db.models import F, Field, Model, OneToOneRel, Q, QuerySet
from django.db.models.expressions import Value
from django.db.models.fields.tuple_lookups import Tuple, TupleGreaterThan, TupleLessThan

IDS = ("pk", "id")

class BadCursor(ValueError):
    """A page mark that was cut or edited."""


@dataclass(frozen=True)
class Order:
    """Sorted by `path`, `nullable` or not, downwards or not; rows without a value stand at the end either way.

    `tie` is the id as it stands in the table of the sort field (`figures__customer_id`), so that one index of that table serves both.
    """

    path: str
    descending: bool
    nullable: bool
    field: Field
    tie: str = "pk"


@dataclass(frozen=True)
class Cursor:
    """The row at the edge of a page: its sort value, its id, and how many rows stand before it (for 第 31～60 家)."""

    value: Any
    pk: Any
    before: int

    def token(self) -> str:
        value = self.value.isoformat() if isinstance(self.value, date | datetime) else None if self.value is None else str(self.value)
        packed = json.dumps([value, self.pk, self.before], ensure_ascii=False, separators=(",", ":"), default=str)
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def cursor(token: str, order: Order) -> Cursor:
    """Read a token again; raises BadCursor."""
    try:
        padded = token + "=" * (-len(token) % 4)
        value, pk, before = json.loads(base64.urlsafe_b64decode(padded.encode("ascii")))
        parsed = None if value is None else order.field.to_python(value)
        if (value is None and not order.nullable) or int(before) < 0:
            raise BadCursor(token)
        return Cursor(parsed, int(pk), int(before))
    except (ValueError, TypeError, binascii.Error, UnicodeError, ValidationError) as error:
        raise BadCursor(token) from error


@dataclass(frozen=True)
class Page:
    """One page of rows; `before` rows stand ahead of the first."""

    rows: Sequence[Model]
    before: int
    has_previous: bool
    has_next: bool


def order_of(queryset: QuerySet, path: str, nullable: bool | None = None) -> Order:
    """The order `path` or `-path` asks for. An annotation counts as nullable unless told otherwise."""
    name = path.lstrip("-")
    annotation = queryset.query.annotations.get(name)
    if annotation is not None:
        return Order(name, path.startswith("-"), True if nullable is None else nullable, annotation.output_field)
    field, may_be_null = _resolve(queryset.model, name)
    return Order(name, path.startswith("-"), may_be_null if nullable is None else nullable, field, _tie(queryset.model, name))


def _tie(model: type[Model], path: str) -> str:
    """The id's own column beside a sort field that lives in a table with one row for each of ours."""
    relation, _, rest = path.partition("__")
    if not rest or "__" in rest:
        return "pk"
    field = model._meta.get_field(relation)
    one_each = isinstance(field, OneToOneRel)
    return f"{relation}__{field.field.attname}" if one_each else "pk"  # type: ignore[union-attr]


def _resolve(model: Any, path: str) -> tuple[Any, bool]:
    """The field at the end of a path, and whether anything on the way may be NULL."""
    may_be_null = False
    parts = path.split("__")
    for i, part in enumerate(parts):
        field = model._meta.pk if part == "pk" else model._meta.get_field(part)
        may_be_null = bool(may_be_null or getattr(field, "null", False) or isinstance(field, OneToOneRel))
        if i + 1 < len(parts):
            if not field.is_relation:
                raise FieldDoesNotExist(path)
            model = field.related_model
    return field, may_be_null


def sort_value(row: Model, path: str) -> Any:
    """The row's own value of the sort field."""
    value: Any = row
    for part in path.split("__"):
        value = getattr(value, part, None)
        if value is None:
            return None
    return value


def page(queryset: QuerySet, order: Order, size: int, *, after: Cursor | None = None, before: Cursor | None = None) -> Page:
    """`size` rows after or before a cursor, or the first ones. One query; a second only where the rows without a value begin."""
    backwards = before is not None
    edge = before or after
    rows = _read(queryset, order, size + 1, edge, backwards)
    more = len(rows) > size
    rows = rows[:size]
    if backwards:
        rows.reverse()
        start = max(0, edge.before - len(rows)) if edge else 0
        return Page(rows, start if more else 0, more, True)
    return Page(rows, edge.before + 1 if edge else 0, edge is not None, more)


def _read(queryset: QuerySet, order: Order, limit: int, edge: Cursor | None, backwards: bool) -> list[Model]:
    stretches: list[bool | None] = [False, True] if order.nullable else [None]
    if backwards:
        stretches.reverse()
    if edge is not None and order.nullable:
        stretches = stretches[stretches.index(edge.value is None) :]
    rows: list[Model] = []
    for i, empty in enumerate(stretches):
        part = _stretch(queryset, order, empty, edge if i == 0 else None, backwards)
        rows.extend(part[: limit - len(rows)])
        if len(rows) >= limit:
            break
    return rows


def ahead_of(queryset: QuerySet, order: Order, edge: Cursor) -> list[QuerySet]:
    """The stretches of rows that stand before one."""
    if not order.nullable:
        return [_stretch(queryset, order, None, edge, True)]
    own = _stretch(queryset, order, edge.value is None, edge, True)
    return [_stretch(queryset, order, False, None, True), own] if edge.value is None else [own]


def counted(querysets: Sequence[QuerySet], most: int) -> list[int]:
    """How many rows each has, counted up to `most`; one query for all."""
    parts = [queryset.order_by().values("pk")[:most].query.sql_with_params() for queryset in querysets]
    columns = ", ".join(f"(SELECT count(*) FROM ({text}) counted)" for text, _params in parts)  # noqa: S608 — Django's own texts
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {columns}", [value for _text, params in parts for value in params])
        return list(cursor.fetchone())


def _sorted_by(order: Order) -> list[str]:
    return [order.tie] if order.path in IDS else [order.path, order.tie]


def _stretch(queryset: QuerySet, order: Order, empty: bool | None, edge: Cursor | None, backwards: bool) -> QuerySet:
    """The rows with a value (empty False), without (True), or all of a field that is never NULL (None), past the edge."""
    down = order.descending != backwards
    part = queryset.filter(_present(order, empty))
    if edge is not None:
        part = part.filter(_past(order, edge, down))
    return part.order_by(*(f"-{name}" if down else name for name in _sorted_by(order)))


def _present(order: Order, empty: bool | None) -> Q:
    """Which stretch. A field in the table of another row, promised to be filled, still says so: an inner join can follow its index."""
    if empty is None and order.tie == "pk":
        return Q()
    return Q(**{f"{order.path}__isnull": bool(empty)})


def _past(order: Order, edge: Cursor, down: bool) -> Q:
    """Beyond the edge, by row comparison; the bound on the value alone lets an index of another table begin there too."""
    if edge.value is None or order.path in IDS:
        return Q(**{f"{order.tie}__{'lt' if down else 'gt'}": edge.pk})
    compare = TupleLessThan if down else TupleGreaterThan
    beyond = Q(compare(Tuple(F(order.path), F(order.tie)), (Value(edge.value, order.field), edge.pk)))
    return beyond & Q(**{f"{order.path}__{'lte' if down else 'gte'}": edge.value}) if "__" in order.path and order.tie == "pk" else beyond
