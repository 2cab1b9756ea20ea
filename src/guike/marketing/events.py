"""Facts that market finds tell; who listens stands in `wiring/reactions.py`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FindSent:
    """A find waits for these people: for one, or for the first of several. `by_id`: who sent it."""

    find_id: int
    people: tuple[int, ...]
    by_id: int | None = None


@dataclass(frozen=True)
class FindReturned:
    """A find came back: by somebody's word, or (`by_id` empty) because its time was over."""

    find_id: int
    by_id: int | None = None


@dataclass(frozen=True)
class FindOrdered:
    """What a find became placed its first order."""

    find_ids: tuple[int, ...]
