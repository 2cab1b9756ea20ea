"""The private calendar address of a person (ACT-12). The token itself is shown once and not kept."""

import hashlib
import secrets

from django.utils.translation import gettext as _

from guike.contact.models import CalendarFeed
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb


def hashed(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


@verb("contact.make_feed")
def make_feed(*, actor: Viewer) -> str:
    """A new token for one's own calendar; an older one stops working. Returns the token, which cannot be read again later."""
    if actor.person_id is None:
        raise Refused(_("这个账号没有对应的人员，不能订阅日程"))
    token = secrets.token_urlsafe(32)
    CalendarFeed.objects.update_or_create(
        person_id=actor.person_id, defaults={"token_hash": hashed(token), "made_at": clock.now(), "last_read_at": None}
    )
    return token


@verb("contact.end_feed")
def end_feed(*, actor: Viewer) -> None:
    """Stop the own calendar address."""
    CalendarFeed.objects.filter(person_id=actor.person_id).delete()  # type: ignore[misc]
