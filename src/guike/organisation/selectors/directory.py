"""Who holds which role, post and headship on a day, looked up once for many questions (PLT-05: who signs)."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import cached_property

from guike.organisation.models import Account, Department, Person, Post
from guike.organisation.selectors.chain import absent_on, held_on, supervisors
from guike.platform import clock


class Directory:
    """The company's people as of one day. Each list is read when first asked for; those who left are in none."""

    def __init__(self, day: date | None = None):
        self.day = day or clock.today()

    @cached_property
    def names(self) -> dict[int, str]:
        """Everybody, those who left included."""
        return dict(Person.objects.values_list("pk", "name"))

    @cached_property
    def present(self) -> frozenset[int]:
        return frozenset(Person.objects.filter(active=True).values_list("pk", flat=True))

    @cached_property
    def numbers(self) -> dict[str, int]:
        return dict(Person.objects.filter(active=True).values_list("number", "pk"))

    @cached_property
    def _posts(self) -> list[Post]:
        return [post for post in held_on(self.day).order_by("pk") if post.person_id in self.present]

    @cached_property
    def roles(self) -> dict[str, list[int]]:
        """Role → people who hold it by a post or by their account."""
        found: dict[str, list[int]] = defaultdict(list)
        for post in self._posts:
            if post.person_id not in found[post.role]:
                found[post.role].append(post.person_id)
        for person, roles in Account.objects.filter(is_active=True, person__active=True).values_list("person_id", "roles"):
            for role in roles:
                if person not in found[role]:
                    found[role].append(person)
        return found

    @cached_property
    def titles(self) -> dict[str, list[int]]:
        """What the company calls a post → who holds it."""
        found: dict[str, list[int]] = defaultdict(list)
        for post in self._posts:
            found[post.title].append(post.person_id)
        return found

    @cached_property
    def heads(self) -> dict[str, int]:
        """Function → head of the uppermost active department of that function that has one."""
        found: dict[str, int] = {}
        rows = Department.objects.filter(active=True, head__active=True).order_by("path").values_list("function", "head_id")
        for function, head in rows:
            if head is not None:
                found.setdefault(function, head)
        return found

    @cached_property
    def above(self) -> dict[int, int]:
        return supervisors(self.day)

    @cached_property
    def away(self) -> dict[int, int]:
        return absent_on(self.day)

    @cached_property
    def departments(self) -> dict[int, int]:
        """Person → department of the primary post."""
        found: dict[int, int] = {}
        for post in sorted(self._posts, key=lambda post: not post.is_primary):
            found.setdefault(post.person_id, post.department_id)
        return found

    @cached_property
    def primary_roles(self) -> dict[int, str]:
        """Person → role of the primary post."""
        found: dict[int, str] = {}
        for post in sorted(self._posts, key=lambda post: not post.is_primary):
            found.setdefault(post.person_id, post.role)
        return found

    def chain(self, person: int | None) -> list[int]:
        """Everybody above a person, nearest first."""
        found: list[int] = []
        step = self.above.get(person) if person is not None else None
        while step is not None and step != person and step not in found:
            found.append(step)
            step = self.above.get(step)
        return found

    def deputy(self, person: int) -> int | None:
        """Who stands in for an absent person today; None when present."""
        seen, at = {person}, person
        while (other := self.away.get(at)) and other not in seen:
            seen.add(other)
            at = other
        return at if at != person else None
