"""Overwriting what is sealed, lawfully: the fingerprints before and after are written down, signed, so that the chain stays verifiable (PLT-02)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import pgtrigger
from django.db import connection
from django.db.models import F, Model

from guike.oversight.models import SealedRange
from guike.oversight.services import trail
from guike.oversight.services.cutting import excise
from guike.oversight.services.sealing import LOCK

Rows = Mapping[str, set[int]]
#: Guards that hold for people and programs at work; what the law makes us take out passes them.
GUARDS = ("append_only", "what_is_fixed", "published_stays", "kept", "decided_once")


def hold_the_sealer() -> None:
    """Until this transaction ends nothing is sealed: a fingerprint of the old value would be taken for an alteration."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])


@contextmanager
def overwriting(rows: Rows, *, who: str, why: str) -> Iterator[None]:
    """What happens inside to these rows (table → ids) of the trail is lawful: one signed excision a sealed row that differs afterwards."""
    before = dict(_leaves(rows))
    yield
    after = dict(_leaves(rows))
    for (table, row), leaf in before.items():
        if after[table, row] != leaf:
            excise(table, row, who=who, why=why, before=leaf.hex(), after=after[table, row].hex())


def _leaves(rows: Rows) -> Iterator[tuple[tuple[str, int], bytes]]:
    """(table, id) → fingerprint in the columns under which the row was sealed; rows not sealed yet are left out."""
    known = trail.trails()
    for table, ids in rows.items():
        for columns, covered in _sealed(table, ids):
            for row, leaf in trail.leaves_of(known[table], columns, covered).items():
                yield (table, row), leaf


def _sealed(table: str, ids: Iterable[int]) -> Iterator[tuple[list[str], list[int]]]:
    """The ids by the columns of the range that covers them."""
    found: dict[tuple[str, ...], list[int]] = {}
    for row in sorted(ids):
        covering = SealedRange.objects.filter(table=table, after__lt=row, last__gte=row).select_related("shape").first()
        if covering is not None:
            found.setdefault(tuple(covering.shape.columns), []).append(row)
    yield from ((list(columns), covered) for columns, covered in found.items())


def trail_tables() -> frozenset[str]:
    """The tables that are sealed."""
    return frozenset(trail.trails())


def rows_of_contexts(contexts: Iterable[Any]) -> dict[str, set[int]]:
    """Rows of the histories beside which these notes (who, which verb, why) stand: the seal covers both."""
    keys, found = list(contexts), {}
    if not keys:
        return {}
    for one in trail.trails().values():
        if not one.is_history:
            continue
        with connection.cursor() as cursor:
            name = connection.ops.quote_name
            cursor.execute(f"SELECT {name(one.key)} FROM {name(one.table)} WHERE pgh_context_id = ANY(%s)", [keys])  # noqa: S608 — our own tables
            if rows := {row[0] for row in cursor.fetchall()}:
                found[one.table] = rows
    return found


@contextmanager
def guards_lifted(models: Iterable[type[Model]]) -> Iterator[None]:
    """For this transaction's statements only: rows that nobody may change can be changed."""
    with ExitStack() as stack:
        for model in models:
            for trigger in getattr(model._meta, "triggers", []):
                if trigger.name in GUARDS:
                    stack.enter_context(pgtrigger.ignore(f"{model._meta.label}:{trigger.name}"))
        yield


def write(model: type[Model], pk: Any, values: Mapping[str, Any]) -> None:
    """Overwrite columns of one row, whatever guards it. Its history notes the change, its version goes on so that no open form brings it back."""
    changed: dict[str, Any] = dict(values)
    if any(column.name == "version" for column in model._meta.concrete_fields) and not hasattr(model, "pgh_tracked_model"):
        changed["version"] = F("version") + 1
    model._base_manager.filter(pk=pk).update(**changed)
