"""How often every page asks the database: never more with more rows, and as often as written down (08-quality).

`queries.json` is the baseline: route → queries of a whole page for an administrator. A page that asks less or more than it says fails,
so that the file stays true; `GUIKE_WRITE_BASELINE=1` with this test writes it anew, and the difference is read in the review.
"""

from __future__ import annotations

import json
import logging
import os
from pathlib import Path

import pytest
import time_machine
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from guike.engine.services import ensure_default_packs
from guike.platform.access import SYSTEM

from . import matrix, samples
from .cast import Cast, account, cast_for, person
from .test_matrix import BACKEND

pytestmark = pytest.mark.django_db
BASELINE = Path(__file__).with_name("queries.json")
MORE = 12


def rows_of(cast: Cast, holder: object) -> dict[str, int]:
    """A row of every object that some address names; an object of which there is only one keeps its first."""
    made: dict[str, int] = {}
    for code in sorted({url.access.object for url in matrix.with_rows()}):
        try:
            with transaction.atomic():
                made[code] = samples.MAKERS[code](holder, cast.south).pk
        except IntegrityError:
            continue
    return made


def asked(client: Client, rows: dict[str, int]) -> dict[str, int]:
    """Route → queries of every whole page that opens."""
    counts: dict[str, int] = {}
    for url in matrix.urls():
        if url.route == "logout/":
            continue
        address = url.address(rows.get(url.access.object, samples.NOTHING)) if url.access.row else url.address()
        cache.clear()
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(address)
        is_page = answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if is_page:
            counts[url.route] = len([one for one in queries.captured_queries if "SAVEPOINT" not in one["sql"]])
    return counts


def measured() -> tuple[dict[str, int], dict[str, int]]:
    """Queries per route with one row of every object, and with a dozen more of each."""
    ensure_default_packs(actor=SYSTEM)
    cast = cast_for("administrator")
    client = Client()
    client.force_login(cast.viewer["own"], backend=BACKEND)
    rows = rows_of(cast, cast.holder("own"))
    asked(client, rows)  # what a process reads once in its life is not counted
    few = asked(client, rows)
    for i in range(MORE):
        holder = person(f"同事{i:02}", cast.south, "salesperson", f"MORE-{i:02}")
        account(holder)
        rows_of(cast, holder)
    asked(client, rows)  # the same for what is kept until it changes: the rows above changed some of it
    return few, asked(client, rows)


@pytest.mark.slow
def test_pages_ask_as_often_as_written_down_and_no_more_with_more_rows():
    logging.disable(logging.ERROR)
    try:
        with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
            few, many = measured()
    finally:
        logging.disable(logging.NOTSET)
    grown = {route: f"{few[route]} → {many[route]}" for route in few if many.get(route, 0) > few[route]}
    assert not grown, f"more queries with more rows: {grown}"
    if os.environ.get("GUIKE_WRITE_BASELINE"):
        BASELINE.write_text(json.dumps(few, indent=1, sort_keys=True) + "\n")
    told = json.loads(BASELINE.read_text())
    differs = {route: f"{told.get(route, 'new')} → {few.get(route, 'gone')}" for route in {*told, *few} if told.get(route) != few.get(route)}
    assert not differs, f"queries.json says otherwise (GUIKE_WRITE_BASELINE=1 writes it anew): {differs}"
