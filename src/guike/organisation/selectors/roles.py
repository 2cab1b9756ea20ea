"""Who may what, in words, read from the one declaration per object (PLT-01)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guike.organisation.models import Account, Post
from guike.organisation.selectors.chain import held_on
from guike.platform import clock
from guike.platform.access import Declaration, Reach, Right, declarations

REACHES = {
    Reach.OWN: gettext_noop("本人的"),
    Reach.DEPARTMENT: gettext_noop("本部门"),
    Reach.BELOW: gettext_noop("本部门及下级"),
    Reach.ALL: gettext_noop("全部"),
}
RIGHTS = {
    Right.HIDDEN: gettext_noop("看不到"),
    Right.MASKED: gettext_noop("打码"),
    Right.READ: gettext_noop("只读"),
    Right.WRITE: gettext_noop("可改"),
}
COLUMNS = ("view", "add", "change", "delete", "import", "export")


@dataclass(frozen=True)
class RoleLine:
    """What a role may do with one object: a cell per usual action, the others as text, and the fields with a rule."""

    label: str
    cells: tuple[str, ...]
    others: tuple[str, ...]
    fields: tuple[tuple[str, str], ...]


def role_lines(role: str) -> list[RoleLine]:
    """Every object that the role may at least do something with, most widely seen first within the alphabet of their labels."""
    lines = [_line(declaration, role) for declaration in declarations().values() if role in declaration.grants]
    return sorted((line for line in lines if any(line.cells) or line.others), key=lambda line: line.label)


def untouched(role: str) -> list[str]:
    """Labels of the objects that the role may do nothing with."""
    return sorted(d.label for d in declarations().values() if not any(d.grants[role].actions.values() if role in d.grants else ()))


def people_per_role() -> dict[str, int]:
    """How many people hold each role today, by post or by account."""
    held = held_on(clock.today(), Post.objects.filter(person__active=True))
    found = dict(held.order_by().values_list("role").annotate(n=Count("person", distinct=True)))
    for roles in Account.objects.filter(is_active=True).exclude(roles=[]).values_list("roles", flat=True):
        for role in roles:
            found[role] = found.get(role, 0) + 1
    return found


def _line(declaration: Declaration, role: str) -> RoleLine:
    actions = declaration.grants[role].actions
    cells = tuple(_reach(declaration, actions.get(action, Reach.NONE)) for action in COLUMNS)
    others = tuple(
        f"{_(declaration.actions[action])} {_reach(declaration, extent)}"
        for action, extent in actions.items()
        if action not in COLUMNS and extent
    )
    fields = tuple((rule.label, _(RIGHTS[rule.rights.get(role, rule.default)])) for rule in declaration.fields.values())
    return RoleLine(declaration.label, cells, others, fields)


def _reach(declaration: Declaration, extent: Reach) -> str:
    if extent is Reach.NONE:
        return ""
    return _(REACHES[Reach.ALL if declaration.scope.everyone else extent])
