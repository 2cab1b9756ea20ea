"""A company's name in its four parts: place 行政区划, brand 字号, trade 行业, form 组织形式 (CUS-07)."""

import re
from dataclasses import dataclass
from functools import lru_cache

from guike.customers.rules import places
from guike.customers.rules.names import NOISE, simplified
from guike.customers.rules.trades import FORMS, TRADES

_BRACKETS = re.compile(r"[（(【\[]([^)）】\]]*)[)）】\]]")
_LONGEST_TRADE, _LONGEST_FORM = max(map(len, TRADES)), max(map(len, FORMS))
#: A brand longer than this is rather a sentence.
LONGEST_BRAND = 12


@dataclass(frozen=True)
class NameParts:
    """The parts as they stand in the name; `province` is the two-digit code of the place, "" where unknown or ambiguous."""

    place: str = ""
    brand: str = ""
    trade: str = ""
    form: str = ""
    province: str = ""


def _without_brackets(text: str) -> tuple[str, str, str]:
    """(text without its brackets, place in brackets, its province). Brackets without a place vanish: 〈集团〉, 〈有限合伙〉."""
    for match in _BRACKETS.finditer(text):
        place, province = places.leading(match[1])
        if place and place == match[1]:
            return _BRACKETS.sub("", text), place, province
    return _BRACKETS.sub("", text), "", ""


def _form(text: str) -> tuple[str, str]:
    for size in range(min(_LONGEST_FORM, len(text) - 1), 0, -1):
        if text[-size:] in FORMS:
            return text[:-size], text[-size:]
    return text, ""


def _trade_from(text: str) -> int:
    """Where the trade begins: the first place from which the rest consists of trade words only."""
    ends, first = {len(text)}, len(text)
    for start in range(len(text) - 1, -1, -1):
        for end in ends:
            if end - start <= _LONGEST_TRADE and text[start:end] in TRADES:
                ends.add(start)
                first = first if start == 1 else start
                break
    return first


@lru_cache(maxsize=20_000)
def split_name(name: str) -> NameParts:
    """「温州瓯泰阀门有限公司」 → 温州, 瓯泰, 阀门, 有限公司. A part that is not there is empty.

    A brand has at least two characters; a name of place, trade and form only (湖北塑胶跑道工程公司) has none.
    """
    text, place, province = _without_brackets(simplified(name).strip())
    head, found = places.leading(text)
    if head == text:
        return NameParts(brand=text)
    text, province = text[len(head) :], province or found
    place = head or place
    text, form = _form(NOISE.sub("", text))
    if not place:
        place, province = places.trailing(text)
        text = text.removesuffix(place) if place else text
    start = _trade_from(text) if text else 0
    return NameParts(place, text[:start], text[start:], form, province)
