"""A page of rows with how many there are and what their columns sum up to, counted only as far as anybody reads on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from guike.platform.ui.lists.columns import Column
from guike.platform.ui.lists.gathering import gather
from guike.platform.ui.lists.keyset import Page
from guike.platform.ui.lists.rows import total_cells
from guike.platform.ui.lists.state import State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

#: What the search box finds is counted so far: nobody reads on there, he types one more character.
SEARCHED = 1_000


@dataclass(frozen=True)
class Totals:
    """`rows` found, counted up to `most` and one more; `sums` by column where there are no more."""

    rows: int
    most: int
    sums: dict[str, Any] = field(default_factory=dict)

    def text(self, unit: Any = "") -> str:
        """94 家, or 5,000+ 家 beyond what was counted."""
        number = f"{self.most:,}+" if self.rows > self.most else f"{self.rows:,}"
        return f"{number} {unit}".strip()


def look(page: "ListPage", wanted: State, rows: QuerySet, columns: Sequence[Column]) -> tuple[Totals, Page]:
    """What a state finds. Two queries, three where the rows without a sort value begin or a filter leaves many."""
    most = min(page.cap, SEARCHED) if wanted.q else page.cap
    summed = _summed(page, columns)
    codes = [column.code for column in summed]
    if not page.narrows(wanted):
        count, amounts = _counted(rows, summed, most)
        return Totals(count, most, dict(zip(codes, amounts, strict=False))), page.page(rows, wanted)
    after, before = page.edges(rows, wanted)
    found = gather(
        rows,
        page.read(rows, wanted),
        page.order(rows, wanted.sort),
        page.page_size,
        most,
        sums=[column.source for column in summed],
        after=after,
        before=before,
    )
    if found.page is None:
        return Totals(found.count, most), page.page(rows, wanted)
    page.complete(found.page.rows)
    return Totals(found.count, most, dict(zip(codes, found.sums, strict=True))), found.page


def drawn(page: "ListPage", columns: Sequence[Column], counted: Totals) -> dict[str, Any]:
    """The cells of the totals row and what the phone says instead."""
    words = _("合计 %(count)s") % {"count": counted.text(page.unit)}
    note = _("金额单位：万元") if any(c.kind == "wan" for c in columns) else ""
    return {
        "count_text": counted.text(page.unit),
        "totals": total_cells(columns, counted.sums, words, note) if counted.rows and counted.sums else [],
        "phone_totals": [(c.label, counted.sums[c.code], c) for c in columns if c.code in counted.sums],
    }


def _summed(page: "ListPage", columns: Sequence[Column]) -> list[Column]:
    return [c for c in columns if c.total and not page.veil.veiled(c)]


def _counted(rows: QuerySet, summed: Sequence[Column], most: int) -> tuple[int, Sequence[Any]]:
    """How many rows, up to `most` and one more, and their sums where there are no more: the sums are worked out only then."""
    everything = rows.order_by().values("pk")[: most + 1]
    if not summed:
        return everything.count(), ()
    counted, counted_with = everything.query.sql_with_params()
    taken, taken_with = rows.order_by().values("pk", *(c.source for c in summed))[: most + 1].query.sql_with_params()
    names = ["pk", *(f"c{place}" for place in range(len(summed)))]
    text = f"""WITH counted AS MATERIALIZED (SELECT count(*) AS rows FROM ({counted}) one)
        SELECT (SELECT rows FROM counted), {", ".join(f"sum({name})" for name in names[1:])}
          FROM ({taken}) taken ({", ".join(names)}) WHERE (SELECT rows FROM counted) <= %s"""  # noqa: S608 — Django's own texts
    with connection.cursor() as cursor:
        cursor.execute(text, [*counted_with, *taken_with, most])
        count, *amounts = cursor.fetchone()
    return (count, amounts) if count <= most else (count, ())
