"""What the company changed about the shipped rights, compiled once and carried by every viewer (PLT-01).

The declarations (`platform.access`) say what is shipped. The company keeps differences only, so that an object that comes with an
upgrade arrives with its shipped rights. Pure: reading the rows is the organisation's, which also says when they changed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import IntEnum
from typing import TYPE_CHECKING

from guike.platform.roles import ROLES

if TYPE_CHECKING:
    from guike.platform.access import Declaration


class Reach(IntEnum):
    """How far a right reaches, from nothing to everything."""

    NONE = 0
    OWN = 1
    DEPARTMENT = 2
    BELOW = 3
    ALL = 4


class Right(IntEnum):
    """What a viewer gets of a field."""

    HIDDEN = 0
    MASKED = 1
    READ = 2
    WRITE = 3


ACTION, FIELD = "action", "field"


@dataclass(frozen=True, order=True)
class Cell:
    """One thing that can be set for a role: an action's reach or a field's right."""

    role: str
    object: str
    part: str
    name: str


@dataclass(frozen=True)
class OwnRole:
    """A role of the company's own: it starts as the shipped `base` does."""

    code: str
    name: str
    base: str
    open: bool = True


@dataclass(frozen=True, eq=False)
class Rights:
    """The rights in force beside the declarations. `version` names this state; two states never share one, so it is what is compared."""

    version: str = ""
    changed: Mapping[Cell, int] = field(default_factory=dict)
    own: Mapping[str, OwnRole] = field(default_factory=dict)
    two_person: bool = False
    #: What was worked out, with the declaration that it was worked out from.
    _granted: dict[tuple[str, str], tuple[Declaration, Mapping[str, Reach]]] = field(default_factory=dict, init=False, repr=False)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rights) and self.version == other.version and (self is other or self.changed == other.changed)

    def __hash__(self) -> int:
        return hash(self.version)

    def base(self, role: str) -> str:
        """The shipped role whose declarations count; "" for a role that is switched off."""
        own = self.own.get(role)
        return role if own is None else own.base if own.open else ""

    def granted(self, role: str, declaration: Declaration) -> Mapping[str, Reach]:
        """Action → reach of one role on one object."""
        key = (role, declaration.code)
        kept = self._granted.get(key)
        if kept is None or kept[0] is not declaration:
            kept = self._granted[key] = (declaration, self._worked_out(role, declaration))
        return kept[1]

    def _worked_out(self, role: str, declaration: Declaration) -> Mapping[str, Reach]:
        base = self.base(role)
        actions = shipped_actions(base, declaration)
        if not base or not self.changed:
            return actions
        found = dict(actions)
        for action in declaration.actions:
            value = self.changed.get(Cell(role, declaration.code, ACTION, action))
            if value is not None:
                found[action] = Reach(value)
        return found if found == actions else narrowed(declaration, found)

    def right(self, role: str, declaration: Declaration, name: str) -> Right:
        """What one role gets of a field that has a rule."""
        base = self.base(role)
        if not base:
            return Right.HIDDEN
        value = self.changed.get(Cell(role, declaration.code, FIELD, name)) if self.changed else None
        return shipped_right(base, declaration, name) if value is None else Right(value)

    def with_cells(self, cells: Mapping[Cell, int | None]) -> Rights:
        """These rights with some cells set; None = as shipped. For looking ahead: has no version."""
        changed = {cell: value for cell, value in {**self.changed, **cells}.items() if value is not None}
        return replace(self, version="", changed=changed)


SHIPPED = Rights()


def shipped_actions(role: str, declaration: Declaration) -> Mapping[str, Reach]:
    grant = declaration.grants.get(role)
    return grant.actions if grant else {}


def shipped_right(role: str, declaration: Declaration, name: str) -> Right:
    rule = declaration.fields[name]
    return rule.rights.get(role, rule.default)


def bounded(declaration: Declaration) -> bool:
    """Does nobody do to a row of this object what he may not see? True for all but those where noting is allowed without reading."""
    return "view" in offered_actions(declaration) and not any(_too_far(grant.actions) for grant in declaration.grants.values())


def _too_far(actions: Mapping[str, Reach]) -> list[str]:
    seen = actions.get("view", Reach.NONE)
    return [action for action, extent in actions.items() if action not in ("view", "add") and extent > seen]


def too_far(declaration: Declaration, actions: Mapping[str, Reach]) -> list[str]:
    """The actions that would reach rows which the role does not see."""
    return _too_far(actions) if bounded(declaration) else []


def narrowed(declaration: Declaration, actions: Mapping[str, Reach]) -> dict[str, Reach]:
    """The same with nothing reaching further than looking does: what counts, whatever the rows say."""
    far = too_far(declaration, actions)
    return {action: actions.get("view", Reach.NONE) if action in far else extent for action, extent in actions.items()}


def offered_actions(declaration: Declaration) -> list[str]:
    """The actions that mean something for this object: those that some role has as shipped."""
    granted = {action for grant in declaration.grants.values() for action, extent in grant.actions.items() if extent}
    return [action for action in declaration.actions if action in granted]


def offered_reaches(declaration: Declaration, find: Callable[[str], Declaration]) -> list[Reach]:
    """The reaches that tell rows of this object apart; `find` gives the object on which it hangs."""
    scope = declaration.scope
    while scope.through:
        scope = find(scope.through[0]).scope
    if scope.everyone:
        return [Reach.NONE, Reach.ALL]
    found = [Reach.NONE]
    found += [Reach.OWN] if scope.owner or scope.shared else []
    found += [Reach.DEPARTMENT, Reach.BELOW] if scope.department else []
    return [*found, Reach.ALL]


def offered_rights(declaration: Declaration, name: str) -> list[Right]:
    """The rights that make sense for a field: what is worked out cannot be written, what has no veil cannot be veiled."""
    rule = declaration.fields[name]
    left_out = ({Right.MASKED} if not rule.mask else set()) | (set() if rule.writable else {Right.WRITE})
    return [right for right in Right if right not in left_out]


# --- which rights are in force ---------------------------------------------------------------------------------------


class _Source:
    """How the present rights are read; the organisation, which keeps the rows, says it."""

    read: Callable[[], Rights] = staticmethod(lambda: SHIPPED)


def provide(read: Callable[[], Rights]) -> None:
    _Source.read = staticmethod(read)


def present() -> Rights:
    """The rights in force now, for work that has no request: a job, a command."""
    return _Source.read()


def in_use(rights: Rights) -> Rights:
    """Let this process know the company's own roles by name."""
    if ROLES.own or rights.own:
        names = {code: one.name for code, one in rights.own.items()}
        ROLES.use(names, frozenset(code for code, one in rights.own.items() if not one.open))
    return rights
