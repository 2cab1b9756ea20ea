# ruff: noqa: S608 — composed from compiled queries and typed literals only
"""A draft tried on real data without writing: who moves, why, and what it does to the work (POL-06)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guike.engine.models.decision import Run
from guike.engine.models.policy import Policy
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.compile import InForce, effective_sql
from guike.engine.policies.content import Content
from guike.engine.policies.parse import parse, parse_document
from guike.engine.policies.quota import Group, quota_groups
from guike.engine.policies.yaml_text import read
from guike.engine.rulebook import Rulebook, faces_known
from guike.engine.selectors.entitlement_trial import Effect, effect
from guike.engine.selectors.entitlements import Shift, shifts
from guike.engine.selectors.moving import Mover, Moving
from guike.engine.selectors.workload import PersonLoad, Workload, by_person, fetch, loads, standing_by_owner, weekly
from guike.platform import clock
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused

Draft = str | Mapping[str, Any]


@dataclass(frozen=True)
class Simulation:
    """What a draft would do. `matrix` is from → to → number; "" stands for no outcome. Nothing was written."""

    policy: str
    title: str
    kind: str
    as_of: date
    compared_with: str
    subjects: int
    matrix: dict[str, dict[str, int]]
    labels: dict[str, str]
    ranks: dict[str, int]
    movers_count: int
    up: int
    down: int
    movers: tuple[Mover, ...]
    workload: Workload
    over_caps: tuple[Group, ...] = field(default=())
    shifts: tuple[Shift, ...] = ()
    effect: Effect | None = None


def simulate(
    viewer: Viewer, content: Draft, policy: str | None = None, as_of: date | None = None, against: Draft | None = None, limit: int = 200
) -> Simulation:
    """Try a draft (YAML text or tree) against the present standing, the version in force, or another draft.

    Refuses unsound drafts with the problems and their lines. `limit` movers are listed; `movers` streams all.
    """
    trial = _trial(viewer, content, policy, as_of, against)
    with transaction.atomic():
        if trial.draft.kind == "cadence":
            return _cadence_simulation(trial)
        if trial.draft.kind == "quota":
            return _quota_simulation(trial)
        if trial.draft.kind == "authority":
            return _authority_simulation(viewer, trial, content, against)
        if trial.draft.kind == "entitlement":
            return _entitlement_simulation(trial)
        return _deciding_simulation(viewer, trial, limit)


def movers(
    viewer: Viewer, content: Draft, policy: str | None = None, as_of: date | None = None, against: Draft | None = None
) -> Iterator[Mover]:
    """Every mover the viewer may see with reasons, most affected first; for an export. Needs the right to export."""
    require(viewer, "policy", "export")
    trial = _trial(viewer, content, policy, as_of, against)
    return trial.moving().every(viewer)


@dataclass(frozen=True)
class Trial:
    """A draft, the day, and what it is compared with: another content, or the standing where `before` is None."""

    book: Rulebook
    draft: Content
    policy_id: int
    before: Content | None
    from_standing: bool
    compared_with: str

    def after_sql(self) -> str:
        return effective_sql(self.book.compiling(self.draft), self._as_version(self.draft))

    def before_sql(self) -> str:
        """subject_id, outcome, score of the state compared with."""
        if self.from_standing:
            return f"SELECT subject_id, outcome, score FROM engine_standing WHERE policy_id = {self.policy_id}"
        if self.before is None:
            return "SELECT NULL::bigint AS subject_id, ''::text AS outcome, NULL::numeric AS score WHERE FALSE"
        decided = effective_sql(self.book.compiling(self.before), self._as_version(self.before))
        return f"SELECT subject_id, outcome, score FROM ({decided}) held"

    def _as_version(self, content: Content) -> InForce:
        return InForce(self.policy_id, 0, 0, content)

    def moving(self) -> Moving:
        return Moving(self.book, self.draft, self.before, self.after_sql(), self.before_sql())


def checked_draft(viewer: Viewer, draft: Draft) -> Content:
    """The parsed draft; refuses with every problem where it is unsound."""
    catalogue = Catalogue(policies=faces_known())
    parsed = parse_document(read(draft), catalogue) if isinstance(draft, str) else parse(draft, catalogue)
    if not parsed.sound:
        raise Refused("；".join(str(problem) for problem in parsed.problems if problem.fatal), field="yaml", code="unsound")
    return parsed.content


def _trial(viewer: Viewer, draft: Draft, policy: str | None, as_of: date | None, against: Draft | None) -> Trial:
    require(viewer, "policy", "simulate")
    day = as_of or clock.today()
    if day > clock.today():
        raise Refused(_("试算日 %(day)s 在今天之后，还没有数据") % {"day": day}, field="as_of")
    content = checked_draft(viewer, draft)
    if policy and policy != content.code:
        raise Refused(_("草案的代码是 %(code)s，不是 %(policy)s") % {"code": content.code, "policy": policy}, field="yaml")
    book = Rulebook(day)
    if content.from_table in book.versions:
        content = book.filled(content)  # the day's numbers, not those of a table that is still a draft
    found = Policy.objects.filter(code=content.code).first()
    policy_id = found.pk if found else 0
    held = book.resolve(content.code)
    if against is not None:
        return Trial(book, content, policy_id, checked_draft(viewer, against), False, _("另一份草案"))
    newest = Run.objects.filter(policy_id=policy_id, everyone=True, kept=True).aggregate(day=Max("as_of"))["day"]
    if newest is not None and newest <= day:
        return Trial(book, content, policy_id, held.content if held else None, True, _("现行结果（%(day)s 判定）") % {"day": newest})
    if held:
        return Trial(book, content, policy_id, held.content, False, _("现行第 %(n)s 版") % {"n": held.number})
    return Trial(book, content, policy_id, None, False, _("还没有结果"))


# --- scorecards, tables, alerts -------------------------------------------------------------------------------------------


def _deciding_simulation(viewer: Viewer, trial: Trial, limit: int) -> Simulation:
    counted = _by_owner(trial)
    matrix: dict[str, dict[str, int]] = defaultdict(dict)
    for before, after, _owner, number in counted:
        matrix[before][after] = matrix[before].get(after, 0) + number
    draft, old = trial.draft, trial.before or trial.draft
    moved = [(before, after, number) for before, row in matrix.items() for after, number in row.items() if before != after]
    shown = sorted(matrix, key=old.rank)
    labels = {**{code: old.label(code) for code in matrix}, **{after: draft.label(after) for row in matrix.values() for after in row}}
    return Simulation(
        policy=draft.code,
        title=draft.title,
        kind=draft.kind,
        as_of=trial.book.as_of,
        compared_with=trial.compared_with,
        subjects=sum(row[3] for row in counted),
        matrix={before: dict(sorted(matrix[before].items(), key=lambda pair: draft.rank(pair[0]))) for before in shown},
        labels=labels,
        ranks={code: draft.rank(code) for code in {*matrix, *(after for row in matrix.values() for after in row)}},
        movers_count=sum(number for _before, _after, number in moved),
        up=sum(number for before, after, number in moved if draft.rank(after) < old.rank(before)),
        down=sum(number for before, after, number in moved if draft.rank(after) > old.rank(before)),
        movers=tuple(trial.moving().first(viewer, limit)) if moved else (),
        workload=_workload(trial, counted),
        shifts=shifts(trial.book, draft.code, matrix, labels),
    )


def _by_owner(trial: Trial) -> list[tuple[str, str, int | None, int]]:
    """before, after, owner, number of subjects."""
    subject = trial.book.registry.subject(trial.draft.subject)
    owner = f"w.{subject.owner}" if subject.owner else "NULL::bigint"
    return fetch(
        f"SELECT COALESCE(b.outcome, ''), a.outcome, {owner}, count(*) FROM ({trial.after_sql()}) a"
        f" JOIN {subject.table} w ON w.{subject.pk} = a.subject_id LEFT JOIN ({trial.before_sql()}) b ON b.subject_id = a.subject_id GROUP BY 1, 2, 3"
    )


# --- workload -------------------------------------------------------------------------------------------------------------

def _workload(trial: Trial, counted: list[tuple[str, str, int | None, int]]) -> Workload:
    """Per person: Σ over the subjects owned of the contacts a week that their outcome asks for."""
    following = [content for content in map(trial.book.content, trial.book.versions) if content.follows == trial.draft.code]
    rates: dict[str, Decimal] = defaultdict(Decimal)
    for content in following:
        for outcome, rate in weekly(content.paces).items():
            rates[outcome] += rate
    caps = [content.person_cap for content in following if content.person_cap]
    before: dict[int, Decimal] = defaultdict(Decimal)
    after: dict[int, Decimal] = defaultdict(Decimal)
    for old, new, owner, number in counted:
        if owner is not None:
            before[owner] += rates.get(old, Decimal(0)) * number
            after[owner] += rates.get(new, Decimal(0)) * number
    return loads(before, after, min(caps, default=None))


def _cadence_simulation(trial: Trial) -> Simulation:
    """Outcomes stay; the pace they ask for changes."""
    counted = standing_by_owner(trial.book, trial.draft.follows, trial.draft.subject)
    rates = weekly(trial.draft.paces), weekly(trial.before.paces if trial.before else ())
    after, before = (by_person(counted, one) for one in rates)
    total: dict[str, int] = defaultdict(int)
    for outcome, _owner, number in counted:
        total[outcome] += number
    face = trial.book.catalogue.policies.get(trial.draft.follows)
    return _empty(
        trial,
        subjects=sum(total.values()),
        matrix={outcome: {outcome: number} for outcome, number in total.items()},
        labels=dict(face.outcomes) if face else {},
        workload=loads(before, after, trial.draft.person_cap),
    )


def _quota_simulation(trial: Trial) -> Simulation:
    groups = quota_groups(trial.book, trial.draft)
    return _empty(trial, subjects=sum(group.count for group in groups), over_caps=tuple(group for group in groups if group.room < 0))


def _entitlement_simulation(trial: Trial) -> Simulation:
    """Outcomes stay; what they bring changes: contacts, pool, caps, approvers."""
    found = effect(trial.book, trial.draft, trial.before)
    return _empty(trial, subjects=found.subjects, workload=found.workload, over_caps=found.over_caps, shifts=found.shifts, effect=found)


def _authority_simulation(viewer: Viewer, trial: Trial, draft: Draft, against: Draft | None) -> Simulation:
    """Nobody's outcome moves; `subjects` are the requests of the quarter, `movers_count` those that would go another way."""
    from guike.engine.approvals.simulate import try_out

    found = try_out(viewer, draft, trial.book.as_of, against)
    people = tuple(PersonLoad(0, one.label, Decimal(one.before), Decimal(one.after)) for one in found.people)
    return _empty(
        trial, subjects=found.cases, movers_count=found.changed, workload=Workload(Decimal(found.before), Decimal(found.after), people)
    )


def _empty(trial: Trial, **found: Any) -> Simulation:
    """A simulation in which nobody's outcome moves."""
    common: dict[str, Any] = {
        "policy": trial.draft.code,
        "title": trial.draft.title,
        "kind": trial.draft.kind,
        "as_of": trial.book.as_of,
        "compared_with": trial.compared_with,
        "subjects": 0,
        "matrix": {},
        "labels": {},
        "ranks": {},
        "movers_count": 0,
        "up": 0,
        "down": 0,
        "movers": (),
        "workload": Workload(Decimal(0), Decimal(0)),
    }
    return Simulation(**{**common, **found})
