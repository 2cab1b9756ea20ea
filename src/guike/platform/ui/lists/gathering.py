"""A few rows out of many: found once, and then counted, added up and sorted from what was found (PRF-1).

Following the sort's index until a page is full is quick where nearly every row counts. Where a filter leaves few, the planner takes the looks
past the rows of others for nearly free; so up to `most` rows are taken by the filter alone, and the page is chosen among them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import QuerySet

from guike.platform.ui.lists.keyset import IDS, Cursor, Order, Page


@dataclass(frozen=True)
class Gathered:
    """How many rows there are, up to one more than `most`; with no more than that also their sums and the page."""

    count: int
    sums: Sequence[Any] = ()
    page: Page | None = None


def gather(
    found: QuerySet,
    shown: QuerySet,
    order: Order,
    size: int,
    most: int,
    *,
    sums: Sequence[str] = (),
    after: Cursor | None = None,
    before: Cursor | None = None,
) -> Gathered:
    """Two queries: the rows of `found` at work, then the page's own as `shown` reads them."""
    sort = "pk" if order.path in IDS else order.path
    paths = list(dict.fromkeys(["pk", sort, *sums]))
    taken, given = found.order_by().values(*paths)[: most + 1].query.sql_with_params()
    names = [f"c{place}" for place in range(len(paths))]
    value = names[paths.index(sort)]
    down = order.descending != (before is not None)
    past, edge = _past(value, down, before or after, order, backwards=before is not None)
    way = "DESC" if down else "ASC"
    added = "".join(f", (SELECT sum({names[paths.index(path)]}) FROM found)" for path in sums)  # noqa: S608
    # the ids are sorted only where all are there: PostgreSQL asks a condition without columns once
    text = f"""WITH found ({", ".join(names)}) AS MATERIALIZED ({taken})
        SELECT (SELECT count(*) FROM found), ARRAY(SELECT c0 FROM found WHERE (SELECT count(*) FROM found) <= %s AND {past}
            ORDER BY {value} IS NULL {"DESC" if before else "ASC"}, {value} {way}, c0 {way} LIMIT %s){added}"""  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(text, [*given, most, *edge, size + 1])
        count, ids, *amounts = cursor.fetchone()
    if count > most:
        return Gathered(count)
    rows = shown.in_bulk(ids[:size]) if ids else {}
    listed = [rows[pk] for pk in ids[:size] if pk in rows]
    more = len(ids) > size
    if before:
        listed.reverse()
        ahead = max(0, before.before - len(listed)) if more else 0
        return Gathered(count, amounts, Page(listed, ahead, more, True))
    return Gathered(count, amounts, Page(listed, after.before + 1 if after else 0, after is not None, more))


def _past(value: str, down: bool, edge: Cursor | None, order: Order, *, backwards: bool) -> tuple[str, list[Any]]:
    """Which of the found rows stand beyond the edge; those without a value stand at the end of the list."""
    if edge is None:
        return "true", []
    sign = "<" if down else ">"
    if order.path in IDS:
        return f"c0 {sign} %s", [edge.pk]
    if edge.value is None:
        return (f"({value} IS NOT NULL OR c0 {sign} %s)" if backwards else f"({value} IS NULL AND c0 {sign} %s)"), [edge.pk]
    beyond, given = f"({value}, c0) {sign} (%s, %s)", [order.field.get_db_prep_value(edge.value, connection), edge.pk]
    return (beyond if backwards else f"({value} IS NULL OR {beyond})"), given
