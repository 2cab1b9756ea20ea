"""A viewer as job arguments: who started the work and with which rights, so that the worker does no more than they may."""

from typing import Any

from guike.platform import rights
from guike.platform.access import Viewer

SETS = ("roles", "department_ids", "department_tree_ids")
PLAIN = ("account_id", "person_id", "name", "login", "is_system")


def frozen(viewer: Viewer) -> dict[str, Any]:
    """Everything of the viewer that JSON holds."""
    return {**{name: getattr(viewer, name) for name in PLAIN}, **{name: sorted(getattr(viewer, name)) for name in SETS}}


def thawed(facts: dict[str, Any]) -> Viewer:
    known: dict[str, Any] = {**{name: facts[name] for name in PLAIN}, **{name: frozenset(facts[name]) for name in SETS}}
    return Viewer(**known, rights=rights.present())
