"""Departments: added, changed, moved in the tree, retired (ORG-01)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from guike.organisation import events as facts
from guike.organisation import rules
from guike.organisation.models import Department, Person, Post
from guike.organisation.selectors.chain import held_on
from guike.platform import clock, events
from guike.platform.access import Viewer, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb


@verb("organisation.add_department")
def add_department(
    name: str, *, actor: Viewer, parent_id: int | None = None, function: str = "", code: str = "", head_id: int | None = None
) -> Department:
    """A new department below `parent_id` (None = a root). Without a function, the name tells it (「浙南片区」 → sales)."""
    require(actor, "department", "add")
    name = name.strip()
    parent = row(actor, "department", parent_id) if parent_id else None
    _refuse_name(name, parent_id)
    _refuse_code(code)
    department = Department.objects.create(
        name=name,
        parent=parent,
        code=code.strip(),
        function=function or (rules.function_of(name) if rules.function_of(name) != "other" or not parent else parent.function),
        head=_head(head_id),
    )
    department.refresh_from_db(fields=["path"])
    return department


@verb("organisation.change_department")
def change_department(pk: int, *, actor: Viewer, reason: str = "", **values: Any) -> Department:
    """Change name, code, function or head. Keys: name, code, function, head_id, position."""
    department = row(actor, "department", pk, "change", lock=True)
    if "name" in values and values["name"].strip() != department.name:
        _refuse_name(values["name"].strip(), department.parent_id)
        department.name = values["name"].strip()
    if "code" in values and values["code"] != department.code:
        _refuse_code(values["code"])
        department.code = values["code"].strip()
    if "head_id" in values:
        department.head = _head(values["head_id"])
    if values.get("function", department.function) not in rules.FUNCTIONS:
        raise Refused(_("没有职能「%(code)s」") % {"code": values["function"]}, field="function")
    department.function = values.get("function", department.function)
    department.position = values.get("position", department.position)
    department.save(update_fields=["name", "code", "head", "function", "position"])
    return department


@verb("organisation.move_department")
def move_department(pk: int, parent_id: int | None, *, actor: Viewer, reason: str = "") -> Department:
    """Hang a department, and all below it, elsewhere. Not below itself."""
    list(Department.objects.select_for_update().order_by("pk").values_list("pk"))  # one mover at a time: two could close a circle
    department = row(actor, "department", pk, "change", lock=True)
    parent = row(actor, "department", parent_id) if parent_id else None
    if parent and department.pk in parent.ancestor_ids:
        raise Refused(_("「%(name)s」不能移到自己的下级里") % {"name": department.name}, field="parent")
    if parent_id != department.parent_id:
        _refuse_name(department.name, parent_id)
        department.parent = parent
        department.save(update_fields=["parent"])
        department.refresh_from_db()
        events.emit(facts.DepartmentMoved(department.pk))
    return department


@verb("organisation.rearrange_department")
def rearrange_department(pk: int, parent_id: int | None, *, actor: Viewer, reason: str = "", **values: Any) -> Department:
    """Move and change in one go, as the form does: both or neither."""
    move_department(pk, parent_id, actor=actor)
    return change_department(pk, actor=actor, **values)


@verb("organisation.retire_department")
def retire_department(pk: int, *, actor: Viewer, reason: str = "") -> Department:
    """Close a department in which nobody works any more and that has no open departments below."""
    department = row(actor, "department", pk, "delete", lock=True)
    staff = held_on(clock.today(), Post.objects.filter(department=department, person__active=True)).values("person").distinct().count()
    below = Department.objects.filter(parent=department, active=True).count()
    if staff or below:
        raise Refused(
            _("「%(name)s」还有 %(staff)s 人、%(below)s 个下级部门，先调走再停用")
            % {"name": department.name, "staff": staff, "below": below}
        )
    department.active = False
    department.save(update_fields=["active"])
    return department


@verb("organisation.department_for_path")
def department_for_path(names: Sequence[str], *, actor: Viewer) -> Department:
    """The department at a path of names, made with everything missing on the way: ["销售部", "浙南片区"]."""
    department: Department | None = None
    for name in names:
        found = Department.objects.filter(parent=department, name=name).first()
        department = found or add_department(name, actor=actor, parent_id=department.pk if department else None)
    if department is None:
        raise Refused(_("部门没有写名称"), field="department")
    return department


def _head(head_id: int | None) -> Person | None:
    if head_id is None:
        return None
    person = Person.objects.filter(pk=head_id, active=True).first()
    if person is None:
        raise Refused(_("负责人不在职，换一位"), field="head")
    return person


def _refuse_name(name: str, parent_id: int | None) -> None:
    if not name:
        raise Refused(_("写上部门名称"), field="name")
    if Department.objects.filter(parent_id=parent_id, name=name).exists():
        raise Refused(_("这里已有部门「%(name)s」") % {"name": name}, field="name")


def _refuse_code(code: str) -> None:
    if code.strip() and Department.objects.filter(code=code.strip()).exists():
        raise Refused(_("代码「%(code)s」已用在另一个部门") % {"code": code.strip()}, field="code")
