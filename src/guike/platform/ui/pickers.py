"""Choosing a row of another object: each domain registers how its object is searched in its own `pickers.py`."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.functional import Promise

from guike.platform.access import Viewer, allowed

LIMIT = 20
Filters = Mapping[str, str]


@dataclass(frozen=True)
class Choice:
    """One row offered: `second` distinguishes namesakes; `taken` marks one owned by others that cannot be chosen; `seal` its grade."""

    value: str | int
    label: str
    second: str = ""
    seal: str = ""
    href: str = ""
    taken: bool = False

    def as_json(self) -> dict[str, Any]:
        return {"value": str(self.value), "text": self.label, "second": self.second, "seal": self.seal, "disabled": self.taken}


Search = Callable[[Viewer, str, int, Filters], Iterable[Choice]]
Labels = Callable[[Viewer, Sequence[str]], Iterable[Choice]]


@dataclass(frozen=True)
class Picker:
    """How one object is found. `search(viewer, text, limit, filters)`: by name, pinyin, phone or number, empty text = the usual first ones.

    `chosen(viewer, values)` gives back the rows of a form shown again. Both return only what the viewer may see.
    """

    code: str
    title: str | Promise
    search: Search
    chosen: Labels
    access: tuple[str, str] | None = None
    icon: str = ""
    in_palette: bool = False
    create: Callable[[Viewer, Filters], str] | None = None
    list_url_name: str = ""

    def create_url(self, viewer: Viewer, filters: Filters) -> str:
        """The form that makes a new row from inside the picker; "" for those who may not."""
        may = self.create and (not self.access or allowed(viewer, self.access[0], "add"))
        return self.create(viewer, filters) if may and self.create else ""

    def all_url(self, text: str) -> str:
        """The list that shows everything the text finds; "" where the object has no list page."""
        return f"{reverse(self.list_url_name)}?{urlencode({'view': 'all', 'q': text})}" if self.list_url_name else ""


_pickers: dict[str, Picker] = {}


class NoPicker(LookupError):
    """No domain registered this picker."""


def register(
    code: str,
    *,
    title: str | Promise,
    search: Search,
    chosen: Labels,
    access: tuple[str, str] | None = None,
    icon: str = "",
    in_palette: bool = False,
    create: Callable[[Viewer, Filters], str] | None = None,
    list_url_name: str = "",
) -> None:
    """Offer rows of an object to every form as `PickField("code")`, at /pick/<code>/?q=, and in the search box if `in_palette`.

    `create(viewer, filters)` gives the address of the form that makes a new one (its view passes `made=` to `sheets.done`); `list_url_name` the list that has a view `all` and answers to `q`.
    """
    _pickers[code] = Picker(code, title, search, chosen, access, icon, in_palette, create, list_url_name)


def picker(code: str) -> Picker:
    """The picker of that code; raises NoPicker."""
    if code not in _pickers:
        raise NoPicker(code)
    return _pickers[code]


def found(viewer: Viewer, code: str, text: str, filters: Filters | None = None, limit: int = LIMIT) -> list[Choice]:
    """What a search offers this viewer; nothing where the right to see the object is missing."""
    asked = picker(code)
    if asked.access and not allowed(viewer, *asked.access):
        return []
    return list(asked.search(viewer, text.strip(), limit, filters or {}))[:limit]


def first(viewer: Viewer, code: str, filters: Filters | None = None) -> list[Choice]:
    """The rows offered before anything is typed: all that a form without script can choose from."""
    return found(viewer, code, "", filters, 50)


def chosen(viewer: Viewer | None, code: str, values: Sequence[Any]) -> list[Choice]:
    """The rows already chosen, in sight of the viewer."""
    if not values or viewer is None:
        return []
    asked = picker(code)
    if asked.access and not allowed(viewer, *asked.access):
        return []
    return list(asked.chosen(viewer, [str(getattr(v, "pk", v)) for v in values]))


def palette(viewer: Viewer, text: str, limit: int = 5) -> list[tuple[Picker, list[Choice], str]]:
    """The sections of the search box that found something: kind, rows, and the list with all of them."""
    sections = ((p, found(viewer, p.code, text, limit=limit)) for p in _pickers.values() if p.in_palette)
    return [(asked, rows, asked.all_url(text)) for asked, rows in sections if rows]
