"""Passkeys (WebAuthn): made, used instead of password and code, or as the second factor (PLT-01).

The challenge and what it was for stay with the caller (the session) between the two steps and are used once.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from django.db.models import Q
from django.utils.translation import gettext as _
from fido2.server import Fido2Server
from fido2.utils import websafe_decode
from fido2.webauthn import (
    AttestedCredentialData,
    AuthenticatorData,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialUserEntity,
    RegistrationResponse,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from guike.organisation.login.models import Factor
from guike.organisation.login.services import factors
from guike.organisation.models.accounts import Account
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

MOST = 10
State = dict[str, Any]


def _server(host: str) -> Fido2Server:
    """For the host (with port) of the present request, which Django has checked against the allowed ones; no other origin passes."""
    name = host.rsplit(":", 1)[0] if not host.endswith("]") else host

    def is_ours(origin: str) -> bool:
        parts = urlsplit(origin)
        return parts.netloc == host and (parts.scheme == "https" or parts.hostname == "localhost")

    return Fido2Server(PublicKeyCredentialRpEntity(id=name, name="贵客"), verify_origin=is_ours)


def handle_of(account: Account) -> bytes:
    """What a passkey keeps of whom it belongs to: a number that means nothing outside."""
    return f"guike-{account.pk}".encode()


def begin_making(account: Account, host: str) -> tuple[dict[str, Any], State]:
    """Options for the browser, and the state to keep, to make a passkey that can be found without a login name."""
    user = PublicKeyCredentialUserEntity(id=handle_of(account), name=account.login, display_name=account.person.name)
    known = [_data(factor) for factor in Factor.objects.filter(account=account, kind="passkey")]
    options, state = _server(host).register_begin(
        user, known, resident_key_requirement=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
    )
    return dict(options), dict(state)


@verb("organisation.add_passkey")
def add_passkey(answer: Mapping[str, Any], state: State, host: str, name: str, *, actor: Viewer) -> list[str]:
    """Keep the passkey that the browser made. Gives recovery codes when there were none."""
    account = Account.objects.select_for_update(of=("self",)).get(pk=actor.account_id)  # type: ignore[misc]
    if Factor.objects.filter(account=account, kind="passkey").count() >= MOST:
        raise Refused(_("最多 %(n)s 个通行密钥，先删掉不用的") % {"n": MOST})
    try:
        made = _server(host).register_complete(state, RegistrationResponse.from_dict(answer))
    except (ValueError, TypeError, KeyError, AttributeError):
        raise Refused(_("通行密钥没有设好，再试一次")) from None
    data = made.credential_data
    if data is None or Factor.objects.filter(credential_id=data.credential_id).exists():
        raise Refused(_("这个通行密钥已经登记过"))
    Factor.objects.create(
        account=account,
        kind="passkey",
        name=name.strip()[:40] or _("通行密钥"),
        credential_id=data.credential_id,
        credential=bytes(data),
        sign_count=made.counter,
        host=host,
    )
    return factors.first_codes(account)


def begin_using(host: str, account: Account | None = None) -> tuple[dict[str, Any], State]:
    """Options and state to get in: by any passkey of this site (it names its owner), or as the second factor of an account."""
    known = None if account is None else [_data(factor) for factor in Factor.objects.filter(account=account, kind="passkey")]
    # Alone it stands for password and code, so the device has to check its owner; after a password having it is enough.
    asked = UserVerificationRequirement.REQUIRED if account is None else UserVerificationRequirement.PREFERRED
    options, state = _server(host).authenticate_begin(known, user_verification=asked)
    return dict(options), dict(state)


def account_of(answer: Mapping[str, Any], state: State, host: str, account: Account | None = None) -> Account | None:
    """Whose passkey signed the challenge; None when the signature, the site, the owner or the counter does not fit.

    A counter that does not grow means a copied key: the factor is not accepted (WebAuthn 6.1.1). Synced passkeys always say 0.
    """
    factor = _named(answer, account)
    if factor is None:
        return None
    try:
        _server(host).authenticate_complete(state, [_data(factor)], answer)
        told = AuthenticatorData(_bytes(answer["response"]["authenticatorData"]))
        handle = answer["response"].get("userHandle")
        if handle and _bytes(handle) != handle_of(factor.account):
            return None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    grown = Q(sign_count__lt=told.counter) if told.counter else Q(sign_count=0)
    counted = Factor.objects.filter(grown, pk=factor.pk).update(sign_count=told.counter, last_used_at=clock.now())
    return factor.account if counted else None


def _named(answer: Mapping[str, Any], account: Account | None) -> Factor | None:
    try:
        credential_id = _bytes(answer["rawId"])
    except (ValueError, TypeError, KeyError):
        return None
    found = Factor.objects.filter(kind="passkey", credential_id=credential_id).select_related("account__person")
    return found.filter(account=account).first() if account else found.first()


def _bytes(text: Any) -> bytes:
    return websafe_decode(text)


def _data(factor: Factor) -> AttestedCredentialData:
    return AttestedCredentialData(bytes(factor.credential or b""))
