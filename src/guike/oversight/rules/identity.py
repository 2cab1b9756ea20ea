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

    def pattern(self, *, near: bool) -> str:
        """A regular expression that both Python and PostgreSQL read; "" where there is nothing to find. `near`: the row hangs on the same customer."""
        parts = [_digits(number) for number in self.phones] + [re.escape(code) for code in self.codes]
        if near or self.rare:
            parts += [re.escape(name) for name in self.names if near or len(name) >= LEAST_RARE_NAME]
        escaped = [re.escape(json.dumps(code, ensure_ascii=False)[1:-1]) for code in (*self.codes, *self.names) if '"' in code or "\\" in code]
        return "|".join([*sorted(dict.fromkeys(parts), key=len, reverse=True), *escaped])


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
