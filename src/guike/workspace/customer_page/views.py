"""The page of one customer: the head is always composed, of the tabs only the open one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guike.customers import selectors
from guike.platform.access import page
from guike.workspace.customer_page import compose, tabs


@page("customer", "view", row="pk")
def customer(request: HttpRequest, pk: int) -> HttpResponse:
    """`?tab=` opens a part, `?in=` is the list it was opened from, `?group=&q=&before=` move the timeline."""
    found = selectors.customer(request.viewer, pk)
    record = compose.record(request, found)
    active = request.GET.get("tab", "timeline")
    shown = tabs.shown(request, record, active if active in tabs.CODES else "timeline")
    return render(request, "workspace/customer_page/customer.html", {"record": record, "customer": found, **shown})
