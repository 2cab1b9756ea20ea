"""The rows of *Today*: what is due, why, what was said last, and the one button that does it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.contact import panels, rules
from guike.customers import rules as customer_rules
from guike.customers import selectors as customers
from guike.engine.activities import selectors as timeline
from guike.engine.obligations import registry
from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.ui import formats

SAID_SHOWN = 60


@dataclass(frozen=True)
class Row:
    """One thing due, as drawn. `late` is the red part of the reason; `call` what the telephone dials, empty where it is veiled."""

    obligation_id: int
    name: str
    href: str
    seal: str
    rank: int | None
    reason: str
    late: str
    last_head: str
    last_said: str
    action: str
    action_href: str
    call: str
    call_name: str
    who: str
    escalated: bool
    also: tuple[str, ...] = ()
    second: str = ""
    second_href: str = ""

    @property
    def last_parts(self) -> list[str]:
        """「11-13 电话」 and 「周建国」, joined by the drawn dot."""
        return self.last_head.split(" · ")


def late_words(owed: Any, last_contact: date | None, today: date) -> str:
    """The part that stands in red: 已 11 天未联系, 逾期 4 天; what is due today or later has none."""
    late = (today - owed.due_on).days
    if late <= 0:
        return ""
    if owed.kind == "cadence" and last_contact:
        return _("已 %(days)d 天未联系") % {"days": (today - last_contact).days}
    if owed.kind == "cadence":
        return _("从未联系，逾期 %(days)d 天") % {"days": late}
    return _("逾期 %(days)d 天") % {"days": late}


def due_words(owed: Any, today: date) -> str:
    """What follows the reason where nothing is late yet: 今天到期, 明天到期."""
    ahead = (owed.due_on - today).days
    if ahead < 0 or registry.kind(owed.kind).ahead:
        return ""
    return {0: _("今天到期"), 1: _("明天到期")}.get(ahead, _("%(day)s 到期") % {"day": formats.short_day(owed.due_on)})


def reason_words(owed: Any) -> str:
    """Why it is due: the cadence's phrase; for a step or a promise what it is, and when it was said."""
    kind = registry.kind(owed.kind)
    if owed.kind == "cadence" or (kind.link and not kind.ahead):
        return owed.reason
    return "，".join(part for part in (owed.title, owed.reason) if part)


def build(viewer: Viewer, found: Iterable[Any], *, today: date) -> list[Row]:
    """Rows for obligations in the viewer's reach. Three queries, however many: customers, last contacts, telephone numbers."""
    owed_ones = list(found)
    ids = list({owed.subject_id for owed in owed_ones if owed.subject_kind == "customer"})
    known = access.rows(viewer, "customer").select_related("figures").in_bulk(ids)
    last = timeline.last_contacts(viewer, "customer", list(known))
    people = _people(viewer, known)
    rows = []
    for owed in owed_ones:
        pk = owed.subject_id if owed.subject_kind == "customer" else 0  # no customer has it
        rows.append(_row(viewer, owed, known.get(pk), last.get(pk), people.get(pk), today))
    return rows


def _people(viewer: Viewer, known: dict[int, Any]) -> dict[int, Any]:
    """The person to call at each customer: the primary contact with a number."""
    if not known:
        return {}
    found = (
        access.rows(viewer, "contact")
        .filter(customer__in=list(known), left_on=None)
        .exclude(phone="")
        .order_by("customer_id", "-is_primary", "id")
    )
    return {contact.customer_id: contact for contact in found.distinct("customer_id")} if access.allowed(viewer, "contact", "view") else {}


def _row(viewer: Viewer, owed: Any, customer: Any, last: Any, person: Any, today: date) -> Row:
    late = late_words(owed, last.happened_on if last else None, today)
    call, call_name = _call(viewer, customer, person)
    kind = registry.kind(owed.kind)
    return Row(
        obligation_id=owed.pk,
        name=customer.name if customer else owed.title,
        href=customer.get_absolute_url() if customer else action_href(owed, None) if kind.link else reverse("workspace:obligation", args=[owed.pk]),
        seal=customer.figures.grade if customer else "",
        rank=customer.figures.grade_rank + 1 if customer and customer.figures.grade_rank < 99 else None,
        reason="，".join(part for part in (reason_words(owed), "" if late else due_words(owed, today)) if part),
        late=late,
        last_head=_last_head(last),
        last_said=last.text.replace("\n", " ")[:SAID_SHOWN] if last else _("还没有联系过") if customer else "",
        action=_(str(kind.action)),
        action_href=action_href(owed, customer),
        call=call,
        call_name=call_name,
        who=owed.assignee.name if owed.assignee_id and owed.assignee_id != viewer.person_id else "",
        escalated=owed.escalation_level > 0,
        second=_(str(kind.second)) if kind.second and owed.assignee_id == viewer.person_id else "",
        second_href=kind.second_link.format(subject_id=owed.subject_id),
    )


def action_href(owed: Any, customer: Any) -> str:
    """Where the row's button leads: the follow-up sheet where a contact closes it, the kind's own page, else the page that closes it."""
    if link := registry.kind(owed.kind).link:
        return link.format(subject_id=owed.subject_id)
    if customer is None or (not registry.kind(owed.kind).by_contact and owed.kind != "promise"):
        return reverse("workspace:obligation_done", args=[owed.pk])
    return f"{panels.done_at(owed)}{'&' if '?' in panels.done_at(owed) else '?'}then=event"


def _last_head(last: Any) -> str:
    if last is None:
        return ""
    way = rules.SHORT.get(last.channel, "")
    return " ".join(part for part in (formats.short_day(last.happened_on), way) if part) + (
        f" · {last.counterpart}" if last.counterpart else ""
    )


def _call(viewer: Viewer, customer: Any, person: Any) -> tuple[str, str]:
    """(number to dial, whose). Only what the viewer reads in clear is dialled."""
    if customer is None:
        return "", ""
    if person is not None:
        person.customer = customer
    record = person or customer
    if not record.phone or not customers.in_clear(viewer, customer):
        return "", ""
    return customer_rules.phone_key(str(customers.shown(viewer, record, "phone"))), record.name


def grouped(found: Sequence[Any], rows: Sequence[Row], today: date) -> dict[str, list[Row]]:
    """Rows under overdue, today and tomorrow, in the order of urgency; several things with one customer share a row.

    What was agreed or promised leads such a row, the routine contact stands below it.
    """
    together: dict[tuple[str, str, int], list[tuple[Any, Row]]] = {}
    for owed, row in zip(found, rows, strict=True):
        asked = min(owed.due_on, today) if registry.kind(owed.kind).ahead else owed.due_on
        bucket = "overdue" if asked < today else "today" if asked == today else "tomorrow"
        together.setdefault((bucket, owed.subject_kind, owed.subject_id), []).append((owed, row))
    groups: dict[str, list[Row]] = {"overdue": [], "today": [], "tomorrow": []}
    for (bucket, _kind, _id), pairs in together.items():
        first, *others = [row for _owed, row in sorted(pairs, key=lambda pair: pair[0].kind == "cadence")]
        way = next((row for row in (first, *others) if row.second), first)
        also = tuple("，".join(part for part in (row.reason, row.late) if part) for row in others)
        groups[bucket].append(replace(first, also=also, second=way.second, second_href=way.second_href))
    return groups
