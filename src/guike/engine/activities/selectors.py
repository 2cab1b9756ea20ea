"""Reading the timeline of one subject: newest first, by keyset, filtered by group, kind and text."""

import base64
import binascii
import json
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from guike.engine.activities import registry
from guike.engine.models.activity import Activity
from guike.engine.models.obligation import Obligation
from guike.platform import access
from guike.platform.access import Viewer

PAGE = 20
#: Counts stop here: a page costs the same for a customer with ten years of history.
COUNTED = 1000


@dataclass(frozen=True)
class Line:
    """One line as shown."""

    activity: Activity
    kind: registry.Kind
    label: str
    icon: str
    url: str
    obligations: tuple = ()


@dataclass(frozen=True)
class Page:
    """Lines and the cursor of the next page; empty when this is the last."""

    lines: list[Line]
    next_cursor: str


def _encode(activity: Activity) -> str:
    return base64.urlsafe_b64encode(json.dumps([activity.happened_at.isoformat(), activity.pk]).encode()).decode()


def _decode(cursor: str) -> tuple[datetime, int] | None:
    try:
        moment, pk = json.loads(base64.urlsafe_b64decode(cursor.encode()))
        return datetime.fromisoformat(moment), int(pk)
    except (ValueError, TypeError, binascii.Error):
        return None


def _kinds_for(viewer: Viewer) -> list[str]:
    """Kinds that this viewer may see at all: those whose object he may view."""
    return [code for code, kind in registry.kinds().items() if not kind.access_object or access.allowed(viewer, kind.access_object, "view")]


def of_subject(viewer: Viewer, subject_kind: str, subject_id: int) -> QuerySet[Activity]:
    """The timeline of a subject in sight of the viewer, newest first; 404 where the subject is out of sight."""
    access.row(viewer, subject_kind, subject_id)
    return _lines(viewer, subject_kind, subject_id)


def _lines(viewer: Viewer, subject_kind: str, subject_id: int) -> QuerySet[Activity]:
    return Activity.objects.filter(subject_kind=subject_kind, subject_id=subject_id, current=True, kind__in=_kinds_for(viewer)).order_by(
        "-happened_at", "-id"
    )


def page(
    viewer: Viewer,
    subject_kind: str,
    subject_id: int,
    *,
    group: str = "",
    words: str = "",
    cursor: str = "",
    size: int = PAGE,
    authorised: bool = False,
) -> Page:
    """One page of a timeline. `authorised` when the caller has taken the subject through `access.row` already.

    An unreadable cursor gives the first page. Two queries (lines, obligations that arose from them), three with the check.
    """
    rows = _lines(viewer, subject_kind, subject_id) if authorised else of_subject(viewer, subject_kind, subject_id)
    if group:
        rows = rows.filter(kind__in=[code for code, kind in registry.kinds().items() if kind.group == group])
    if words.strip():
        rows = rows.filter(Q(title__icontains=words.strip()) | Q(text__icontains=words.strip()) | Q(counterpart__icontains=words.strip()))
    if position := _decode(cursor) if cursor else None:
        rows = rows.filter(Q(happened_at__lt=position[0]) | Q(happened_at=position[0], pk__lt=position[1]), happened_at__lte=position[0])
    found = list(rows.select_related("person").prefetch_related("obligations_opened")[: size + 1])
    return Page([_shown(activity) for activity in found[:size]], _encode(found[size - 1]) if len(found) > size else "")


def _shown(activity: Activity) -> Line:
    kind = registry.kind(activity.kind)
    promises = tuple(o for o in activity.obligations_opened.all() if o.kind == "promise")
    return Line(
        activity, kind, kind.label_for(activity.channel), kind.icon_for(activity.channel), kind.url_for(activity.source_id), promises
    )


def counts(viewer: Viewer, subject_kind: str, subject_id: int) -> dict[str, int]:
    """How many lines each group holds (and `all`), counted up to 1,000. The caller has authorised the subject. One query."""
    newest = _lines(viewer, subject_kind, subject_id).values("pk")[:COUNTED]
    found = Activity.objects.filter(pk__in=newest).values("kind").annotate(count=Count("pk"))
    per_group: dict[str, int] = {"all": 0}
    for row in found:
        group = registry.kind(row["kind"]).group
        per_group[group] = per_group.get(group, 0) + row["count"]
        per_group["all"] += row["count"]
    return per_group


def last_contacts(viewer: Viewer, subject_kind: str, subject_ids: list[int]) -> dict[int, Activity]:
    """The newest contact of each subject, for pages that show many. The ids come from rows in the viewer's sight. One query."""
    rows = (
        Activity.objects.filter(subject_kind=subject_kind, subject_id__in=subject_ids, current=True)
        .exclude(channel="")
        .filter(kind__in=_kinds_for(viewer))
        .order_by("subject_id", "-happened_on", "-happened_at", "-id")
        .distinct("subject_id")
    )
    return {activity.subject_id: activity for activity in rows}


def arisen_from(viewer: Viewer, source_kind: str, source_id: int) -> list:
    """The obligations that arose from a record or were closed by it. The caller has authorised the record. Two queries."""
    line = Activity.objects.filter(source_kind=source_kind, source_id=source_id).values_list("pk", flat=True).first()
    if line is None:
        return []
    return list(Obligation.objects.filter(Q(arose_from=line) | Q(fulfilled_by=line)).select_related("assignee").order_by("due_on", "id"))


def first_day(subject_kind: str, subject: str, since: str, *, kind: str = "") -> Subquery:
    """The day of the first contact (or of the first line of `kind`) with a subject on or after a day, as part of an update or query.

    `subject` and `since` name the outer columns that hold the subject's id and the day; None where nothing happened yet.
    """
    lines = Activity.objects.filter(
        subject_kind=subject_kind, subject_id=OuterRef(subject), current=True, happened_on__gte=OuterRef(since)
    )
    lines = lines.filter(kind=kind) if kind else lines.exclude(channel="")
    return Subquery(lines.order_by("happened_on").values("happened_on")[:1])
