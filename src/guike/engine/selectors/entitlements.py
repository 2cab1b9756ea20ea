
"""What a grade brings, and what a change of it changes (POL-10)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from guike.engine.models.decision import Standing
from guike.engine.policies.content import Content
from guike.engine.policies.entitlement import ITEMS, Change, changes, granted
from guike.engine.rulebook import Rulebook
from guike.platform import clock
from guike.platform.access import Viewer, row


@dataclass(frozen=True)
class Entitlement:
    """One item that an outcome brings. `source` names the table's clause and version."""

    item: str
    label: str
    value: Any
    words: str
    table: str
    source: str


def entitlements(outcome: str, as_of: date | None = None, *, follows: str = "", subject: str = "customer") -> dict[str, Entitlement]:
    """Item → what an outcome of a grading brings on a day (default today). `follows` names the grading; empty: the primary one.

    Days and hours are whole numbers, money is Decimal in 元, the price list a text, approvers role codes. An item that no table in force
    gives is missing. Several tables of one grading: the first that gives an item counts.
    """
    book = Rulebook(as_of or clock.today())
    followed = follows or _primary(book, subject)
    found: dict[str, Entitlement] = {}
    for table in tables(book, followed):
        for code, value in granted(table.grants, outcome).items():
            one = ITEMS[code]
            found.setdefault(code, Entitlement(code, str(one.label), value, one.said(value), table.code, book.source(table.code)))
    return {code: found[code] for code in ITEMS if code in found}


def tables(book: Rulebook, follows: str) -> list[Content]:
    """The tables of one grading that are in force, the oldest first."""
    kinds = {code: version.policy.kind for code, version in book.versions.items()}
    found = [book.content(code) for code, kind in kinds.items() if kind == "entitlement"]
    return [content for content in found if follows and content.follows == follows]


def _primary(book: Rulebook, subject: str) -> str:
    return next((code for code, one in book.versions.items() if one.policy.is_primary and one.policy.subject_kind == subject), "")


def changes_between(follows: str, as_of: date | None = None) -> Callable[[str, str], tuple[Change, ...]]:
    """(before, after) → what a move from one outcome of a grading to another changes, item by item. Tables are read once, here."""
    found = tables(Rulebook(as_of or clock.today()), follows)

    @cache
    def between(before: str, after: str) -> tuple[Change, ...]:
        return _said(found, before, after)

    return between


@dataclass(frozen=True)
class Brought:
    """What a subject's grade brings today: the grading, its outcome in words, the items, where they stand."""

    policy: str
    label: str
    items: tuple[Entitlement, ...]
    sources: tuple[str, ...]


def brought(viewer: Viewer, subject_id: int, *, subject: str = "customer", policy: str = "") -> Brought | None:
    """The same for one subject (its primary grade, or the named grading); None where no table gives anything. The viewer may see it."""
    row(viewer, subject, subject_id, "view")
    book = Rulebook(clock.today())
    code = policy or _primary(book, subject)
    if not code or code not in book.versions:
        return None
    outcome = Standing.objects.filter(policy__code=code, subject_kind=subject, subject_id=subject_id).values_list("outcome", flat=True).first()
    items = tuple(entitlements(outcome or "", follows=code, subject=subject).values())
    if not items:
        return None
    return Brought(code, book.content(code).label(outcome or ""), items, tuple(dict.fromkeys(one.source for one in items)))


@dataclass(frozen=True)
class Shift:
    """So many subjects move from one outcome to another (or stay, where the table changes), and this is what changes for each of them."""

    count: int
    before: str
    after: str
    changes: tuple[Change, ...]


def shifts(book: Rulebook, follows: str, matrix: Mapping[str, Mapping[str, int]], labels: Mapping[str, str]) -> tuple[Shift, ...]:
    """What the moves of a trial change, the most frequent first; moves that change nothing are left out."""
    known = tables(book, follows)
    found = [
        Shift(number, labels.get(before) or before, labels.get(after) or after, said)
        for before, row_ in matrix.items()
        for after, number in row_.items()
        if before != after and (said := _said(known, before, after))
    ]
    return tuple(sorted(found, key=lambda one: -one.count))


def _said(found: Sequence[Content], before: str, after: str) -> tuple[Change, ...]:
    return tuple(change for table in found for change in changes(table.grants, before, after))
