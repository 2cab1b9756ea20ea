"""What the day's turn does to people (PLT-08)."""

from guike.organisation import services
from guike.platform import jobs
from guike.platform.access import SYSTEM


@jobs.daily
def end_due_employments() -> int:
    """Whose last day was yesterday or before loses posts and login."""
    return services.end_due_employments(actor=SYSTEM)
