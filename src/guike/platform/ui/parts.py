"""Parts of a page that look the same whenever they tell the same: drawn once and kept in process (PRF-1, PRF-9)."""

from collections.abc import Hashable, Mapping
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.urls import get_urlconf
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language

#: Kept in one process; a part is a few thousand characters.
MOST = 1_000
PLAIN = frozenset({str, SafeString, int, bool, float, type(None)})


class _Part:
    """A template with what it is given; two that tell the same in one language are one."""

    __slots__ = ("given", "key", "template")

    def __init__(self, template: str, given: Mapping[str, Any], told: Hashable):
        self.template, self.given = template, given
        self.key = (template, get_language(), get_urlconf(), told)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Part) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


@lru_cache(maxsize=MOST)
def _drawn(part: _Part) -> SafeString:
    return SafeString(render_to_string(part.template, dict(part.given)).rstrip())


def drawn(template: str, given: Mapping[str, Any], told: Hashable = None) -> SafeString:
    """The template with nothing but `given`. `told` stands for all that it tells; by default the given values themselves."""
    return _drawn(_Part(template, given, told or tuple(told_by(value) for value in given.values())))


def told_by(value: Any) -> Hashable:
    """Words, numbers, and lists and mappings of them, as something to compare by. Anything else could change unseen: `TypeError`."""
    if type(value) in PLAIN:
        return (type(value), value)  # a safe text equals the same text, 1 equals True; they look different
    if isinstance(value, Promise):
        return str(value)
    if isinstance(value, list | tuple):
        return tuple([told_by(one) for one in value])
    if isinstance(value, Mapping):
        return tuple([(name, told_by(one)) for name, one in value.items()])
    raise TypeError(f"a part drawn once tells words, not {type(value).__name__}")
