"""The only door to time. Business days are days in Asia/Shanghai (architecture: Time)."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    """The present moment, aware."""
    return timezone.now()  # noqa: TID251 — this is the door


_held: ContextVar[date | None] = ContextVar("guike_day_held", default=None)


def today() -> date:
    """The business day: the calendar day in the company's time zone."""
    return _held.get() or now().astimezone(_company_zone()).date()


@cache
def _company_zone() -> ZoneInfo:
    return ZoneInfo(settings.TIME_ZONE)


@contextmanager
def day_held() -> Iterator[date]:
    """Long work that must not cross midnight: it stays on the day on which it began."""
    day = today()
    token = _held.set(day)
    try:
        yield day
    finally:
        _held.reset(token)


def local(moment: datetime) -> datetime:
    """A moment on the company's clock."""
    return timezone.localtime(moment)
