"""How many rows a list has and what its columns sum up to, counted only as far as anybody reads on."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.platform.ui.lists.columns import Column
from guike.platform.ui.lists.rows import total_cells
from guike.platform.ui.lists.state import State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

#: Sums over more rows come after the page: they have to read every row of them.
SUMMED = 1_000
#: What the search box finds is counted so far: nobody reads on there, he types one more character.
SEARCHED = 1_000


@dataclass(frozen=True)
class Totals:
    """`rows` found, counted up to `most` and one more; `sums` by column, or none of them yet (`later`)."""

    rows: int
    most: int
    sums: dict[str, Any] = field(default_factory=dict)
    later: bool = False

    def text(self, unit: Any = "") -> str:
        """94 家, or 10,000+ 家 beyond what was counted."""
        number = f"{self.most:,}+" if self.rows > self.most else f"{self.rows:,}"
        return f"{number} {unit}".strip()


def totals(page: "ListPage", wanted: State, rows: QuerySet, columns: Sequence[Column]) -> Totals:
    """Count, and sum where the rows are few. One query."""
    most = min(page.cap, SEARCHED) if wanted.q else page.cap
    found, sums = _counted(rows, _summed(page, columns), most, min(SUMMED, most))
    if found <= min(SUMMED, most):
        return Totals(found, most, sums)
    return Totals(found, most, later=bool(sums) and found <= most)


def respond(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """The row of sums alone, for a page that came without them."""
    every = {c.code: c for c in page.usable_columns}
    columns = [every[code] for code in wanted.columns]
    found, sums = _counted(page.filtered(wanted), _summed(page, columns), page.cap, page.cap)
    counted = Totals(found, page.cap, sums if found <= page.cap else {})
    return render(request, "ui/lists/sums.html", {"page": page, **drawn(page, columns, counted)})


def drawn(page: "ListPage", columns: Sequence[Column], counted: Totals) -> dict[str, Any]:
    """The cells of the totals row and what the phone says instead."""
    words = _("合计 %(count)s") % {"count": counted.text(page.unit)}
    note = _("金额单位：万元") if any(c.kind == "wan" for c in columns) else ""
    return {
        "count_text": counted.text(page.unit),
        "totals": total_cells(columns, counted.sums, words, note) if counted.rows and (counted.sums or counted.later) else [],
        "phone_totals": [(c.label, counted.sums[c.code], c) for c in columns if c.code in counted.sums],
    }


def _summed(page: "ListPage", columns: Sequence[Column]) -> list[Column]:
    return [c for c in columns if c.total and not page.veil.veiled(c)]


def _counted(rows: QuerySet, summed: Sequence[Column], most: int, few: int) -> tuple[int, dict[str, Any]]:
    """How many rows, up to `most` and one more; and sums over the first `few`, worth something where there are no more."""
    everything = rows.order_by().values("pk")[: most + 1]
    if not summed:
        return everything.count(), {}
    counted, counted_with = everything.query.sql_with_params()
    taken, taken_with = rows.order_by().values("pk", *(c.source for c in summed))[: few + 1].query.sql_with_params()
    names = ["pk", *(c.code for c in summed)]
    columns = ", ".join(f'"{name}"' for name in names)
    adding = ", ".join(f'sum("{c.code}")' for c in summed)
    text = f"SELECT (SELECT count(*) FROM ({counted}) counted), {adding} FROM ({taken}) taken ({columns})"  # noqa: S608 — Django's own texts
    with connection.cursor() as cursor:
        cursor.execute(text, [*counted_with, *taken_with])
        found, *amounts = cursor.fetchone()
    return found, dict(zip(names[1:], amounts, strict=True))
