"""Reads one mapping of a policy's tree, key by key, and notes what is wrong on the way."""

import difflib
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.policies.problems import Problem


class Reader:
    """Every accessor returns a usable value even where the input is wrong; the problems tell. `done()` finds unknown keys."""

    def __init__(self, tree: Any, path: str, found: list[Problem]):
        self.path = path
        self.found = found
        self.asked: set[str] = set()
        self.tree: Mapping[str, Any] = tree if isinstance(tree, Mapping) else {}
        if not isinstance(tree, Mapping):
            self.problem(_("这里应是「键: 值」"))

    def at(self, key: str) -> str:
        return f"{self.path}.{key}".strip(".")

    def problem(self, message: str, key: str = "", *, fatal: bool = True) -> None:
        self.found.append(Problem(self.at(key) if key else self.path, message, fatal=fatal))

    def has(self, key: str) -> bool:
        self.asked.add(key)
        return self.tree.get(key) is not None

    def raw(self, key: str, default: Any = None) -> Any:
        return self.tree[key] if self.has(key) else default

    def text(self, key: str, *, required: bool = False, default: str = "", limit: int = 200) -> str:
        value = self.raw(key)
        if value is None or value == "":
            if required:
                self.problem(_("缺少 %(key)s") % {"key": key}, key)
            return default
        if isinstance(value, dict | list):
            self.problem(_("%(key)s 应是一段文字") % {"key": key}, key)
            return default
        if len(str(value)) > limit:
            self.problem(_("%(key)s 超过 %(n)s 个字") % {"key": key, "n": limit}, key)
        return str(value)

    def number(self, key: str, *, low: Any = None, high: Any = None, required: bool = False) -> Decimal | None:
        value = self.raw(key)
        if value is None:
            if required:
                self.problem(_("缺少 %(key)s") % {"key": key}, key)
            return None
        number = as_number(value)
        if number is None:
            self.problem(_("%(key)s 要填数字，现在是「%(value)s」") % {"key": key, "value": value}, key)
            return None
        if (low is not None and number < low) or (high is not None and number > high):
            span = f"{'' if low is None else low}～{'' if high is None else high}"
            self.problem(_("%(key)s 是 %(value)s，应在 %(span)s 之间") % {"key": key, "value": number, "span": span}, key)
        return number

    def whole(self, key: str, *, low: int = 0, high: int = 100_000, required: bool = False) -> int | None:
        number = self.number(key, low=low, high=high, required=required)
        if number is not None and number != int(number):
            self.problem(_("%(key)s 要填整数，现在是 %(value)s") % {"key": key, "value": number}, key)
        return None if number is None else int(number)

    def flag(self, key: str, default: bool = False) -> bool:
        value = self.raw(key, default)
        if not isinstance(value, bool):
            self.problem(_("%(key)s 只能是 true 或 false") % {"key": key}, key)
            return default
        return value

    def choice(self, key: str, options: Iterable[str], default: str = "", *, required: bool = False) -> str:
        known = list(options)
        value = self.text(key, required=required, default=default)
        if value and value not in known:
            self.problem(_("%(key)s 没有「%(value)s」，可用：%(known)s") % {"key": key, "value": value, "known": "、".join(known)}, key)
            return default
        return value

    def texts(self, key: str, options: Iterable[str] | None = None) -> tuple[str, ...]:
        """A list of words; one word alone is a list of one."""
        value = self.raw(key, [])
        words = tuple(str(word) for word in (value if isinstance(value, list) else [value]))
        known = set(options) if options is not None else None
        for word in words:
            if known is not None and word not in known:
                self.problem(
                    _("%(key)s 没有「%(value)s」，可用：%(known)s") % {"key": key, "value": word, "known": "、".join(sorted(known))}, key
                )
        return words

    def child(self, key: str) -> "Reader":
        return Reader(self.raw(key, {}), self.at(key), self.found)

    def children(self, key: str, *, required: bool = False) -> list["Reader"]:
        value = self.raw(key, [])
        if not isinstance(value, list):
            self.problem(_("%(key)s 应是一个列表，每项以 - 开头") % {"key": key}, key)
            return []
        if required and not value:
            self.problem(_("%(key)s 至少要有一项") % {"key": key}, key)
        return [Reader(item, self.at(f"{key}.{index}"), self.found) for index, item in enumerate(value)]

    def done(self) -> None:
        """Keys that nobody asked for are typing errors: say which key was probably meant."""
        for key in self.tree:
            if key not in self.asked:
                close = difflib.get_close_matches(str(key), self.asked, n=1)
                hint = _("，是不是 %(close)s？") % {"close": close[0]} if close else ""
                self.problem(_("不认识 %(key)s%(hint)s") % {"key": key, "hint": hint}, str(key))


def as_number(value: Any) -> Decimal | None:
    """A finite decimal, or None for what is no number."""
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value).replace(",", "").replace("_", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
