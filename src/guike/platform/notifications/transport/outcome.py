"""How a try can end other than well."""

from enum import StrEnum


class After(StrEnum):
    """What follows a failed try: another one, none (it would fail again), or none because nobody knows whether it arrived."""

    RETRY = "retry"
    GIVE_UP = "give up"
    UNCLEAR = "unclear"


class Failure(Exception):
    """A message did not go out; the text is for the administrator and holds no secret."""

    def __init__(self, reason: str, after: After = After.RETRY):
        super().__init__(reason)
        self.reason = reason[:300]
        self.after = after
