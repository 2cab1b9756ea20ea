"""Background work: the turn of the day, and cadences of many customers at once."""

from collections.abc import Sequence

from guike.contact import services
from guike.platform import jobs
from guike.platform.access import SYSTEM

jobs.daily(services.turn_the_day)


@jobs.task("contact.refresh")
def refresh(progress: jobs.Progress, customer_ids: Sequence[int] | None = None) -> dict:
    """Cadences of some customers, or of all."""
    done = services.refresh_cadences(customer_ids, actor=SYSTEM)
    return {"fulfilled": done.fulfilled, "opened_or_moved": done.opened_or_moved, "withdrawn": done.withdrawn}
