"""A filter in one line becomes a condition tree: `等级 in (A, B) and 采购额 >= 500000`."""

import re
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from guike.platform.conditions import FieldSet, problems
from guike.platform.errors import Refused
from guike.platform.sheets.labels import normalise

_TOKEN = re.compile(r"\s*(?:(\"[^\"]*\"|'[^']*')|(>=|<=|!=|<>|[=<>~≥≤≠()（）,，、])|([^\s=<>!~≥≤≠()（）,，、\"']+))")
_OPERATORS = {
    "=": "eq",
    "!=": "ne",
    "<>": "ne",
    "≠": "ne",
    ">": "gt",
    ">=": "gte",
    "≥": "gte",
    "<": "lt",
    "<=": "lte",
    "≤": "lte",
    "~": "contains",
}
_OPENING, _CLOSING, _COMMAS = {"(", "（"}, {")", "）"}, {",", "，", "、"}
_JOINTS = {"and": "all", "且": "all", "并且": "all", "or": "any", "或": "any", "或者": "any"}
_NOT = {"not", "非"}


def parse(text: str, fields: FieldSet) -> dict[str, Any]:
    """The tree for a filter; `{}` for an empty one. Raises `Refused` naming the place that is not understood or the field that is unknown."""
    if not text.strip():
        return {}
    tree = _Reader(text, fields).whole()
    found = problems(tree, fields)
    if found:
        raise Refused(str(found[0]), field="filter")
    return tree


class _Reader:
    """Recursive descent over the tokens; `or` binds weaker than `and`, `not` strongest."""

    def __init__(self, text: str, fields: FieldSet):
        self.text = text
        self.tokens = self._cut(text)
        self.place = 0
        self.codes = {normalise(name): field.code for field in fields for name in (str(field.label), field.code)}

    def _cut(self, text: str) -> list[str]:
        tokens, place = [], 0
        while place < len(text.rstrip()):
            found = _TOKEN.match(text, place)
            if not found:
                raise self._unclear(text[place : place + 20])
            tokens.append(found[0].strip())
            place = found.end()
        return tokens

    def _unclear(self, near: str) -> Refused:
        return Refused(
            _("筛选条件在「%(near)s」处看不懂，写成：等级 = A and 城市 in (温州, 台州)") % {"near": near or _("末尾")}, field="filter"
        )

    def _next(self) -> str:
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._next()
        if not token:
            raise self._unclear("")
        self.place += 1
        return token

    def whole(self) -> dict[str, Any]:
        tree = self._joined("any")
        if self._next():
            raise self._unclear(self._next())
        return tree

    def _joined(self, joint: str) -> dict[str, Any]:
        branches = [self._joined("all") if joint == "any" else self._single()]
        while _JOINTS.get(self._next().lower()) == joint:
            self._take()
            branches.append(self._joined("all") if joint == "any" else self._single())
        return branches[0] if len(branches) == 1 else {joint: branches}

    def _single(self) -> dict[str, Any]:
        if self._next().lower() in _NOT:
            self._take()
            return {"not": self._single()}
        if self._next() in _OPENING:
            self._take()
            inner = self._joined("any")
            if self._take() not in _CLOSING:
                raise self._unclear(self.tokens[self.place - 1])
            return inner
        return self._leaf()

    def _leaf(self) -> dict[str, Any]:
        word = self._take()
        code = self.codes.get(normalise(_bare(word)))
        if code is None:
            raise Refused(
                _("没有字段「%(word)s」，可用：%(words)s") % {"word": word, "words": "、".join(sorted(set(self.codes.values())))},
                field="filter",
            )
        operator = self._take().lower()
        if operator in _OPERATORS:
            return {"field": code, "op": _OPERATORS[operator], "value": _bare(self._take())}
        return self._worded(code, operator)

    def _worded(self, code: str, operator: str) -> dict[str, Any]:
        if operator == "not" and self._next().lower() == "in":
            self._take()
            return {"field": code, "op": "not_in", "value": self._list()}
        if operator == "in":
            return {"field": code, "op": "in", "value": self._list()}
        if operator == "between":
            low = _bare(self._take())
            if _JOINTS.get(self._take().lower()) != "all":
                raise self._unclear(self.tokens[self.place - 1])
            return {"field": code, "op": "between", "value": [low, _bare(self._take())]}
        if operator == "is" and (word := self._take().lower()) in ("empty", "filled"):
            return {"field": code, "op": word}
        raise self._unclear(operator)

    def _list(self) -> Sequence[str]:
        if self._take() not in _OPENING:
            raise self._unclear(self.tokens[self.place - 1])
        values = [_bare(self._take())]
        while (token := self._take()) in _COMMAS:
            values.append(_bare(self._take()))
        if token not in _CLOSING:
            raise self._unclear(token)
        return values


def _bare(token: str) -> str:
    return token[1:-1] if len(token) >= 2 and token[0] == token[-1] and token[0] in "\"'" else token
