"""By what a person is recognised in a text, and the text without it. Pure.

A telephone number, an address or an account is one person's: it is taken out wherever it stands. A name may be somebody else's too: it is
taken out where the row hangs on the same customer, and everywhere only when nobody else on the books is called so.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

#: What stands in a text in place of what was taken out.
MARK = "［已删除］"
#: Shorter ones are parts of other numbers and words.
LEAST_DIGITS, LEAST_CODE, LEAST_NAME, LEAST_RARE_NAME = 7, 5, 2, 3


@dataclass(frozen=True)
class Identity:
    """What one person is recognised by. `rare`: nobody else is called so."""

    names: tuple[str, ...] = ()
    phones: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    rare: bool = False

    def words(self, *, near: bool) -> tuple[str, ...]:
        """Names and accounts that mean this person. `near`: the row hangs on the same customer."""
        names = (name for name in self.names if near or (self.rare and len(name) >= LEAST_RARE_NAME))
        return tuple(dict.fromkeys((*self.codes, *names)))

    def sought(self, *, near: bool) -> tuple[str, ...]:
        """The same as they stand in JSON too: what a database looks for before `pattern` decides."""
        return tuple(dict.fromkeys(form for word in self.words(near=near) for form in (word, json.dumps(word, ensure_ascii=False)[1:-1])))

    def pattern(self, *, near: bool) -> str:
        """A regular expression for all of it; "" where there is nothing to find."""
        parts = [_digits(number) for number in self.phones] + [re.escape(word) for word in self.words(near=near)]
        return "|".join(sorted(dict.fromkeys(parts), key=len, reverse=True))


def identity(names: Iterable[str], phones: Iterable[str], codes: Iterable[str], *, rare: bool = False) -> Identity:
    """What is long enough to be told from other text, each once.

    >>> identity(["王伟", "王"], ["138-0013-8000", "110"], ["wx_8"])
    Identity(names=('王伟',), phones=('13800138000',), codes=(), rare=False)
    """
    numbers = (re.sub(r"\D", "", number) for number in phones)
    return Identity(
        tuple(dict.fromkeys(name.strip() for name in names if len(name.strip()) >= LEAST_NAME)),
        tuple(dict.fromkeys(number for number in numbers if len(number) >= LEAST_DIGITS)),
        tuple(dict.fromkeys(code.strip() for code in codes if len(code.strip()) >= LEAST_CODE)),
        rare,
    )


def _digits(number: str) -> str:
    """A number however it is grouped: 138 0013 8000, 138-0013-8000; no part of a longer one."""
    return r"(?<![0-9])" + "[ -]?".join(number) + r"(?![0-9])"


def without(value: Any, pattern: str) -> Any:
    """A text, or what stands in JSON, with MARK in place of what the pattern finds; what is not text stays.

    >>> without({"who": ["王伟", 3]}, "王伟")
    {'who': ['［已删除］', 3]}
    """
    if not pattern:
        return value
    if isinstance(value, str):
        return re.sub(pattern, MARK, value)
    if isinstance(value, list | tuple):
        return [without(one, pattern) for one in value]
    if isinstance(value, dict):
        return {re.sub(pattern, MARK, key) if isinstance(key, str) else key: without(one, pattern) for key, one in value.items()}
    return value
