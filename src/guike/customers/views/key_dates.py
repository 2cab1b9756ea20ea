"""Important dates: the list, and the same list as a calendar file (CUS-09)."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from guike.customers import key_date_calendar
from guike.customers.key_date_list import KeyDateList, actions
from guike.platform import audit
from guike.platform.access import page
from guike.platform.ui.lists.state import BadState

#: So many events in one file; more is no calendar.
MOST = 2000


@page("key_date", "view")
def key_date_list(request: HttpRequest) -> HttpResponse:
    return KeyDateList().respond(request, actions=actions(request))


@page("key_date", "export")
def key_dates_ics(request: HttpRequest) -> HttpResponse:
    """What the list shows under this address, for those who may take it out; noted in the access log."""
    try:
        found = list(KeyDateList().exported(request)[:MOST])
    except BadState as problem:
        return render(request, "ui/400.html", {"message": str(problem), "problem": problem}, status=400)
    body = key_date_calendar.written(found, request.build_absolute_uri("/").rstrip("/"))
    audit.note(request.viewer, "export", "key_date", None, detail={"what": "ics", "rows": len(found)})  # type: ignore[attr-defined]
    headers = {"Content-Disposition": 'attachment; filename="key-dates.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
