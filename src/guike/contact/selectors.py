"""Reading follow-ups, and what the sheet needs before one is written. The first argument is the viewer."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from guike.contact import rules, standing
from guike.contact.models import CalendarFeed, FollowUp
from guike.customers import selectors as customers
from guike.engine.obligations import registry
from guike.engine.obligations import rules as due_rules
from guike.engine.obligations import selectors as obligations
from guike.organisation.calendar import selectors as calendar
from guike.platform import access, clock, dictionaries, files
from guike.platform.access import Viewer

PHRASES_SHOWN = 6


def follow_ups(viewer: Viewer) -> QuerySet[FollowUp]:
    """Follow-ups within reach that were not voided, newest first."""
    return access.rows(viewer, "follow_up").filter(voided_at=None).order_by("-happened_on", "-id")


def follow_up(viewer: Viewer, follow_up_id: int, action: str = "view") -> FollowUp:
    """One follow-up with customer, person and contacts, voided ones included; 404 out of sight, Forbidden out of the action's reach."""
    found = access.row(viewer, "follow_up", follow_up_id, action)
    return FollowUp.objects.select_related("customer", "person", "department").prefetch_related("contacts").get(pk=found.pk)


def attachments(viewer: Viewer, follow_up_id: int) -> list:
    """Photos and files of one follow-up, newest first; 404 out of sight."""
    access.row(viewer, "follow_up", follow_up_id)
    return files.of("follow_up", follow_up_id)


def may_edit(viewer: Viewer, found: FollowUp) -> bool:
    """May the viewer still correct this follow-up: written by himself, within 7 days, not voided?"""
    recorded = timezone.localtime(found.recorded_at).date()
    mine = found.person_id == viewer.person_id and found.voided_at is None
    return mine and access.allowed(viewer, "follow_up", "change") and rules.may_still_edit(recorded, clock.today())


def counts_by_method(viewer: Viewer, *, person_ids: list[int], start: date, end: date) -> dict[str, int]:
    """How many follow-ups some persons wrote from `start` to `end`, by method. One query."""
    rows = follow_ups(viewer).filter(person__in=person_ids, happened_on__range=(start, end)).order_by()
    return dict(rows.values_list("method").annotate(count=Count("pk")))


def logged_on(viewer: Viewer, *, person_ids: list[int], start: date, end: date) -> QuerySet[FollowUp]:
    """What some persons did from `start` to `end`, for a calendar."""
    return follow_ups(viewer).filter(person__in=person_ids, happened_on__range=(start, end)).select_related("customer")


# --- the sheet ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Way:
    """One way of contact as a chip; `suits` marks those recommended for the customer's category."""

    code: str
    label: str
    icon: str
    suits: bool


class Sheet:
    """All that the follow-up sheet shows of one customer before anything is typed; each part is read when it is shown.

    A sheet that comes back filled in needs no more than what was chosen of it (PRF-8).
    """

    def __init__(self, viewer: Viewer, customer_id: int):
        self.viewer = viewer
        self.customer_id = customer_id

    @cached_property
    def customer(self) -> Any:
        """In sight of the viewer; `Http404` otherwise."""
        return access.row(self.viewer, "customer", self.customer_id)

    @cached_property
    def standing(self) -> standing.Standing:
        return standing.of_customer(self.customer.pk, with_pace=True)

    @cached_property
    def contacts(self) -> list:
        return list(self.customer.contacts.filter(left_on=None))

    @property
    def ways(self) -> list[Way]:
        suited = self.standing.recommended
        return [Way(code, label, rules.ICONS[code], code in suited) for code, label in rules.METHODS.items()]

    @cached_property
    def presets(self) -> list[rules.Preset]:
        pace = self.standing.pace
        workdays = _workdays(max(60, pace.days + 30) if pace else 60)
        return rules.next_presets(clock.today(), workdays, cadence_due=_next_by(pace, workdays))

    @property
    def cadence_phrase(self) -> str:
        return self.standing.pace.phrase if self.standing.pace else ""

    @cached_property
    def phrases(self) -> list[str]:
        return [word.label for word in dictionaries.entries("follow_up_phrase")][:PHRASES_SHOWN]

    @cached_property
    def open_things(self) -> list:
        owed = obligations.of_subject(self.viewer, "customer", self.customer.pk, authorised=True)
        mine = [one for one in owed if one.kind != "cadence" and one.assignee_id == self.viewer.person_id]
        return [one for one in mine if not registry.kind(one.kind).by_record]

    @cached_property
    def lacking(self) -> customers.Lacking:
        return customers.lacking(self.viewer, self.customer)


def _next_by(pace: Any, workdays: Callable[[date], bool]) -> date | None:
    """When the cadence asks for the next contact if one is written down today."""
    if pace is None:
        return None
    today = clock.today()
    return due_rules.due_on(due_rules.Cadence(pace.days, rest_day=pace.rest_day), today, today, workdays)


def _workdays(ahead: int) -> Callable[[date], bool]:
    """Is a day of the `ahead` days from today a working day? One query for all of them."""
    today = clock.today()
    known = set(calendar.workdays(today, today + timedelta(days=ahead)))
    return known.__contains__


def cards(viewer: Viewer, customer_ids: list[int]) -> list[dict[str, Any]]:
    """Customers of these ids that the viewer may see, in their order, each with its grade. Two queries."""
    found = access.rows(viewer, "customer").in_bulk(customer_ids)
    standings = standing.of_customers(found)
    return [{"customer": found[pk], "standing": standings.get(pk, standing.Standing())} for pk in customer_ids if pk in found]


# --- calendar feed -----------------------------------------------------------------------------------------------------


def feed_of(viewer: Viewer) -> CalendarFeed | None:
    """The viewer's own calendar address, if one was made."""
    return CalendarFeed.objects.filter(person_id=viewer.person_id).first() if viewer.person_id else None


def person_of_feed(token: str) -> int | None:
    """Whose calendar a token opens; None for an unknown one. The token itself is the right."""
    hashed = hashlib.sha256(token.encode()).hexdigest()
    found = CalendarFeed.objects.filter(token_hash=hashed).values_list("person_id", flat=True).first()
    if found:
        CalendarFeed.objects.filter(person_id=found).update(last_read_at=clock.now())
    return found
