"""How long the certificate lasts by which browsers know this server: watched, because whoever renews it may fail in silence (PLT-11)."""

from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings

from guike.platform import clock


class Unreadable(Exception):
    """The file is not there, may not be read, or holds no certificate."""


def ends_at() -> datetime | None:
    """When the first of the chain in GUIKE_TLS_CERTIFICATE expires; None where none is named. Raises Unreadable."""
    if not settings.TLS_CERTIFICATE:
        return None
    from cryptography.x509 import load_pem_x509_certificates

    try:
        return min(one.not_valid_after_utc for one in load_pem_x509_certificates(Path(settings.TLS_CERTIFICATE).read_bytes()))
    except (OSError, ValueError) as problem:
        raise Unreadable(getattr(problem, "strerror", None) or type(problem).__name__) from problem


def left() -> timedelta | None:
    """From now to its end; negative once that is past. None where none is named. Raises Unreadable."""
    found = ends_at()
    return found - clock.now() if found else None
