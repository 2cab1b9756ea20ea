"""When a push is tried again, and how it is signed. No Django, no clock."""

from datetime import datetime, timedelta

#: Waiting times after a failed try, as the Standard Webhooks specification has them; after the last the push has failed.
BACK_OFF = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
#: Share by which a waiting time is stretched at most, so that many pushes do not come back at once.
JITTER = 0.2
#: An address that refuses everything for so long is stopped.
PATIENCE = timedelta(days=5)
#: A push found in the middle of sending after so long was cut off and is sent again: receivers tell repetitions by `webhook-id`.
CUT_OFF = timedelta(minutes=5)
#: How long a replaced signing key goes on signing.
OVERLAP = timedelta(hours=24)


def next_try(attempts: int, now: datetime, chance: float) -> datetime | None:
    """When to try again after so many tries; None when it is given up. `chance` in [0, 1) stretches the waiting time."""
    if attempts > len(BACK_OFF):
        return None
    return now + BACK_OFF[attempts - 1] * (1 + JITTER * chance)


def signatures(secrets: list[str], message: str, moment: datetime, body: str) -> str:
    """The `webhook-signature` of a body: one signature a key, parted by spaces."""
    from standardwebhooks import Webhook

    return " ".join(Webhook(secret).sign(message, moment, body) for secret in secrets)
