"""Making, ending and checking keys (PLT-07)."""

import hashlib
import hmac
import ipaddress
import secrets
from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.translation import gettext as _

from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.api import scopes as all_scopes
from guike.platform.api.models import ApiKey, KeyUse
from guike.platform.errors import Refused, Stale
from guike.platform.notifications import registry
from guike.platform.verbs import verb

#: Where the text of a key is cut: everything up to here may stand in logs and lists.
FINDABLE = 11
KEYS_EACH = 20


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _checked(name: str, scopes: Sequence[str], addresses: Sequence[str], expires_on: date | None) -> dict[str, Any]:
    if not name.strip():
        raise Refused(_("名称要填，写明给哪个程序用"), field="name")
    if not scopes:
        raise Refused(_("至少选一个范围"), field="scopes")
    if unknown := [scope for scope in scopes if scope not in all_scopes.known()]:
        raise Refused(_("没有「%(scope)s」这个范围") % {"scope": unknown[0]}, field="scopes")
    if expires_on and expires_on < clock.today():
        raise Refused(_("有效期不能早于今天"), field="expires_on")
    return {"name": name.strip(), "scopes": sorted(set(scopes)), "addresses": [network(one) for one in addresses], "expires_on": expires_on}


def network(text: str) -> str:
    """An address or a network as it is kept: 10.1.2.0/24, 203.0.113.7/32."""
    try:
        return str(ipaddress.ip_network(text.strip(), strict=False))
    except ValueError:
        raise Refused(_("「%(text)s」不是网络地址，写成 203.0.113.7 或 10.1.2.0/24") % {"text": text}, field="addresses") from None


def _may_free(actor: Viewer, wanted: bool) -> None:
    if wanted and not access.allowed(actor, "api_key", "manage"):
        raise Refused(_("不限行数的密钥由管理员来设"), field="unmetered")


@verb("api.make_key")
def make_key(
    name: str,
    scopes: Sequence[str],
    *,
    actor: Viewer,
    addresses: Sequence[str] = (),
    expires_on: date | None = None,
    unmetered: bool = False,
) -> tuple[ApiKey, str]:
    """A new key of the actor's own account, and its text, which is never shown again. Only who manages keys makes one without a limit."""
    access.require(actor, "api_key", "add")
    if actor.account_id is None:
        raise Refused(_("这里没有账号，不能生成密钥"))
    if ApiKey.objects.filter(account=actor.account_id, revoked_at=None).count() >= KEYS_EACH:
        raise Refused(_("每个账号最多 %(n)s 把在用的密钥，先停用不用的") % {"n": KEYS_EACH})
    text = "gk_" + secrets.token_urlsafe(6).replace("_", "x").replace("-", "y") + "_" + secrets.token_urlsafe(32)
    values = _checked(name, scopes, addresses, expires_on)
    _may_free(actor, unmetered)
    key = ApiKey.objects.create(
        account_id=actor.account_id, prefix=text[:FINDABLE], digest=_digest(text), unmetered=unmetered, **values
    )
    KeyUse.objects.create(key=key, tokens=settings.API_PER_MINUTE / 4)
    return key, text


@verb("api.change_key")
def change_key(
    key_id: int,
    name: str,
    scopes: Sequence[str],
    *,
    version: int,
    actor: Viewer,
    addresses: Sequence[str] = (),
    expires_on: date | None = None,
    unmetered: bool | None = None,
) -> ApiKey:
    """Another name, other scopes, addresses, end or limit; counts from the next call on. Only its owner may widen its scopes, and only who
    manages keys may free it of the limit. `unmetered` None leaves the limit as it is."""
    key: ApiKey = access.row(actor, "api_key", key_id, "change", lock=True)
    if key.version != version:
        raise Stale(_("密钥「%(name)s」刚被改过，刷新后再改") % {"name": key.name})
    if key.revoked_at:
        raise Refused(_("密钥已停用，不能再改，可以另生成一把"))
    values = _checked(name, scopes, addresses, expires_on)
    if key.account_id != actor.account_id and set(values["scopes"]) - set(key.scopes):
        raise Refused(_("别人的密钥只能收窄，加范围要本人来"), field="scopes")
    if unmetered is not None:
        _may_free(actor, unmetered and not key.unmetered)
        key.unmetered = unmetered
    for field, value in values.items():
        setattr(key, field, value)
    key.version += 1
    key.save()
    return key


@verb("api.revoke_key")
def revoke_key(key_id: int, *, actor: Viewer, reason: str = "") -> ApiKey:
    """End a key: its next call is refused. It stays on the list, with what it did."""
    key: ApiKey = access.row(actor, "api_key", key_id, "change", lock=True)
    if key.revoked_at is None:
        key.revoked_at = clock.now()
        key.version += 1
        key.save(update_fields=["revoked_at", "version"])
    return key


def found(text: str) -> ApiKey | None:
    """The key that this text is, usable today, with account and person; None otherwise. One query."""
    if not text.startswith("gk_") or not text.isascii() or len(text) > 100:
        return None
    key = ApiKey.objects.select_related("account__person").filter(prefix=text[:FINDABLE], revoked_at=None).first()
    if key is None or not hmac.compare_digest(key.digest, _digest(text)):
        return None
    return key if is_alive(key) else None


def is_alive(key: ApiKey) -> bool:
    """Not ended, not run out, its account open and its person still here."""
    account: Any = key.account
    run_out = key.expires_on is not None and key.expires_on < clock.today()
    return key.revoked_at is None and not run_out and bool(account.is_active and account.person.active)


def viewer_of(key: ApiKey) -> Viewer:
    """Who looks through a key: its account, with the rights that it has now."""
    return registry.viewer_of(key.account)


def comes_from(key: ApiKey, address: str) -> bool:
    """May the key come from this address?"""
    if not key.addresses:
        return True
    try:
        source = ipaddress.ip_address(address)
    except ValueError:
        return False
    return any(source in ipaddress.ip_network(one) for one in key.addresses)


#: One statement counts the call and takes a token; committed without waiting for the disk: losing it loses nothing.
_TAKE = """
WITH hurry AS MATERIALIZED (SELECT set_config('synchronous_commit', CASE WHEN %(alone)s THEN 'off' ELSE current_setting('synchronous_commit') END, true))
UPDATE api_keyuse
   SET tokens = LEAST(%(room)s, tokens + EXTRACT(epoch FROM clock_timestamp() - refilled_at) * %(rate)s) - 1,
       refilled_at = clock_timestamp(), calls = calls + 1, last_at = %(now)s, last_address = %(address)s
  FROM hurry
 WHERE key_id = %(key)s AND LEAST(%(room)s, tokens + EXTRACT(epoch FROM clock_timestamp() - refilled_at) * %(rate)s) >= 1
RETURNING tokens
"""


def take_token(key: ApiKey, address: str) -> bool:
    """Count one call of a key against its rate (`API_PER_MINUTE`, a quarter of it at once); False when it asks too often."""
    per_minute = settings.API_PER_MINUTE
    with connection.cursor() as cursor:
        cursor.execute(
            _TAKE,
            {
                "room": max(1.0, per_minute / 4),
                "rate": per_minute / 60,
                "now": clock.now(),
                "address": address or None,
                "key": key.pk,
                "alone": not connection.in_atomic_block,
            },
        )
        return cursor.fetchone() is not None
