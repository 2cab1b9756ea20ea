"""Facts that this domain tells; who listens stands in `wiring/reactions.py`."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class FollowUpLogged:
    """A contact with a customer was written down, corrected or voided: last contact and next step may differ now."""

    customer_id: int
    follow_up_id: int
    happened_on: date


@dataclass(frozen=True)
class FollowUpsImported:
    """Many follow-ups came in at once."""

    customer_ids: tuple[int, ...]


@dataclass(frozen=True)
class FollowUpsWithdrawn:
    """An import of follow-ups that began at `since` was undone."""

    customer_ids: tuple[int, ...]
    since: datetime
