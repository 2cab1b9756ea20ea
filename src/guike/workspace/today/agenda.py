"""Week and month: what falls due and what was done, day by day, on the working calendar."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.contact import rules as contact_rules
from guike.contact import selectors as contact
from guike.engine.obligations import selectors as obligations
from guike.organisation.calendar import selectors as calendar
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.workspace.today.board import lunar_short, month_of

IN_A_CELL = 3
IN_A_DAY = 40


@dataclass(frozen=True)
class Item:
    """One line in a day: due (with its obligation) or done (with its follow-up)."""

    text: str
    note: str
    href: str
    tone: str
    done: bool
    seal: str = ""
    rank: int | None = None


@dataclass(frozen=True)
class Day:
    """One cell. `rest` for days without work, `outside` for days of the neighbouring months."""

    day: date
    items: list[Item]
    more: int
    rest: bool
    outside: bool
    is_today: bool
    lunar: str


@dataclass(frozen=True)
class Agenda:
    """A week or a month as drawn: days in weeks from Monday, neighbours, title, how many are due and done."""

    scale: str
    title: str
    weeks: list[list[Day]]
    before: date
    after: date
    today: date
    due: int
    done: int


def span(scale: str, day: date) -> tuple[date, date]:
    """First and last day shown: the week of a day, or the whole weeks that its month touches."""
    first, last = (day, day) if scale == "week" else month_of(day)
    return first - timedelta(days=first.weekday()), last + timedelta(days=6 - last.weekday())


def build(viewer: Viewer, person_id: int, *, scale: str, day: date) -> Agenda:
    """The agenda of one person around a day. Five queries."""
    start, end = span(scale, day)
    due = list(obligations.between(viewer, start=start, end=end, person_ids=[person_id])[:2000])
    done = list(contact.logged_on(viewer, person_ids=[person_id], start=start, end=end)[:2000])
    known = access.rows(viewer, "customer").select_related("figures").in_bulk({o.subject_id for o in due if o.subject_kind == "customer"})
    workdays = set(calendar.workdays(start, end))
    items: dict[date, list[Item]] = {}
    for owed in due:
        items.setdefault(owed.due_on, []).append(_due(owed, known.get(owed.subject_id)))
    for follow_up in done:
        items.setdefault(follow_up.happened_on, []).append(_done(follow_up))
    limit = IN_A_DAY if scale == "week" else IN_A_CELL
    days = [
        _day(start + timedelta(days=n), items, workdays, day if scale == "month" else None, limit) for n in range((end - start).days + 1)
    ]
    before, after = _neighbours(scale, day)
    return Agenda(
        scale, _title(scale, day), [days[at : at + 7] for at in range(0, len(days), 7)], before, after, clock.today(), len(due), len(done)
    )


def _due(owed: Any, customer: Any) -> Item:
    late = owed.due_on < clock.today()
    note = owed.title if owed.kind != "cadence" else owed.reason
    seal, rank = (customer.figures.grade, customer.figures.grade_rank + 1) if customer and customer.figures.grade else ("", None)
    return Item(
        str(customer or owed.title), note, reverse("workspace:obligation", args=[owed.pk]), "danger" if late else "", False, seal, rank
    )


def _done(follow_up: Any) -> Item:
    return Item(str(follow_up.customer), _(contact_rules.SHORT[follow_up.method]), follow_up.get_absolute_url(), "muted", True)


def _day(day: date, items: dict[date, list[Item]], workdays: set[date], month: date | None, limit: int) -> Day:
    found = items.get(day, [])
    return Day(
        day=day,
        items=found[:limit],
        more=max(len(found) - limit, 0),
        rest=day not in workdays,
        outside=bool(month and (day.year, day.month) != (month.year, month.month)),
        is_today=day == clock.today(),
        lunar=lunar_short(day),
    )


def _neighbours(scale: str, day: date) -> tuple[date, date]:
    if scale == "week":
        return day - timedelta(days=7), day + timedelta(days=7)
    first, last = month_of(day)
    return first - timedelta(days=1), last + timedelta(days=1)


def _title(scale: str, day: date) -> str:
    if scale == "month":
        return _("%(year)d 年 %(month)d 月") % {"year": day.year, "month": day.month}
    start, end = span("week", day)
    return f"{start:%Y-%m-%d} ～ {end:%m-%d}"
