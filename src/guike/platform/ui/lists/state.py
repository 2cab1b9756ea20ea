"""What the person asked of a list, read from the address and written back into it. Unknown names are refused, never ignored."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

PLAIN = ("view", "q", "where", "sort", "group", "open", "after", "before")
TOOLS = ("panel", "export", "counts", "saved")
PREFIX = "f."


class BadState(ValueError):
    """The address asks for something this list does not know; the text says what, in the user's language."""

    way = ""
    way_label = ""


class NotReadable(BadState):
    """The address shows, sorts or filters by a field the viewer may not read; `way` is the same address without it."""

    def __init__(self, message: str, label: str, way: str):
        super().__init__(message)
        self.way = way
        self.way_label = _("不用「%(label)s」打开") % {"label": label}


@dataclass(frozen=True)
class State:
    """One way of looking at a list. `base` is the state that the view alone gives; only what differs from it is written."""

    view: str = ""
    q: str = ""
    where: Mapping[str, Any] = field(default_factory=dict)
    sort: str = ""
    columns: tuple[str, ...] = ()
    quick: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    after: str = ""
    before: str = ""
    group: str = ""
    open: tuple[str, ...] = ()
    base: "State | None" = None

    def pairs(self) -> list[tuple[str, str]]:
        """The parameters of the address, in a fixed order."""
        base = self.base or State(view=self.view)
        pairs = [("view", self.view)] if self.view else []
        pairs += [("q", self.q)] if self.q != base.q else []
        pairs += [(PREFIX + code, value) for code, value in self._quick_changes(base)]
        if self.where != base.where:
            pairs.append(("where", json.dumps(self.where, ensure_ascii=False, separators=(",", ":")) if self.where else ""))
        pairs += [("sort", self.sort)] if self.sort != base.sort else []
        pairs += [("col", code) for code in self.columns] if self.columns != base.columns else []
        pairs += [("group", self.group)] if self.group != base.group else []
        pairs += [("open", value) for value in self.open]
        pairs += [(name, value) for name, value in (("after", self.after), ("before", self.before)) if value]
        return pairs

    def _quick_changes(self, base: "State") -> list[tuple[str, str]]:
        changes = []
        for code in sorted({*self.quick, *base.quick}):
            values = self.quick.get(code, ())
            if values != base.quick.get(code, ()):
                changes += [(code, value) for value in values or ("",)]
        return changes

    def url(self, **changes: Any) -> str:
        """The address of this state with changes; a change of anything but the page goes back to the first page."""
        paged = {"after": "", "before": ""} if not {"after", "before"} & set(changes) else {}
        return "?" + urlencode(replace(self, **{**paged, **changes}).pairs())

    def quick_url(self, code: str, values: Sequence[str]) -> str:
        """The address with one quick filter changed."""
        return self.url(quick={**self.quick, code: tuple(values)})

    def kept(self) -> dict[str, Any]:
        """What a saved view remembers."""
        return {
            "q": self.q,
            "where": dict(self.where),
            "sort": self.sort,
            "columns": list(self.columns),
            "quick": {code: list(values) for code, values in self.quick.items() if values},
            "group": self.group,
        }


def restored(view: str, kept: Mapping[str, Any]) -> State:
    """The state a saved view remembers."""
    quick = {code: tuple(values) for code, values in (kept.get("quick") or {}).items()}
    columns = tuple(kept.get("columns") or ())
    where, sort, group = kept.get("where") or {}, kept.get("sort", ""), kept.get("group", "")
    return State(view, kept.get("q", ""), where, sort, columns, quick, group=group)


def read(query: QueryDict, base: State, quick_codes: Sequence[str]) -> State:
    """The state an address asks for, on top of its view's own. Raises BadState."""
    _refuse_unknown(query, quick_codes)
    changes: dict[str, Any] = {name: str(query[name]).strip() for name in ("q", "sort", "group", "after", "before") if name in query}
    if "where" in query:
        changes["where"] = _tree(str(query["where"]))
    if "open" in query:
        changes["open"] = tuple(dict.fromkeys(query.getlist("open")))
    if "col" in query:
        changes["columns"] = tuple(dict.fromkeys(code for code in query.getlist("col") if code))
    quick = {
        name.removeprefix(PREFIX): tuple(dict.fromkeys(v for v in query.getlist(name) if v)) for name in query if name.startswith(PREFIX)
    }
    return replace(base, base=base, quick={**base.quick, **quick}, **changes)


def _refuse_unknown(query: QueryDict, quick_codes: Sequence[str]) -> None:
    known = {*PLAIN, *TOOLS, "col", *(PREFIX + code for code in quick_codes)}
    if unknown := [name for name in query if name not in known]:
        raise BadState(_("地址里的「%(name)s」不是这个列表的条件") % {"name": unknown[0][:40]})


def _tree(text: str) -> dict[str, Any]:
    if not text:
        return {}
    try:
        tree = json.loads(text)
    except (ValueError, RecursionError):
        tree = None
    if not isinstance(tree, dict):
        raise BadState(_("地址里的条件（where）不完整，可能复制时漏了一段"))
    return tree
