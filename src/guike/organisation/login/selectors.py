"""What the door's pages show: the rules, factors, sessions, links (PLT-01)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from guike.organisation import rules as organisation_rules
from guike.organisation.login import rules as door
from guike.organisation.login.models import Factor, Identity, IdentityProvider, RecoveryCode, ResetLink, Session, SignInRules
from guike.organisation.models.accounts import Account, LoginRecord
from guike.organisation.selectors.viewers import viewer_for
from guike.platform import clock
from guike.platform.access import Viewer


def sign_in_rules() -> SignInRules:
    """The company's rules for getting in; the usual ones before anybody wrote them."""
    return SignInRules.objects.first() or SignInRules()


def profile() -> door.Profile:
    """What the company asks of passwords."""
    return door.PROFILES[sign_in_rules().profile]


def provider() -> IdentityProvider | None:
    """The company's identity provider, switched on or not."""
    return IdentityProvider.objects.first()


def demand_on(account: Account, viewer: Viewer | None = None) -> door.Demand:
    """Must this account have a second factor, and until when may it go without?"""
    told = sign_in_rules()
    roles = (viewer or viewer_for(account)).roles
    return door.demand(roles, told.required_roles, told.required_since, account.created_at, told.grace_days)


@dataclass(frozen=True)
class Factors:
    """What an account has besides its password."""

    authenticator: Factor | None
    passkeys: tuple[Factor, ...]
    codes_left: int

    def __bool__(self) -> bool:
        return bool(self.authenticator or self.passkeys)


def factors_of(account_id: int) -> Factors:
    """An account's second factors and how many recovery codes are left. Two queries."""
    found = list(Factor.objects.filter(account_id=account_id))
    authenticator = next((factor for factor in found if factor.kind == "totp"), None)
    left = RecoveryCode.objects.filter(account_id=account_id, used_at=None).count()
    return Factors(authenticator, tuple(factor for factor in found if factor.kind == "passkey"), left)


@dataclass(frozen=True)
class OpenSession:
    """One open session as people know it: device in words, address, since when, last seen."""

    number: str
    device: str
    address: str
    opened_at: datetime
    seen_at: datetime
    here: bool


def sessions_of(account_id: int, present: str = "") -> list[OpenSession]:
    """An account's open sessions, this one first, then the last used. `present` is the key (hashed) of the one that asks."""
    now = clock.now()
    found = Session.objects.filter(account_id=account_id, expire_date__gt=now).defer("session_data").order_by("-seen_at")
    alive = [one for one in found if not door.over(one.opened_at, one.seen_at, now, one.idle_minutes, one.longest_hours)]
    lines = [
        OpenSession(
            one.session_key[:16],
            organisation_rules.device_name(one.device),
            one.address,
            one.opened_at,
            one.seen_at,
            one.session_key == present,
        )
        for one in alive
    ]
    return sorted(lines, key=lambda line: not line.here)


def records_of(account_id: int, limit: int = 10) -> list[LoginRecord]:
    """The newest attempts on an account."""
    return list(LoginRecord.objects.filter(account_id=account_id)[:limit])


def links_of(account_id: int) -> list[ResetLink]:
    """Reset links that still open something."""
    return list(ResetLink.objects.filter(account_id=account_id, used_at=None, expires_at__gt=clock.now()).select_related("made_by__person"))


def identity_of(account_id: int) -> Identity | None:
    return Identity.objects.filter(account_id=account_id).first()


def active_provider() -> IdentityProvider | None:
    """The identity provider that the door offers."""
    found = provider()
    return found if found and found.active else None
