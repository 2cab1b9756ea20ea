"""Exporting exactly what a list shows: its columns in their order, all rows of the state, what is veiled stays veiled (PLT-03)."""

import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from html import unescape
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db.models import F, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from guike.platform import access, clock, conditions
from guike.platform.sheets.writer import Heading
from guike.platform.ui import formats
from guike.platform.ui.lists import cells
from guike.platform.ui.lists.columns import Column
from guike.platform.ui.lists.state import BadState, State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

CHUNK = 2000
FORMATS = {"yuan": "#,##0.00", "wan": "#,##0.00", "percent": "0.0%", "day": "yyyy-mm-dd", "short_day": "yyyy-mm-dd", "ago": "yyyy-mm-dd",
           "moment": "yyyy-mm-dd hh:mm"}  # fmt: skip
WIDTHS = {"seal": 8, "yuan": 16, "wan": 16, "number": 12, "percent": 10, "day": 12, "short_day": 12, "ago": 12, "flag": 8, "phone": 16}


@dataclass(frozen=True)
class ListTable:
    """A list as a table to write: typed values (Decimal, date, text), read in one pass with constant memory."""

    object: str
    title: str
    columns: list[Column]
    rows: QuerySet
    veil: cells.Veil
    complete: Callable[[Sequence[Any]], None]

    def headings(self) -> list[Heading]:
        """Label and number format of each column; amounts shown in 万元 leave in yuan."""
        return [Heading(_label(c), "@" if self.veil.veiled(c) else FORMATS.get(c.kind, ""), WIDTHS.get(c.kind, 18)) for c in self.columns]

    def lines(self) -> Iterator[list[Any]]:
        """The values of each row in the order of the columns."""
        rows = self.rows.iterator(chunk_size=CHUNK)
        while chunk := list(islice(rows, CHUNK)):
            self.complete(chunk)
            for row in chunk:
                yield [self._value(row, column) for column in self.columns]

    def _value(self, row: Any, column: Column) -> Any:
        if column.plain is not None and not self.veil.veiled(column):
            return column.plain(row)
        found = self.veil.value(row, column)
        if found is None and column.render is not None and not self.veil.veiled(column):
            text = strip_tags(column.render(row))
            return None if text == formats.NOTHING else unescape(text)
        return timezone.localtime(found) if isinstance(found, datetime) and timezone.is_aware(found) else found


def _label(column: Column) -> str:
    return f"{column.label}（{_('元')}）" if column.kind in ("wan", "yuan") else str(column.label)


def table(page: "ListPage", wanted: State, only: Collection[int] | None = None) -> ListTable:
    """The table of a state, or of some rows of it. Rows within reach of the viewer's right to export only."""
    every = {c.code: c for c in page.usable_columns}
    columns = [every[code] for code in wanted.columns if not every[code].button]
    within = access.rows(page.viewer, page.object, "export").values("pk")
    rows = page.with_relations(page.filtered(wanted), wanted).filter(pk__in=within)
    rows = rows if only is None else rows.filter(pk__in=only)
    order = page.order(rows, wanted.sort)
    return ListTable(page.object, str(page.title), columns, rows.order_by(*_order(order)), page.veil, page.complete)


def _order(order: Any) -> list[Any]:
    if order.path in ("pk", "id"):
        return ["-pk" if order.descending else "pk"]
    field = F(order.path)
    first = field.desc(nulls_last=True) if order.descending else field.asc(nulls_last=True)
    return [first, "-pk" if order.descending else "pk"]


def respond(page: "ListPage", request: HttpRequest, wanted: State, only: Collection[int] | None = None) -> HttpResponse:
    """The file, streamed from disk; the export service writes and logs it (PLT-03, CUS-12). `only`: the ticked rows."""
    from guike.platform.exports import limits

    access.require(page.viewer, page.object, "export")
    form = request.GET.get("export", "xlsx")
    if form not in ("xlsx", "csv"):
        raise BadState(_("导出格式只有 xlsx 和 csv"))
    spool: Any = tempfile.SpooledTemporaryFile(max_size=2**20)  # noqa: SIM115 the response closes it
    try:
        write(page, wanted, only, form, spool)
    except limits.NeedsApproval as stopped:
        spool.close()
        return limits.ask(request, _asked(page, wanted, only, form, stopped))
    spool.seek(0)
    name = f"{page.title}_{clock.today():%Y%m%d}.{form}"
    return FileResponse(spool, as_attachment=True, filename=name)  # type: ignore[return-value]


def _words(page: "ListPage", wanted: State, only: Collection[int] | None) -> str:
    words = conditions.describe(page.tree(wanted), page.usable_fields)
    return words if only is None else "，".join(filter(None, [words, _("选中的 %(n)d 行") % {"n": len(only)}]))


def write(page: "ListPage", wanted: State, only: Collection[int] | None, form: str, target: Any, *, approved: str = "") -> Any:
    """Write a list's file and log it; the record of it. Raises NeedsApproval where it is too much and nobody approved it."""
    from guike.platform.exports.services import export_table

    access.require(page.viewer, page.object, "export")
    found = table(page, wanted, only)
    words = _words(page, wanted, only)
    return export_table(
        found.title, found.headings(), found.lines(), form, target, actor=page.viewer, object=page.object, filter=words, approved=approved
    )


def _asked(page: "ListPage", wanted: State, only: Collection[int] | None, form: str, stopped: Any) -> Any:
    """The export as it is asked for, with what it takes to make it later: which list, its address, the ticked rows."""
    from guike.platform.exports.limits import Asked

    labels = [str(column.label) for column in table(page, wanted, only).columns]
    kind = type(page)
    again = {
        "list": f"{kind.__module__}:{kind.__name__}",
        "query": wanted.url().lstrip("?"),
        "only": None if only is None else sorted(only),
        "form": form,
    }
    return Asked(str(page.title), page.object, _words(page, wanted, only), labels, stopped.rows, stopped.recent, again)
