"""Which values a viewer may read: those of records and fields that the viewer may see (CUS-12)."""

from collections.abc import Iterable

from guike.engine.metrics.declare import Aggregate, Attribute, Metric
from guike.engine.metrics.measure import COLUMN, OF_SOURCE
from guike.engine.metrics.registry import Registry
from guike.platform.access import Right, Viewer, allowed, declarations, field_right
from guike.platform.access import reads as reads_all


def unreadable(viewer: Viewer, codes: Iterable[str], registry: Registry) -> set[str]:
    """The codes whose value must not be shown to the viewer."""
    return {code for code in codes if any(not _readable(viewer, base, registry) for base in registry.base_of(code))}


def _readable(viewer: Viewer, metric: Metric, registry: Registry) -> bool:
    if not _reads(viewer, metric.subject, metric.code.split(".")[0]):
        return False  # `purchases.amount_12m` goes with what the subject's declaration says of `purchases`
    if isinstance(metric, Aggregate):
        source = registry.sources[metric.source]
        if not source.object:
            return True
        columns = OF_SOURCE.findall(f"{metric.aggregate} {metric.where or ''}")
        return allowed(viewer, source.object, "view") and _reads(viewer, source.object, *columns)
    if isinstance(metric, Attribute):
        columns = COLUMN.findall(metric.expression)
        return all(field_right(viewer, metric.subject, column.removesuffix("_id")) >= Right.READ for column in columns)
    return True


def _reads(viewer: Viewer, code: str, *names: str) -> bool:
    """Fields of an object that has an access declaration; subjects without one have no field rules."""
    return code not in declarations() or reads_all(viewer, code, *names)
