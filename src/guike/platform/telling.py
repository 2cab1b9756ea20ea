"""How what the history keeps reads to people: codes, lists and documents in words; each domain states its own at import time (PLT-02)."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

#: Lines of a document that a page of changes shows at most; the document has its own page.
LINES_SHOWN = 200
#: What reads one kept value.
Words = Callable[[Any], str]


@dataclass(frozen=True)
class OfRow:
    """A value that only its row explains: `tell(row, value)`, as an outcome by its policy."""

    tell: Callable[[Any, Any], str]


@dataclass(frozen=True)
class Parts:
    """Several things kept in one column: `tell(row, value)` names each by its label, and only those that differ are shown."""

    tell: Callable[[Any, Any], Mapping[str, str]]


@dataclass(frozen=True)
class Document:
    """A text of many lines, or of many sentences: how many differ, and those that do."""

    by_sentence: bool = False

    def pieces(self, text: str) -> list[str]:
        return [one.strip() for one in re.split(r"(?<=[。；])|\n", text) if one.strip()] if self.by_sentence else text.splitlines()

    def differing(self, before: str, after: str) -> "Pieces":
        """What went ("-") and what came ("+"), with 「…」 between places: ("-", "权重: 20"), ("+", "权重: 25")."""
        return tuple(_differing(self.pieces(before), self.pieces(after)))

    def counted(self, found: "Pieces", *, whole: bool) -> str:
        """「共 48 行」 of a text that is new or gone; 「去掉 2 行，加上 3 行」 of one that changed."""
        gone, came = (sum(1 for sign, _line in found if sign == wanted) for wanted in "-+")
        if whole:
            return (_("共 %(n)d 句") if self.by_sentence else _("共 %(n)d 行")) % {"n": gone + came}
        words = _("去掉 %(gone)d 句，加上 %(came)d 句") if self.by_sentence else _("去掉 %(gone)d 行，加上 %(came)d 行")
        return words % {"gone": gone, "came": came}


class Following:
    """What follows from another column tells nobody anything."""


Pieces = tuple[tuple[str, str], ...]
Teller = Words | OfRow | Parts | Document | Following
_tellers: dict[tuple[str, str], Teller] = {}
_reasons: dict[str, Words] = {}


def tell(model: str, **fields: Teller) -> None:
    """State how kept values read: `tell("customers.Customer", source=dictionaries.teller("customer_source"))`."""
    _tellers.update({(model, name): teller for name, teller in fields.items()})


def tell_reason(verb: str, words: Words) -> None:
    """The same for the reason of a verb whose callers give a code."""
    _reasons[verb] = words


def teller(model: str, field: str) -> Teller | None:
    return _tellers.get((model, field))


def reason(verb: str, kept: str) -> str:
    """Why something was done, in words."""
    return _reasons[verb](kept) if kept and verb in _reasons else kept


def chosen(words: Mapping[str, Any] | Callable[[], Mapping[str, Any]]) -> Words:
    """One code, or several, of a list that is fixed or, as a function, known only once everything is loaded: 「标准」, 「标准、重点」."""

    def told(value: Any) -> str:
        known = words() if callable(words) else words
        return "、".join(str(_(str(known[one])) if one in known else one) for one in ([value] if isinstance(value, str) else value))

    return told


def _differing(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    places = [one for one in SequenceMatcher(None, old, new, autojunk=False).get_opcodes() if one[0] != "equal"]
    for number, (_kind, start, end, first, last) in enumerate(places):
        if number:
            yield "", "…"
        yield from (("-", line) for line in old[start:end])
        yield from (("+", line) for line in new[first:last])

