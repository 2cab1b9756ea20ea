"""The identity provider set up, and whom its claims mean here (PLT-01)."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from guike.organisation import rules
from guike.organisation.login.models import Identity, IdentityProvider
from guike.organisation.login.services import oidc
from guike.organisation.models.accounts import Account
from guike.organisation.models.people import Person
from guike.organisation.services import accounts
from guike.platform import sealing
from guike.platform.access import SYSTEM, Viewer, require, row
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

CHANGEABLE = ("active", "label", "issuer", "client_id", "claim", "match", "unknown", "checks_factor")


@verb("organisation.save_provider")
def save_provider(*, actor: Viewer, client_secret: str = "", version: int | None = None, **values: Any) -> IdentityProvider:
    """Keep the provider. An empty secret leaves the one kept; another issuer or client asks for it anew, so that it is sent to nobody else."""
    require(actor, "sign_in", "change")
    found = IdentityProvider.objects.select_for_update().first() or IdentityProvider()
    if version is not None and not found._state.adding and version != found.version:
        raise Stale(_("公司账号登录刚被别人改过，刷新后再改"))
    if unknown := set(values) - set(CHANGEABLE):
        raise TypeError(f"cannot change {unknown}")
    if wrong := oidc.problem(values["issuer"].strip()):
        raise Refused(wrong, field="issuer")
    moved = (values["issuer"].strip(), values["client_id"].strip()) != (found.issuer, found.client_id)
    if moved and found.client_secret and not client_secret:
        raise Refused(_("换了网址或客户端编号，密钥要重新填"), field="client_secret")
    for name, value in values.items():
        setattr(found, name, value.strip() if isinstance(value, str) else value)
    if client_secret:
        found.client_secret = sealing.seal(client_secret)
    found.version += 0 if found._state.adding else 1
    found.save()
    return found


def try_provider(*, actor: Viewer) -> str:
    """Ask the provider who it is, now. Returns where it sends people; Refused with what is wrong."""
    require(actor, "sign_in", "change")
    found = IdentityProvider.objects.first()
    if found is None:
        raise Refused(_("先保存"))
    try:
        return str(oidc.discover(found.issuer, fresh=True)["authorization_endpoint"])
    except oidc.Untrusted as refusal:
        raise Refused(str(refusal), field="issuer") from None


def account_of_claims(provider: IdentityProvider, claims: dict[str, Any]) -> Account:
    """Whose account the provider means. Bound at the first time: from then on only `sub` counts, so that a login name or an address given to
    somebody else opens nothing. Refused for somebody unknown, unless the company lets the people on its list open their account so."""
    subject = str(claims["sub"])
    bound = Identity.objects.filter(issuer=provider.issuer, subject=subject).select_related("account__person").first()
    if bound is not None:
        return bound.account
    value = str(claims.get(provider.claim, "")).strip()
    if not value or (provider.claim == "email" and claims.get("email_verified") is False):
        raise Refused(_("公司账号里没有「%(claim)s」，找管理员") % {"claim": provider.claim}, code="unknown")
    account = _account(provider, value) or _opened(provider, value)
    if account is None:
        raise Refused(_("公司账号「%(value)s」在这里没有对应的人，找管理员") % {"value": value[:60]}, code="unknown")
    return _bind(account, provider.issuer, subject)


def _account(provider: IdentityProvider, value: str) -> Account | None:
    fitting = {
        "login": {"login": rules.normal_login(value)},
        "email": {"person__email__iexact": value},
        "number": {"person__number": value},
    }[provider.match]
    found = list(Account.objects.select_related("person").filter(**fitting)[:2])
    return found[0] if len(found) == 1 else None


def _opened(provider: IdentityProvider, value: str) -> Account | None:
    """An account for somebody on the company's list of people, where that is wanted. Nobody is put on the list by it, and no role given."""
    if provider.unknown != "open" or provider.match == "login":
        return None
    wanted = {"email": {"email__iexact": value}, "number": {"number": value}}[provider.match]
    people = list(Person.objects.filter(active=True, account=None, **wanted)[:2])
    if len(people) != 1:
        return None
    login = value.split("@")[0] if "@" in value else value
    try:
        account, _password = accounts.add_account(people[0].pk, login, actor=SYSTEM, must_change=False)
    except Refused:
        return None
    return account


@transaction.atomic
def _bind(account: Account, issuer: str, subject: str) -> Account:
    try:
        with transaction.atomic():
            Identity.objects.create(account=account, issuer=issuer, subject=subject)
    except IntegrityError:
        raise Refused(_("「%(login)s」已绑定另一个公司账号，找管理员解绑") % {"login": account.login}, code="unknown") from None
    return account


@verb("organisation.unbind_identity")
def unbind_identity(account_id: int, *, actor: Viewer) -> None:
    """Forget who an account is at the provider: the next log-in binds it anew."""
    account = row(actor, "account", account_id, "change", lock=True)
    if not Identity.objects.filter(account=account).delete()[0]:
        raise Refused(_("没有绑定公司账号"))
