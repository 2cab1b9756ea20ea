"""Ways from a record to pages of higher domains, which the record's own domain does not know: `{% record_links "contact" one %}`.

An upper domain registers them at start; whoever draws the record draws them beside it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from guike.platform.access import Viewer, allowed


@dataclass(frozen=True)
class RecordLink:
    """One way on. `href(row)` is its address; `access` (object, action) who is offered it; `only` leaves rows out; `sheet`: opens beside."""

    label: Any
    icon: str
    href: Callable[[Any], str]
    access: tuple[str, str]
    only: Callable[[Any], bool] = lambda row: True
    sheet: bool = True


_links: dict[str, list[RecordLink]] = {}


def register(code: str, link: RecordLink) -> None:
    """Offer a link beside every record of an object."""
    if link not in _links.setdefault(code, []):
        _links[code].append(link)


def links(viewer: Viewer, code: str, row: Any) -> list[tuple[RecordLink, str]]:
    """(link, its address) for one record and one viewer."""
    return [(one, one.href(row)) for one in _links.get(code, []) if allowed(viewer, *one.access) and one.only(row)]
