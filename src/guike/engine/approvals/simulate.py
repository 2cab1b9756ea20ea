"""Who would have signed: an authority draft tried on the requests and documents of a quarter, without writing (POL-06)."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import connection
from django.utils.translation import gettext as _

from guike.engine.approvals import registry, routing
from guike.engine.approvals.registry import Past
from guike.engine.metrics.measure import Measuring
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models import Approval, Standing
from guike.engine.policies import facts, match
from guike.engine.policies.authority import step_words, steps_words
from guike.engine.policies.catalogue import OUTCOME
from guike.engine.policies.content import Content
from guike.engine.policies.parse import inputs
from guike.engine.rulebook import Rulebook
from guike.engine.selectors.simulating import Draft, checked_draft
from guike.organisation.selectors import Directory
from guike.platform import access, clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused

QUARTER = timedelta(days=91)
LISTED = 200


@dataclass(frozen=True)
class Line:
    """One request or document: which way it would go under the version in force and under the draft."""

    title: str
    on: date
    applicant: str
    url: str
    before: str
    after: str
    before_people: str
    after_people: str
    changed: bool


@dataclass(frozen=True)
class Load:
    """Signatures before and after, of a step or of a person."""

    label: str
    before: int
    after: int


@dataclass(frozen=True)
class TryOut:
    """What a draft would have asked of whom. Nothing was written; people are as they stand today."""

    title: str
    since: date
    until: date
    compared_with: str
    cases: int
    requests: int
    changed: int
    steps: tuple[Load, ...]
    people: tuple[Load, ...]
    lines: tuple[Line, ...]

    @property
    def before(self) -> int:
        return sum(one.before for one in self.people)

    @property
    def after(self) -> int:
        return sum(one.after for one in self.people)


def try_out(viewer: Viewer, draft: Draft, as_of: date | None = None, against: Draft | None = None) -> TryOut:
    """The last quarter up to a day: counts a person and a step, and everything whose way changes, newest first.

    Refuses unsound drafts, other kinds, and a day in the future. Lines that the viewer may not see are counted, not shown.
    """
    require(viewer, "policy", "simulate")
    content, before, compared, day = _texts(draft, as_of, against)
    since = day - QUARTER
    cases = list(_cases(content.document, since, day))
    walked = list(_walk(cases, before, content))
    steps, people = _loads(walked, 0), _loads(walked, 1)
    shown = [one.line for one in walked if one.line.changed and _may_see(viewer, one.case)]
    return TryOut(
        title=content.title,
        since=since,
        until=day,
        compared_with=compared,
        cases=len(cases),
        requests=sum(one.approval_id is not None for one in cases),
        changed=sum(one.line.changed for one in walked),
        steps=steps,
        people=people,
        lines=tuple(sorted(shown, key=lambda one: one.on, reverse=True)[:LISTED]),
    )


def every_line(viewer: Viewer, draft: Draft, as_of: date | None = None) -> Iterator[Line]:
    """All lines in sight, changed or not, for an export. Needs the right to export."""
    require(viewer, "policy", "export")
    content, before, _compared, day = _texts(draft, as_of, None)
    cases = list(_cases(content.document, day - QUARTER, day))
    return (one.line for one in _walk(cases, before, content) if _may_see(viewer, one.case))


def _texts(draft: Draft, as_of: date | None, against: Draft | None) -> tuple[Content, Content | None, str, date]:
    """The draft, what it is compared with, in words, and the day."""
    day = as_of or clock.today()
    if day > clock.today():
        raise Refused(_("试算日 %(day)s 在今天之后，还没有数据") % {"day": day}, field="as_of")
    content = checked_draft(access.SYSTEM, draft)
    if content.kind != "authority":
        raise Refused(_("《%(title)s》不是核决权限") % {"title": content.title}, field="yaml")
    if against is not None:
        return content, checked_draft(access.SYSTEM, against), _("另一份草案"), day
    held = Rulebook(day).resolve(content.code)
    words = _("现行第 %(n)s 版") % {"n": held.number} if held else _("现在不用批")
    return content, held.content if held else None, words, day


def _cases(document: str, since: date, until: date) -> Iterator[Past]:
    """Requests of the days, and documents of the same kind that went without one."""
    found = Approval.objects.filter(kind=document, requested_on__range=(since, until)).order_by("pk")
    for one in found:
        owner = one.facts.get("owner")
        yield Past(one.subject_kind, one.subject_id, one.title, one.requested_on, one.requested_by_id, one.facts, owner, one.pk)
    past = registry.kind(document).past
    if past is not None:
        yield from past(since, until)


def _may_see(viewer: Viewer, case: Past) -> bool:
    if case.approval_id is not None:
        return access.rows(viewer, "approval").filter(pk=case.approval_id).exists()
    return case.subject_kind in access.declarations() and access.rows(viewer, case.subject_kind).filter(pk=case.subject_id).exists()


# --- both ways --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Walked:
    """A case with its steps and people before and after."""

    case: Past
    line: Line
    before: tuple[tuple[str, ...], tuple[str, ...]]
    after: tuple[tuple[str, ...], tuple[str, ...]]


def _walk(cases: Sequence[Past], before: Content | None, after: Content) -> Iterator[Walked]:
    directory = Directory()
    values = _values(cases, [one for one in (before, after) if one is not None])
    owners = _owners(cases)
    for place, case in enumerate(cases):
        owner = case.owner if case.owner is not None else owners.get((case.subject_kind, case.subject_id))
        old = _way(before, values[place], directory, case.applicant, owner)
        new = _way(after, values[place], directory, case.applicant, owner)
        url = f"/approvals/{case.approval_id}/" if case.approval_id else _url(case)
        line = Line(
            title=case.title,
            on=case.on,
            applicant=directory.names.get(case.applicant or 0, _("制度提出")),
            url=url,
            before=old[2],
            after=new[2],
            before_people="、".join(old[1]),
            after_people="、".join(new[1]),
            changed=(old[0], old[1]) != (new[0], new[1]),
        )
        yield Walked(case, line, (old[0], old[1]), (new[0], new[1]))


def _way(
    content: Content | None, values: Mapping[str, Any], directory: Directory, applicant: int | None, owner: int | None
) -> tuple[tuple[str, ...], tuple[str, ...], str]:
    """Words of the steps, names of who would be asked, the route in one line."""
    if content is None:
        return (), (), _("不用批")
    place = match.matching(content, values)[0]
    steps = content.routes[place]
    people: list[str] = []
    for step in steps:
        asked = routing.signers(step, directory, applicant, owner)
        people += [directory.names.get(one, "") for one in asked] or [_("没有人能批")]
    return tuple(step_words(step) for step in steps), tuple(people), steps_words(steps)


def _loads(walked: Sequence[Walked], which: int) -> tuple[Load, ...]:
    before: Counter[str] = Counter(name for one in walked for name in one.before[which])
    after: Counter[str] = Counter(name for one in walked for name in one.after[which])
    loads = [Load(name, before[name], after[name]) for name in {*before, *after}]
    return tuple(sorted(loads, key=lambda one: (-abs(one.after - one.before), -one.after, one.label)))


def _url(case: Past) -> str:
    subject = REGISTRY.subjects.get(case.subject_kind)
    return subject.url.format(id=case.subject_id) if subject and subject.url else ""


def _owners(cases: Iterable[Past]) -> dict[tuple[str, int], int]:
    """Subject → who owns it today; one query a kind."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for case in cases:
        wanted[case.subject_kind].add(case.subject_id)
    found: dict[tuple[str, int], int] = {}
    for kind, ids in wanted.items():
        subject = REGISTRY.subjects.get(kind)
        if subject and subject.owner:
            rows = access.rows(access.SYSTEM, kind).filter(pk__in=ids).values_list("pk", subject.owner)
            found |= {(kind, pk): owner for pk, owner in rows if owner is not None}
    return found


def _values(cases: Sequence[Past], contents: Sequence[Content]) -> list[dict[str, Any]]:
    """What each case brought along, with the metrics that a text asks about and the case did not keep, as of its own day."""
    asked = {code for content in contents for code in inputs(content) if not code.startswith(facts.PREFIX)}
    codes = tuple(sorted(code for code in asked if not code.startswith(OUTCOME) and code in REGISTRY.metrics))
    values = [{code: routing.kept(value) for code, value in case.facts.items()} for case in cases]
    lacking: dict[tuple[str, date], list[int]] = defaultdict(list)
    for place, case in enumerate(cases):
        if any(code not in values[place] for code in codes):
            lacking[case.subject_kind, case.on].append(place)
    for (kind, day), places in lacking.items():
        _measure(values, cases, codes, kind, day, places)
    for code in asked:
        if code.startswith(OUTCOME):
            _stand(values, cases, code)
    return values


def _measure(
    values: list[dict[str, Any]], cases: Sequence[Past], codes: tuple[str, ...], kind: str, day: date, places: Sequence[int]
) -> None:
    ids = sorted({cases[place].subject_id for place in places})
    with connection.cursor() as cursor:
        cursor.execute(Measuring(codes, kind, day, ids).sql())
        rows = {row[0]: row[1:] for row in cursor.fetchall()}
    for place in places:
        found = rows.get(cases[place].subject_id, (None,) * len(codes))
        for code, value in zip(codes, found, strict=True):
            values[place].setdefault(code, routing.kept(value))


def _stand(values: list[dict[str, Any]], cases: Sequence[Past], code: str) -> None:
    """Outcomes that a case did not keep: those of today."""
    held = Standing.objects.filter(policy__code=code.removeprefix(OUTCOME), subject_id__in={case.subject_id for case in cases})
    known = {(kind, pk): outcome for kind, pk, outcome in held.values_list("subject_kind", "subject_id", "outcome")}
    for place, case in enumerate(cases):
        values[place].setdefault(code, known.get((case.subject_kind, case.subject_id)) or None)
