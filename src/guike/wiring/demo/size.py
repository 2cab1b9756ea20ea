"""How large the demo company is: 3,000 customers, or only every so many of them."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Size:
    """Every how many customers are there; for how many months and weeks the rules have run."""

    every: int = 1
    months: int = 6
    weeks: int = 9

    def of(self, count: int) -> int:
        """That many in the whole company, at least one in a small one."""
        return max(1, count // self.every)

    def places(self, count: int) -> range:
        """Which of the whole company's customers are there: every so many, with the same mix of large and small."""
        return range(self.every // 2, count, self.every)


WHOLE = Size()
#: Enough for a day of every role and loaded in seconds, for tests; the very long names are among them.
SMALL = Size(every=10, months=2, weeks=3)
