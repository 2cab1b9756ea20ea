"""The one table of reactions: which event of a lower domain sets off what in an upper one (architecture: events)."""

from collections.abc import Callable
from importlib import import_module

from guike.platform import events

#: "module:Event" → the functions called with it, in this order, in the writer's transaction.
REACTIONS: dict[str, list[str]] = {}


def _resolve(dotted: str) -> Callable | type:
    module, name = dotted.split(":")
    return getattr(import_module(module), name)


for event, reactions in REACTIONS.items():
    for reaction in reactions:
        events.subscribe(_resolve(event), _resolve(reaction))  # type: ignore[arg-type]
