"""Facts that a lower domain tells; who listens stands in one table, `wiring/reactions.py`."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

_unheard: ContextVar[bool] = ContextVar("guike_unheard", default=False)
_reactions: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type, reaction: Callable[[Any], None]) -> None:
    """Called by the table of reactions only."""
    if reaction not in _reactions[event]:
        _reactions[event].append(reaction)


def emit(event: object) -> None:
    """Tell a fact. Reactions run at once, in the writer's transaction; slow ones defer a job."""
    for reaction in () if _unheard.get() else _reactions[type(event)]:
        reaction(event)


@contextmanager
def unheard() -> Iterator[None]:
    """Nobody reacts to what is told inside: for loading a whole past, after which everything is brought up to date once."""
    token = _unheard.set(True)
    try:
        yield
    finally:
        _unheard.reset(token)
