"""Is a clause kept? Duties done on time, outcomes set by hand, blocks released in the last 90 days, down to the rows (POL-09).

Reckoned within the viewer's reach, so that a figure never tells more than its rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, F, Q, QuerySet

from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.decision import Decision, Override
from guike.engine.models.obligation import Obligation
from guike.engine.models.regulation import Clause
from guike.engine.regulations import carriers
from guike.engine.regulations.rules import on_time_share
from guike.engine.selectors.reading import subject_names
from guike.platform import access, audit, clock
from guike.platform.access import Viewer
from guike.platform.models import AccessLog

WINDOW_DAYS = 90
PAGE = 50


def note_release(actor: Viewer, policy: str, subject_kind: str, subject_ids: Sequence[int], reason: str) -> None:
    """A block of a policy was lifted for some subjects, knowingly: written into the log of looks, counted with the clause."""
    for pk in subject_ids:
        audit.note(actor, "release", subject_kind, pk, detail={"policy": policy, "reason": reason[:200]})


def _releases(viewer: Viewer) -> QuerySet[AccessLog]:
    """Releases of the window for subjects in sight."""
    seen = Q(pk__in=[])
    for kind in REGISTRY.subjects:
        if kind in access.declarations():
            seen |= Q(object=kind, subject_id__in=access.rows(viewer, kind).values("pk"))
    return AccessLog.objects.filter(seen, action="release", at__date__gt=since())


@dataclass(frozen=True)
class Figure:
    """Of one clause in the window: duties that fell due, those done by their day, done late, still open and late;
    outcomes set by hand; outcomes that changed; releases."""

    due: int = 0
    on_time: int = 0
    done_late: int = 0
    open_late: int = 0
    overridden: int = 0
    decided: int = 0
    released: int = 0

    @property
    def share(self) -> int | None:
        return on_time_share(self.on_time, self.due)

    @property
    def tone(self) -> str:
        """Only what is bad has a colour: under 80% on time."""
        return "danger" if self.share is not None and self.share < 80 else ""

    @property
    def empty(self) -> bool:
        return not (self.due or self.overridden or self.decided or self.released)


def since(day: date | None = None) -> date:
    return (day or clock.today()) - timedelta(days=WINDOW_DAYS)


def _due(viewer: Viewer) -> QuerySet[Obligation]:
    """Duties of the window whose day has come: done, or open past their day."""
    today = clock.today()
    judged = Q(state="fulfilled") | Q(state__in=["open", "snoozed"], due_on__lt=today)
    return access.rows(viewer, "obligation").filter(judged, due_on__gt=since(today), due_on__lte=today)


def in_sight(viewer: Viewer) -> Q:
    """Rows about subjects that the viewer may see."""
    seen = Q(pk__in=[])
    for kind in REGISTRY.subjects:
        if kind in access.declarations():
            seen |= Q(subject_kind=kind, subject_id__in=access.rows(viewer, kind).values("pk"))
    return seen


def _overrides(viewer: Viewer) -> QuerySet[Override]:
    """Overrides of subjects in sight that began in the window."""
    return Override.objects.filter(in_sight(viewer), from_on__gt=since())


def _of_clause(clause: Clause, policy: str = "policy__code") -> Q:
    """The rows that come from the policies of a clause; a carrier with a part means that outcome only."""
    found = Q(pk__in=[])
    for text in clause.carried_by:
        carrier = carriers.read(text)
        if carrier is not None and carrier.kind == "policy":
            found |= Q(**{policy: carrier.code, **({"outcome": carrier.part} if carrier.part else {})})
    return found


Counted = Mapping[tuple[str, str], tuple[int, int, int, int]]


def figures(viewer: Viewer, clauses: Sequence[Clause]) -> dict[str, Figure]:
    """Clause key → its figure. Four queries for a whole document: duties, one for overrides, changes and releases each."""
    parts = {clause.key: _parts(clause) for clause in clauses}
    codes = sorted({code for its in parts.values() for code, _part in its})
    duties = _duties(viewer, codes) if access.allowed(viewer, "obligation", "view") else {}
    overridden = {
        (code, outcome): n
        for code, outcome, n in _overrides(viewer)
        .filter(policy__code__in=codes)
        .values_list("policy__code", "outcome")
        .annotate(n=Count("pk"))
        .order_by()
    }
    decided = _changes(viewer, codes)
    released = {
        (code, ""): n
        for code, n in _releases(viewer).filter(detail__policy__in=codes).values_list("detail__policy").annotate(n=Count("pk")).order_by()
    }
    return {key: _figure(its, duties, (overridden, decided, released)) for key, its in parts.items() if its}


def _parts(clause: Clause) -> list[tuple[str, str]]:
    read = [carriers.read(text) for text in clause.carried_by]
    return [(one.code, one.part) for one in read if one is not None and one.kind == "policy"]


def _duties(viewer: Viewer, codes: Sequence[str]) -> Counted:
    on_time, late = Q(state="fulfilled", fulfilled_on__lte=F("due_on")), Q(state="fulfilled", fulfilled_on__gt=F("due_on"))
    groups = _due(viewer).filter(policy__code__in=codes).values_list("policy__code", "outcome").order_by()
    counted = groups.annotate(
        due=Count("pk"), on_time=Count("pk", filter=on_time), late=Count("pk", filter=late), still=Count("pk", filter=~Q(state="fulfilled"))
    )
    return {(code, outcome): (due, kept, done, still) for code, outcome, due, kept, done, still in counted}


def _changes(viewer: Viewer, codes: Sequence[str]) -> Mapping[tuple[str, str], int]:
    """How often outcomes of subjects in sight changed to what, by policy and outcome."""
    found = (
        Decision.objects.filter(in_sight(viewer), policy__code__in=codes, as_of__gt=since())
        .exclude(outcome=F("previous"))
        .exclude(previous="")
    )
    counted = found.values_list("policy__code", "outcome").annotate(n=Count("pk")).order_by()
    return {(code, outcome): n for code, outcome, n in counted}


Groups = Mapping[tuple[str, str], int]


def _figure(parts: Sequence[tuple[str, str]], duties: Counted, events: tuple[Groups, Groups, Groups]) -> Figure:
    def meant(code: str, outcome: str) -> bool:
        return (code, "") in parts or (code, outcome) in parts or (not outcome and any(code == one for one, _part in parts))

    sums = [sum(column) for column in zip(*(row for group, row in duties.items() if meant(*group)), strict=True)] or [0, 0, 0, 0]
    overridden, decided, released = (sum(n for group, n in groups.items() if meant(*group)) for groups in events)
    due, on_time, done_late, open_late = sums
    return Figure(due, on_time, done_late, open_late, overridden=overridden, decided=decided, released=released)


# --- rows -----------------------------------------------------------------------------------------------------------------

STATES = {
    "on_time": Q(state="fulfilled", fulfilled_on__lte=F("due_on")),
    "done_late": Q(state="fulfilled", fulfilled_on__gt=F("due_on")),
    "open_late": Q(state__in=["open", "snoozed"]),
}


@dataclass(frozen=True)
class Line:
    """One row behind a figure: of whom, what, until when, done when (None: open), by whom."""

    name: str
    url: str
    title: str
    day: date
    done: date | None
    person: str


def rows_behind(viewer: Viewer, clause: Clause, what: str, after: int | None = None) -> tuple[list[Line], int | None]:
    """A page of the rows behind one figure, newest first, and the id to go on from (None at the end)."""
    if what == "released":
        codes = [code for code, _part in _parts(clause)]
        found: QuerySet = _releases(viewer).filter(detail__policy__in=codes)
    elif what == "overridden":
        found = _overrides(viewer).filter(_of_clause(clause)).select_related("signer")
    else:
        found = _due(viewer).filter(_of_clause(clause), STATES.get(what, STATES["open_late"])).select_related("assignee")
    if after:
        found = found.filter(pk__lt=after)
    page = list(found.order_by("-pk")[: PAGE + 1])
    kept = page[:PAGE]
    kinds = {_kind_of(one) for one in kept}
    names = {kind: subject_names(viewer, kind, [one.subject_id for one in kept if _kind_of(one) == kind]) for kind in kinds}
    return [_line(one, names[_kind_of(one)]) for one in kept], kept[-1].pk if len(page) > PAGE else None


def _kind_of(one: Obligation | Override | AccessLog) -> str:
    return one.object if isinstance(one, AccessLog) else one.subject_kind


def _line(one: Obligation | Override | AccessLog, names: Mapping[int, tuple[str, str]]) -> Line:
    url = REGISTRY.subject(_kind_of(one)).url
    name = names.get(one.subject_id or 0, ("", ""))[1]
    href = url.format(id=one.subject_id) if url and name else ""
    if isinstance(one, AccessLog):
        return Line(name, href, str(one.detail.get("reason", "")), clock.local(one.at).date(), None, one.who)
    if isinstance(one, Override):
        return Line(name, href, f"{one.computed} → {one.outcome}：{one.reason}", one.from_on, one.ends_on, one.signer.name)
    return Line(name, href, one.title, one.due_on, one.fulfilled_on, one.assignee.name if one.assignee else "")
