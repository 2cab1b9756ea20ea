"""People met in other domains' files (an outlet's owner, an order's salesperson) become people here, many at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from guike.organisation import pinyin, rules
from guike.organisation.models import Department, Person, Post
from guike.organisation.services.departments import department_for_path
from guike.organisation.services.people import next_numbers
from guike.platform.access import Viewer, require
from guike.platform.verbs import verb


@dataclass(frozen=True)
class Newcomer:
    """Somebody a file names. `number` may be empty: then the name alone tells the person. `supervisor` is a number or a name."""

    name: str
    number: str = ""
    department: tuple[str, ...] = ()
    title: str = ""
    role: str = ""
    supervisor: str = ""

    @property
    def key(self) -> str:
        return self.number or self.name


@dataclass(frozen=True)
class Admission:
    """Who stands behind each newcomer's key, and every row that was made (for an import's undo)."""

    people: dict[str, Person]
    made: tuple[Person | Department | Post, ...]


@verb("organisation.admit_people")
def admit_people(newcomers: Iterable[Newcomer], *, actor: Viewer) -> Admission:
    """Find the newcomers by number, else by a name only one present person has; make those who are missing, with post and supervisor.

    People who are here already keep their posts. Needs the right to import people.
    """
    require(actor, "person", "import")
    wanted = {newcomer.key: newcomer for newcomer in reversed(list(newcomers))}
    people = _known(wanted.values())
    missing = [newcomer for key, newcomer in wanted.items() if key not in people]
    numbers = iter(next_numbers(sum(1 for n in missing if not n.number)))
    made: list[Person | Department | Post] = []
    for newcomer in missing:
        number = newcomer.number or next(numbers)
        people[newcomer.key] = Person.objects.create(number=number, name=newcomer.name, pinyin=pinyin.of_name(newcomer.name))
        made.append(people[newcomer.key])
    made += _posts(missing, people, actor)
    return Admission(people, tuple(made))


def _known(wanted: Iterable[Newcomer]) -> dict[str, Person]:
    newcomers = list(wanted)
    by_number = {p.number: p for p in Person.objects.filter(number__in=[n.number for n in newcomers if n.number])}
    found = {n.key: by_number[n.number] for n in newcomers if n.number in by_number}
    names: dict[str, list[Person]] = {}
    for person in Person.objects.filter(active=True, name__in=[n.name for n in newcomers if not n.number]):
        names.setdefault(person.name, []).append(person)
    found.update({n.key: names[n.name][0] for n in newcomers if not n.number and len(names.get(n.name, ())) == 1})
    return found


def _posts(missing: Sequence[Newcomer], people: dict[str, Person], actor: Viewer) -> list[Person | Department | Post]:
    """Posts for the new ones; departments on the way are made too."""
    before = set(Department.objects.values_list("pk", flat=True))
    by_name = {person.name: person for person in people.values()}
    made: list[Person | Department | Post] = []
    for newcomer in missing:
        if not newcomer.department:
            continue
        department = department_for_path(newcomer.department, actor=actor)
        person = people[newcomer.key]
        boss = people.get(newcomer.supervisor) or by_name.get(newcomer.supervisor)
        made.append(
            Post.objects.create(
                person=person,
                department=department,
                title=newcomer.title,
                role=newcomer.role or rules.likely_role(newcomer.title, department.function),
                supervisor=boss if boss and boss != person else None,
            )
        )
    return [*Department.objects.exclude(pk__in=before).order_by("path"), *made]
