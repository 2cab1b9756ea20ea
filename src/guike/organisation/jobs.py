"""What the day's turn does to people (PLT-08)."""

from guike.organisation import services
from guike.platform import jobs

jobs.daily(services.end_due_employments)
