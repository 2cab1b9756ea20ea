"""What a domain declares about its subjects and measures (POL-03). Plain values; SQL is written by developers, never by users.

In every SQL text `%(as_of)s` stands for the day of evaluation. Percentages are 93.8, not 0.938; amounts are yuan.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from guike.platform.access import Viewer


class ValueKind(StrEnum):
    """How a value is read, shown and compared."""

    MONEY = "money"
    NUMBER = "number"
    PERCENT = "percent"
    DAYS = "days"
    YEARS = "years"
    TEXT = "text"
    FLAG = "flag"
    DATE = "date"


NUMERIC = (ValueKind.MONEY, ValueKind.NUMBER, ValueKind.PERCENT, ValueKind.DAYS, ValueKind.YEARS)
UNITS = {ValueKind.MONEY: "元", ValueKind.PERCENT: "%", ValueKind.DAYS: "天", ValueKind.YEARS: "年"}


@dataclass(frozen=True)
class Subject:
    """What policies judge: `code` is also the access object's code. `live` is SQL over the alias `s` of the table."""

    code: str
    label: Any
    model: str
    table: str
    pk: str = "id"
    number: str = "number"
    name: str = "name"
    owner: str | None = "owner_id"
    department: str | None = "department_id"
    live: str = "TRUE"
    url: str = ""


@dataclass(frozen=True)
class Shown:
    """One column of the rows behind a value: label, SQL over the source's relation, how to show it."""

    code: str
    label: Any
    expression: str
    kind: ValueKind = ValueKind.TEXT

    @property
    def internal(self) -> bool:
        """Only there for the address of the row; pages leave it out."""
        return self.code == "id" or self.code.endswith("_id")


@dataclass(frozen=True)
class Source:
    """One relation of facts. All its metrics are computed in one grouped pass; `day` bounds it at the day of evaluation.

    `relation` is what follows FROM; `subject` the column with the subject's id; `object` the access code that a viewer
    needs to see the rows; `url` a pattern such as "/sales/orders/{id}/" whose names are codes of `rows`.
    """

    code: str
    label: Any
    relation: str
    subject: str
    day: str
    where: str = "TRUE"
    rows: tuple[Shown, ...] = ()
    object: str = ""
    url: str = ""
    counter: Any = "条"


@dataclass(frozen=True)
class Drill:
    """The rows behind one value: `total` counts all, `rows` holds the newest ones; `hidden` when the viewer may not read them."""

    columns: tuple[Shown, ...]
    rows: tuple[tuple[Any, ...], ...]
    urls: tuple[str, ...]
    total: int
    hidden: bool = False
    note: str = ""

    @property
    def visible(self) -> tuple[tuple[int, Shown], ...]:
        """The columns a page shows, with their place in each row."""
        return tuple((place, column) for place, column in enumerate(self.columns) if not column.internal)


Drilling = Callable[[Viewer, int, date, int], Drill]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """A measure of a subject as of a day. `semantics` says in Chinese what counts and up to when. Use one of the four kinds below."""

    code: str
    label: Any
    value: ValueKind = ValueKind.NUMBER
    unit: str = ""
    subject: str = "customer"
    semantics: Any = ""
    choices: Sequence[tuple[str, Any]] = ()
    #: True where more is better, False where less is; None where neither.
    higher_is_better: bool | None = True
    #: The rows behind a value, where the source's own listing is not enough.
    drill: Drilling | None = field(default=None, compare=False)

    @property
    def unit_shown(self) -> str:
        return self.unit or UNITS.get(self.value, "")

    @property
    def is_numeric(self) -> bool:
        return self.value in NUMERIC


@dataclass(frozen=True, kw_only=True)
class Aggregate(Metric):
    """Computed over a source: `aggregate` such as `sum(l.amount)` over rows that meet `where` within the window.

    `window` "12 months" = later than as_of − 12 months, up to and including as_of; `until` "12 months" = up to as_of − 12 months.
    `finish` wraps the aggregate, e.g. `%(as_of)s - {}`. `empty` is the value where no row counts (None = no value).
    """

    source: str
    aggregate: str
    where: str = ""
    window: str = ""
    until: str = ""
    finish: str = "{}"
    empty: Decimal | int | None = None


@dataclass(frozen=True, kw_only=True)
class Attribute(Metric):
    """A field of the subject's own record, read from its history where the day is past. SQL over the alias `s`."""

    expression: str


@dataclass(frozen=True, kw_only=True)
class Assessed(Metric):
    """Entered by people with date, source and evidence; the value is the latest observed on or before the day."""


@dataclass(frozen=True, kw_only=True)
class Derived(Metric):
    """An expression over other metrics of the same pass: `({purchases.amount_12m} - {x}) / NULLIF({x}, 0)`."""

    expression: str
