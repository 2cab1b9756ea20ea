"""The parsed content of a policy: frozen values that the compiler, the explanation and the pages share (POL-01, POL-02)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

CENT = Decimal("0.01")
NONE = ""


@dataclass(frozen=True)
class Outcome:
    """One thing a policy can decide. `rank` 0 is best; `at_least` the score it begins at (scorecards; None for the lowest)."""

    code: str
    label: str
    rank: int
    strategy: str = ""
    note: str = ""
    at_least: Decimal | None = None


@dataclass(frozen=True)
class Band:
    """One range of a characteristic and its points. Numeric: low ≤ value < high; else one of `values`; neither: all others."""

    points: Decimal
    low: Decimal | None = None
    high: Decimal | None = None
    values: tuple[Any, ...] = ()
    label: str = ""

    @property
    def floor(self) -> Decimal:
        """The lower edge, for sorting: the lowest band begins at minus infinity."""
        return Decimal("-Infinity") if self.low is None else self.low


@dataclass(frozen=True)
class Characteristic:
    """A metric with bands and a weight in percent. `missing` are the points where the metric has no value."""

    metric: str
    weight: Decimal
    bands: tuple[Band, ...]
    missing: Decimal = Decimal(0)
    label: str = ""

    def contribution(self, points: Decimal) -> Decimal:
        """points × weight ÷ 100, rounded half up to 0.01: what counts into the score."""
        return (points * self.weight / 100).quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Row:
    """One row of a decision table or level of an alert: `when` a condition (None = all others), `then` an outcome's code."""

    when: Mapping[str, Any] | None
    then: str
    reason: str = ""


@dataclass(frozen=True)
class Example:
    """A worked example: values of the metrics, the outcome and points they must give."""

    name: str
    values: Mapping[str, Any]
    outcome: str
    score: Decimal | None = None
    points: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True)
class Pace:
    """How often one outcome asks for a contact, by which channels (empty = any), and when lateness goes up the chain."""

    outcome: str
    days: int  # 0 until the table in force has given it
    channels: tuple[str, ...] = ()
    recommended: tuple[str, ...] = ()
    phrase: str = ""
    title: str = ""
    factor: Decimal = Decimal(1)
    rest_day: str = "after"
    escalation_days: tuple[int, ...] = ()
    from_table: bool = False

    @property
    def per_week(self) -> Decimal:
        """Contacts a week that one subject costs: 7 ÷ days."""
        return Decimal(7) / self.days


@dataclass(frozen=True)
class Cap:
    """At most `cap` subjects of a group that meet `when`. `outcome`: cap and condition come from the table of entitlements."""

    cap: int
    when: Mapping[str, Any] | None = None
    label: str = ""
    outcome: str = ""


@dataclass(frozen=True)
class Term:
    """How many days an owner may leave customers of one grade without contact or without deal (None = no limit; no grade = all others)."""

    outcome: str = ""
    no_contact: int | None = None
    no_deal: int | None = None
    from_table: bool = False


@dataclass(frozen=True)
class Grant:
    """What one outcome brings: the table's items by code (entitlement.ITEMS)."""

    outcome: str
    items: Mapping[str, Any]


@dataclass(frozen=True)
class Take:
    """One number that a policy leaves to the table: of which outcome, which item. It must exceed `above` (days of warning; 0: any will do); `needed`: it may not be missing."""

    outcome: str
    item: str
    above: int = 0
    needed: bool = True

    def too_small(self, value: Any) -> bool:
        return bool(self.above) and value is not None and value <= self.above


@dataclass(frozen=True)
class Response:
    """What a level of an alert sets off: whom to tell, what becomes due within how many days."""

    level: str
    notify: tuple[str, ...] = ()
    due: str = ""
    days: int | None = None


@dataclass(frozen=True)
class Step:
    """One signature of an authority route. `who` names the signer, `sign` whether one or all of several sign.

    `together`: at the same time as the step before. `days` are working days; `remind` that many working days before the end.
    """

    who: str  # authority.WHO; "grade" until the table in force has said who
    level: int = 1
    roles: tuple[str, ...] = ()
    post: str = ""
    function: str = ""
    person: str = ""
    sign: str = "any"
    together: bool = False
    days: int = 2
    remind: int | None = 1
    escalation_days: tuple[int, ...] = (1, 3)
    copy: tuple[str, ...] = ()
    label: str = ""


@dataclass(frozen=True)
class Content:
    """A policy's whole text as values. Which parts are filled depends on the kind."""

    code: str
    kind: str
    title: str
    subject: str = "customer"
    department: str = ""
    primary: bool = False
    mode: str = "apply"
    confirmation: tuple[str, ...] = ()
    cycle: str = "monthly"
    clause_title: str = ""
    clause_number: str = ""
    clause_text: str = ""
    outcomes: tuple[Outcome, ...] = ()
    characteristics: tuple[Characteristic, ...] = ()
    hit: str = "first"
    rows: tuple[Row, ...] = ()
    follows: str = ""
    paces: tuple[Pace, ...] = ()
    person_cap: int | None = None
    per: tuple[str, ...] = ()
    caps: tuple[Cap, ...] = ()
    when_full: str = "refuse"
    release: tuple[str, ...] = ()
    responses: tuple[Response, ...] = ()
    document: str = ""
    routes: tuple[tuple[Step, ...], ...] = ()
    terms: tuple[Term, ...] = ()
    warn_days: int = 0
    cooldown_days: int = 0
    from_table: str = ""
    item: str = ""
    grants: tuple[Grant, ...] = ()
    examples: tuple[Example, ...] = ()

    def outcome(self, code: str) -> Outcome | None:
        return next((outcome for outcome in self.outcomes if outcome.code == code), None)

    def label(self, code: str) -> str:
        """The words of an outcome, or of several joined with +; 「未定」 for none."""
        if not code:
            return "未定"
        known = {outcome.code: outcome.label for outcome in self.outcomes}
        return "、".join(known.get(part, part) for part in code.split("+"))

    def rank(self, code: str) -> int:
        """Best is 0; 99 for none or an outcome that this version does not know."""
        ranks = [found.rank for part in code.split("+") if (found := self.outcome(part))]
        return min(ranks, default=99)

    @property
    def decides(self) -> bool:
        """Does it give every subject an outcome? Cadences, quotas and authorities do not."""
        return self.kind in ("scorecard", "decision_table", "alert", "holding")
