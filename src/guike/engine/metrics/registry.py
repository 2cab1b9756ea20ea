"""The catalogue: every metric declared once, by the domain that owns its facts (POL-03)."""

import difflib
import re
from collections.abc import Iterable, Iterator

from guike.engine.metrics.declare import Aggregate, Derived, Metric, Source, Subject

CODE = re.compile(r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$")
REFERENCE = re.compile(r"\{([a-z][a-z0-9_]*\.[a-z][a-z0-9_]*)\}")


class Registry:
    """Subjects, sources and metrics by code. Declaring the same code differently twice stops the start."""

    def __init__(self) -> None:
        self.subjects: dict[str, Subject] = {}
        self.sources: dict[str, Source] = {}
        self.metrics: dict[str, Metric] = {}

    def add_subject(self, subject: Subject) -> None:
        self._once(self.subjects, subject.code, subject)

    def add_source(self, source: Source) -> None:
        self._once(self.sources, source.code, source)

    def add_metric(self, metric: Metric) -> None:
        if not CODE.match(metric.code):
            raise ValueError(f"{metric.code}: a metric's code is area.measure")
        self._once(self.metrics, metric.code, metric)

    @staticmethod
    def _once(known: dict, code: str, declared: object) -> None:
        if code in known and known[code] != declared:
            raise ValueError(f"{code} is declared twice")
        known[code] = declared

    def metric(self, code: str) -> Metric:
        """Raises `LookupError` for an unknown code."""
        try:
            return self.metrics[code]
        except KeyError:
            raise LookupError(f"no metric {code}") from None

    def subject(self, code: str) -> Subject:
        try:
            return self.subjects[code]
        except KeyError:
            raise LookupError(f"no subject {code}") from None

    def of_subject(self, subject: str) -> list[Metric]:
        """The metrics of a subject, by code."""
        return sorted((metric for metric in self.metrics.values() if metric.subject == subject), key=lambda metric: metric.code)

    def nearest(self, code: str, subject: str = "") -> str | None:
        """The known code that looks most like a mistyped one."""
        known = [metric.code for metric in self.metrics.values() if not subject or metric.subject == subject]
        found = difflib.get_close_matches(code, known, n=1, cutoff=0.5)
        return found[0] if found else None

    def faults(self) -> Iterator[str]:
        """What is declared but cannot work: unknown subjects, sources, references, circles. Checked at the start."""
        for metric in self.metrics.values():
            if metric.subject not in self.subjects:
                yield f"{metric.code}: unknown subject {metric.subject}"
            if isinstance(metric, Aggregate) and metric.source not in self.sources:
                yield f"{metric.code}: unknown source {metric.source}"
            if isinstance(metric, Derived):
                yield from self._derived_faults(metric)

    def _derived_faults(self, metric: Derived) -> Iterator[str]:
        for code in references(metric):
            if code not in self.metrics:
                yield f"{metric.code}: unknown metric {code}"
        if metric.code in self._reached(metric.code):
            yield f"{metric.code}: depends on itself"

    def _reached(self, code: str) -> set[str]:
        found: set[str] = set()
        waiting = [code]
        while waiting:
            for needed in references(self.metrics.get(waiting.pop())):
                if needed not in found:
                    found.add(needed)
                    waiting.append(needed)
        return found

    def base_of(self, code: str) -> list[Metric]:
        """The metrics that are computed from facts for this one: itself, or those that a derived one rests on."""
        metric = self.metric(code)
        if not isinstance(metric, Derived):
            return [metric]
        found: dict[str, Metric] = {}
        for needed in references(metric):
            found.update({base.code: base for base in self.base_of(needed)})
        return list(found.values())


def references(metric: Metric | None) -> list[str]:
    """The codes a derived metric names, in order."""
    return REFERENCE.findall(metric.expression) if isinstance(metric, Derived) else []


REGISTRY = Registry()


def register_subject(subject: Subject) -> None:
    """Called by the domain that owns the record, in its `metrics.py`."""
    REGISTRY.add_subject(subject)


def register_source(source: Source) -> None:
    """Called by the domain that owns the facts, in its `metrics.py`."""
    REGISTRY.add_source(source)


def register_metric(*metrics: Metric) -> None:
    """Called by the domain that owns the facts, in its `metrics.py`."""
    for metric in metrics:
        REGISTRY.add_metric(metric)


def register_metrics(metrics: Iterable[Metric]) -> None:
    register_metric(*metrics)
