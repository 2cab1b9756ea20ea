"""Which state follows which, and when a step or a request is done (PLT-05). Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

PENDING, RETURNED, APPROVED, REJECTED, WITHDRAWN, LAPSED = "pending", "returned", "approved", "rejected", "withdrawn", "lapsed"
#: Request: from → to. A returned one may be submitted again; what is closed stays closed.
TRANSITIONS: dict[str, tuple[str, ...]] = {
    PENDING: (RETURNED, APPROVED, REJECTED, WITHDRAWN, LAPSED),
    RETURNED: (PENDING, WITHDRAWN, LAPSED),
    APPROVED: (),
    REJECTED: (),
    WITHDRAWN: (),
    LAPSED: (),
}
CLOSED = tuple(state for state, following in TRANSITIONS.items() if not following)
WAITING, OPEN, PASSED, STOPPED, VOID = "waiting", "open", "passed", "stopped", "void"
#: Step: waits for its turn, is open, was passed, stopped the request (returned, rejected), or is void.
STEP_TRANSITIONS: dict[str, tuple[str, ...]] = {
    WAITING: (OPEN, VOID),
    OPEN: (PASSED, STOPPED, VOID, WAITING),
    PASSED: (),
    STOPPED: (),
    VOID: (),
}
#: What a signer may decide; each closes the signer's turn.
DECISIONS = {"approve": PENDING, "return": RETURNED, "reject": REJECTED}
#: Places of steps leave room for signers that are added in between.
SPACING = 1000
ANY, ALL = "any", "all"


def may_become(state: str, following: str) -> bool:
    return following in TRANSITIONS[state]


@dataclass(frozen=True)
class Signed:
    """A step as the rule sees it: its place, how it is signed, for whom signatures are asked, for whom they were given."""

    place: int
    sign: str
    asked: frozenset[int]
    given: frozenset[int]

    @property
    def done(self) -> bool:
        """One signature suffices with `any`; with `all` everybody asked must have signed. Nobody asked is never done."""
        if not self.asked:
            return False
        return bool(self.given & self.asked) if self.sign == ANY else self.asked <= self.given


def next_place(waiting: Iterable[int], open_places: Iterable[int]) -> int | None:
    """The place whose steps come next; None while an earlier one is open, or nothing waits.

    Steps that wait at the place of one that is open (a signer was put before them) open beside it.
    """
    place, earliest = min(waiting, default=None), min(open_places, default=None)
    return None if place is None or (earliest is not None and earliest < place) else place


def places(together: Sequence[bool]) -> list[int]:
    """Steps one after another get places 1000, 2000 …; one that runs together with the step before shares its place."""
    found: list[int] = []
    for joined in together:
        found.append(found[-1] if joined and found else (len(set(found)) + 1) * SPACING)
    return found


def between(before: int, after: int | None) -> int | None:
    """A place between two; None where no room is left. Without a following one: half a spacing further."""
    if after is None:
        return before + SPACING // 2
    middle = (before + after) // 2
    return middle if before < middle < after else None


def substitute(asked: Iterable[int], applicant: int | None, chain: Sequence[int]) -> tuple[int, ...]:
    """Who signs in place of the applicant: others asked, or else the nearest superior; nobody signs an own request.

    >>> substitute([7], 7, [3, 1])
    (3,)
    >>> substitute([7, 8], 7, [3, 1])
    (8,)
    """
    others = tuple(dict.fromkeys(person for person in asked if person != applicant))
    if others or applicant is None:
        return others
    return tuple(person for person in chain if person != applicant)[:1]


def transition_sql(transitions: dict[str, tuple[str, ...]], name: str) -> str:
    """The body of the trigger that enforces a table of transitions."""
    pairs = ", ".join(f"('{state}', '{following}')" for state, many in transitions.items() for following in many)
    return f"""
    IF NEW.state IS DISTINCT FROM OLD.state AND (OLD.state, NEW.state) NOT IN ({pairs}) THEN
        RAISE EXCEPTION '{name} % cannot go from % to %', OLD.id, OLD.state, NEW.state USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
    """
