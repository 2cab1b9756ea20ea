"""The list of people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, CharField, OuterRef, Q, QuerySet, Subquery, Value, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from guike.organisation import rules, selectors
from guike.organisation.models import Department, Person, Post
from guike.organisation.models.people import role_choices
from guike.organisation.selectors.chain import held_on
from guike.organisation.selectors.departments import below
from guike.platform import clock
from guike.platform.access import Viewer, allowed
from guike.platform.conditions import Field, FieldSet, Kind
from guike.platform.ui.lists import Action, Column, ListPage, Phone, Quick, View


def _primary(field: str) -> Subquery:
    """A field of the post that counts for a person today: the primary one, else any."""
    held = held_on(clock.today(), Post.objects.filter(person=OuterRef("pk"))).order_by("-is_primary", "pk")
    return Subquery(held.values(field)[:1])


def _in_departments(values: Any) -> dict[str, Any]:
    """A department means also those below it."""
    wanted = {int(value) for value in values if str(value).isdigit()}
    return {"field": "department", "op": "in", "value": sorted(below(wanted))}


class PeopleList(ListPage):
    object = "person"
    code = "people"
    title = _("人员")
    unit = _("人")
    icon = "users-group"
    searchable = True
    search_hint = _("姓名、拼音、工号、手机")
    columns = [
        Column("name", _("姓名"), sort="name", fixed=True),
        Column("number", _("工号"), sort="number", nullable=False),
        Column("department", _("部门"), path="department_name", sort="department_path"),
        Column("post", _("岗位"), path="post_title"),
        Column("role", _("角色"), path="role_name", sort="role"),
        Column("supervisor", _("直接上级"), path="supervisor_name"),
        Column("phone", _("手机"), kind="phone"),
        Column("email", _("邮箱"), shown=False),
        Column("joined_on", _("入职"), kind="day", sort="joined_on", shown=False),
        Column("left_on", _("离职"), kind="day", sort="left_on", shown=False),
    ]
    fields = FieldSet(
        [
            Field("department", _("部门"), Kind.REFERENCE, path="department_id"),
            Field("role", _("角色"), Kind.CHOICE, choices=role_choices),
            Field("name", _("姓名"), Kind.TEXT),
            Field("joined_on", _("入职日期"), Kind.DATE),
            Field("left_on", _("离职日期"), Kind.DATE),
        ]
    )
    quick = [
        Quick("department", _("部门"), picker="department", where=_in_departments),
        Quick("role", _("角色"), choices=lambda viewer: role_choices()),
    ]
    views = [
        View("active", _("在职"), where=lambda viewer: Q(active=True)),
        View("no_post", _("没有岗位"), where=lambda viewer: Q(active=True, department_id=None), roles={"administrator"}),
        View(
            "left", _("已离职"), where=lambda viewer: Q(active=False), sort="-left_on", columns=("number", "phone", "joined_on", "left_on")
        ),
    ]
    phone = Phone(title="name", second=("department", "post"), note="phone")
    default_sort = "number"
    empty_text = _("没有人符合这些条件")

    def queryset(self, viewer: Viewer) -> QuerySet[Person]:
        """People with what their post of today says, joined once."""
        department = Department.objects.filter(pk=OuterRef("department_id"))
        people = selectors.people_for(viewer, active_only=False).annotate(
            department_id=_primary("department_id"), role=_primary("role"), post_title=_primary("title"),
            supervisor_id=_primary("supervisor_id"),
        )  # fmt: skip
        return people.annotate(
            department_name=Subquery(department.values("name")[:1]),
            department_path=Subquery(department.values("path")[:1]),
            supervisor_name=Subquery(Person.objects.filter(pk=OuterRef("supervisor_id")).values("name")[:1]),
            role_name=Case(*[When(role=code, then=Value(name)) for code, name in rules.ROLES.items()], output_field=CharField()),
        )

    def complete(self, rows: Sequence[Any]) -> None:
        """Who really stands above each person: named on the post, or the head of a department above."""
        above = selectors.supervisors()
        names = selectors.person_names(above[person.pk] for person in rows if person.pk in above)
        for person in rows:
            person.supervisor_name = names.get(above.get(person.pk), "")  # type: ignore[arg-type]

    def search(self, rows: QuerySet, text: str, viewer: Viewer) -> QuerySet:
        word = text.lower()
        return rows.filter(Q(name__icontains=text) | Q(pinyin__contains=word) | Q(number__istartswith=text) | Q(phone__contains=text))

    def row_url(self, row: Person) -> str:
        return reverse("organisation:person", args=[row.pk])


def actions(viewer: Viewer) -> list[Action]:
    """What stands beside the title."""
    found = [Action(_("部门"), reverse("organisation:departments"), "sitemap")]
    if allowed(viewer, "person", "import"):
        found.append(Action(_("导入"), reverse("imports:start") + "?kind=people", "file-import"))
    if allowed(viewer, "person", "add"):
        found.append(Action(_("加人"), reverse("organisation:person_add"), "user-plus", primary=True, sheet=True, new=True))
    return found
