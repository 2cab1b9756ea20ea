"""Which backups stay, what is too old, too full, too slow: pure."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import IntEnum
from typing import TypeVar

Key = TypeVar("Key")


class State(IntEnum):
    """How a part of the service is: serving, serving but to be looked at, not serving."""

    OK = 0
    WARNING = 1
    FAILED = 2


@dataclass(frozen=True)
class Keeping:
    """So many days, weeks and months of which one backup each stays."""

    daily: int = 7
    weekly: int = 4
    monthly: int = 12


def kept(backups: Iterable[tuple[Key, date]], keeping: Keeping) -> set[Key]:
    """Keys that stay: the newest of each of the last days, ISO weeks and months that have any. Later in the sequence is newer."""
    found = sorted(enumerate(backups), key=lambda pair: (pair[1][1], pair[0]), reverse=True)
    periods: list[tuple[int, Callable[[date], Hashable]]] = [
        (keeping.daily, lambda day: day),
        (keeping.weekly, lambda day: day.isocalendar()[:2]),
        (keeping.monthly, lambda day: (day.year, day.month)),
    ]
    stay = set()
    for count, period in periods:
        newest: dict[Hashable, Key] = {}
        for _place, (key, day) in found:
            newest.setdefault(period(day), key)
        stay.update(list(newest.values())[:count])
    return stay


#: A nightly backup is missed when the newest is older: a day and two hours for the machine to catch up.
BACKUP_LATE = timedelta(hours=26)
#: A backup or a drill that is under way for longer was broken off.
BROKEN_OFF = timedelta(hours=6)
#: The worker's heart beats every ten seconds.
HEART_SILENT = timedelta(seconds=45)
QUEUE_SLOW = timedelta(minutes=10)
MEGABYTE = 2**20


#: Whoever renews by itself does so at thirty days: at three weeks it has failed more than once.
CERTIFICATE_SOON = timedelta(days=21)


def certificate(left: timedelta) -> State:
    """Expired, browsers let nobody in."""
    if left <= timedelta(0):
        return State.FAILED
    return State.WARNING if left < CERTIFICATE_SOON else State.OK


def backup_age(age: timedelta | None) -> State:
    """None = there is none at all."""
    return State.WARNING if age is None or age > BACKUP_LATE else State.OK


def heart(silence: timedelta | None) -> State:
    """None = no worker has ever beaten, or the last one said goodbye."""
    return State.FAILED if silence is None or silence > HEART_SILENT else State.OK


def queue(waiting: timedelta | None) -> State:
    """How long the oldest job that might begin has been waiting."""
    return State.WARNING if waiting is not None and waiting > QUEUE_SLOW else State.OK


def disk(free: int, total: int) -> State:
    """1 %, at least 200 MB and at most 1 GB, is not enough to go on writing; 2 GB, or 5 % where that is less, are soon gone."""
    if free < min(max(200 * MEGABYTE, total // 100), 1024 * MEGABYTE):
        return State.FAILED
    return State.WARNING if free < min(2048 * MEGABYTE, total // 20) else State.OK


PHONE = re.compile(r"(?<!\d)(1[3-9]\d)\d{4}(\d{4})(?!\d)")
MAIL = re.compile(r"[\w.+-]+@([\w-]+\.[\w.-]+)")
#: PostgreSQL repeats the values of the row here.
DETAIL = re.compile(r"^(\s*)(DETAIL|CONTEXT|详细信息|背景):.*$", re.MULTILINE)
QUOTED = re.compile(r"^(\s*)(LINE \d+):.*\n.*\^$", re.MULTILINE)


def without_personal(text: str) -> str:
    """A line of the log without phone numbers, addresses and values of rows."""
    text = DETAIL.sub(r"\1\2: …", text)
    text = QUOTED.sub(r"\1\2: …", text)
    return MAIL.sub(r"…@\1", PHONE.sub(r"\1****\2", text))
