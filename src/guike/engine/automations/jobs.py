"""Work of the worker: acting on occasions, and each day's look."""

from datetime import date

import procrastinate
from procrastinate.contrib.django import app as queue

from guike.engine.automations import services
from guike.engine.automations.services.hearing import ACT, DAY, look_at_day
from guike.platform import jobs

AGAIN = procrastinate.RetryStrategy(max_attempts=3, exponential_wait=5)


@queue.task(name=ACT, retry=AGAIN)
def automate(automation_id: int, occasions: list, chain: list[int]) -> None:
    """Act; a repeated delivery finds every occasion done."""
    services.act(automation_id, [(int(subject), str(key)) for subject, key in occasions], chain)


@queue.task(name=DAY, retry=AGAIN)
def automate_day(automation_id: int, day: str) -> None:
    look_at_day(automation_id, date.fromisoformat(day))


@jobs.daily
def start_day() -> None:
    services.start_day()
