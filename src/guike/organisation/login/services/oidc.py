"""OpenID Connect as this side of it speaks: discovery, the way there with PKCE, state and nonce, the code changed for an ID token, the token
checked (PLT-01). Everything is asked through the notifications' guarded door: no redirects, and nothing inside unless operations named it."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

import jwt
from django.core.cache import cache
from django.utils.translation import gettext as _
from requests import RequestException

from guike.organisation.login.models import IdentityProvider
from guike.platform import clock, sealing
from guike.platform.notifications.transport import door

#: Signed by a key of the provider's; never "none", never a shared secret.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA")
LEEWAY = timedelta(seconds=60)
WAY_LIVES = timedelta(minutes=10)
KEPT = 600
ANSWER = 200_000
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")


class Untrusted(Exception):
    """What came back does not prove who somebody is; the sentence is for the administrator, people are told less."""


@dataclass(frozen=True)
class Way:
    """What was sent along and has to come back: kept in the session, used once, for ten minutes."""

    state: str
    nonce: str
    verifier: str
    at: str
    target: str

    def late(self) -> bool:
        return clock.now() - datetime.fromisoformat(self.at) > WAY_LIVES


def problem(address: str) -> str:
    """What is wrong with an address of the provider's; "" when nothing. https, or plain http on this machine, and not inside unseen."""
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in ("127.0.0.1", "localhost", "::1")):
        return _("地址要以 https:// 开头")
    return door.problem(address)


def discover(issuer: str, *, fresh: bool = False) -> dict[str, Any]:
    """The provider's own description, kept for ten minutes. Raises Untrusted when it is not the issuer's or names unusable addresses."""
    key = "organisation.oidc." + hashlib.sha256(issuer.encode()).hexdigest()
    told = None if fresh else cache.get(key)
    if told is None:
        if wrong := problem(issuer):
            raise Untrusted(wrong)
        told = _asked("GET", issuer.rstrip("/") + "/.well-known/openid-configuration")
        if str(told.get("issuer", "")).rstrip("/") != issuer.rstrip("/"):
            raise Untrusted(_("对方说自己是 %(issuer)s，和填的网址不一样") % {"issuer": str(told.get("issuer"))[:100]})
        for name in ENDPOINTS:
            if wrong := problem(str(told.get(name, ""))):
                raise Untrusted(f"{name}: {wrong}")
        cache.set(key, told, KEPT)
    return told


def begin(provider: IdentityProvider, back: str, target: str) -> tuple[str, Way]:
    """Where to send the browser, and what to keep until it comes back."""
    way = Way(secrets.token_urlsafe(24), secrets.token_urlsafe(24), secrets.token_urlsafe(48), clock.now().isoformat(), target)
    challenge = base64.urlsafe_b64encode(hashlib.sha256(way.verifier.encode()).digest()).rstrip(b"=").decode()
    asked = {
        "response_type": "code",
        "client_id": provider.client_id,
        "redirect_uri": back,
        "scope": "openid profile email",
        "state": way.state,
        "nonce": way.nonce,
        "code_challenge": challenge,
        "code_challenge_method": "S256",
    }
    endpoint = discover(provider.issuer)["authorization_endpoint"]
    return f"{endpoint}{'&' if urlsplit(endpoint).query else '?'}{urlencode(asked)}", way


def finish(provider: IdentityProvider, way: Way, back: str, answer: dict[str, str]) -> dict[str, Any]:
    """The claims of who came back. Raises Untrusted for anything that does not fit what was sent."""
    if way.late() or not secrets.compare_digest(way.state.encode(), answer.get("state", "").encode()):
        raise Untrusted("state")
    if answer.get("error") or not answer.get("code"):
        raise Untrusted(f"{answer.get('error', 'no code')[:60]} {answer.get('error_description', '')[:200]}")
    described = discover(provider.issuer)
    if answer.get("iss") and answer["iss"].rstrip("/") != provider.issuer.rstrip("/"):
        raise Untrusted("iss of the answer")
    token = _exchange(provider, described, way, back, answer["code"])
    return checked(provider, described, token, way.nonce)


def _exchange(provider: IdentityProvider, described: dict[str, Any], way: Way, back: str, code: str) -> str:
    sent = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": back,
        "client_id": provider.client_id,
        "code_verifier": way.verifier,
    }
    try:
        secret = sealing.unseal(provider.client_secret)
    except sealing.Unreadable:
        raise Untrusted(_("实例的密钥换过，要重新填客户端密钥")) from None
    by_basic = "client_secret_post" not in described.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
    options: dict[str, Any] = {}
    if secret and by_basic:
        options["auth"] = (provider.client_id, secret)
    elif secret:
        sent["client_secret"] = secret
    told = _asked("POST", described["token_endpoint"], data=sent, **options)
    if not isinstance(told.get("id_token"), str):
        raise Untrusted("no id_token")
    return str(told["id_token"])


def checked(provider: IdentityProvider, described: dict[str, Any], token: str, nonce: str) -> dict[str, Any]:
    """The claims of an ID token whose signature, issuer, audience, times and nonce fit (OpenID Connect Core 3.1.3.7)."""
    try:
        header = jwt.get_unverified_header(token)
        if header.get("alg") not in ALGORITHMS:
            raise Untrusted(f"alg {header.get('alg')}")
        key = _key(described["jwks_uri"], str(header.get("kid", "")), str(header["alg"]))
        claims = jwt.decode(
            token,
            key,
            algorithms=[header["alg"]],
            audience=provider.client_id,
            issuer=described["issuer"],
            leeway=LEEWAY,
            options={"require": ["exp", "iat", "iss", "aud", "sub"]},
        )
    except jwt.PyJWTError as error:
        raise Untrusted(str(error)) from error
    if not secrets.compare_digest(str(claims.get("nonce", "")).encode(), nonce.encode()):
        raise Untrusted("nonce")
    if isinstance(claims["aud"], list) and len(claims["aud"]) > 1 and claims.get("azp") != provider.client_id:
        raise Untrusted("azp")
    return dict(claims)


def _key(address: str, kid: str, algorithm: str) -> Any:
    """The provider's key of this name. An unknown name asks for the keys anew, at most once a minute: keys are rotated."""
    kept = "organisation.oidc.keys." + hashlib.sha256(address.encode()).hexdigest()
    keys = cache.get(kept)
    found = _named(keys, kid, algorithm) if keys else None
    if found is None and (keys is None or cache.add(f"{kept}.anew", True, 60)):
        keys = _asked("GET", address).get("keys", [])
        cache.set(kept, keys, KEPT)
        found = _named(keys, kid, algorithm)
    if found is None:
        raise Untrusted(f"no key {kid[:60]}")
    return found


def _named(keys: list[dict[str, Any]], kid: str, algorithm: str) -> Any:
    """A signing key by its name; without a name only when there is but one."""
    fitting = [
        key
        for key in keys
        if key.get("use", "sig") == "sig" and key.get("kty") in ("RSA", "EC", "OKP") and (not kid or key.get("kid") == kid)
    ]
    if len(fitting) != 1 or fitting[0].get("alg", algorithm) != algorithm:
        return None
    return jwt.PyJWK(fitting[0], algorithm=algorithm).key


def _asked(method: str, address: str, **options: Any) -> dict[str, Any]:
    """The JSON of an answer. Raises Untrusted for anything else."""
    try:
        answer = door.Door().request(method, address, limit=ANSWER, headers={"Accept": "application/json"}, **options)
    except RequestException as error:
        raise Untrusted(door.failure_of(error, urlsplit(address).hostname or "").reason) from error
    if answer.status_code != 200:
        raise Untrusted(_("%(host)s 回了 %(code)s") % {"host": urlsplit(address).hostname, "code": answer.status_code})
    try:
        told = json.loads(answer.content)
    except ValueError:
        told = None
    if not isinstance(told, dict):
        raise Untrusted(_("%(host)s 回的不是 JSON") % {"host": urlsplit(address).hostname})
    return told
