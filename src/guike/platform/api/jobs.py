"""What the worker does for the API."""

from guike.platform import jobs
from guike.platform.api import idempotency


@jobs.daily
def forget_old_answers() -> None:
    idempotency.forget_old()
