"""Who plays whom in the demo company. A real company has no cast: its people walk the tour as themselves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Part:
    """A login of the demo with its published password, and how it is introduced: 业务员（陈思远）."""

    login: str
    password: str
    name: str


_provide: list[Callable[[], Mapping[str, Part]]] = []


def provide(parts: Callable[[], Mapping[str, Part]]) -> None:
    """Name the demo's cast: stop → part; empty where this is no demo."""
    _provide[:] = [parts]


def parts() -> Mapping[str, Part]:
    """Stop → who one is there, in the demo; nothing in a real company."""
    return _provide[0]() if _provide else {}
