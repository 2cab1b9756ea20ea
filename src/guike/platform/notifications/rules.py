"""When a message may go out, how often it is tried again, and what it must not say (PLT-06). No Django, no clock."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

#: Minutes from a failed attempt to the next one; after the last the delivery has failed for good.
BACK_OFF = (1, 5, 30, 120, 360)
#: A delivery found in the middle of sending after so long was cut off: nobody knows whether it arrived.
CUT_OFF = timedelta(minutes=10)


#: A message that is not urgent waits this long, so that what happens together is said together.
GATHER = timedelta(minutes=2)


@dataclass(frozen=True)
class Quiet:
    """Hours in which nobody is disturbed, over midnight where `start` is the later one; equal = none. `workdays`: only on working days."""

    start: time = time(22)
    end: time = time(8)
    workdays: bool = False

    def holds(self, at: time) -> bool:
        if self.start == self.end:
            return False
        if self.start < self.end:
            return self.start <= at < self.end
        return at >= self.start or at < self.end


def release_at(moment: datetime, quiet: Quiet, is_workday: Callable[[date], bool]) -> datetime:
    """The first moment, not before `moment`, at which a message may go out. Local time in, local time out.

    23:10 → 08:00 of the next day; 07:00 → 08:00; 12:00 → 12:00; with `workdays`, Saturday 12:00 → Monday 08:00.
    """
    found = moment
    if quiet.holds(found.timetz().replace(tzinfo=None)):
        day = found.date() + timedelta(days=1 if found.time() >= quiet.end else 0)
        found = datetime.combine(day, quiet.end, moment.tzinfo)
    if not quiet.workdays:
        return found
    for _day in range(40):
        if is_workday(found.date()):
            break
        found = datetime.combine(found.date() + timedelta(days=1), quiet.end, moment.tzinfo)
    return found


def next_try(attempts: int, moment: datetime) -> datetime | None:
    """When the `attempts`-th failed attempt is followed by another; None after the last."""
    if attempts > len(BACK_OFF):
        return None
    return moment + timedelta(minutes=BACK_OFF[attempts - 1])


def digest_is_due(moment: datetime, hour: int, *, workdays: bool, is_workday: Callable[[date], bool]) -> bool:
    """Is it time for the day's digest: the hour is reached, and the day counts."""
    return moment.hour >= hour and (not workdays or is_workday(moment.date()))


_VEILS = (
    (re.compile(r"(?<!\d)\d{15,19}[\dXx]?(?!\d)"), lambda m: f"****{m[0][-4:]}"),  # identity, bank, tax numbers
    (re.compile(r"(?<!\d)1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"), lambda m: f"{m[0][:3]}****{m[0][-4:]}"),
    (re.compile(r"(?<!\d)0\d{2,3}[- ]\d{7,8}(?!\d)"), lambda m: f"{m[0].split('-')[0].split(' ')[0]}-****{m[0][-2:]}"),
    (re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), lambda m: f"{m[0][0]}***@{m[0].split('@')[1]}"),
)


def veiled(text: str) -> str:
    """A text as it may leave the house: telephone, identity, bank numbers and mail addresses in it are veiled, whoever typed them."""
    for pattern, veil in _VEILS:
        text = pattern.sub(veil, text)
    return text
