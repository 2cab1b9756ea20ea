"""What stays undone goes up the chain: 3, 7, 14 days late to the first, second, third superior (ACT-02).

An absent superior's deputy gets it; where the chain ends it stays with the last one. One update for all that moved.
"""

from collections import defaultdict
from datetime import date

from guike.engine.events import Escalated
from guike.engine.models.obligation import Obligation
from guike.engine.obligations import rules
from guike.engine.obligations.selectors import LIVE
from guike.organisation import selectors as organisation
from guike.platform import access, clock, events
from guike.platform.access import SYSTEM, Viewer
from guike.platform.verbs import verb


def _late_groups(day: date) -> dict[tuple[int | None, int | None, int], list[int]]:
    """Open obligations that belong one level or more higher than they stand: (assignee, department, level) → ids."""
    groups: dict[tuple[int | None, int | None, int], list[int]] = defaultdict(list)
    rows = Obligation.objects.filter(state__in=LIVE, due_on__lt=day).values_list(
        "id", "assignee_id", "department_id", "due_on", "escalation_days", "escalation_level"
    )
    for pk, assignee, department, due, thresholds, standing in rows.iterator(chunk_size=5000):
        level = rules.escalation_level(due, day, thresholds or rules.ESCALATION_DAYS)
        if level > standing:
            groups[assignee, department, level].append(pk)
    return groups


class _Chain:
    """Supervisors, deputies and department heads as of one day, looked up once for all obligations."""

    def __init__(self, day: date):
        self.above = organisation.supervisors(day)
        self.away = organisation.absent_on(day)

    def at(self, person_id: int | None, department_head: int | None, level: int) -> int | None:
        """Who answers `level` steps above a person; the last of the chain where it is shorter; the head where nobody owes it."""
        if person_id is None:
            return self._present(department_head) if department_head else None
        seen, step, last = {person_id}, self.above.get(person_id), None
        while step is not None and step not in seen and level > 0:
            seen.add(step)
            last, level, step = step, level - 1, self.above.get(step)
        return self._present(last) if last else None

    def _present(self, person_id: int) -> int:
        seen = {person_id}
        while (deputy := self.away.get(person_id)) and deputy not in seen:
            seen.add(deputy)
            person_id = deputy
        return person_id


def superiors(person_ids: set[int], day: date) -> dict[int, int]:
    """Person → who answers one step above on a day (the deputy where the superior is absent), for those who have somebody above."""
    chain = _Chain(day)
    found = {person: chain.at(person, None, 1) for person in person_ids}
    return {person: above for person, above in found.items() if above}


@verb("obligations.escalate")
def escalate(*, actor: Viewer, on: date | None = None) -> int:
    """Bring every late obligation to the level its lateness asks for. Running it twice a day changes nothing more. Returns how many moved."""
    day = on or clock.today()
    groups = _late_groups(day)
    if not groups:
        return 0
    chain, heads = _Chain(day), _heads({department for _person, department, _level in groups if department})
    moved = 0
    told: dict[int, list[int]] = defaultdict(list)
    for (person, department, level), ids in sorted(groups.items(), key=lambda item: item[1][0]):
        to = chain.at(person, heads.get(department), level)
        late = Obligation.objects.filter(pk__in=ids, state__in=LIVE)
        moved += late.update(escalation_level=level, escalated_to_id=to, escalated_at=clock.now() if to else None)
        if to:
            told[to] += ids
    events.emit(Escalated({person: tuple(ids) for person, ids in told.items()}))
    return moved


def _heads(department_ids: set[int]) -> dict[int | None, int | None]:
    return dict(access.rows(SYSTEM, "department").filter(pk__in=department_ids).values_list("pk", "head_id"))


@verb("obligations.relax")
def relax(*, actor: Viewer, on: date | None = None) -> int:
    """Take back the escalation of what is no longer late (its grade asks for less, its due day moved). Returns how many."""
    day = on or clock.today()
    calm = Obligation.objects.filter(state__in=LIVE, escalation_level__gt=0, due_on__gte=day)
    return calm.update(escalation_level=0, escalated_to=None, escalated_at=None)
