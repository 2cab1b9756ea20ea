"""Posts: given, changed, ended (ORG-01)."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _

from guike.organisation import events as facts
from guike.organisation.models import Department, Person, Post
from guike.organisation.selectors.chain import chain_of
from guike.organisation.services import accounts, rights
from guike.platform import clock, events
from guike.platform.access import Viewer, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

CHANGEABLE = ("department_id", "role", "title", "supervisor_id", "is_primary", "starts_on")


@verb("organisation.give_post")
def give_post(
    person_id: int,
    department_id: int,
    role: str,
    *,
    actor: Viewer,
    title: str = "",
    supervisor_id: int | None = None,
    is_primary: bool | None = None,
    starts_on: date | None = None,
) -> Post:
    """Put a person into a post. The first post is the primary one; a new primary post makes the old one a side post."""
    person = row(actor, "person", person_id, "change", lock=True)
    if not person.active:
        raise Refused(_("%(name)s已离职，先办理复职") % {"name": person.name})
    rights.refuse_own_gain(person.pk, {role}, actor)
    first = not Post.objects.filter(person=person, is_primary=True, ends_on=None).exists()
    post = Post(person=person, title=title.strip(), starts_on=starts_on, is_primary=first if is_primary is None else is_primary)
    _place(post, department_id=department_id, role=role, supervisor_id=supervisor_id)
    _refuse_twin(post)
    _save(post)
    return post


@verb("organisation.change_post")
def change_post(pk: int, *, actor: Viewer, reason: str = "", **values: Any) -> Post:
    """Change department, role, title, supervisor, first day, or make it the primary post."""
    post = Post.objects.select_related("person").get(pk=pk)
    row(actor, "person", post.person_id, "change", lock=True)
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"cannot change {unknown}")
    if post.is_primary and values.get("is_primary") is False:
        raise Refused(_("主岗不能直接取消，把另一个岗位设为主岗即可"), field="is_primary")
    for name in ("title", "is_primary", "starts_on"):
        setattr(post, name, values.get(name, getattr(post, name)))
    rights.refuse_own_gain(post.person_id, {values["role"]} if values.get("role", post.role) != post.role else set(), actor)
    placed = {name: values.get(name, getattr(post, name)) for name in ("department_id", "role", "supervisor_id")}
    _place(post, **placed)
    _refuse_twin(post)
    with accounts.administrator_stays():
        _save(post)
    return post


@verb("organisation.end_post")
def end_post(pk: int, *, actor: Viewer, on: date | None = None, reason: str = "") -> Post:
    """The last day of a post, today by default. Another open post of the person becomes the primary one."""
    post = Post.objects.get(pk=pk)
    person = row(actor, "person", post.person_id, "change", lock=True)
    on = on or clock.today()
    if post.starts_on and on < post.starts_on:
        raise Refused(_("结束日期早于开始日期 %(day)s") % {"day": post.starts_on}, field="ends_on")
    post.ends_on = on
    with accounts.administrator_stays():
        post.save(update_fields=["ends_on"])
    successor = Post.objects.filter(person=person, ends_on=None).order_by("pk").first()
    if post.is_primary and successor:
        successor.is_primary = True
        successor.save(update_fields=["is_primary"])
    events.emit(facts.PostChanged(person.pk, post.pk))
    return post


def _place(post: Post, *, department_id: int, role: str, supervisor_id: int | None) -> None:
    rights.refuse_unknown_role(role, field="role")
    department = Department.objects.filter(pk=department_id, active=True).first()
    if department is None:
        raise Refused(_("部门已停用或不存在，换一个"), field="department")
    if supervisor_id is not None:
        _refuse_supervisor(post.person, supervisor_id)
    post.department, post.role, post.supervisor_id = department, role, supervisor_id


def _refuse_supervisor(person: Person, supervisor_id: int) -> None:
    supervisor = Person.objects.filter(pk=supervisor_id, active=True).first()
    if supervisor is None:
        raise Refused(_("直接上级不在职，换一位"), field="supervisor")
    if supervisor_id == person.pk or person.pk in chain_of(supervisor_id):
        raise Refused(
            _("%(boss)s的上级链里有%(name)s，不能互为上下级") % {"boss": supervisor.name, "name": person.name}, field="supervisor"
        )


def _refuse_twin(post: Post) -> None:
    same = Post.objects.filter(person=post.person, department=post.department, role=post.role, ends_on=None).exclude(pk=post.pk)
    if post.ends_on is None and same.filter(title=post.title).exists():
        raise Refused(_("%(name)s在%(department)s已有这个岗位") % {"name": post.person.name, "department": post.department.name})


def _save(post: Post) -> None:
    if post.is_primary:
        Post.objects.filter(~Q(pk=post.pk), person=post.person, is_primary=True, ends_on=None).update(is_primary=False)
    post.save()
    events.emit(facts.PostChanged(post.person_id, post.pk))
