"""The verbs of this domain."""

from guike.contact.services.correct import edit_follow_up, void_follow_up
from guike.contact.services.feed import end_feed, make_feed
from guike.contact.services.log import Logged, log_follow_up
from guike.contact.services.upkeep import (
    follow_new_owner,
    forget_removed,
    refresh_after_policy,
    refresh_after_standings,
    refresh_cadences,
    refresh_many,
    turn_the_day,
    withdraw_for_removed,
)

__all__ = [
    "Logged",
    "edit_follow_up",
    "end_feed",
    "follow_new_owner",
    "forget_removed",
    "log_follow_up",
    "make_feed",
    "refresh_after_policy",
    "refresh_after_standings",
    "refresh_cadences",
    "refresh_many",
    "turn_the_day",
    "void_follow_up",
    "withdraw_for_removed",
]
