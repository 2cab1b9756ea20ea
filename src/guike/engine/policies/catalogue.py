"""What a policy may speak of: metrics of its subject and outcomes of other policies."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from guike.engine.metrics.declare import Metric, ValueKind
from guike.engine.metrics.registry import REGISTRY, Registry
from guike.engine.policies import facts
from guike.engine.policies.content import Grant, Take
from guike.platform.conditions import Field, FieldSet, Kind

OUTCOME = "outcome."
KINDS = {
    ValueKind.MONEY: Kind.MONEY,
    ValueKind.NUMBER: Kind.NUMBER,
    ValueKind.PERCENT: Kind.PERCENT,
    ValueKind.DAYS: Kind.NUMBER,
    ValueKind.YEARS: Kind.NUMBER,
    ValueKind.FLAG: Kind.FLAG,
    ValueKind.DATE: Kind.DATE,
}


@dataclass(frozen=True)
class Face:
    """Another policy as seen from outside: what it can decide, and what it itself looks at."""

    code: str
    title: str
    kind: str
    subject_kind: str
    outcomes: tuple[tuple[str, str], ...]
    inputs: tuple[str, ...] = ()
    document: str = ""
    follows: str = ""
    grants: tuple[Grant, ...] = ()
    from_table: str = ""
    takes: tuple[Take, ...] = ()


@dataclass(frozen=True)
class Catalogue:
    """Metrics by code and the other policies by code."""

    registry: Registry = field(default=REGISTRY)
    policies: Mapping[str, Face] = field(default_factory=dict)

    def metric(self, code: str) -> Metric | None:
        """A metric, or what a request for approval brings along."""
        return self.registry.metrics.get(code) or facts.fact(code)

    def fields(self, codes: set[str]) -> FieldSet:
        """The named ones as fields of the conditions language; unknown names are left out and become problems there."""
        found = [self._field(code) for code in sorted(codes)]
        return FieldSet(one for one in found if one is not None)

    def _field(self, code: str) -> Field | None:
        if code.startswith(OUTCOME):
            face = self.policies.get(code.removeprefix(OUTCOME))
            return Field(code, face.title, Kind.CHOICE, choices=face.outcomes) if face else None
        metric = self.metric(code)
        if metric is None:
            return None
        kind = KINDS.get(metric.value, Kind.CHOICE if metric.choices else Kind.TEXT)
        return Field(code, str(metric.label), kind, unit=metric.unit_shown, choices=[(c, str(label)) for c, label in metric.choices])

    def suggestion(self, code: str) -> str:
        """「，是不是 purchases.amount_12m？」 or nothing."""
        nearest = self.registry.nearest(code)
        return f"，是不是 {nearest}？" if nearest else ""
