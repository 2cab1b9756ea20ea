"""Second factors: an authenticator app and recovery codes set up, tried, taken away (PLT-01). Passkeys are in `passkeys`."""

from __future__ import annotations

import base64
import secrets

from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from guike.organisation.login import rules
from guike.organisation.login.models import Factor, RecoveryCode
from guike.organisation.models.accounts import Account
from guike.platform import clock, sealing
from guike.platform.access import Viewer, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

CODES = 10
#: Letters and digits that nobody mistakes for one another; ten of them are 50 bits.
ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"


def new_secret() -> str:
    """A secret for an authenticator app: 160 bits in base32."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


@verb("organisation.add_authenticator")
def add_authenticator(secret: str, code: str, *, actor: Viewer) -> list[str]:
    """Keep an authenticator app whose code fits, in place of the one there was. Gives recovery codes when there were none.

    The code that proved it cannot be used again to get in.
    """
    account = _own(actor)
    step = rules.step_of(secret, rules.plain_code(code), clock.now())
    if step is None:
        raise Refused(_("验证码不对；看手机的时间准不准，再输新的一组"), field="code")
    Factor.objects.filter(account=account, kind="totp").delete()
    Factor.objects.create(account=account, kind="totp", name=_("验证器"), secret=sealing.seal(secret), last_step=step)
    return first_codes(account)


def code_fits(account: Account, text: str) -> str:
    """Try an authenticator's code or a recovery code: "totp", "recovery", or "" when neither fits. Either is used up by it.

    The step is moved by a conditional update, so that two requests with one code let one in, whatever process they meet.
    """
    code = rules.plain_code(text)
    if len(code) == rules.DIGITS and code.isdigit():
        return "totp" if _authenticator_fits(account, code) else ""
    digest = _digest(account, code)
    spent = RecoveryCode.objects.filter(account=account, digest=digest, used_at=None).update(used_at=clock.now())
    return "recovery" if spent else ""


def _authenticator_fits(account: Account, code: str) -> bool:
    factor = Factor.objects.filter(account=account, kind="totp").first()
    if factor is None:
        return False
    try:
        secret = sealing.unseal(factor.secret)
    except sealing.Unreadable:
        return False  # the instance has another key: a recovery code or the administrator helps
    now = clock.now()
    step = rules.step_of(secret, code, now, factor.last_step)
    if step is None:
        return False
    return bool(Factor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step, last_used_at=now))


def first_codes(account: Account) -> list[str]:
    """Recovery codes with the first factor; none when there are some unused."""
    if RecoveryCode.objects.filter(account=account, used_at=None).exists():
        return []
    return _codes(account)


@verb("organisation.new_recovery_codes")
def new_recovery_codes(*, actor: Viewer) -> list[str]:
    """Ten new recovery codes; those there were are void. Shown once: only their hashes are kept."""
    account = _own(actor)
    if not Factor.objects.filter(account=account).exists():
        raise Refused(_("先设验证器或通行密钥，再生成备用码"))
    return _codes(account)


@verb("organisation.remove_factor")
def remove_factor(factor_id: int, *, actor: Viewer) -> Factor:
    """Take one's own factor away; with the last one the recovery codes go too."""
    account = _own(actor)
    factor = Factor.objects.filter(account=account, pk=factor_id).first()
    if factor is None:
        raise Refused(_("这一项已经没有了"))
    Factor.objects.filter(pk=factor_id).delete()
    if not Factor.objects.filter(account=account).exists():
        RecoveryCode.objects.filter(account=account).delete()
    return factor


@verb("organisation.reset_factors")
def reset_factors(account_id: int, *, actor: Viewer, reason: str) -> int:
    """Take all factors of somebody who lost them; the reason stands in the history. Their sessions end. Returns how many there were."""
    account = row(actor, "account", account_id, "change", lock=True)
    if account.pk == actor.account_id:
        raise Refused(_("自己的二次验证在「我的登录」里改"))
    if not reason.strip():
        raise Refused(_("写明原因，例如「换手机，当面核对过」"), field="reason")
    taken = Factor.objects.filter(account=account).count()
    if not taken:
        raise Refused(_("%(name)s没有设二次验证") % {"name": account.person.name})
    Factor.objects.filter(account=account).delete()
    RecoveryCode.objects.filter(account=account).delete()
    account.session_epoch += 1
    account.save(update_fields=["session_epoch"])
    account.sessions.all().delete()
    return taken


def _own(actor: Viewer) -> Account:
    return Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=actor.account_id)  # type: ignore[misc]


def _codes(account: Account) -> list[str]:
    RecoveryCode.objects.filter(account=account).delete()
    plain = ["".join(secrets.choice(ALPHABET) for _place in range(10)) for _n in range(CODES)]
    RecoveryCode.objects.bulk_create(RecoveryCode(account=account, digest=_digest(account, code)) for code in plain)
    return [f"{code[:5]}-{code[5:]}" for code in plain]


def _digest(account: Account, code: str) -> str:
    """Keyed with the instance's key: 50 bits are not to be tried out on a copy of the database."""
    return salted_hmac(f"guike.recovery.{account.pk}", code, algorithm="sha256").hexdigest()
