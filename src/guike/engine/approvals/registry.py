"""What upper domains tell about approvals: the kinds they ask for, and what is called back when one is decided (PLT-05).

`register(Kind("credit", done=services.credit_decided, …))` in the domain's `approvals.py`, which is found by itself. `done` runs in the
transaction of the last signature: what it refuses is not signed.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from guike.engine.policies import facts
from guike.platform.access import Viewer


@dataclass(frozen=True)
class Past:
    """A document of the past, for simulations: what it asked for and with which facts, whether anybody signed it then or not."""

    subject_kind: str
    subject_id: int
    title: str
    on: date
    applicant: int | None
    facts: Mapping[str, Any] = field(default_factory=dict)
    owner: int | None = None
    approval_id: int | None = None


def _nothing(approval: Any, actor: Viewer) -> None:
    """Nobody is called back."""


@dataclass(frozen=True)
class Kind:
    """One kind of request. `approved`, `rejected` and `dropped` (withdrawn, lapsed) are called with the approval and who decided.

    `again(approval)` is the page on which a returned request is changed and sent again, where reason and words alone are not enough.
    `past(start, end)` gives documents that were never sent for approval, so that a first policy can be tried.
    """

    code: str
    approved: Callable[[Any, Viewer], None] = _nothing
    rejected: Callable[[Any, Viewer], None] = _nothing
    dropped: Callable[[Any, Viewer], None] = _nothing
    past: Callable[[date, date], Iterable[Past]] | None = None
    again: Callable[[Any], str] | None = None

    @property
    def label(self) -> str:
        found = facts.document(self.code)
        return str(found.label) if found else self.code

    @property
    def icon(self) -> str:
        found = facts.document(self.code)
        return found.icon if found else "checkup-list"


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Connect a document kind (`policies.facts.register_document`) with its callbacks. Raises for one that no policy could name."""
    if facts.document(kind.code) is None:
        raise ValueError(f"{kind.code}: register_document first")
    _kinds[kind.code] = kind


def kind(code: str) -> Kind:
    """One kind; a code nobody registered is still shown, and calls nobody."""
    return _kinds.get(code) or Kind(code)


def choices() -> list[tuple[str, str]]:
    return [(code, str(one.label)) for code, one in facts.documents().items()]
