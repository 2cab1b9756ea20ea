"""Departments as a tree, a list of choices, a path in words."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from guike.organisation.models import Department, Post
from guike.organisation.selectors.chain import held_on
from guike.platform import clock
from guike.platform.access import Viewer, row, rows


@dataclass
class Node:
    """A department with what stands below it; `people` counts its own, `people_below` all down the branch."""

    department: Department
    depth: int
    people: int = 0
    people_below: int = 0
    children: list[Node] = field(default_factory=list)


def departments_for(viewer: Viewer, *, active_only: bool = True) -> QuerySet[Department]:
    """The departments a viewer may see."""
    found = rows(viewer, "department").select_related("head", "parent")
    return found.filter(active=True) if active_only else found


def department(viewer: Viewer, pk: int) -> Department:
    """One department, or 404."""
    return row(viewer, "department", pk)


def department_with_function(function: str) -> int | None:
    """The uppermost active department of a function (sales, marketing …); None where the company has none."""
    return Department.objects.filter(function=function, active=True).order_by("path").values_list("pk", flat=True).first()


def department_tree(viewer: Viewer, *, active_only: bool = False) -> list[Node]:
    """The roots with everything below them, each with its head count today. Two queries."""
    departments = list(departments_for(viewer, active_only=active_only))
    counts = _head_counts()
    nodes = {d.pk: Node(d, len(d.ancestor_ids) - 1, counts.get(d.pk, 0), counts.get(d.pk, 0)) for d in departments}
    roots = []  # type: ignore[var-annotated]
    for node in nodes.values():
        parent = nodes.get(node.department.parent_id)  # type: ignore[arg-type]
        (parent.children if parent else roots).append(node)
    for node in roots:
        _add_up(node)
    return roots


def flat(nodes: list[Node]) -> list[Node]:
    """A tree in reading order."""
    return [each for node in nodes for each in (node, *flat(node.children))]


def department_path(department: Department) -> str:
    """「销售部/浙南片区」: the names from the root."""
    names = dict(Department.objects.filter(pk__in=department.ancestor_ids).values_list("pk", "name"))
    return "/".join(names[pk] for pk in department.ancestor_ids if pk in names)


def department_paths() -> dict[str, int]:
    """Path in names → id, for all departments. One query."""
    rows_ = list(Department.objects.values_list("pk", "name", "path"))
    names = {pk: name for pk, name, _path in rows_}
    return {"/".join(names[int(part)] for part in path.strip("/").split("/")): pk for pk, _name, path in rows_}


def below(department_ids: set[int] | frozenset[int]) -> set[int]:
    """Ids of the departments and of all below them."""
    paths = list(Department.objects.filter(pk__in=department_ids).values_list("path", flat=True))
    condition = Q(pk__in=[])
    for path in paths:
        condition |= Q(path__startswith=path)
    return set(Department.objects.filter(condition).values_list("pk", flat=True))


def _head_counts() -> dict[int, int]:
    held = held_on(clock.today(), Post.objects.filter(person__active=True))
    return dict(held.order_by().values_list("department_id").annotate(n=Count("person_id", distinct=True)))


def _add_up(node: Node) -> int:
    node.people_below = node.people + sum(_add_up(child) for child in node.children)
    return node.people_below
