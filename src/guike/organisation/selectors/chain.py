"""Who stands above whom, and who stands in for whom (ORG-01): the way escalations go."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from django.db.models import Q, QuerySet

from guike.organisation.models import Department, Deputy, Person, Post
from guike.platform import clock


def held_on(day: date, posts: QuerySet[Post] | None = None) -> QuerySet[Post]:
    """The posts held on a day."""
    found = Post.objects.all() if posts is None else posts
    return found.filter(Q(starts_on=None) | Q(starts_on__lte=day), Q(ends_on=None) | Q(ends_on__gte=day))


def supervisors(day: date | None = None) -> dict[int, int]:
    """Person → direct supervisor on a day, for everybody who has one. Three queries, however many people.

    The supervisor named on the primary post; else the head of the post's department; for the head, the head of the next
    department above that has another one. Somebody who has left supervises nobody.
    """
    day = day or clock.today()
    present = set(Person.objects.filter(active=True).values_list("pk", flat=True))
    heads = {pk: (head, path) for pk, head, path in Department.objects.values_list("pk", "head_id", "path")}
    found: dict[int, int] = {}
    for post in held_on(day).order_by("person_id", "-is_primary", "pk"):
        above = post.supervisor_id if post.supervisor_id in present else _head_above(post, heads, present)
        if above is not None:
            found.setdefault(post.person_id, above)
    return found


def _head_above(post: Post, heads: Mapping[int, tuple[int | None, str]], present: set[int]) -> int | None:
    path = heads[post.department_id][1]
    for department_id in reversed([int(part) for part in path.strip("/").split("/")]):
        head = heads[department_id][0]
        if head in present and head != post.person_id:
            return head
    return None


def supervisor_of(person_id: int, day: date | None = None) -> int | None:
    """The direct supervisor of a person on a day; None at the top."""
    return supervisors(day).get(person_id)


def chain_of(person_id: int, day: date | None = None) -> list[int]:
    """Everybody above a person, nearest first. Stops at the top, and before anybody who would come a second time."""
    above = supervisors(day)
    chain: list[int] = []
    step = above.get(person_id)
    while step is not None and step != person_id and step not in chain:
        chain.append(step)
        step = above.get(step)
    return chain


def absent_on(day: date | None = None) -> dict[int, int]:
    """Person → deputy for everybody who is absent on a day and named one."""
    day = day or clock.today()
    named = Deputy.objects.filter(starts_on__lte=day, ends_on__gte=day, deputy__active=True).order_by("starts_on", "pk")
    return dict(named.values_list("person_id", "deputy_id"))


def standing_in(person_id: int, day: date | None = None) -> int:
    """Who acts for a person on a day: the deputy, the deputy's deputy …, or the person when present."""
    away = absent_on(day)
    seen = {person_id}
    while (deputy := away.get(person_id)) and deputy not in seen:
        seen.add(deputy)
        person_id = deputy
    return person_id
