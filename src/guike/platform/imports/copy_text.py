"""Values as the text that COPY reads, column by column: in a file most columns hold one value or plain words (PRF-5)."""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from typing import Any
from uuid import UUID

from django.db import connection, models
from psycopg import abc
from psycopg.adapt import PyFormat, Transformer

NULL = "\\N"
#: Python's own writing of these is PostgreSQL's.
_AS_WRITTEN = frozenset({int, Decimal, date, datetime, UUID})
#: Field types whose values need nothing but their type to be written.
_PLAIN = (
    models.CharField,
    models.TextField,
    models.IntegerField,
    models.BooleanField,
    models.DateField,
    models.DecimalField,
    models.UUIDField,
    models.FloatField,
    models.ForeignKey,
)
_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def written(fields: Sequence[models.Field], columns: Sequence[Sequence[Any]]) -> bytes:
    """Rows for `COPY … FROM STDIN`, given as one sequence of values per field, all equally long."""
    line: list[str] = []
    varying: list[Sequence[str]] = []
    for field, values in zip(fields, columns, strict=True):
        one = _only(values)
        if one is None:
            line.append("%s")
            varying.append(_column(field, values))
        else:
            line.append(_column(field, one)[0].replace("%", "%%"))
    template = "\t".join(line) + "\n"
    rows = zip(*varying, strict=True) if varying else [()] * (len(columns[0]) if columns else 0)
    return "".join([template % row for row in rows]).encode()


def _only(values: Sequence[Any]) -> Sequence[Any] | None:
    """The value that a whole column holds, alone in a list; None where there are several."""
    first = values[0]
    if type(first) not in (str, int, bool, type(None), dict, list):
        return None
    return [first] if values.count(first) == len(values) and len(set(map(type, values))) == 1 else None


def _column(field: models.Field, values: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, values))
    if isinstance(field, _PLAIN):
        if kinds == {str}:
            return _escaped(values)
        if len(kinds) == 1 and kinds <= _AS_WRITTEN:
            return list(map(str, values))
        prepared: Callable[[Any], Any] = _of_choice if field.choices else _unchanged
    else:
        prepared = _prepared(field)
    transformer = Transformer(connection.connection)
    return [_one(prepared(value), transformer) for value in values]


def _escaped(texts: Sequence[str]) -> Sequence[str]:
    joined = "".join(texts)
    if any(sign in joined for sign in "\\\n\r\t"):
        return [text.translate(_ESCAPES) for text in texts]
    return texts


def _unchanged(value: Any) -> Any:
    return value


def _of_choice(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _prepared(field: models.Field) -> Callable[[Any], Any]:
    return lambda value: None if value is None else field.get_db_prep_save(value, connection)


def _one(value: Any, transformer: abc.Transformer) -> str:
    """One value by its type; what has no quick way goes the driver's."""
    kind = type(value)
    if value is None:
        return NULL
    if kind is str:
        return str(value.translate(_ESCAPES))
    if kind is bool:
        return "t" if value else "f"
    if kind in _AS_WRITTEN:
        return str(value)
    if kind is list and set(map(type, value)) <= {str} and all(text.isalnum() for text in value):
        # Quoted, because an array's bare NULL is no text.
        return "{" + ",".join([f'"{text}"' for text in value]) + "}"
    dumped = transformer.get_dumper(value, PyFormat.TEXT).dump(value)
    return NULL if dumped is None else bytes(dumped).decode().translate(_ESCAPES)
