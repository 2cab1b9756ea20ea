"""One record of a file on its way in, and a batch of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What became of a row. Every row that was read ends as exactly one of these."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    REJECTED = "rejected"


@dataclass(slots=True)
class Problem:
    """Why a row or a cell was not taken; `column` is a column code or "" for the row as a whole."""

    row: int
    column: str
    value: str
    message: str
    suggestion: str = ""


@dataclass(slots=True)
class Row:
    """A record: `number` is its row in the sheet as the person sees it, `values` its clean cells by column code (blank ones absent)."""

    number: int
    values: dict[str, Any]
    cells: list[Any] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    outcome: Outcome | None = None
    why: str = ""
    #: The kind's own place for what `prepare` found: an existing instance, ids it looked up.
    target: Any = None
    found: dict[str, Any] = field(default_factory=dict)

    def __getitem__(self, code: str) -> Any:
        """The clean value of a column; None for a blank cell or a column the file does not have."""
        return self.values.get(code)

    @property
    def good(self) -> bool:
        """Nothing has been said against this row yet."""
        return not self.problems and self.outcome is not Outcome.SKIPPED

    def filled(self, *codes: str) -> dict[str, Any]:
        """Those of the columns whose cell holds something: blank cells never erase what is on file."""
        return {code: self.values[code] for code in codes if code in self.values}

    def refuse(self, column: str, message: object, *, value: object = None, suggestion: str = "") -> None:
        """Reject the row; `message` says what, and what to write instead."""
        shown = self.values.get(column, "") if value is None else value
        self.problems.append(Problem(self.number, column, str(shown or ""), str(message), suggestion))
        self.outcome = Outcome.REJECTED

    def skip(self, why: object) -> None:
        """Leave the row out without calling it wrong, for instance a repetition of an earlier row."""
        self.outcome, self.why = Outcome.SKIPPED, str(why)

    def is_(self, outcome: Outcome) -> None:
        """Say what became of the row; a creation outranks an update, an update outranks "unchanged"."""
        order = (None, Outcome.UNCHANGED, Outcome.UPDATED, Outcome.CREATED)
        if self.outcome in order and order.index(outcome) > order.index(self.outcome):
            self.outcome = outcome


@dataclass(slots=True)
class Batch:
    """Some thousand rows that are looked up and written together."""

    rows: list[Row]
    #: Rows already handled before this batch; the whole file's first batch has 0.
    offset: int = 0

    def __iter__(self) -> Iterator[Row]:
        """The rows nobody has refused or skipped so far."""
        return iter([row for row in self.rows if row.good])

    def values(self, code: str) -> set[Any]:
        """The different values of a column among the good rows: what one look-up query asks for."""
        return {row.values[code] for row in self.rows if row.good and code in row.values}
