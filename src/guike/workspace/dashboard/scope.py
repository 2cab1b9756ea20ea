"""Whose business the dashboard shows: one's own, everybody's within reach, or one person's."""

from dataclasses import dataclass

from django.db.models import Count
from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers import selectors as customers
from guike.platform.access import Reach, Viewer, reach


@dataclass(frozen=True)
class Person:
    """Somebody who answers for customers within reach."""

    id: int
    name: str
    customers: int


@dataclass(frozen=True)
class Scope:
    """`owner_id` None = all customers within the viewer's reach. `people` is empty for those who see only their own."""

    viewer: Viewer
    owner_id: int | None
    owner_name: str
    people: tuple[Person, ...]

    @property
    def customers(self):
        """The customers in question."""
        found = customers.customers(self.viewer)
        return found.filter(owner=self.owner_id) if self.owner_id else found

    @property
    def title(self) -> str:
        if self.owner_id:
            return self.owner_name
        return _("全部可见客户") if self.people else _("我的客户")

    @property
    def query(self) -> str:
        """What customer and order lists are narrowed by."""
        return f"&f.owner={self.owner_id}" if self.owner_id else ""


def chosen(viewer: Viewer, who: str) -> Scope:
    """The scope that `?who=` asks for; 404 for somebody without customers within reach."""
    people = _owners(viewer) if reach(viewer, "customer", "view") > Reach.OWN else ()
    if not who:
        return Scope(viewer, None, "", people)
    found = next((person for person in people if str(person.id) == who), None)
    if found is None:
        raise Http404(_("没有这个人，或他的客户不在可见范围内"))
    return Scope(viewer, found.id, found.name, people)


def _owners(viewer: Viewer) -> tuple[Person, ...]:
    held = customers.customers(viewer).filter(owner__isnull=False).order_by().values_list("owner_id", "owner__name")
    return tuple(Person(pk, name, count) for pk, name, count in held.annotate(n=Count("pk")).order_by("-n", "owner__name"))
