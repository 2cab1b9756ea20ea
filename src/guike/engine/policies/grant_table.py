"""The table of entitlements as people read it: items down, grades across; with what another version says beside it (POL-10)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from guike.engine.policies.catalogue import Face
from guike.engine.policies.content import Content, Grant
from guike.engine.policies.entitlement import ITEMS, granted


@dataclass(frozen=True)
class Cell:
    """What one grade brings of one item, in words; `before` where the other version says something else."""

    words: str
    before: str | None = None


@dataclass(frozen=True)
class Line:
    """One item: its word, the titles of the policies that take it from here, a cell for each grade."""

    label: str
    takers: tuple[str, ...]
    cells: tuple[Cell, ...]

    @property
    def changed(self) -> bool:
        return any(cell.before is not None for cell in self.cells)


@dataclass(frozen=True)
class Table:
    """Grades as they are called, best first as the grading has them; only items that a grade brings."""

    heads: tuple[str, ...]
    lines: tuple[Line, ...]


def table(content: Content, faces: Mapping[str, Face], before: Content | None = None) -> Table:
    """The table of a content, with what `before` said where it differs."""
    old: Sequence[Grant] = before.grants if before else ()
    followed = faces.get(content.follows)
    labels = dict(followed.outcomes) if followed else {}
    named = dict.fromkeys(one.outcome for one in (*content.grants, *old))
    order = [code for code in labels if code in named] + [code for code in named if code not in labels]
    lines = (
        Line(str(one.label), _takers(code, content.code, faces.values()), tuple(_cell(content.grants, old, grade, code, before) for grade in order))
        for code, one in ITEMS.items()
        if any(granted(rows, grade).get(code) is not None for rows in (content.grants, old) for grade in order)
    )
    return Table(tuple(labels.get(code, code) for code in order), tuple(lines))


def _cell(new: Sequence[Grant], old: Sequence[Grant], grade: str, code: str, before: Content | None) -> Cell:
    value, earlier = granted(new, grade).get(code), granted(old, grade).get(code)
    return Cell(ITEMS[code].said(value), ITEMS[code].said(earlier) if before and earlier != value else None)


def _takers(item: str, own: str, faces: Iterable[Face]) -> tuple[str, ...]:
    return tuple(face.title for face in faces if face.from_table == own and any(take.item == item for take in face.takes))
