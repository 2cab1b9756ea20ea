"""Important dates: the list, and the same list as a calendar file (CUS-09)."""

from django.http import HttpRequest, HttpResponse

from guike.customers import key_date_calendar
from guike.customers.key_date_list import KeyDateList, actions
from guike.platform import audit
from guike.platform.access import page

#: So many events in one file; more is no calendar.
MOST = 2000


@page("key_date", "view")
def key_date_list(request: HttpRequest) -> HttpResponse:
    return KeyDateList().respond(request, actions=actions(request))


@page("key_date", "export")
def key_dates_ics(request: HttpRequest) -> HttpResponse:
    """What the list shows under this address, for those who may take it out; noted in the access log."""
    found = list(KeyDateList().exported(request)[:MOST])
    body = key_date_calendar.written(found, request.build_absolute_uri("/").rstrip("/"))
    audit.note(request.viewer, "export", "key_date", None, detail={"what": "ics", "rows": len(found)})  # type: ignore[attr-defined]
    headers = {"Content-Disposition": 'attachment; filename="key-dates.ics"', "Cache-Control": "private, no-store"}
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=headers)
