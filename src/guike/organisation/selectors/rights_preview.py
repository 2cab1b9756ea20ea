"""What a change of rights would do, before it is saved: who is concerned, and what one of them would see then (PLT-01)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from guike.organisation.selectors import roles
from guike.organisation.selectors.viewers import viewer_for
from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.rights import ACTION, Cell, Rights

#: Rows counted for an example person at most; beyond it the figure says 「10 万以上」.
COUNTED = 100_000
EXAMPLES = 2


@dataclass(frozen=True)
class Line:
    """One cell before and after; `follows` = nobody clicked it, it is narrowed along with looking."""

    label: str
    before: str
    after: str
    follows: bool


@dataclass(frozen=True)
class Example:
    """How many rows of an object one person sees now and would see then."""

    person: str
    object: str
    before: int
    after: int

    @property
    def less(self) -> bool:
        return self.after < self.before


@dataclass(frozen=True)
class Effects:
    """All that the page says before one saves."""

    lines: tuple[Line, ...]
    count: int
    names: tuple[str, ...]
    examples: tuple[Example, ...]

    @property
    def asked(self) -> list[Line]:
        """What somebody clicked, looking first."""
        return [line for line in self.lines if not line.follows]

    @property
    def following(self) -> list[tuple[str, str]]:
        """What is narrowed along: the new reach, and the actions as one text."""
        found: dict[str, list[str]] = {}
        for line in self.lines:
            if line.follows:
                found.setdefault(line.after, []).append(line.label)
        return [(after, "、".join(labels)) for after, labels in found.items()]


def effects(rights: Rights, role: str, cells: Mapping[Cell, int], asked: Mapping[Cell, int]) -> Effects:
    """`cells` are those that change, `asked` those that somebody clicked."""
    people = roles.holders(role)
    lines = tuple(_line(rights, cell, value, asked) for cell, value in sorted(cells.items()))
    seen = sorted({cell.object for cell in cells if (cell.part, cell.name) == (ACTION, "view")})
    then = rights.with_cells(cells)
    examples = []
    for person in people[:EXAMPLES] if seen else ():
        now = viewer_for(person.account)
        for code in seen:
            after = replace(now, rights=then)
            examples.append(Example(person.name, roles.object_label(code), _count(now, code), _count(after, code)))
    return Effects(lines, len(people), tuple(person.name for person in people[:5]), tuple(examples))


def _line(rights: Rights, cell: Cell, value: int, asked: Mapping[Cell, int]) -> Line:
    before = roles.value_label(cell, roles.value_of(rights, cell))
    return Line(roles.part_label(cell), before, roles.value_label(cell, value), asked.get(cell) != value)


def _count(viewer: Viewer, code: str) -> int:
    return access.rows(viewer, code).order_by().values("pk")[:COUNTED].count()
