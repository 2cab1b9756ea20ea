"""What becomes of one order when rows of a sheet meet it: its head, the lines to make, the lines to change."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Any

from guike.platform.imports.rows import Row
from guike.sales.imports.grouping import OWN, Sheet, full, kept
from guike.sales.models import SalesOrder, SalesOrderLine

Values = dict[str, Any]


class Plan:
    """Rows meet stored lines by the sheet's own line number, else by product and turn, so importing a file again changes nothing.

    `touched` are lines that this run has made or met already: no second row may speak of one of them, it is a line of its own.
    """

    def __init__(self, order: SalesOrder | None, rows: list[Row], values_of: Callable[[Row], Values], touched: set[int]):
        stored = list(order.lines.all()) if order else []
        met = _meet([line for line in stored if line.pk not in touched], rows)
        spoken_of = {line.pk for line in met.values()}
        sheet = Sheet()
        silent = [(line, sheet.add(full(line, order), line.amount)) for line in stored if line.pk not in spoken_of]
        spoken = [(row, met.get(row.number), values_of(row)) for row in rows]
        days = [sheet.add(_day(row, line, order), values["amount"]) for row, line, values in spoken]
        self.head = sheet.head()
        self.places_differ = len({(line["region"], line["province"], line["city"]) for line in sheet.lines}) > 1
        #: Lines no row speaks of; they may still gain a day of their own because the head moved.
        self.followers = [(line, kept(day, self.head)) for line, day in silent]
        entries = [(row, line, {**values, **kept(day, self.head)}) for (row, line, values), day in zip(spoken, days, strict=True)]
        self.changes = [(row, line, values) for row, line, values in entries if line]
        self.fresh = self._numbered([(row, values) for row, line, values in entries if line is None], stored)

    @staticmethod
    def _numbered(fresh: list[tuple[Row, Values]], stored: list[SalesOrderLine]) -> list[tuple[Row, Values]]:
        last = max((line.line_number for line in stored), default=0)
        return [(row, {"line_number": last + place, **values}) for place, (row, values) in enumerate(fresh, start=1)]


def _day(row: Row, line: SalesOrderLine | None, order: SalesOrder | None) -> Mapping[str, Any]:
    """A row's day and place, with what is on file where its cells are blank."""
    known = full(line, order) if line else {}
    return {**known, **row.filled(*OWN)}


def _meet(stored: list[SalesOrderLine], rows: list[Row]) -> dict[int, SalesOrderLine]:
    """Sheet row → the stored line it speaks of."""
    by_line = {line.external_line: line for line in stored if line.external_line}
    turns: dict[int, list[SalesOrderLine]] = defaultdict(list)
    for line in sorted(stored, key=lambda line: line.line_number):
        if not line.external_line:
            turns[line.product_id].append(line)
    met: dict[int, SalesOrderLine] = {}
    for row in rows:
        waiting = turns[row.found["product"].pk]
        line = by_line.pop(row["external_line"], None) if row["external_line"] else (waiting.pop(0) if waiting else None)  # type: ignore[arg-type, assignment]
        if line is not None:
            met[row.number] = line
    return met
