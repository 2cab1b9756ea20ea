"""What upper domains tell about messages: their kinds, the parts of the daily digest, who is who and which days are worked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guike.platform.access import Viewer


@dataclass(frozen=True)
class Kind:
    """A sort of message: its word, where it goes unless the person chose otherwise, and how pressing it is.

    `urgent`: quiet hours and the digest do not hold it. `in_digest`: a part of the digest says the same, so that no mail of its
    own is needed for those who get the digest. `roles`: whose choices show it; empty = everybody's.
    """

    code: str
    label: str
    channels: frozenset[str] = frozenset({"page"})
    urgent: bool = False
    in_digest: bool = False
    icon: str = "bell"
    roles: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Line:
    """One line of the digest."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Section:
    """A part of the digest: heading, the first lines, how many there are in all, where the rest is."""

    title: str
    lines: tuple[Line, ...]
    count: int
    href: str = ""


@dataclass
class _Told:
    kinds: dict[str, Kind] = field(default_factory=dict)
    sections: dict[str, tuple[int, Callable[[Viewer], Section | None]]] = field(default_factory=dict)
    viewer: Callable[[Any], Viewer] = lambda account: Viewer(account_id=account.pk, person_id=account.person_id)
    holders: Callable[[str], Iterable[int]] = lambda role: ()
    workday: Callable[[date], bool] = lambda day: day.weekday() < 5


_told = _Told()


def register_kind(kind: Kind) -> None:
    _told.kinds[kind.code] = kind


def kind(code: str) -> Kind:
    """One kind; LookupError for one that no domain registered, so that a typing error does not pass unseen."""
    if code not in _told.kinds:
        raise LookupError(f"no domain registered messages of kind {code}")
    return _told.kinds[code]


def kinds() -> dict[str, Kind]:
    return dict(_told.kinds)


def label(code: str) -> str:
    """The word for a kind; the code itself for one no longer known."""
    return str(_told.kinds[code].label) if code in _told.kinds else code


def register_section(code: str, order: int, build: Callable[[Viewer], Section | None]) -> None:
    """A part of the daily digest; `build` answers None where there is nothing to say."""
    _told.sections[code] = (order, build)


def sections(viewer: Viewer) -> list[Section]:
    """The digest of one person, in order."""
    built = (build(viewer) for _order, build in sorted(_told.sections.values(), key=lambda pair: pair[0]))
    return [section for section in built if section]


def provide_viewer(viewer: Callable[[Any], Viewer]) -> None:
    """Who makes the viewer of an account."""
    _told.viewer = viewer


def viewer_of(account: Any) -> Viewer:
    return _told.viewer(account)


def provide_holders(holders: Callable[[str], Iterable[int]]) -> None:
    """Who knows the people that hold a role today."""
    _told.holders = holders


def people_with_role(role: str) -> list[int]:
    return list(_told.holders(role))


def provide_workdays(workday: Callable[[date], bool]) -> None:
    """Who knows which days are worked."""
    _told.workday = workday


def is_workday(day: date) -> bool:
    return _told.workday(day)
