"""Signed links that stop one kind of mail for one account without a log-in."""

from urllib.parse import urljoin

from django.core import signing
from django.urls import reverse

SALT = "guike.notifications.unsubscribe"


def address(site: str, account_id: int, kind: str) -> str:
    """The link under a mail; "" while nobody said where the program is reached."""
    token = signing.dumps([account_id, kind], salt=SALT)
    return urljoin(site, reverse("notifications:unsubscribe", args=[token]).lstrip("/")) if site else ""


def read(token: str) -> tuple[int, str] | None:
    """(account, kind) of a link; None for one that we did not make."""
    try:
        account_id, kind = signing.loads(token, salt=SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(account_id), str(kind)
