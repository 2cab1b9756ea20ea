"""Who may what, in words: the rights in force beside what is shipped (PLT-01)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.apps import apps
from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from guike.organisation.models import Account, Person, Post, RightsChange
from guike.organisation.selectors.chain import held_on
from guike.platform import clock
from guike.platform.access import Declaration, declarations
from guike.platform.rights import ACTION, FIELD, Cell, Reach, Right, Rights, offered_actions, shipped_actions, shipped_right
from guike.platform.roles import ROLES

REACHES = {
    Reach.NONE: gettext_noop("不能"),
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
#: Parts of the product in the order in which an administrator thinks of them; the rest is how it is run.
AREAS = ("customers", "contact", "marketing", "sales", "products", "engine", "organisation")
COLUMNS = ("view", "add", "change", "delete", "import", "export")


@dataclass(frozen=True)
class Mark:
    """One cell as shown: its words, and the shipped ones where they differ. `offered` False: the action means nothing here."""

    text: str
    shipped: str = ""
    label: str = ""
    offered: bool = True


@dataclass(frozen=True)
class RoleLine:
    """What a role may do with one object: a cell per usual action, the others by name, and the fields with a rule."""

    code: str
    label: str
    place: int
    cells: tuple[Mark, ...]
    others: tuple[Mark, ...]
    fields: tuple[Mark, ...]

    @property
    def touched(self) -> bool:
        return any(mark.text for mark in (*self.cells, *self.others))

    @property
    def changed(self) -> bool:
        return any(mark.shipped for mark in (*self.cells, *self.others, *self.fields))


@dataclass(frozen=True)
class Area:
    """The objects of one part of the product."""

    label: str
    lines: tuple[RoleLine, ...]


def role_areas(rights: Rights, role: str, *, only_changed: bool = False, whole: bool = False) -> list[Area]:
    """The objects that a role may do something with (`whole`: every object), by part of the product, their labels in order."""
    lines = [line for line in (_line(rights, role, one) for one in declarations().values()) if line.touched or line.changed or whole]
    wanted = sorted((line for line in lines if line.changed or not only_changed), key=lambda line: (line.place, line.label))
    return [Area(_area(place), tuple(group)) for place, group in groupby(wanted, key=lambda line: line.place)]


def untouched(rights: Rights, role: str) -> list[str]:
    """Labels of the objects that the role may do nothing with."""
    return sorted(str(d.label) for d in declarations().values() if not any(rights.granted(role, d).values()))


def people_per_role() -> dict[str, int]:
    """How many people hold each role today, by post or by account."""
    held = held_on(clock.today(), Post.objects.filter(person__active=True))
    found = dict(held.order_by().values_list("role").annotate(n=Count("person", distinct=True)))
    for roles in Account.objects.filter(is_active=True).exclude(roles=[]).values_list("roles", flat=True):
        for role in roles:
            found[role] = found.get(role, 0) + 1
    return found


def holders(role: str) -> list[Person]:
    """Who can log in with a role today, by post or by account, by number."""
    by_post = held_on(clock.today(), Post.objects.filter(role=role)).values("person_id")
    able = Person.objects.filter(active=True, account__is_active=True)
    return list((able.filter(pk__in=by_post) | able.filter(account__roles__contains=[role])).select_related("account").order_by("number"))


def who_may(rights: Rights, code: str, action: str) -> list[str]:
    """Names of the roles that may do this to an object, however far: whom to turn to."""
    declaration = declarations()[code]
    return [role_name(role) for role in ROLES.offered() if rights.granted(role, declaration).get(action, Reach.NONE)]


def own_roles_made_from(rights: Rights, role: str) -> list[str]:
    return [one.name for one in rights.own.values() if one.base == role]


def changes(role: str = "", limit: int = 200) -> list[RightsChange]:
    """The newest changes asked for, of one role or of all."""
    found = RightsChange.objects.select_related("asked_by", "decided_by")
    return list((found.filter(role=role) if role else found)[:limit])


def waiting() -> list[RightsChange]:
    return list(RightsChange.objects.filter(state="waiting").order_by("pk"))


# --- words -----------------------------------------------------------------------------------------------------------


def object_label(code: str) -> str:
    """「客户」; the code itself when an upgrade took the object away."""
    return str(declarations()[code].label) if code in declarations() else code


def objects() -> list[tuple[str, str]]:
    """Every object by its label."""
    return sorted(((code, str(one.label)) for code, one in declarations().items()), key=lambda one: one[1])


def actions() -> list[tuple[str, str]]:
    """Every action that some object knows, the usual ones first."""
    known: dict[str, str] = {}
    for declaration in declarations().values():
        for action in offered_actions(declaration):
            known.setdefault(action, str(_(declaration.actions[action])))
    return sorted(known.items(), key=lambda one: COLUMNS.index(one[0]) if one[0] in COLUMNS else len(COLUMNS))


def part_label(cell: Cell) -> str:
    """The action or field of a cell: 「导出」, 「电话」."""
    declaration = declarations().get(cell.object)
    if declaration is None:
        return cell.name
    if cell.part == ACTION:
        return str(_(declaration.actions.get(cell.name, cell.name)))
    return str(declaration.fields[cell.name].label) if cell.name in declaration.fields else cell.name


def value_label(cell: Cell, value: int) -> str:
    """A value in words; for objects that belong to nobody any reach is 「可以」."""
    if cell.part == FIELD:
        return str(_(RIGHTS[Right(value)]))
    declaration = declarations().get(cell.object)
    return _reach(declaration, Reach(value)) if declaration else str(_(REACHES[Reach(value)]))


def role_name(code: str) -> str:
    return str(_(ROLES[code])) if code in ROLES else code


def told(entry: RightsChange) -> list[str]:
    """What a change did, a sentence each: 「客户 · 导出：本部门及下级 → 不能」."""
    content = entry.content
    if entry.kind == "rights":
        return [_told_cell(entry.role, one) for one in content["cells"]]
    sentences = {
        "copy": _("新建「%(name)s」，从「%(source)s」复制"),
        "rename": _("改名「%(before)s」→「%(name)s」"),
        "close": _("停用「%(name)s」"),
        "reopen": _("启用「%(name)s」"),
        "two_person": _("权限变更要两人：%(before)s → %(after)s"),
    }
    return [sentences[entry.kind] % content]


def _told_cell(role: str, one: dict) -> str:
    cell = Cell(role, one["object"], one["part"], one["name"])
    return _("%(object)s · %(part)s：%(before)s → %(after)s") % {
        "object": object_label(cell.object),
        "part": part_label(cell),
        "before": value_label(cell, one["before"]),
        "after": value_label(cell, one["after"]),
    }


def _line(rights: Rights, role: str, declaration: Declaration) -> RoleLine:
    offered = offered_actions(declaration)
    now, shipped = rights.granted(role, declaration), shipped_actions(_base(rights, role), declaration)
    marks = {action: _action(declaration, action, now, shipped) for action in offered}
    cells = tuple(marks.get(action, Mark("", offered=False)) for action in COLUMNS)
    others = tuple(mark for action, mark in marks.items() if action not in COLUMNS and (mark.text or mark.shipped))
    fields = tuple(_field(rights, role, declaration, name) for name in declaration.fields)
    return RoleLine(declaration.code, str(declaration.label), _place(declaration), cells, others, fields)


def _base(rights: Rights, role: str) -> str:
    own = rights.own.get(role)
    return own.base if own else role


def _action(declaration: Declaration, action: str, now: dict | object, shipped: dict | object) -> Mark:
    present, before = (one.get(action, Reach.NONE) for one in (now, shipped))  # type: ignore[attr-defined]
    text = "" if present is Reach.NONE else _reach(declaration, present)
    differs = _reach(declaration, before) if present != before else ""
    return Mark(text, differs, str(_(declaration.actions[action])))


def _field(rights: Rights, role: str, declaration: Declaration, name: str) -> Mark:
    present, before = rights.right(role, declaration, name), shipped_right(_base(rights, role), declaration, name)
    return Mark(str(_(RIGHTS[present])), str(_(RIGHTS[before])) if present != before else "", str(declaration.fields[name].label))


def _place(declaration: Declaration) -> int:
    """Where an object stands in `AREAS`; past its end for what belongs to running the system."""
    app = declaration.model.split(".")[0]
    return AREAS.index(app) if app in AREAS else len(AREAS)


def _area(place: int) -> str:
    return str(apps.get_app_config(AREAS[place]).verbose_name) if place < len(AREAS) else str(_("系统"))


def _reach(declaration: Declaration, extent: Reach) -> str:
    if declaration.scope.everyone and extent:
        return str(_("可以"))
    return str(_(REACHES[extent]))


def cells_of(role: str, declaration: Declaration) -> Iterable[Cell]:
    """Everything that can be set for a role on one object."""
    yield from (Cell(role, declaration.code, ACTION, action) for action in offered_actions(declaration))
    yield from (Cell(role, declaration.code, FIELD, name) for name in declaration.fields)


def value_of(rights: Rights, cell: Cell) -> int:
    """What counts now for a cell."""
    declaration = declarations()[cell.object]
    if cell.part == ACTION:
        return rights.granted(cell.role, declaration).get(cell.name, Reach.NONE)
    return rights.right(cell.role, declaration, cell.name)


def shipped_value(rights: Rights, cell: Cell) -> int:
    """What is shipped for a cell; for a role of the company's own what its base has."""
    declaration, base = declarations()[cell.object], _base(rights, cell.role)
    if cell.part == ACTION:
        return shipped_actions(base, declaration).get(cell.name, Reach.NONE)
    return shipped_right(base, declaration, cell.name)
