"""Which values a viewer may read: those of records and fields that the viewer may see (CUS-12)."""

from collections.abc import Iterable

from guike.engine.metrics.declare import Aggregate, Attribute, Metric
from guike.engine.metrics.measure import COLUMN
from guike.engine.metrics.registry import Registry
from guike.platform.access import Right, Viewer, allowed, field_right


def unreadable(viewer: Viewer, codes: Iterable[str], registry: Registry) -> set[str]:
    """The codes whose value must not be shown to the viewer."""
    return {code for code in codes if any(not _readable(viewer, base, registry) for base in registry.base_of(code))}


def _readable(viewer: Viewer, metric: Metric, registry: Registry) -> bool:
    if isinstance(metric, Aggregate):
        source = registry.sources[metric.source]
        return not source.object or allowed(viewer, source.object, "view")
    if isinstance(metric, Attribute):
        columns = COLUMN.findall(metric.expression)
        return all(field_right(viewer, metric.subject, column.removesuffix("_id")) >= Right.READ for column in columns)
    return True
