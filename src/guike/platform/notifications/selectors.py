"""Reads of messages, choices, channels and the log."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.notifications import registry
from guike.platform.notifications.models import Choice, Delivery, Habit, MailServer, Notice, Robot

PAGE = 60
LATELY = timedelta(days=7)
LOST = (Delivery.State.FAILED, Delivery.State.UNCLEAR)


def unread(viewer: Viewer) -> int:
    """For the bell. One indexed query, counted no further than 100."""
    if not viewer.account_id:
        return 0
    return Notice.objects.filter(account_id=viewer.account_id, read_at=None).order_by()[:100].count()


@dataclass(frozen=True)
class Group:
    """Messages of one kind on one day: the newest leads, the others fold under it."""

    kind: registry.Kind | None
    label: str
    first: Notice
    others: tuple[Notice, ...]

    @property
    def unread(self) -> int:
        return sum(notice.read_at is None for notice in (self.first, *self.others))

    @property
    def icon(self) -> str:
        return self.kind.icon if self.kind else "bell"


@dataclass(frozen=True)
class Day:
    day: date
    groups: list[Group]


@dataclass(frozen=True)
class Page:
    days: list[Day]
    newest: int
    before: int | None


def page_of(viewer: Viewer, *, only_unread: bool, before: int | None = None) -> Page:
    """One's messages by day and kind, newest first, with where the next page begins. One query."""
    rows = access.rows(viewer, "notice")
    rows = rows.filter(read_at=None) if only_unread else rows
    rows = rows.filter(pk__lt=before) if before else rows
    found = list(rows.order_by("-pk")[: PAGE + 1])
    shown = found[:PAGE]
    return Page(_days(shown), shown[0].pk if shown else 0, shown[-1].pk if len(found) > PAGE else None)


def _days(shown: Sequence[Notice]) -> list[Day]:
    days: dict[date, dict[str, list[Notice]]] = {}
    for notice in shown:
        days.setdefault(clock.local(notice.at).date(), {}).setdefault(notice.kind, []).append(notice)
    kinds = registry.kinds()
    return [
        Day(day, [Group(kinds.get(code), registry.label(code), first, tuple(others)) for code, (first, *others) in by_kind.items()])
        for day, by_kind in days.items()
    ]


def notice(viewer: Viewer, pk: int) -> Notice:
    return access.row(viewer, "notice", pk)


@dataclass(frozen=True)
class Wanted:
    """A kind with what one chose: (channel, label, wanted)."""

    kind: registry.Kind
    cells: tuple[tuple[str, str, bool], ...]


def choices(viewer: Viewer) -> list[Wanted]:
    """Every kind that one's roles may get, with one's choice or the default."""
    chosen = {(c.kind, c.channel): c.wanted for c in Choice.objects.filter(account_id=viewer.account_id)}  # type: ignore[misc]
    found = []
    for kind in registry.kinds().values():
        if not kind.roles or viewer.stands_as(*kind.roles):
            cells = tuple((code, str(label), chosen.get((kind.code, code), code in kind.channels)) for code, label in Choice.CHANNELS)
            found.append(Wanted(kind, cells))
    return found


def habit(viewer: Viewer) -> Habit:
    """One's quiet hours and digest; the defaults where one never set them."""
    return Habit.objects.filter(account_id=viewer.account_id).first() or Habit(account_id=viewer.account_id)  # type: ignore[misc]


def mail_server(viewer: Viewer) -> MailServer | None:
    access.require(viewer, "channel", "view")
    return MailServer.objects.first()


def robots(viewer: Viewer) -> QuerySet[Robot]:
    """All robots, each with how many it failed to post in the last 7 days and when it last posted."""
    lately = Q(deliveries__created_at__gte=clock.now() - LATELY, deliveries__state__in=LOST)
    return access.rows(viewer, "channel").annotate(last=Max("deliveries__done_at"), failed=Count("deliveries", lately)).order_by("name", "pk")


def robot(viewer: Viewer, pk: int, action: str = "change") -> Robot:
    return access.row(viewer, "channel", pk, action)


def delivery(viewer: Viewer, pk: int) -> Delivery:
    return access.row(viewer, "delivery", pk)


def tries(delivery: Delivery) -> list[Any]:
    """Every try of a delivery, newest first."""
    return list(delivery.tries.all()[:50])


def failed_lately(viewer: Viewer) -> int:
    """Deliveries of the last 7 days that failed or are unclear, for the administrator's page."""
    return access.rows(viewer, "delivery").filter(state__in=LOST, created_at__gte=clock.now() - LATELY).count()
