"""Metrics: declared once, computed for one subject or a million by the same expression (POL-03)."""

from guike.engine.metrics.declare import (
    Aggregate,
    Assessed,
    Attribute,
    Derived,
    Drill,
    Metric,
    Shown,
    Source,
    Subject,
    ValueKind,
)
from guike.engine.metrics.registry import REGISTRY, Registry, register_metric, register_source, register_subject

__all__ = [
    "REGISTRY",
    "Aggregate",
    "Assessed",
    "Attribute",
    "Derived",
    "Drill",
    "Metric",
    "Registry",
    "Shown",
    "Source",
    "Subject",
    "ValueKind",
    "register_metric",
    "register_source",
    "register_subject",
]

from guike.engine.metrics import assessed  # noqa: F401 — the engine's own metrics join the catalogue
