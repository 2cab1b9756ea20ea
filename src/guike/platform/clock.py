"""The only door to time. Business days are days in Asia/Shanghai (architecture: Time)."""

from datetime import date, datetime

from django.utils import timezone


def now() -> datetime:
    """The present moment, aware."""
    return timezone.now()  # noqa: TID251 — this is the door


def today() -> date:
    """The business day: the calendar day in the company's time zone."""
    return timezone.localdate()


def local(moment: datetime) -> datetime:
    """A moment on the company's clock."""
    return timezone.localtime(moment)
