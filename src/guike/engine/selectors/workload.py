"""How many contacts a week cadences ask of whom, before and after (POL-06)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import connection

from guike.engine.policies.content import Pace
from guike.engine.rulebook import Rulebook
from guike.organisation import selectors as organisation

TENTH = Decimal("0.1")


@dataclass(frozen=True)
class PersonLoad:
    """Contacts a week of one person, before and after, rounded to 0.1; `cap` is what the cadence allows."""

    person_id: int
    name: str
    before: Decimal
    after: Decimal
    cap: int | None = None

    @property
    def over(self) -> bool:
        return self.cap is not None and self.after > self.cap


@dataclass(frozen=True)
class Workload:
    """Contacts a week of everybody that cadences ask for."""

    before: Decimal
    after: Decimal
    people: tuple[PersonLoad, ...] = ()


def fetch(query: str) -> list[Any]:
    """The rows of one large query of our own; inside a transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '128MB'; SET LOCAL jit = off")
        cursor.execute(query)
        return cursor.fetchall()


def standing_by_owner(book: Rulebook, follows: str, kind: str) -> list[tuple[str, int | None, int]]:
    """outcome, owner, number of subjects: where a grading stands today."""
    policy = book.versions.get(follows)
    subject = book.registry.subject(kind)
    owner = f"w.{subject.owner}" if subject.owner else "NULL::bigint"
    return fetch(
        f"SELECT st.outcome, {owner}, count(*) FROM engine_standing st JOIN {subject.table} w ON w.{subject.pk} = st.subject_id"  # noqa: S608 — declarations only
        f" WHERE st.policy_id = {policy.policy_id if policy else 0} AND st.outcome <> '' GROUP BY 1, 2"
    )


Rates = Mapping[str, Decimal]


def weekly(paces: Iterable[Pace]) -> Rates:
    """Outcome → contacts a week that one subject with it costs."""
    return {pace.outcome: pace.per_week for pace in paces}


def by_person(counted: list[tuple[str, int | None, int]], rates: Rates) -> dict[int, Decimal]:
    """Person → contacts a week, from rows of outcome, owner, number."""
    load: dict[int, Decimal] = defaultdict(Decimal)
    for outcome, owner, number in counted:
        if owner is not None:
            load[owner] += rates.get(outcome, Decimal(0)) * number
    return load


def loads(before: Mapping[int, Decimal], after: Mapping[int, Decimal], cap: int | None) -> Workload:
    """Both states side by side, whoever changes most first."""
    ids = sorted({*before, *after})
    names = organisation.person_names(ids) if ids else {}
    people = [PersonLoad(one, names.get(one, ""), _tenth(before.get(one)), _tenth(after.get(one)), cap) for one in ids]
    people.sort(key=lambda one: (-abs(one.after - one.before), -one.after, one.person_id))
    return Workload(_tenth(sum(before.values())), _tenth(sum(after.values())), tuple(people))


def _tenth(value: Decimal | int | None) -> Decimal:
    return Decimal(value or 0).quantize(TENTH, ROUND_HALF_UP)
