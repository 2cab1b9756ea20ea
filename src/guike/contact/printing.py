"""The follow-up record of a customer as PDF (PLT-04)."""

from datetime import date, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from guike.contact import prints
from guike.organisation.selectors import company
from guike.platform import clock
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.print import services as printing

DAYS = 365


@page("follow_up", "view")
def record(request: HttpRequest, customer_id: int) -> HttpResponse:
    """`?since=2026-01-01&until=2026-11-25`; the last twelve months where nothing is said."""
    until = _day(request, "until") or clock.today()
    since = _day(request, "since") or until - timedelta(days=DAYS)
    sheet = prints.follow_up_record(request.viewer, customer_id, since, until)
    content = printing.form_pdf([sheet], printing.Imprint(company().name or company().short_name, request.viewer))
    printing.note(request.viewer, "customer", [customer_id], sheet.title, since=str(since), until=str(until))
    return printing.answer(content, f"{sheet.title} {sheet.number} {since}～{until}.pdf")


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(_("日期写成 2026-11-22 这样，现在是「%(text)s」") % {"text": text[:20]}, field=name) from None
