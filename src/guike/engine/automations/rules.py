"""How far an automation goes: no Django, no clock (PLT-13)."""

from collections.abc import Sequence
from datetime import date, timedelta

#: An automation set off by another's effect, set off by another's: this many, then it stops.
DEPTH = 3
#: Subjects that one automation acts on within an hour; what comes above is noted and left.
PER_HOUR = 500
#: Actions of one automation.
MOST_ACTIONS = 5
TRIAL_DAYS = 30


def may_follow(chain: Sequence[int], automation: int) -> str:
    """Why an automation is not set off by what others of the chain did: "own" effect, too "deep"; "" when it may be."""
    if automation in chain:
        return "own"
    return "deep" if len(chain) >= DEPTH else ""


def is_paused(last: date | None, pause: int, day: date) -> bool:
    """Was the subject acted on less than `pause` days ago? 0 = never paused. 30 days: 1 November → again on 1 December."""
    return bool(pause and last and day < last + timedelta(days=pause))


def room(acted: int) -> int:
    """How many more subjects within this hour."""
    return max(PER_HOUR - acted, 0)


def within_pause(days: Sequence[date], pause: int) -> list[date]:
    """Of the days on which something happened to one subject, those on which the automation would have acted."""
    acted: list[date] = []
    for day in sorted(days):
        if not is_paused(acted[-1] if acted else None, pause, day):
            acted.append(day)
    return acted
