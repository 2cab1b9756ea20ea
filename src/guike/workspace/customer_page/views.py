"""The page of one customer: the head is always composed, of the tabs only the open one."""

from datetime import timedelta
from io import BytesIO

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guike.customers import selectors
from guike.platform import audit, clock
from guike.platform.access import page
from guike.platform.sheets.writer import write_workbook
from guike.workspace.customer_page import compose, purchases, tabs


@page("customer", "view", row="pk")
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """`?tab=` opens a part, `?in=` is the list it was opened from, `?group=&q=&before=` move the timeline."""
    try:
        found = selectors.customer(request.viewer, pk)
    except Http404:
        return _to_survivor(request, pk)
    record = compose.record(request, found)
    active = request.GET.get("tab", "timeline")
    shown = tabs.shown(request, record, active if active in tabs.CODES else "timeline")
    return render(request, "workspace/customer_page/customer.html", {"record": record, "customer": found, **shown})


@page("sales_order", "export")
def purchases_file(request: HttpRequest, pk: int) -> FileResponse:
    """The months of the chart as a workbook, for those who may take orders out; noted in the access log."""
    name, headings, rows = purchases.table(request.viewer, pk, clock.today())
    book = BytesIO()
    write_workbook(book, _("每月采购额"), headings, rows)
    book.seek(0)
    audit.note(request.viewer, "export", "customer", pk, detail={"what": "purchases", "rows": len(rows)})
    return FileResponse(book, as_attachment=True, filename=_("%(name)s每月采购额.xlsx") % {"name": name})


def _to_survivor(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of a customer that was merged away leads to the one it became part of, as long as the merge stands (CUS-07)."""
    survivor = selectors.survivor_of(request.viewer, pk)
    if survivor is None:
        raise Http404(_("没有找到这条客户，或不在可见范围内"))
    query = request.GET.urlencode()
    return redirect(f"/customers/{survivor}/" + (f"?{query}" if query else ""))


@page("customer", "view", row="pk")
def forms_to_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Which form of the customer goes on paper, and for which period."""
    today = clock.today()
    context = {"customer": selectors.customer(request.viewer, pk), "since": today - timedelta(days=365), "until": today}
    return render(request, "workspace/customer_page/print.html", context)
