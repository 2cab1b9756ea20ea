# ruff: noqa: S608 — the compiled query is what is tested
"""Facts as a VALUES list, in place of the metrics: tests of the compiler alone."""

from collections.abc import Mapping, Sequence
from typing import Any

from guike.engine.metrics.declare import ValueKind
from guike.engine.metrics.measure import literal
from guike.engine.policies.compile import Compiling

TYPES = {ValueKind.TEXT: "text", ValueKind.FLAG: "boolean", ValueKind.DATE: "date"}


def measured_sql(compiling: Compiling, facts: Sequence[Mapping[str, Any]]) -> str:
    """SELECT subject_id, m0, m1 … with one row per set of values, numbered from 1."""
    types = [TYPES.get(compiling.registry.metric(code).value, "numeric") for code in compiling.metrics]
    rows = [
        ", ".join([str(place), *(f"{literal(values.get(code))}::{kind}" for code, kind in zip(compiling.metrics, types, strict=True))])
        for place, values in enumerate(facts, 1)
    ]
    columns = ", ".join(["subject_id", *(f"m{place}" for place in range(len(types)))])
    return f"SELECT * FROM (VALUES {', '.join(f'({row})' for row in rows)}) facts({columns})"
