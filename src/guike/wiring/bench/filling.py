"""INSERT … SELECT for a Django model: the columns one names by SQL, all others by the model's own defaults."""

from collections.abc import Mapping
from typing import Any

from django.apps import apps
from django.db import connection, models
from django.db.models.expressions import DatabaseDefault
from psycopg import sql


def fill(label: str, values: Mapping[str, str], source: str) -> int:
    """Insert one row per row of `source`; `values`: column attribute → SQL over it. Returns how many."""
    model = apps.get_model(label)
    columns, expressions = [], []
    for field in model._meta.concrete_fields:
        if field.name in values or field.attname in values:
            columns.append(field.column)
            expressions.append(values.get(field.name) or values[field.attname])
        elif not field.primary_key and not field.generated and (text := _default(field)) is not None:
            columns.append(field.column)
            expressions.append(text)
    names = ", ".join(f'"{column}"' for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'INSERT INTO "{model._meta.db_table}" ({names}) SELECT {", ".join(expressions)} FROM {source}')  # noqa: S608 — our own texts
        return cursor.rowcount


def _default(field: models.Field) -> str | None:
    """The field's default as SQL; None where the database fills it in."""
    if field.has_db_default() and not field.has_default():
        return None
    value: Any = field.get_default()
    if value is None or isinstance(value, DatabaseDefault):
        return None
    prepared = field.get_db_prep_save(value, connection)
    return sql.Literal(prepared).as_string(connection.connection) + _cast(field)


def _cast(field: models.Field) -> str:
    return f"::{field.db_type(connection)}" if isinstance(field, models.JSONField) or "[]" in str(field.db_type(connection)) else ""


def execute(text: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(text)
