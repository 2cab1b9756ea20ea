# ruff: noqa: S608 — composed from compiled queries only
"""What another table of entitlements would do, tried on real data without writing (POL-06, POL-10)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from guike.engine.policies.compile import InForce, effective_sql
from guike.engine.policies.content import Content
from guike.engine.policies.entitlement import Change, changes, filled
from guike.engine.policies.holding import RELEASED
from guike.engine.policies.quota import Group, quota_groups
from guike.engine.rulebook import Rulebook, content_of
from guike.engine.selectors.entitlements import Shift
from guike.engine.selectors.workload import Workload, by_person, fetch, loads, standing_by_owner, weekly

Counted = Sequence[tuple[str, int | None, int]]


@dataclass(frozen=True)
class Effect:
    """Numbers of subjects: contacted more or less often, newly due for the pool or spared from it, whose exceptions others approve."""

    subjects: int
    shorter: int
    longer: int
    released: int
    spared: int
    approver: int
    shifts: tuple[Shift, ...]
    workload: Workload
    over_caps: tuple[Group, ...]


def effect(book: Rulebook, draft: Content, before: Content | None) -> Effect:
    """The draft against another content of the same table, or against none. Subjects keep their outcomes."""
    counted = standing_by_owner(book, draft.follows, draft.subject)
    totals: dict[str, int] = defaultdict(int)
    for outcome, _owner, number in counted:
        totals[outcome] += number
    changed = {outcome: _changes(draft, before, outcome) for outcome in totals}
    pairs = list(_takers(book, draft, before))
    shorter, longer = _paced(pairs, totals)
    released, spared = _pooled(book, pairs)
    over = [group for old, new in pairs if new.kind == "quota" for group in quota_groups(book, new) if group.room < 0]
    labels = book.content(draft.follows).label if draft.follows in book.versions else str
    return Effect(
        subjects=sum(totals.values()),
        shorter=shorter,
        longer=longer,
        released=released,
        spared=spared,
        approver=sum(totals[outcome] for outcome, found in changed.items() if any(one.item == "approver" for one in found)),
        shifts=tuple(Shift(totals[outcome], labels(outcome), labels(outcome), found) for outcome, found in sorted(changed.items()) if found),
        workload=_workload(pairs, counted),
        over_caps=tuple(over),
    )


def _changes(draft: Content, before: Content | None, outcome: str) -> tuple[Change, ...]:
    return changes(before.grants if before else (), outcome, outcome, draft.grants)


def _takers(book: Rulebook, draft: Content, before: Content | None) -> Iterator[tuple[Content, Content]]:
    """Every policy in force that takes its numbers from this table: with the old ones, with the draft's."""
    for version in book.versions.values():
        content = content_of(version, book.registry)
        if content.from_table == draft.code:
            yield filled(content, before), filled(content, draft)


def _paced(pairs: Sequence[tuple[Content, Content]], totals: Mapping[str, int]) -> tuple[int, int]:
    """How many subjects are contacted more often, how many less often, by any cadence."""
    shorter: set[str] = set()
    longer: set[str] = set()
    for old, new in pairs:
        earlier, later = ({pace.outcome: pace.days for pace in content.paces} for content in (old, new))
        for outcome in {*earlier, *later}:
            was, becomes = earlier.get(outcome, 10**6), later.get(outcome, 10**6)
            if becomes != was:
                (shorter if becomes < was else longer).add(outcome)
    return sum(totals.get(one, 0) for one in shorter), sum(totals.get(one, 0) for one in longer)


def _pooled(book: Rulebook, pairs: Sequence[tuple[Content, Content]]) -> tuple[int, int]:
    """How many would go to the pool that stay now, and the other way round."""
    released = spared = 0
    for old, new in pairs:
        if new.kind == "holding" and old.terms != new.terms:
            ((more, fewer),) = fetch(
                f"SELECT count(*) FILTER (WHERE a.outcome = '{RELEASED}' AND b.outcome <> '{RELEASED}'),"
                f" count(*) FILTER (WHERE a.outcome <> '{RELEASED}' AND b.outcome = '{RELEASED}')"
                f" FROM ({_decided(book, new)}) a JOIN ({_decided(book, old)}) b USING (subject_id)"
            )
            released, spared = released + more, spared + fewer
    return released, spared


def _decided(book: Rulebook, content: Content) -> str:
    policy_id = book.versions[content.code].policy_id
    return effective_sql(book.compiling(content), InForce(policy_id, 0, 0, content))


def _workload(pairs: Sequence[tuple[Content, Content]], counted: Counted) -> Workload:
    before: dict[int, Decimal] = defaultdict(Decimal)
    after: dict[int, Decimal] = defaultdict(Decimal)
    caps = []
    for old, new in pairs:
        for content, load in ((old, before), (new, after)):
            for person, number in by_person(list(counted), weekly(content.paces)).items():
                load[person] += number
        caps += [new.person_cap] if new.person_cap else []
    return loads(before, after, min(caps, default=None))

