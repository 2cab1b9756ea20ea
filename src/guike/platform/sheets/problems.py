"""What is wrong with a file or a cell, said in Chinese and translatable; no Django here, so the template and its values stay apart."""

from typing import Any


def gettext_noop(text: str) -> str:
    """Marks a message for translation; the web layer translates the template, then fills in the values."""
    return text


class Said:
    """A sentence with its values: `str()` is Simplified Chinese; `template % values` in any other language."""

    def __init__(self, template: str, **values: Any):
        self.template = template
        self.values = values

    def __str__(self) -> str:
        return self.template % self.values if self.values else self.template

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Said) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self}>"


class SheetError(Said, Exception):
    """The file as a whole cannot be read: what it is, where it breaks, what to do. Nothing of it was imported."""

    def __init__(self, template: str, **values: Any):
        Said.__init__(self, template, **values)
        Exception.__init__(self, template)


class CellProblem(Said, Exception):
    """One cell cannot be taken as its column wants it. `suggestion` is a value that would be taken."""

    def __init__(self, template: str, *, suggestion: str = "", **values: Any):
        Said.__init__(self, template, **values)
        Exception.__init__(self, template)
        self.suggestion = suggestion


class CellFault:
    """A cell that holds no value: an error such as #N/A, or a formula whose result was never saved."""

    __slots__ = ("code",)

    def __init__(self, code: str):
        self.code = code

    def __repr__(self) -> str:
        return f"CellFault({self.code!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, CellFault) and other.code == self.code

    def __hash__(self) -> int:
        return hash(self.code)

    def problem(self) -> CellProblem:
        """The sentence for this fault."""
        if self.code == "formula":
            return CellProblem(gettext_noop("公式没有保存计算结果，在 Excel 里打开并保存一次，或粘贴为数值"))
        return CellProblem(gettext_noop("单元格是错误值 %(code)s，改成实际内容"), code=self.code)
