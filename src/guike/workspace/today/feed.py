"""A person's duties as a calendar that telephones and mail programs subscribe to (ACT-12)."""

from datetime import timedelta

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from guike.customers import key_date_calendar
from guike.customers import selectors as customers
from guike.engine.obligations import selectors as obligations
from guike.platform import access, clock
from guike.platform.access import Viewer

PAST, AHEAD = 30, 90


def written(viewer: Viewer, site: str) -> bytes:
    """Open duties from 30 days back to 90 ahead as all-day events, and the important dates of one's own customers (CUS-09). What is late is shown today, so that nobody has to look back."""
    today = clock.today()
    due = obligations.between(
        viewer, start=today - timedelta(days=PAST), end=today + timedelta(days=AHEAD), person_ids=[viewer.person_id or 0]
    )
    found = list(due[:2000])
    known = access.rows(viewer, "customer").in_bulk({owed.subject_id for owed in found if owed.subject_kind == "customer"})
    calendar = Calendar()
    calendar.add("prodid", "-//Guike//Today//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("贵客 · %(name)s的日程") % {"name": viewer.name})
    for owed in found:
        calendar.add_component(_event(owed, known.get(owed.subject_id), site))
    if access.allowed(viewer, "key_date", "view"):
        for event in key_date_calendar.events(customers.own_key_dates(viewer, AHEAD)[:2000], site):
            calendar.add_component(event)
    return calendar.to_ical()


def _event(owed: object, customer: object, site: str) -> Event:
    today = clock.today()
    late = (today - owed.due_on).days  # type: ignore[attr-defined]
    event = Event()
    event.add("uid", f"obligation-{owed.pk}@guike")  # type: ignore[attr-defined]
    event.add("dtstamp", clock.now())
    event.add("dtstart", max(owed.due_on, today))  # type: ignore[attr-defined]
    words = f"{customer}：{owed.title}" if customer else owed.title  # type: ignore[attr-defined]
    event.add("summary", f"{_('逾期 %(days)d 天') % {'days': late}} {words}" if late > 0 else words)
    event.add("description", "，".join(part for part in (owed.reason, owed.clause) if part))  # type: ignore[attr-defined]
    event.add("url", f"{site}{customer.get_absolute_url()}" if customer else site)  # type: ignore[attr-defined]
    event.add("transp", "TRANSPARENT")
    return event
