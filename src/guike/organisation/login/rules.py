"""What holds at the door, without a database: password profiles, one-time codes (RFC 6238), who needs a second factor, how long a session lives."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Profile:
    """A set of demands on passwords. `days` 0 = they do not expire; `remembered` 0 = old ones may come back."""

    code: str
    length: int
    classes: int
    days: int
    remembered: int


PROFILES = {
    "standard": Profile("standard", length=10, classes=3, days=0, remembered=5),
    "mlps3": Profile("mlps3", length=8, classes=3, days=90, remembered=5),
    "asvs": Profile("asvs", length=12, classes=0, days=0, remembered=0),
}
"""standard: what Guike asks by itself. mlps3: 等保三级 (GB/T 22239). asvs: OWASP ASVS 5 and NIST SP 800-63B."""


def expired(profile: Profile, changed_at: datetime | None, now: datetime) -> bool:
    """Has a password reached the age at which the profile wants another? One that was never dated has.

    90 days: set on 1 June 09:00, it is asked for anew from 30 August 09:00 on.
    """
    return bool(profile.days) and (changed_at is None or now >= changed_at + timedelta(days=profile.days))


# --- one-time codes -----------------------------------------------------------------------------------------------------

STEP = 30
DIGITS = 6
#: A clock may be this many steps off, either way.
TOLERANCE = 1


def code_at(secret: str, step: int) -> str:
    """The code of a secret (base32) for a step of 30 seconds since 1970 (RFC 6238, SHA-1, six digits).

    >>> code_at("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ", 1)
    '287082'
    """
    digest = hmac.new(base64.b32decode(secret, casefold=True), struct.pack(">Q", step), hashlib.sha1).digest()
    offset = digest[-1] & 0x0F
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}}"


def step_of(secret: str, code: str, now: datetime, after: int = 0) -> int | None:
    """The step whose code was typed: the present one or a neighbour, later than the step last used; None when none fits.

    Every step is worked out whatever the code, so that time tells nothing.
    """
    present = int(now.timestamp()) // STEP
    steps = range(present - TOLERANCE, present + TOLERANCE + 1)
    fitting = [step for step in steps if hmac.compare_digest(code_at(secret, step), code) and step > after]
    return fitting[0] if fitting else None


def key_uri(secret: str, login: str, issuer: str) -> str:
    """What the QR code says to an authenticator app: otpauth://totp/贵客:chensy?secret=…&issuer=贵客."""
    from urllib.parse import quote, urlencode

    label = quote(f"{issuer}:{login}", safe="")
    return f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': issuer}, quote_via=quote)}"


def plain_code(text: str) -> str:
    """A code as typed by people: full-width digits, spaces and hyphens taken away, upper case."""
    import unicodedata

    return "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())


# --- who needs a second factor ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Demand:
    """Must this account have a second factor, and until when may it go without?"""

    required: bool
    until: datetime | None = None

    def due(self, now: datetime) -> bool:
        """Is the time of grace over?"""
        return self.required and (self.until is None or now >= self.until)

    def days_left(self, now: datetime) -> int:
        """Days begun until the time of grace is over; 0 when it is."""
        return max(0, -((now - self.until) // timedelta(days=1))) if self.required and self.until else 0


def demand(roles: Iterable[str], required: Iterable[str], since: datetime | None, opened: datetime, grace_days: int) -> Demand:
    """What is asked of somebody with these roles. Grace runs from the day the demand was made or the account opened, the later.

    Asked since 1 June with 7 days of grace: an account of 20 May is free until 8 June, one opened on 10 June until 17 June.
    """
    if not set(roles) & set(required):
        return Demand(False)
    return Demand(True, max(opened, since or opened) + timedelta(days=grace_days))


# --- sessions -----------------------------------------------------------------------------------------------------------


def seen_every(idle_minutes: int) -> timedelta:
    """How exactly "last seen" is kept: a tenth of the idle limit, between one and five minutes."""
    return timedelta(minutes=min(5, max(1, idle_minutes // 10)))


def over(opened: datetime, seen: datetime, now: datetime, idle_minutes: int, longest_hours: int) -> bool:
    """Has a session ended by itself: nobody there for too long, or open for too long?"""
    return now - seen > timedelta(minutes=idle_minutes) or now - opened > timedelta(hours=longest_hours)
