"""Times and query counts."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from guike.organisation.selectors import viewer_of_login
from guike.platform import clock
from guike.platform.access import Viewer

_REAL = clock.now, clock.today


def stay_on(day: date) -> None:
    """Let it be `day` in this process: making a million customers anew takes half an hour, and measures nothing."""
    if behind := clock.today() - day:
        clock.now = lambda: _REAL[0]() - behind
        clock.today = lambda: day


@contextmanager
def real_time() -> Iterator[None]:
    """Another process lives today: who signs in for it does so today."""
    kept = clock.now, clock.today
    clock.now, clock.today = _REAL
    try:
        yield
    finally:
        clock.now, clock.today = kept


def percentile(values: Iterable[float], share: float) -> float:
    """The nearest-rank percentile, rounded to a hundredth."""
    ordered = sorted(values)
    return round(ordered[min(len(ordered) - 1, max(0, -(-int(share * len(ordered) * 1000) // 1000) - 1))], 2)


def milliseconds(work: Callable[[], Any]) -> float:
    begun = time.perf_counter()
    work()
    return (time.perf_counter() - begun) * 1000


def viewer(login: str) -> Viewer:
    """One of the logins that the generator makes."""
    found = viewer_of_login(login)
    if found is None:
        raise RuntimeError(f"no login {login} in the bench's database")
    return found


def queries(work: Callable[[], Any]) -> int:
    """How many queries one call makes; measured apart, because counting costs time."""
    with CaptureQueriesContext(connection) as captured:
        work()
    return len(captured)


@contextmanager
def roomy() -> Any:
    """The memory a policy run gives itself, for both sides of a comparison."""
    with connection.cursor() as cursor:
        cursor.execute("SET work_mem = '256MB'; SET jit = off")
        yield cursor
        cursor.execute("RESET work_mem; RESET jit")
