from collections.abc import Iterable, Sequence

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.organisation import selectors
from guike.organisation.models import Department, Person
from guike.platform.access import Viewer
from guike.platform.ui import pickers
from guike.platform.ui.pickers import Choice


def _people(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    found = selectors.people_for(viewer)
    if text:
        word = text.lower()
        found = found.filter(
            Q(name__icontains=text) | Q(pinyin__contains=word) | Q(number__istartswith=text) | Q(phone__startswith=text)
        )
    if role := filters.get("role"):
        found = found.filter(pk__in=selectors.people_with_role(role).values("pk"))
    return [_person(each) for each in found.order_by("number")[:limit]]


def _chosen_people(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    return [_person(each) for each in selectors.people_for(viewer, active_only=False).filter(pk__in=wanted)]


def _person(person: Person) -> Choice:
    posts = "、".join(f"{post.department.name} {post}" for post in person.posts_today)  # type: ignore[attr-defined]
    return Choice(person.pk, person.name, second=posts or person.number, href=reverse("organisation:person", args=[person.pk]))


def _departments(viewer: Viewer, text: str, limit: int, filters: pickers.Filters) -> Iterable[Choice]:
    found = selectors.departments_for(viewer)
    if text:
        found = found.filter(Q(name__icontains=text) | Q(code__istartswith=text))
    return [_department(each) for each in found.order_by("path")[:limit]]


def _chosen_departments(viewer: Viewer, values: Sequence[str]) -> Iterable[Choice]:
    wanted = [int(value) for value in values if value.isdigit()]
    return [_department(each) for each in selectors.departments_for(viewer, active_only=False).filter(pk__in=wanted)]


def _department(department: Department) -> Choice:
    above = f"{department.parent.name} · " if department.parent else ""
    return Choice(department.pk, department.name, second=f"{above}{department.get_function_display()}")


pickers.register("person", title=_("人员"), access=("person", "view"), icon="user", in_palette=True, search=_people, chosen=_chosen_people)
pickers.register("department", title=_("部门"), access=("department", "view"), icon="sitemap", search=_departments, chosen=_chosen_departments)
