"""Where somebody's roles and departments come from, as people say it (PLT-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from guike.organisation.models import Account, Department, Deputy, Person, Post
from guike.organisation.selectors.chain import held_on
from guike.organisation.selectors.departments import department_paths
from guike.organisation.selectors.roles import role_name
from guike.platform import clock


@dataclass(frozen=True)
class Source:
    """A role and where it comes from: a post (with its department), the account, or somebody stood in for."""

    role: str
    words: str
    department_id: int | None = None


def sources(person: Person, day: date | None = None) -> list[Source]:
    """Every role a person has on a day, with its origin."""
    day = day or clock.today()
    paths = {pk: path for path, pk in department_paths().items()}
    found = [Source(post.role, _of_post(post, paths), post.department_id) for post in _posts(person.pk, day)]
    account = Account.objects.filter(person=person).first()
    found += [Source(role, str(_("账号上直接给的角色"))) for role in (account.roles if account else ())]
    for stood in _deputised(person, day):
        words = _("代理%(name)s（到 %(day)s）") % {"name": stood.person.name, "day": stood.ends_on}
        found += [Source(post.role, f"{words}：{_of_post(post, paths)}", post.department_id) for post in _posts(stood.person_id, day)]
    return found


def headed(person: Person) -> list[Department]:
    """Departments whose head the person is, or stands in for."""
    people = [person.pk, *(stood.person_id for stood in _deputised(person, clock.today()))]
    return list(Department.objects.filter(head_id__in=people, active=True))


def _posts(person_id: int, day: date) -> list[Post]:
    return list(held_on(day, Post.objects.filter(person_id=person_id)).select_related("department").order_by("-is_primary", "pk"))


def _deputised(person: Person, day: date) -> list[Deputy]:
    return list(Deputy.objects.filter(deputy=person, starts_on__lte=day, ends_on__gte=day).select_related("person"))


def _of_post(post: Post, paths: dict[int, str]) -> str:
    place = paths.get(post.department_id, post.department.name)
    return str(_("%(place)s的岗位「%(post)s」") % {"place": place, "post": post.title or role_name(post.role)})
