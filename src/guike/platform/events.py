"""Facts that a lower domain tells; who listens stands in one table, `wiring/reactions.py`."""

from collections import defaultdict
from collections.abc import Callable
from typing import Any

_reactions: dict[type, list[Callable[[Any], None]]] = defaultdict(list)


def subscribe(event: type, reaction: Callable[[Any], None]) -> None:
    """Called by the table of reactions only."""
    if reaction not in _reactions[event]:
        _reactions[event].append(reaction)


def emit(event: object) -> None:
    """Tell a fact. Reactions run at once, in the writer's transaction; slow ones defer a job."""
    for reaction in _reactions[type(event)]:
        reaction(event)
