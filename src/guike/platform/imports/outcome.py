"""What an import run says at the end: counts that add up, totals, notes, problems."""

from dataclasses import dataclass, field
from typing import Any

from guike.platform.imports.rows import Outcome, Problem, Row

#: Problems kept for the page and the command line; the workbook of rejected rows has them all.
MAX_PROBLEMS = 1000


@dataclass
class Result:
    """The figures of one run while it goes on and when it is over."""

    rows: int = 0
    counts: dict[Outcome, int] = field(default_factory=lambda: dict.fromkeys(Outcome, 0))
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0
    totals: dict[str, Any] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    #: False when nothing was written: a dry run, or a file refused for its problems.
    written: bool = True
    seconds: float = 0.0

    def take(self, rows: list[Row]) -> None:
        """Count what became of a batch."""
        for row in rows:
            self.rows += 1
            outcome = Outcome.REJECTED if row.problems else row.outcome or Outcome.UNCHANGED
            self.counts[outcome] += 1
            self.problem_count += len(row.problems)
            if row.problems and len(self.problems) < MAX_PROBLEMS:
                self.problems.extend(row.problems)

    def nothing_written(self) -> None:
        """The file is refused as a whole: rows that were good are left out, none is created, nothing adds up to anything."""
        self.totals = {}
        good = (Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED)
        self.counts[Outcome.SKIPPED] += sum(self.counts[outcome] for outcome in good)
        self.counts.update(dict.fromkeys(good, 0))
        self.written = False
