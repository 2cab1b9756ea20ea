# ruff: noqa: S608 — composed from our own texts and numbers
"""Fill the bench's database once per scale, then measure what was asked for."""

import os
import platform
import sys
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

from django.core.management import call_command
from django.db import connection

from guike.contact.services import refresh_cadences
from guike.customers import services as customers
from guike.engine import services as engine
from guike.launcher import web
from guike.platform import clock, events
from guike.platform.access import SYSTEM
from guike.wiring.bench import Figure, Size, exporting, generate, growing, importing, measure, pages, policies, serving, starting
from guike.wiring.bench.filling import execute

MEASURES: dict[str, Callable[[Size], list[Figure]]] = {
    "PRF-1": pages.lists,
    "PRF-2": pages.records,
    "PRF-3": policies.evaluation,
    "PRF-4": policies.explanation,
    "PRF-5": importing.measure,
    "PRF-6": exporting.measure,
    "PRF-7": serving.searching,
    "PRF-8": pages.follow_ups,
    "PRF-9": serving.throughput,
    "PRF-10": starting.measure,
    "PRF-11": growing.measure,
}
#: These need no generated company.
ALONE = frozenset({"PRF-5", "PRF-10"})


def bench(scale: str, only: set[str]) -> dict[str, Any]:
    """The JSON object of `guike bench`. Unknown ids in `only` raise `KeyError`."""
    size = Size.of(scale)
    wanted = [code for code in MEASURES if not only or code in only]
    if set(wanted) - ALONE:
        prepare(size)
    web.preload()  # measured as the server runs it
    figures: list[Figure] = []
    for code in wanted:
        generate.step(code, partial(_measure, code, size, figures))
    return {
        "scale": scale,
        "machine": machine(),
        "rows": _rows() if set(wanted) - ALONE else {},
        "results": [figure.as_json() for figure in figures],
    }


def _measure(code: str, size: Size, figures: list[Figure]) -> None:
    figures.extend(MEASURES[code](size))


def prepare(size: Size) -> None:
    """Migrated, filled and decided, unless this very company stands there already (same generator and size); then it is the day it was made."""
    call_command("migrate", verbosity=0)
    kind = f"{generate.VERSION} {size.name} {size.customers}"
    stamp = f"{kind} {clock.today()}"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS bench_stamp (stamp text)")
        cursor.execute("SELECT stamp FROM bench_stamp")
        if (found := cursor.fetchone()) and found[0].rpartition(" ")[0] == kind:
            measure.stay_on(date.fromisoformat(found[0].rpartition(" ")[2]))
            return
        if found or apps_hold_rows(cursor):
            call_command("flush", interactive=False, verbosity=0)
            cursor.execute("DELETE FROM bench_stamp")
    generate.company(size)
    generate.step("判定", decide)
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO bench_stamp VALUES (%s)", [stamp])


def apps_hold_rows(cursor: Any) -> bool:
    cursor.execute("SELECT EXISTS (SELECT 1 FROM organisation_person)")
    return bool(cursor.fetchone()[0])


def decide() -> None:
    """What the product itself computes: grades, what is due, the figures of the lists."""
    with events.unheard():
        policies.publish()
        engine.install_pack("channel", actor=SYSTEM)
        engine.evaluate(as_of=clock.today(), actor=SYSTEM)
        customers.refresh_figures()
        refresh_cadences(actor=SYSTEM)
        customers.refresh_figures()
    connection.close()
    execute("VACUUM (ANALYZE)")


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version'), current_setting('shared_buffers')")
        server, buffers = cursor.fetchone()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(memory),
        "python": platform.python_version(),
        "postgresql": server,
        "shared_buffers": buffers,
        "load": round(os.getloadavg()[0], 1),
        "argv": sys.argv[1:],
    }


def _rows() -> dict[str, int]:
    tables = ("customers_customer", "sales_salesorder", "sales_salesorderline", "engine_activity", "engine_obligation", "engine_standing")
    with connection.cursor() as cursor:
        cursor.execute("SELECT " + ", ".join(f"(SELECT count(*) FROM {table})" for table in tables))
        return dict(zip(tables, cursor.fetchone(), strict=True))
