"""Which tables are the audit trail, and the fingerprints of their rows as the database computes them (PLT-02)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import pghistory.models
from django.apps import apps
from django.conf import settings
from django.db import connection

#: Tables beside the histories: looks, exports, refusals; log-ins; what was lawfully taken out.
LOGS = ("platform.AccessLog", "organisation.LoginRecord", "oversight.Excision")

#: Rows as text do not depend on how a connection is set.
UTC_AND_HEX = "SELECT set_config('TimeZone', 'UTC', true), set_config('bytea_output', 'hex', true), set_config('extra_float_digits', '1', true)"


@dataclass(frozen=True)
class Trail:
    """One table of the trail: its rows are numbered by a sequence and never change."""

    table: str
    key: str
    label: str
    moment: str
    is_history: bool
    columns: tuple[str, ...]


@cache
def trails() -> dict[str, Trail]:
    """Table → what it is; histories of every tracked model found by themselves."""
    found = [_trail(apps.get_model(label), history=False) for label in LOGS]
    for model in apps.get_models():
        if (
            issubclass(model, pghistory.models.Event)
            and model._meta.managed
            and not model._meta.proxy
            and ".tests." not in model.__module__
        ):
            found.append(_trail(model, history=True))
    return {one.table: one for one in sorted(found, key=lambda one: one.table)}


def _trail(model: Any, *, history: bool) -> Trail:
    tracked = getattr(model, "pgh_tracked_model", None) if history else model
    label = str(tracked._meta.verbose_name) if tracked is not None else model._meta.db_table
    columns = tuple(field.column for field in model._meta.concrete_fields)
    return Trail(model._meta.db_table, model._meta.pk.column, label, "pgh_created_at" if history else "at", history, columns)


def key() -> bytes:
    """The key of the signatures, made from the instance's own."""
    return hashlib.sha256(f"guike.audit:{settings.SECRET_KEY}".encode()).digest()


def _rows(trail: Trail, columns: Sequence[str], where: str) -> str:
    """id and leaf of each row: its columns as JSON with the note beside it (who, which verb, why), in UTC."""
    name = connection.ops.quote_name
    inner = ", ".join(f"t.{name(column)}" for column in columns)
    context = "(SELECT c.metadata FROM pghistory_context c WHERE c.id = t.pgh_context_id)" if trail.is_history else "NULL"
    return (
        f"SELECT t.{name(trail.key)} AS k, substring(sha256(convert_to("  # noqa: S608 — names of our own tables
        f"jsonb_build_array((SELECT to_jsonb(r) FROM (SELECT {inner}) r), {context})::text, 'UTF8')) FOR 16) AS leaf"
        f" FROM {name(trail.table)} t WHERE t.{name(trail.key)} > %s AND t.{name(trail.key)} <= %s {where}"
    )


def leaves(trail: Trail, columns: Sequence[str], after: int, last: int, limit: int | None = None) -> tuple[int, int | None, bytes]:
    """(rows, highest id, leaves) of the rows with after < id ≤ last, at most `limit` of them."""
    cut = f"ORDER BY t.{connection.ops.quote_name(trail.key)} LIMIT {int(limit)}" if limit else ""
    with connection.cursor() as cursor:
        cursor.execute(UTC_AND_HEX)
        cursor.execute(
            f"SELECT count(*), max(k), coalesce(string_agg(int8send(k) || leaf, ''::bytea ORDER BY k), ''::bytea) FROM ({_rows(trail, columns, cut)}) x",  # noqa: S608
            [after, last],
        )
        count, highest, content = cursor.fetchone()
    return count, highest, bytes(content)


def leaves_of(trail: Trail, columns: Sequence[str], ids: Sequence[int]) -> dict[int, bytes]:
    """id → leaf of single rows."""
    name = connection.ops.quote_name
    with connection.cursor() as cursor:
        cursor.execute(UTC_AND_HEX)
        lowest, highest = min(ids) - 1, max(ids)
        cursor.execute(_rows(trail, columns, f"AND t.{name(trail.key)} = ANY(%s)"), [lowest, highest, list(ids)])
        return {row: bytes(leaf) for row, leaf in cursor.fetchall()}


def missing_columns(trail: Trail, columns: Sequence[str]) -> list[str]:
    """Columns that were sealed and that the table no longer has."""
    with connection.cursor() as cursor:
        present = {column.name for column in connection.introspection.get_table_description(cursor, trail.table)}
    return [column for column in columns if column not in present]
