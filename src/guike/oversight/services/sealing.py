"""Sealing: what was written since the last seal is fingerprinted and hung onto the chain, in batches beside the writers (PLT-02).

Writers do nothing for it and wait for nothing. A range of ids is sealed once everybody who was writing to its table when the range was
measured has finished (their locks on the table are gone), so that no row can still turn up inside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from guike.oversight import rules
from guike.oversight.models import Horizon, Leaves, Seal, SealedRange, Shape
from guike.oversight.services import trail
from guike.oversight.services.trail import Trail
from guike.platform import clock

#: Rows of a table in one seal; more go into the next.
BATCH = 20_000
LOCK = 0x5EA1

MEASURED = """
SELECT t, coalesce(pg_sequence_last_value(pg_get_serial_sequence(quote_ident(t), k)::regclass), 0)
  FROM unnest(%s::text[], %s::text[]) AS x(t, k)
"""
#: Transactions that hold what every INSERT, UPDATE and DELETE holds on a table until it ends. Our own is left out.
WRITING = """
SELECT DISTINCT l.virtualtransaction FROM pg_locks l
 WHERE l.locktype = 'relation' AND l.database = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND l.relation = ANY(%s::regclass[]::oid[]) AND l.mode IN ('RowExclusiveLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock')
   AND l.pid IS DISTINCT FROM pg_backend_pid()
"""


def seal() -> int:
    """Seal what is certain to be complete; answers how many rows. Two at once: the second finds nothing to do."""
    sealed = 0
    with transaction.atomic():
        if not _alone():
            return 0
        horizon, _made = Horizon.objects.get_or_create(only=True)
        if not horizon.limits or not set(horizon.writers) & set(writers()):
            if horizon.limits:
                sealed += _seal_up_to(horizon)
            _measure(horizon)
            if not horizon.writers:
                sealed += _seal_up_to(horizon)
            horizon.save()
    copy_outside()
    return sealed


def _alone() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [LOCK])
        return bool(cursor.fetchone()[0])


def _measure(horizon: Horizon) -> None:
    """First how far the ids went, then who writes: a row below the limit is in sight or its writer is in the list."""
    known = trail.trails()
    with connection.cursor() as cursor:
        cursor.execute(MEASURED, [list(known), [one.key for one in known.values()]])
        horizon.limits = dict(cursor.fetchall())
    horizon.writers = writers()


def writers() -> list[str]:
    """The transactions that write to the trail now."""
    with connection.cursor() as cursor:
        cursor.execute(WRITING, [[f'"{table}"' for table in trail.trails()]])
        return [row[0] for row in cursor.fetchall()]


def _seal_up_to(horizon: Horizon) -> int:
    """As many seals as it takes to reach the horizon's limits."""
    total = 0
    while True:
        batch = [found for one in trail.trails().values() if (found := _next_range(one, horizon)) is not None]
        if not batch:
            return total
        total += _write(batch)


def _next_range(one: Trail, horizon: Horizon) -> tuple[rules.Range, Trail, bytes] | None:
    after, limit = horizon.sealed.get(one.table, rules.BEFORE_ALL), horizon.limits.get(one.table, 0)
    if limit <= after:
        return None
    count, highest, content = trail.leaves(one, one.columns, after, limit, BATCH)
    if not count or highest is None:
        return None
    last = highest if count == BATCH else limit
    horizon.sealed[one.table] = last
    return rules.Range(one.table, after, last, count, rules.digest(one.columns, content)), one, content


def _write(batch: Iterable[tuple[rules.Range, Trail, bytes]]) -> int:
    batch = list(batch)
    before = Seal.objects.order_by("-number").first()
    number, previous, at = (before.number + 1, before.hash, clock.now()) if before else (1, rules.ORIGIN, clock.now())
    rows = sum(one.rows for one, _trail, _content in batch)
    value = rules.chained(previous, number, moment(at), [one for one, _trail, _content in batch])
    made = Seal.objects.create(number=number, at=at, previous=previous, hash=value, signature=rules.signed(trail.key(), value), rows=rows)
    for one, table, content in batch:
        shape, _made = Shape.objects.get_or_create(columns=list(table.columns))
        kept = SealedRange.objects.create(
            seal=made, table=one.table, after=one.after, last=one.last, rows=one.rows, digest=one.digest, shape=shape
        )
        Leaves.objects.create(range=kept, content=content)
    return rows


def moment(at: datetime) -> str:
    """A seal's time as hashed."""
    return at.astimezone(UTC).isoformat()


# --- the copy outside the database -------------------------------------------------------------------------------------


def outside() -> Path:
    """The file beside the instance's key that holds every seal's value, one a line."""
    return Path(settings.HOME) / "audit" / "seals.jsonl"


def outside_lines() -> list[dict[str, str]]:
    path = outside()
    return [json.loads(line) for line in path.read_text().splitlines() if line.strip()] if path.exists() else []


def copy_outside() -> None:
    """Append the seals that the file does not have yet. Never takes a line back."""
    lines = outside_lines()
    last = lines[-1]["number"] if lines else 0
    fresh = Seal.objects.filter(number__gt=last).order_by("number").values_list("number", "at", "hash")
    path = outside()
    text = ""
    for number, at, value in fresh.iterator():
        signature = rules.signed(trail.key(), f"{number}|{value}")
        text += json.dumps({"number": number, "at": moment(at), "hash": value, "signature": signature}) + "\n"
    if text:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as target:
            target.write(text)


def last_seal() -> dict[str, Any]:
    """The newest link: its number and value ("" before the first)."""
    found = Seal.objects.order_by("-number").first()
    return {"number": found.number if found else 0, "hash": found.hash if found else "", "at": moment(found.at) if found else ""}
