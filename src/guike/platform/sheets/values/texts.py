"""Text, yes/no, words from a list, references to other records."""

from collections.abc import Mapping, Sequence
from typing import Any

from guike.platform.sheets.problems import CellProblem, gettext_noop
from guike.platform.sheets.values.base import Parser, as_text, half_width

#: What people write for "nothing".
NOTHING = frozenset({"-", "--", "—", "——", "/", "\\", "无", "暂无", "空", "NULL", "null", "None", "N/A", "n/a", "#N/A", "nan"})


class Text(Parser):
    """Text as typed: leading zeros stay, inner spaces stay; line breaks become spaces unless `lines`."""

    def __init__(self, limit: int = 200, *, lines: bool = False):
        self.limit = limit
        self.lines = lines

    def __call__(self, cell: Any) -> Any:
        text = cell if type(cell) is str else as_text(cell)
        if not self.lines and ("\n" in text or "\r" in text):
            text = " ".join(text.split())
        if len(text) > self.limit:
            raise CellProblem(gettext_noop("有 %(length)s 个字，最多 %(limit)s 个"), length=len(text), limit=self.limit)
        return text or None


class Reference(Text):
    """The name or number of another record; the import kind looks it up for a whole batch. `what` names it on screen."""

    def __init__(self, what: str, limit: int = 200):
        super().__init__(limit)
        self.word = what

    def __call__(self, cell: Any) -> str | None:
        text = super().__call__(cell)
        return None if text in NOTHING else text


class Boolean(Parser):
    """是/否, √/×, Y/N, 1/0, 有/无."""

    word = gettext_noop("是/否")
    YES = frozenset({"是", "√", "✓", "✔", "对", "有", "y", "yes", "true", "1", "启用", "on", "t"})
    NO = frozenset({"否", "×", "✗", "✘", "x", "不", "不是", "无", "没有", "n", "no", "false", "0", "禁用", "停用", "off", "f"})

    def __call__(self, cell: Any) -> bool:
        if type(cell) is bool:
            return cell
        text = half_width(as_text(cell)).lower()
        if text in self.YES:
            return True
        if text in self.NO:
            return False
        raise CellProblem(gettext_noop("「%(value)s」不是「是」或「否」"), value=text, suggestion="是")

    def show(self, value: Any) -> Any:
        return None if value is None else ("是" if value else "否")


class Choice(Parser):
    """One of a fixed list: `Choice({"dealer": ("经销商", "分销商")})`; the first word of each is the one shown."""

    word = gettext_noop("选项")

    def __init__(self, words: Mapping[str, Sequence[str] | str]):
        self.words = {code: (given,) if isinstance(given, str) else tuple(given) for code, given in words.items()}
        self._codes = {half_width(str(word)).lower(): code for code, given in self.words.items() for word in (*given, code)}

    def __call__(self, cell: Any) -> str | None:
        text = half_width(as_text(cell))
        if code := self._codes.get(text.lower()):
            return code
        if text in NOTHING:
            return None
        raise CellProblem(gettext_noop("「%(value)s」不在选项里，可填：%(words)s"), value=text, words="、".join(self.labels()[:12]))

    def labels(self) -> list[str]:
        """The words offered, in order."""
        return [str(given[0]) for given in self.words.values()]

    def show(self, value: Any) -> Any:
        given = self.words.get(value)
        return str(given[0]) if given else value
