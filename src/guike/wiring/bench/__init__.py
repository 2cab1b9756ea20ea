"""The bench (08-quality PRF): a seeded company of a chosen size in its own database, and the measurements that the issue names.

`python -m guike.wiring.bench --scale small` prints one JSON object; `guike bench` calls it with a database of its own.
"""

from dataclasses import dataclass

#: Rows at full size; `small` is one hundredth.
FULL = {"customers": 1_000_000, "orders": 4_000_000, "activities": 5_000_000}
SCALES = {"tiny": 1000, "small": 100, "tenth": 10, "full": 1}


@dataclass(frozen=True)
class Size:
    """How much to make. Order lines are about 2.5 an order."""

    name: str
    customers: int
    orders: int
    activities: int
    imported: int

    @classmethod
    def of(cls, name: str) -> "Size":
        part = SCALES[name]
        imported = 100_000 if part == 1 else 10_000
        return cls(name, FULL["customers"] // part, FULL["orders"] // part, FULL["activities"] // part, imported)


@dataclass(frozen=True)
class Figure:
    """One measured requirement. `baseline` is what it is compared with (a limit of time, or hand-written SQL), `ratio` value ÷ baseline."""

    id: str
    what: str
    value: float
    unit: str
    baseline: float | None = None
    queries: int | None = None
    detail: dict | None = None

    @property
    def ratio(self) -> float | None:
        return round(self.value / self.baseline, 3) if self.baseline else None

    def as_json(self) -> dict:
        """The shape of 09-command-line, with what it is and how it came about."""
        return {
            "id": self.id,
            "what": self.what,
            "value": self.value,
            "unit": self.unit,
            "baseline": self.baseline,
            "ratio": self.ratio,
            "queries": self.queries,
            "detail": self.detail or {},
        }
