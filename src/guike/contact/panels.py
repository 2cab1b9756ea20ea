"""What other pages show of follow-ups and of what is due: timeline, composer, duties, the one thing that needs you."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.contact import rules
from guike.engine.activities import registry
from guike.engine.activities import selectors as timeline
from guike.engine.obligations import registry as kinds
from guike.engine.obligations import selectors as obligations
from guike.platform import clock, money
from guike.platform.access import Viewer, allowed
from guike.platform.ui import formats
from guike.platform.ui.components import Chip, Duty, Entry, Need, Tab

COMPOSER_WAYS = ("phone", "visit", "wechat")


@dataclass(frozen=True)
class Timeline:
    """One page of a customer's timeline, ready to draw: filter tabs with counts, entries, where the older ones are."""

    tabs: list[Tab]
    active: str
    words: str
    entries: list[Entry]
    more: str
    more_href: str


@dataclass(frozen=True)
class Composer:
    """The line that opens the follow-up sheet: its address, and one for each of the usual ways."""

    href: str
    ways: list[Chip]


def timeline_panel(viewer: Viewer, customer_id: int, parameters: Mapping[str, str], *, href: str = "?") -> Timeline:
    """The timeline of a customer that the caller has authorised. Reads `group`, `words`, `before` from the address. Three queries."""
    group = parameters.get("group", "") if parameters.get("group", "") in registry.GROUPS else ""
    words, cursor = parameters.get("words", "")[:60], parameters.get("before", "")
    found = timeline.page(viewer, "customer", customer_id, group=group, words=words, cursor=cursor, authorised=True)
    kept = {name: value for name, value in (("group", group), ("words", words)) if value}
    return Timeline(
        tabs=_tabs(timeline.counts(viewer, "customer", customer_id), words, href),
        active=group or "all",
        words=words,
        entries=[entry(line) for line in found.lines],
        more=_("更早的动态") if found.next_cursor else "",
        more_href=f"{href}{urlencode({**kept, 'before': found.next_cursor})}" if found.next_cursor else "",
    )


def _tabs(counts: Mapping[str, int], words: str, href: str) -> list[Tab]:
    kept = {"words": words} if words else {}
    tabs = [Tab("all", _("全部"), f"{href}{urlencode(kept)}")]
    return tabs + [
        Tab(code, _(label), f"{href}{urlencode({**kept, 'group': code})}", _count(counts[code])) for code, label in registry.GROUPS.items() if counts.get(code)
    ]


def _count(number: int) -> int | str:
    return number if number < timeline.COUNTED else "999+"


def entry(line: timeline.Line) -> Entry:
    """One line of the timeline as the kit draws it."""
    activity = line.activity
    who = activity.person.name if activity.person else ""
    met = f"{who} → {activity.counterpart}" if who and activity.counterpart else who or activity.counterpart
    return Entry(
        at=activity.happened_on,
        title=line.label,
        icon=line.icon,
        meta=[part for part in (met, activity.title) if part],
        text=activity.text,
        amount=money.yuan(activity.amount) if activity.amount is not None else "",
        href=line.url,
        own=line.kind.own,
        chips=[_promise(owed) for owed in line.obligations],
        key=f"activity-{activity.pk}",
    )


def _promise(owed: Any) -> Chip:
    if owed.state == "fulfilled":
        return Chip(_("已办：%(what)s") % {"what": owed.title}, "circle-check")
    if owed.state == "withdrawn":
        return Chip(_("已撤销：%(what)s") % {"what": owed.title}, "circle-x", tone="muted")
    tone = "danger" if owed.due_on < clock.today() else ""
    return Chip(_("答应 %(day)s 前%(what)s") % {"day": formats.short_day(owed.due_on), "what": owed.title}, "flag", tone=tone)


def composer(viewer: Viewer, customer_id: int) -> Composer | None:
    """None for those who may not write follow-ups."""
    if not allowed(viewer, "follow_up", "add"):
        return None
    href = reverse("contact:log_for", args=[customer_id])
    return Composer(href, [Chip(_(rules.SHORT[way]), rules.ICONS[way], f"{href}?method={way}", sheet=True) for way in COMPOSER_WAYS])


# --- what is due -------------------------------------------------------------------------------------------------------


def when_words(due: date, today: date) -> tuple[str, str]:
    """When something is due, in words, and the tone: 逾期 4 天 (danger), 今天 and 明天 (warn), else the day."""
    late = (today - due).days
    if late > 0:
        return _("逾期 %(days)d 天") % {"days": late}, "danger"
    if late >= -1:
        return (_("今天") if late == 0 else _("明天")), "warn"
    return formats.short_day(due), ""


def duty(viewer: Viewer, owed: Any) -> Duty:
    """One open thing with a customer as a row of the rail; one's own opens where it is done."""
    when, tone = when_words(owed.due_on, clock.today())
    mine = owed.assignee_id == viewer.person_id
    who = "" if mine or owed.assignee is None else owed.assignee.name
    return Duty(when, owed.title, " · ".join(part for part in (owed.clause, owed.reason, who) if part), done_at(owed) if mine else "", tone)


def outcome(owed: Any) -> Duty:
    """One thing that a record closed or opened, with what became of it."""
    when, tone = when_words(owed.due_on, clock.today())
    words = {"fulfilled": (_("已办"), ""), "withdrawn": (_("已撤销"), "")}
    when, tone = words.get(owed.state, (when, tone))
    return Duty(when, owed.title, owed.closed_reason or owed.reason, tone=tone)


def done_at(owed: Any) -> str:
    """Where something is done: the follow-up sheet, ticked where a word is needed."""
    href = reverse("contact:log_for", args=[owed.subject_id])
    return href if kinds.kind(owed.kind).by_contact and owed.kind == "cadence" else f"{href}?done={owed.pk}"


def duties_panel(viewer: Viewer, customer_id: int) -> list[Duty]:
    """Everything open with a customer that the caller has authorised, soonest first. One query."""
    return [duty(viewer, owed) for owed in obligations.of_subject(viewer, "customer", customer_id, authorised=True)]


def need_panel(viewer: Viewer, customer_id: int) -> Need | None:
    """The most pressing thing that the viewer owes this customer today; None when nothing is. One query."""
    today = clock.today()
    pressing = [
        owed
        for owed in obligations.of_subject(viewer, "customer", customer_id, authorised=True)
        if owed.assignee_id == viewer.person_id and owed.due_on <= today and not (owed.state == "snoozed" and owed.snoozed_until > today)
    ]
    if not pressing:
        return None
    first = pressing[0]
    when, _tone = when_words(first.due_on, today)
    return Need(text=first.reason or first.title, strong=when, action=_(str(kinds.kind(first.kind).action)), href=done_at(first), more=len(pressing) - 1)
