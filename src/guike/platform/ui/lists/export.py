"""Exporting exactly what a list shows: its columns in their order, all rows of the state, what is veiled stays veiled."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.platform import access
from guike.platform.ui.lists import cells
from guike.platform.ui.lists.columns import Column
from guike.platform.ui.lists.state import BadState, State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

CHUNK = 2000


@dataclass(frozen=True)
class ListTable:
    """A list as a table to write: typed values (Decimal, date, text), read in one pass with constant memory."""

    object: str
    title: str
    columns: list[Column]
    rows: QuerySet
    veil: cells.Veil
    address: str

    def heads(self) -> list[tuple[str, str]]:
        """(label, kind) of each column."""
        return [(str(c.label), c.kind) for c in self.columns]

    def lines(self) -> Iterator[list[Any]]:
        """The values of each row in the order of the columns."""
        for row in self.rows.iterator(chunk_size=CHUNK):
            yield [self.veil.value(row, column) for column in self.columns]

    def count(self) -> int:
        """How many rows will be written: export limits by number are decided on it."""
        return self.rows.order_by().count()


def table(page: "ListPage", wanted: State) -> ListTable:
    """The table of a state. Rows within reach of the viewer's right to export only."""
    every = {c.code: c for c in page.usable_columns}
    columns = [every[code] for code in wanted.columns]
    within = access.rows(page.viewer, page.object, "export").values("pk")
    rows = page.with_relations(page.filtered(wanted), wanted).filter(pk__in=within)
    order = page.order(rows, wanted.sort)
    return ListTable(page.object, str(page.title), columns, rows.order_by(*_order(order)), page.veil, wanted.url())


def _order(order: Any) -> list[Any]:
    if order.path in ("pk", "id"):
        return ["-pk" if order.descending else "pk"]
    field = F(order.path)
    first = field.desc(nulls_last=True) if order.descending else field.asc(nulls_last=True)
    return [first, "-pk" if order.descending else "pk"]


def respond(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """Hand the table to the export service, which writes, limits and logs it (PLT-03, CUS-12)."""
    from guike.platform import exports

    access.require(page.viewer, page.object, "export")
    if request.GET["export"] not in ("xlsx", "csv"):
        raise BadState(_("导出格式只有 xlsx 和 csv"))
    return exports.send_list(request, table(page, wanted), request.GET["export"])
