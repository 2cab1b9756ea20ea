"""The pieces pages are made of, as frozen values. A selector or panel builds them, a tag in `templatetags/ui.py` draws them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any


@dataclass(frozen=True)
class Badge:
    """A fact beside the name that opens its why. `tone`: "" plain outline, accent, warn, danger, muted. `meter` draws a bar, 0–100."""

    text: str
    href: str = ""
    tone: str = ""
    icon: str = ""
    meter: int | None = None
    sheet: bool = True


@dataclass(frozen=True)
class Figure:
    """One of the four figures on top of a record: `value` is already formatted; `note_tone` up, danger, warn or ""."""

    label: str
    value: str
    unit: str = ""
    note: str = ""
    note_strong: str = ""
    note_tone: str = ""
    href: str = ""
    sheet: bool = False
    tone: str = ""


@dataclass(frozen=True)
class Tab:
    """A tab or view: no count is shown for None and zero."""

    code: str
    label: str
    href: str
    count: int | str | None = None


@dataclass(frozen=True)
class Chip:
    """A small note or link under a timeline entry or in a row."""

    text: str
    icon: str = ""
    href: str = ""
    tone: str = ""
    sheet: bool = False


@dataclass(frozen=True)
class Entry:
    """One timeline entry. `own` tints the icon (our contact with the customer); `meta` are parts joined by the drawn dot."""

    at: date | datetime
    title: str
    icon: str = "circle"
    meta: Sequence[str] = ()
    text: str = ""
    amount: str = ""
    href: str = ""
    own: bool = False
    chips: Sequence[Chip] = ()
    key: str = ""


@dataclass(frozen=True)
class Progress:
    """A target: `share` and `tick` (where one should be by now) in percent, 0–100 and above."""

    label: str
    value: str
    target: str = ""
    share: int = 0
    tick: int | None = None
    note: str = ""
    href: str = ""


@dataclass(frozen=True)
class Bar:
    """One line of a bar list: `value` for the length, `text` what is printed, `limit` a tick on the same scale, `before` a grey bar."""

    label: str
    value: Decimal | float | int
    text: str = ""
    href: str = ""
    limit: Decimal | float | int | None = None
    before: Decimal | float | int | None = None
    tone: str = ""


@dataclass(frozen=True)
class Duty:
    """A row of the rail: when | what | under which clause. `second` is another way out, in a sheet. `tone`: danger when late, warn when near."""

    when: str
    text: str
    note: str = ""
    href: str = ""
    tone: str = ""
    sheet: bool = True
    second: str = ""
    second_href: str = ""


@dataclass(frozen=True)
class HeatCell:
    """One cell of a transition matrix: `direction` up, down or stay; `share` in percent of the row."""

    count: int
    share: float = 0.0
    direction: str = "stay"
    href: str = ""


@dataclass(frozen=True)
class Heat:
    """From (rows) to (columns) with sums: the transition matrix of a simulation."""

    outcomes: Sequence[str]
    rows: Sequence[Sequence[HeatCell]]
    row_label: str = ""
    column_label: str = ""
    ranks: Sequence[int] = ()

    @property
    def row_sums(self) -> list[int]:
        return [sum(cell.count for cell in row) for row in self.rows]

    @property
    def column_sums(self) -> list[int]:
        return [sum(row[i].count for row in self.rows) for i in range(len(self.outcomes))]

    @property
    def total(self) -> int:
        return sum(self.row_sums)


def transitions(outcomes: Sequence[str], counts: dict[tuple[str, str], int], href: str = "") -> Heat:
    """A `Heat` from counts by (before, after); `outcomes` from best to worst, so leftwards is up. `href` may hold {before} and {after}."""
    rows = []
    for i, before in enumerate(outcomes):
        line = [counts.get((before, after), 0) for after in outcomes]
        whole = sum(line) or 1
        rows.append(
            tuple(
                HeatCell(
                    count,
                    100 * count / whole,
                    "stay" if i == j else "up" if j < i else "down",
                    href.format(before=before, after=outcomes[j]) if href and count else "",
                )
                for j, count in enumerate(line)
            )
        )
    return Heat(tuple(outcomes), tuple(rows))


@dataclass(frozen=True)
class Source:
    """A record behind a value: number, day, text, amount."""

    number: str
    href: str = ""
    day: str = ""
    text: str = ""
    amount: str = ""


@dataclass(frozen=True)
class Score:
    """A line of a score sheet. `points` × `weight` % = `counted`; `sources` open below the line."""

    label: str
    value: str
    band: str
    points: str
    weight: str
    counted: str
    share: int
    full: int = 100
    evidence: str = ""
    evidence_href: str = ""
    formula: str = ""
    sources: Sequence[Source] = ()
    sources_more: str = ""
    sources_href: str = ""
    opened: bool = False


@dataclass(frozen=True)
class Zone:
    """A stretch of the score ruler, from the end of the one before up to `upto`."""

    label: str
    upto: Decimal | float | int


@dataclass(frozen=True)
class Ruler:
    """Where a score stands: zones from `low` to `high`, the value's zone is tinted."""

    value: Decimal | float | int
    zones: Sequence[Zone]
    low: Decimal | float | int = 0
    high: Decimal | float | int = 100
    text: str = ""


@dataclass(frozen=True)
class Node:
    """A person in the decision chain: `tone` good, bad or "" colours the dot; `key_person` tints the box."""

    name: str
    title: str = ""
    stance: Sequence[str] = ()
    tone: str = ""
    key_person: bool = False
    href: str = ""
    children: Sequence["Node"] = ()


@dataclass(frozen=True)
class Series:
    """Values of one chart series, one per label; `kind` line, bar or step."""

    name: str
    values: Sequence[Decimal | float | int | None]
    kind: str = "line"
    muted: bool = False


@dataclass(frozen=True)
class Chart:
    """A chart that explains itself: title, unit, period, a table of the same numbers, links to the rows behind (interface.md)."""

    title: str
    labels: Sequence[str]
    series: Sequence[Series]
    unit: str = ""
    period: str = ""
    links: Sequence[str] = ()
    limit: Decimal | float | int | None = None
    limit_label: str = ""
    height: int = 220
    stacked: bool = False
    horizontal: bool = False
    excel_href: str = ""

    def payload(self) -> dict[str, Any]:
        """What kit-chart.js draws."""
        return {
            "labels": [str(label) for label in self.labels],
            "series": [
                {"name": str(s.name), "kind": s.kind, "muted": s.muted, "values": [None if v is None else float(v) for v in s.values]}
                for s in self.series
            ],
            "unit": str(self.unit),
            "links": [str(link) for link in self.links],
            "limit": None if self.limit is None else float(self.limit),
            "limitLabel": str(self.limit_label),
            "stacked": self.stacked,
            "horizontal": self.horizontal,
            "title": str(self.title),
        }

    def lines(self) -> list[tuple[str, str, list[Any]]]:
        """The table view: label, link, values."""
        links = list(self.links) or [""] * len(self.labels)
        return [(label, links[i], [s.values[i] for s in self.series]) for i, label in enumerate(self.labels)]


@dataclass(frozen=True)
class Need:
    """The one thing that needs you: a sentence, one button, how many more there are (no banner when nothing is needed)."""

    text: str
    strong: str = ""
    action: str = ""
    href: str = ""
    more: int = 0
    more_href: str = ""
    icon: str = ""
    sheet: bool = True
    later_href: str = ""
    chips: Sequence[Chip] = field(default_factory=tuple)
