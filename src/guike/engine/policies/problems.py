"""What is wrong with a policy's text: where and what to do, in the words of its author (POL-01)."""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Problem:
    """`path` is like `characteristics.0.bands.2.from`, `line` the line of the YAML (None for a form). `fatal` stops publication."""

    path: str
    message: str
    line: int | None = None
    fatal: bool = True

    def at(self, line: int | None) -> "Problem":
        return replace(self, line=line)

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.message}" if self.line else self.message
