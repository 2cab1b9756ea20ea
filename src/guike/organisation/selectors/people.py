"""People and the posts they hold."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Prefetch, Q, QuerySet

from guike.organisation.models import Account, Person, Post
from guike.organisation.selectors.chain import held_on
from guike.organisation.selectors.departments import below
from guike.platform import clock
from guike.platform.access import Viewer, row, rows


def people_for(viewer: Viewer, *, active_only: bool = True) -> QuerySet[Person]:
    """The people a viewer may see, each with today's posts in `posts_today`."""
    held = held_on(clock.today(), Post.objects.select_related("department", "supervisor")).order_by("-is_primary", "pk")
    found = rows(viewer, "person").prefetch_related(Prefetch("posts", held, to_attr="posts_today"))
    return found.filter(active=True) if active_only else found


def person(viewer: Viewer, pk: int, action: str = "view", *, lock: bool = False) -> Person:
    """One person the viewer may do `action` to; 404 or 403 otherwise."""
    return row(viewer, "person", pk, action, lock=lock)


def posts_of(viewer: Viewer, person_id: int) -> list[Post]:
    """All posts of a person, present ones first."""
    row(viewer, "person", person_id)
    posts = Post.objects.filter(person_id=person_id).select_related("department", "supervisor")
    return sorted(posts, key=lambda p: (p.ends_on is not None, not p.is_primary, -p.pk))


def people_in(department_ids: Iterable[int], *, and_below: bool = True, day: date | None = None) -> QuerySet[Person]:
    """The people who hold a post in these departments on a day."""
    wanted = set(department_ids)
    held = held_on(day or clock.today()).filter(department_id__in=below(wanted) if and_below else wanted)
    return Person.objects.filter(active=True, pk__in=held.values("person_id"))


def people_with_role(role: str, *, department_id: int | None = None, day: date | None = None) -> QuerySet[Person]:
    """Who holds a role on a day: by a post (in the department or below it, if one is given), or by the account itself."""
    held = held_on(day or clock.today()).filter(role=role)
    if department_id is not None:
        return Person.objects.filter(active=True, pk__in=held.filter(department_id__in=below({department_id})).values("person_id"))
    by_account = Account.objects.filter(roles__contains=[role], is_active=True)
    return Person.objects.filter(Q(pk__in=held.values("person_id")) | Q(pk__in=by_account.values("person_id")), active=True)


def login_holders(department_ids: Iterable[int] = ()) -> dict[int, int | None]:
    """Person → department of the primary post, of all who can log in; of some departments and those below them, where any are given."""
    able = Person.objects.filter(active=True, account__is_active=True)
    if wanted := set(department_ids):
        able = able.filter(pk__in=held_on(clock.today()).filter(department_id__in=below(wanted)).values("person_id"))
    found: dict[int, int | None] = dict.fromkeys(able.order_by("pk").values_list("pk", flat=True))
    posts = held_on(clock.today()).filter(person_id__in=found).order_by("is_primary", "-pk")
    return found | dict(posts.values_list("person_id", "department_id"))


def works_here(person_id: int) -> bool:
    """Is this somebody who has not left?"""
    return Person.objects.filter(pk=person_id, active=True).exists()


def home_of(person_id: int) -> int | None:
    """The department in which a person's main post stands today; None without a post. One query."""
    posts = held_on(clock.today()).filter(person_id=person_id).order_by("-is_primary", "pk")
    return posts.values_list("department_id", flat=True).first()


def person_names(ids: Iterable[int]) -> dict[int, str]:
    """id → name for people in the order asked for, those who left included. One query."""
    asked = list(dict.fromkeys(ids))
    known = dict(Person.objects.filter(pk__in=asked).values_list("pk", "name"))
    return {pk: known[pk] for pk in asked if pk in known}


def account_of_person(viewer: Viewer, person_id: int) -> Account | None:
    """The account of a person, for whoever may see accounts."""
    return rows(viewer, "account").filter(person_id=person_id).first()


def name_line(person: Person) -> str:
    """What tells namesakes apart: 「浙南片区 · 业务员」 from `posts_today`."""
    return "、".join(f"{post.department.name} {post}" for post in getattr(person, "posts_today", []))
