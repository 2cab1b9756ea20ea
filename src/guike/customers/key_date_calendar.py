"""Important dates as all-day events for calendars outside (CUS-09): the download of a list, and a part of the private subscription."""

from collections.abc import Iterable

from django.utils.translation import gettext as _
from icalendar import Calendar, Event

from guike.customers.key_date_list import what_of
from guike.customers.models import KeyDate
from guike.platform import clock


def events(found: Iterable[KeyDate], site: str) -> list[Event]:
    """One event a date, on its next return; the same date keeps its uid, so that calendars move it rather than double it."""
    return [_event(one, site) for one in found]


def _event(one: KeyDate, site: str) -> Event:
    event = Event()
    event.add("uid", f"key-date-{one.pk}@guike")
    event.add("dtstamp", clock.now())
    event.add("dtstart", one.next_on)
    event.add("summary", f"{one.customer}：{one.get_kind_display()} {what_of(one)}")
    event.add("url", f"{site}{one.get_absolute_url()}")
    event.add("transp", "TRANSPARENT")
    return event


def written(found: Iterable[KeyDate], site: str) -> bytes:
    """A calendar file of some dates."""
    calendar = Calendar()
    calendar.add("prodid", "-//Guike//KeyDates//ZH")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("贵客 · 重要日期"))
    for event in events(found, site):
        calendar.add_component(event)
    return calendar.to_ical()
