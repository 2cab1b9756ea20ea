"""What upper domains tell about obligations: the kinds they open, and where the subjects of a kind and their owners stand."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet


@dataclass(frozen=True)
class Kind:
    """How an obligation of this kind is shown and done: the word, the verb on its button, its icon.

    `by_contact`: any qualifying contact closes it. `link`: the page on which it is done, with {subject_id}, where that is not the customer's.
    `by_record`: only its own record closes it, nobody does by word.
    `second`: another way out beside the button, its words and its page with {subject_id}; for who owes it.
    `ahead`: it stands on *Today* from the day it was opened, not only when it is due.
    """

    code: str
    label: str
    action: str
    icon: str = "calendar-due"
    by_contact: bool = False
    link: str = ""
    by_record: bool = False
    ahead: bool = False
    second: str = ""
    second_link: str = ""


@dataclass(frozen=True)
class Subjects:
    """The subjects of a kind that may owe a contact. `rows()` gives a queryset of exactly five columns, in this order:

    id, id of the person who owes, id of that person's department (may be null), yearly purchases in yuan (may be null), the day that person took
    it over (may be null).
    Subjects without a person (public pool) stay out.
    """

    kind: str
    label: str
    rows: Callable[[], QuerySet]


_kinds: dict[str, Kind] = {}
_subjects: dict[str, Subjects] = {}


def register_kind(kind: Kind) -> None:
    _kinds[kind.code] = kind


def register_subjects(subjects: Subjects) -> None:
    _subjects[subjects.kind] = subjects


def kind(code: str) -> Kind:
    """One kind; a code nobody registered is still shown."""
    return _kinds.get(code) or Kind(code, code, "办结")


def kinds() -> dict[str, Kind]:
    return dict(_kinds)


def closed_by_contact() -> list[str]:
    """Kinds that any qualifying contact closes."""
    return [code for code, kind in _kinds.items() if kind.by_contact]


def shown_ahead() -> list[str]:
    """Kinds that stand on the list before they are due."""
    return [code for code, kind in _kinds.items() if kind.ahead]


def subjects(kind: str) -> Subjects:
    """Where the subjects of this kind stand. LookupError when no domain registered them."""
    if kind not in _subjects:
        raise LookupError(f"no domain registered subjects of kind {kind}")
    return _subjects[kind]


def subject_kinds() -> list[str]:
    return list(_subjects)
