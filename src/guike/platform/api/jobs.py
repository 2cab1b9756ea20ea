"""What the worker does for the API."""

from guike.platform import jobs
from guike.platform.api import idempotency, taking


@jobs.daily
def forget_old_answers() -> None:
    idempotency.forget_old()


@jobs.often
def write_down_what_keys_read() -> None:
    taking.write_down()
