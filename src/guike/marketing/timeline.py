"""How an accepted find stands on the timeline of the customer it became, and which obligations finds open."""

from guike.engine.activities import registry
from guike.marketing.services import tasks as _tasks  # noqa: F401 — tells the engine about the kinds at the start

registry.register(registry.Kind("find", "市场线索", "bulb", "other", "find"))
