"""Reading what is due: one person's list, a team's, a subject's, the days ahead. Everything goes through the viewer's reach."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, DateField, DecimalField, F, Func, IntegerField, Max, Min, Q, QuerySet, Value, When
from django.db.models.functions import Cast, Coalesce, Greatest

from guike.engine.models.obligation import Obligation
from guike.engine.obligations import registry
from guike.platform import access, clock
from guike.platform.access import Viewer

LIVE = (Obligation.State.OPEN, Obligation.State.SNOOZED)


def days_past(day: date) -> Func:
    """Days from the due day to `day`; negative when it is still ahead."""
    return Func(Value(day, DateField()), F("due_on"), template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def with_urgency(rows: QuerySet, on: date) -> QuerySet:
    """Annotate `late` (days, negative ahead) and `urgency`, as `rules.urgency` defines it."""
    number = DecimalField(max_digits=14, decimal_places=6)
    return rows.annotate(late=days_past(on)).annotate(
        urgency=Case(
            When(late__gte=0, then=Cast(F("weight") * (F("late") + 1), number)),
            default=Cast(F("weight") / (1 - F("late")), number),
            output_field=number,
        )
    )


def _on_the_list(on: date) -> Q:
    return Q(state=Obligation.State.OPEN) | Q(state=Obligation.State.SNOOZED, snoozed_until__lte=on)


def _due_by(day: date) -> Q:
    return Q(due_on__lte=day) | Q(kind__in=registry.shown_ahead())


def live(viewer: Viewer) -> QuerySet[Obligation]:
    """Everything open or put off within reach."""
    return access.rows(viewer, "obligation").filter(state__in=LIVE)


def listed(viewer: Viewer, *, on: date, until: date, person_ids: list[int] | None = None) -> QuerySet[Obligation]:
    """What stands on the list of a day: due up to `until`, not put off beyond `on`, most urgent first."""
    rows = live(viewer).filter(_on_the_list(on), _due_by(until) if until >= on else Q(due_on__lte=until))
    if person_ids is not None:
        rows = rows.filter(assignee__in=person_ids)
    return with_urgency(rows, on).order_by("-urgency", "due_on", "id")


def mine_today(viewer: Viewer) -> int:
    """Open things due today or before, for the side bar. One query."""
    if not viewer.person_id:
        return 0
    today = clock.today()
    return Obligation.objects.filter(_on_the_list(today), _due_by(today), assignee_id=viewer.person_id).count()


@dataclass(frozen=True)
class Ahead:
    """What stands on a list now and in the days ahead; `snoozed` are those put off beyond the first day."""

    counts: dict[str, int]
    per_day: dict[date, int]
    snoozed: int


def ahead(viewer: Viewer, *, on: date, days: int, person_ids: list[int]) -> Ahead:
    """Counts of overdue, today and tomorrow, and how many come up on each of `days` days; what is late comes up on the first. One query.

    A thing put off comes up on the day it was put off to; a warning of what is ahead counts for today.
    """
    end = on + timedelta(days=days - 1)
    asked_on = Case(When(kind__in=registry.shown_ahead(), due_on__gt=on, then=Value(on)), default=F("due_on"), output_field=DateField())
    shown_on = Case(
        When(state=Obligation.State.SNOOZED, then=Greatest("snoozed_until", "asked_on")), default=F("asked_on"), output_field=DateField()
    )
    rows = live(viewer).filter(assignee__in=person_ids).annotate(asked_on=asked_on).annotate(shown_on=shown_on).filter(asked_on__lte=end)
    groups = rows.values_list("asked_on", "shown_on").annotate(count=Count("pk")).order_by()
    counts = {"overdue": 0, "today": 0, "tomorrow": 0}
    per_day = {on + timedelta(days=n): 0 for n in range(days)}
    put_off = 0
    for due, shown, count in groups:
        if shown > on and due <= on:
            put_off += count
        elif bucket := "overdue" if due < on else {on: "today", on + timedelta(days=1): "tomorrow"}.get(due):
            counts[bucket] += count
        if max(shown, on) in per_day:
            per_day[max(shown, on)] += count
    return Ahead(counts, per_day, put_off)


def between(viewer: Viewer, *, start: date, end: date, person_ids: list[int]) -> QuerySet[Obligation]:
    """Open things of some persons that fall due from `start` to `end`, for a calendar."""
    return live(viewer).filter(assignee__in=person_ids, due_on__range=(start, end)).order_by("due_on", "-weight", "id")


def of_subject(viewer: Viewer, subject_kind: str, subject_id: int, *, authorised: bool = False) -> QuerySet[Obligation]:
    """What is open with one subject, whoever owes it: who may see the subject may see what is due with it."""
    if not authorised:
        access.row(viewer, subject_kind, subject_id)
    return (
        Obligation.objects.filter(subject_kind=subject_kind, subject_id=subject_id, state__in=LIVE)
        .select_related("assignee", "arose_from", "policy")
        .order_by("due_on", "id")
    )


def past_of_subject(viewer: Viewer, subject_kind: str, subject_id: int) -> QuerySet[Obligation]:
    """What was closed with one subject, newest first."""
    access.row(viewer, subject_kind, subject_id)
    return (
        Obligation.objects.filter(subject_kind=subject_kind, subject_id=subject_id)
        .exclude(state__in=LIVE)
        .select_related("assignee", "fulfilled_by")
        .order_by("-id")
    )


def escalated_to(viewer: Viewer, *, on: date) -> QuerySet[Obligation]:
    """What has been escalated to the viewer, most urgent first. Being the one it went to is the right to see it."""
    if not viewer.person_id:
        return Obligation.objects.none()
    rows = Obligation.objects.filter(state__in=LIVE, escalated_to=viewer.person_id).select_related("assignee")
    return with_urgency(rows, on).order_by("-urgency", "id")


@dataclass(frozen=True)
class PersonLoad:
    """One person's list in figures: overdue, due today, in the next 7 days, the oldest due day, escalated, the most days late."""

    person_id: int
    name: str
    department: str
    overdue: int
    today: int
    week: int
    open: int
    escalated: int
    oldest: date | None


def by_person(viewer: Viewer, *, on: date) -> list[PersonLoad]:
    """Each person within reach who owes something, those with most overdue first. One query."""
    rows = live(viewer).filter(assignee__isnull=False)
    found = rows.values("assignee_id", "assignee__name").annotate(
        department_name=Coalesce(Max("department__name"), Value("")),
        overdue=Count("pk", Q(due_on__lt=on)),
        today=Count("pk", Q(due_on=on)),
        week=Count("pk", Q(due_on__gte=on, due_on__lt=on + timedelta(days=7))),
        everything=Count("pk"),
        escalated=Count("pk", Q(escalation_level__gt=0)),
        oldest=Min("due_on", filter=Q(due_on__lt=on)),
    )
    loads = [
        PersonLoad(
            r["assignee_id"],
            r["assignee__name"],
            r["department_name"],
            r["overdue"],
            r["today"],
            r["week"],
            r["everything"],
            r["escalated"],
            r["oldest"],
        )
        for r in found
    ]
    return sorted(loads, key=lambda load: (-load.overdue, -load.today, load.name))


@dataclass(frozen=True)
class Kept:
    """How many of a period's obligations were due, done, and done on time; `late` are past due and still open."""

    due: int
    done: int
    on_time: int
    late: int

    @property
    def done_share(self) -> int | None:
        """Done of due, in percent; None where nothing was due."""
        return round(100 * self.done / self.due) if self.due else None

    @property
    def on_time_share(self) -> int | None:
        return round(100 * self.on_time / self.done) if self.done else None


def kept(viewer: Viewer, *, start: date, end: date, on: date, person_ids: list[int] | None = None, kinds: list[str] | None = None) -> Kept:
    """How the obligations that fall due from `start` to `end` were kept as of `on`. Withdrawn ones do not count. One query."""
    rows = access.rows(viewer, "obligation").exclude(state=Obligation.State.WITHDRAWN).filter(due_on__range=(start, end))
    if person_ids is not None:
        rows = rows.filter(assignee__in=person_ids)
    if kinds is not None:
        rows = rows.filter(kind__in=kinds)
    done = Q(state=Obligation.State.FULFILLED)
    return Kept(
        **rows.aggregate(
            due=Count("pk"),
            done=Count("pk", done),
            on_time=Count("pk", done & Q(fulfilled_on__lte=F("due_on"))),
            late=Count("pk", Q(state__in=LIVE, due_on__lt=on)),
        )
    )
