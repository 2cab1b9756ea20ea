"""Many rows in one call: each for itself, or all or none (PLT-07)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Schema

from guike.platform import outages
from guike.platform.api import gate
from guike.platform.api.resources import json_answer
from guike.platform.api.schemas import ProblemBody

#: Rows in one call; more go through an import.
MOST = 1000


@dataclass(frozen=True)
class Written:
    """What a row became."""

    id: int
    made: bool
    number: str = ""


class RowOutcome(Schema):
    index: int
    status: str
    id: int | None = None
    number: str | None = None
    problem: ProblemBody | None = None


class Outcome(Schema):
    created: int
    updated: int
    failed: int
    rows: list[RowOutcome]


def respond(
    request: HttpRequest, rows: Sequence[dict[str, Any]], write: Callable[[dict[str, Any]], Written], *, together: bool
) -> HttpResponse:
    """Write row by row, each with a savepoint; `together`: one bad row and none is written (409, with every row's own problem).

    Where the database goes away in the middle the rows before are gone as well: that is no row's problem, and raised (503).
    """
    told: list[dict[str, Any]] = []
    with transaction.atomic():
        for index, values in enumerate(rows):
            told.append({"index": index, **_written(request, values, write)})
        failed = sum(row["status"] == "failed" for row in told)
        if together and failed:
            transaction.set_rollback(True)
    if together and failed:
        told = [row if row["status"] == "failed" else {"index": row["index"], "status": "not_written"} for row in told]
    counts = {status: sum(row["status"] == status for row in told) for status in ("created", "updated")}
    return json_answer({**counts, "failed": failed, "rows": told}, status=409 if together and failed else 200)


def _written(request: HttpRequest, values: dict[str, Any], write: Callable[[dict[str, Any]], Written]) -> dict[str, Any]:
    try:
        with transaction.atomic():
            done = write(values)
    except Exception as error:
        if outages.is_outage(error):
            raise
        return {"status": "failed", "problem": gate.problem_of(request, error).body()}
    return {"status": "created" if done.made else "updated", "id": done.id, "number": done.number}
