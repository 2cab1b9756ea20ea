"""Staff confirm that they have read a version: an obligation each, so that it stands on Today, is late and goes up the chain (POL-09)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.models.obligation import Obligation
from guike.engine.models.regulation import RegulationVersion
from guike.engine.obligations import registry
from guike.engine.obligations.services import Due, fulfil, open_many
from guike.engine.regulations.selectors import READING, SUBJECT
from guike.organisation import selectors as organisation
from guike.organisation.calendar import add_workdays
from guike.platform import clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.verbs import verb

#: Working days to read a document.
DAYS = 5

registry.register_kind(
    registry.Kind(READING, gettext_lazy("阅读制度"), gettext_lazy("去读"), "book-2", link="/policies/documents/read/{subject_id}/")
)


@dataclass(frozen=True)
class Reader:
    """One person who was asked: when it is due, when confirmed (None: not yet)."""

    person_id: int
    name: str
    department: str
    due_on: date
    confirmed_on: date | None
    late: bool


def _asked(version_id: int) -> QuerySet[Obligation]:
    return Obligation.objects.filter(kind=READING, subject_kind=SUBJECT, subject_id=version_id).exclude(state="withdrawn")


def readers(viewer: Viewer, version_id: int) -> list[Reader]:
    """Who was asked to read a version, those still to read first. For those who publish."""
    require(viewer, "regulation", "publish")
    today = clock.today()
    found = _asked(version_id).select_related("assignee", "department").order_by("fulfilled_on", "due_on", "id")
    lines = [
        Reader(
            one.assignee_id or 0,
            one.assignee.name if one.assignee else "",
            one.department.name if one.department else "",
            one.due_on,
            one.fulfilled_on,
            one.fulfilled_on is None and one.due_on < today,
        )
        for one in found
    ]
    return sorted(lines, key=lambda one: (one.confirmed_on is not None, not one.late, one.name))


def waiting_for(viewer: Viewer, version_id: int) -> Obligation | None:
    """The viewer's own reading of a version that is still open."""
    if not viewer.person_id:
        return None
    return _asked(version_id).filter(assignee_id=viewer.person_id, state__in=["open", "snoozed"]).first()


def confirmed_on(viewer: Viewer, version_id: int) -> date | None:
    """When the viewer confirmed a version; None where they did not."""
    return _asked(version_id).filter(assignee_id=viewer.person_id, state="fulfilled").values_list("fulfilled_on", flat=True).first()


def people_asked(department_ids: Sequence[int]) -> dict[int, int | None]:
    """Who would be asked: person → department. No departments: everybody who works here."""
    return organisation.login_holders(department_ids)


@verb("regulations.ask_to_read")
def ask(version_id: int, *, department_ids: Sequence[int], due_on: date | None = None, actor: Viewer) -> int:
    """Ask everybody of some departments (and below), or of the company, to read a version; who was asked before is left out. Returns how many."""
    require(actor, "regulation", "publish")
    version = RegulationVersion.objects.select_for_update().filter(pk=version_id, status="published").first()
    if version is None:
        raise Refused(_("先发布，再通知阅读"))
    day = due_on or add_workdays(max(clock.today(), version.effective_from or clock.today()), DAYS)
    if day < clock.today():
        raise Refused(_("阅读期限 %(day)s 已过，改为今天或以后") % {"day": day}, field="due_on")
    known = set(_asked(version_id).values_list("assignee_id", flat=True))
    wanted = {person: department for person, department in people_asked(department_ids).items() if person not in known}
    return open_many(_dues(version, wanted, day), actor=actor)


def _dues(version: RegulationVersion, wanted: dict[int, int | None], day: date) -> Iterable[Due]:
    for person, department in wanted.items():
        yield Due(
            kind=READING,
            subject_kind=SUBJECT,
            subject_id=version.pk,
            title=_("阅读《%(title)s》第 %(n)s 版") % {"title": version.title, "n": version.number},
            due_on=day,
            assignee_id=person,
            department_id=department,
            reason=version.note or _("读完确认"),
        )


@verb("regulations.confirm_reading")
def confirm(version_id: int, *, actor: Viewer) -> date:
    """The viewer has read a version. Refuses who was not asked; confirming twice changes nothing."""
    owed = waiting_for(actor, version_id)
    if owed is None:
        day = confirmed_on(actor, version_id)
        if day is None:
            raise Refused(_("这份文件不用你确认"))
        return day
    fulfil(owed.pk, actor=actor)
    return clock.today()


@verb("regulations.remind")
def remind(version_id: int, *, actor: Viewer, reason: str = "") -> int:
    """Put the reading on top of the list of all who still have to: due today, no longer put off. Returns how many were reminded."""
    require(actor, "regulation", "publish")
    still = _asked(version_id).filter(state__in=["open", "snoozed"])
    today = clock.today()
    count = still.count()
    still.filter(due_on__gt=today).update(due_on=today)
    still.filter(state="snoozed").update(state="open", snoozed_until=None)
    return count


def progress(version_id: int) -> tuple[int, int]:
    """How many confirmed, of how many who were asked. Callers show it to those who publish."""
    found = list(_asked(version_id).values_list("state", flat=True))
    return sum(state == "fulfilled" for state in found), len(found)
