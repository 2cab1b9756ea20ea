"""One-time links to a new password: made by an administrator or asked for by mail, used once, dead with the account (PLT-01)."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import rules as organisation_rules
from guike.organisation.login import selectors
from guike.organisation.login.models import ResetLink
from guike.organisation.models.accounts import Account, LoginGuard
from guike.organisation.services import passwords
from guike.platform import clock, jobs
from guike.platform.access import Viewer, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

LIVES = timedelta(hours=24)
MAILED_LIVES = timedelta(hours=1)
#: Mails that one address or one login may ask for within an hour.
ASKED_PER_HOUR = 3
JOB = "organisation.reset_mail"


def digest(token: str) -> str:
    return hashlib.sha256(f"guike.reset:{token}".encode()).hexdigest()


@verb("organisation.make_reset_link")
def make_reset_link(account_id: int, *, actor: Viewer) -> str:
    """A link for somebody who forgot the password, valid for 24 hours and once; those made before are void. Returns its token."""
    account = row(actor, "account", account_id, "change", lock=True)
    if not account.may_enter:
        raise Refused(_("%(login)s 已停用，先开通") % {"login": account.login})
    return _make(account, LIVES, actor.account_id)


@verb("organisation.withdraw_reset_links")
def withdraw_reset_links(account_id: int, *, actor: Viewer) -> int:
    """Void the links of an account that were not used."""
    account = row(actor, "account", account_id, "change", lock=True)
    return forget_links(account)


def account_of_link(token: str) -> Account | None:
    """Whose password a link opens; None for one that is unknown, used, too old, or whose account is shut."""
    link = (
        ResetLink.objects.filter(digest=digest(token), used_at=None, expires_at__gt=clock.now()).select_related("account__person").first()
    )
    return link.account if link and link.account.may_enter else None


@transaction.atomic
def use_reset_link(token: str, password: str) -> Account:
    """Set a new password by a link. It is spent by a conditional update: of two at the same time one is refused.

    The person is not let in by it: the new password, and the second factor, are asked at the door.
    """
    found = account_of_link(token)
    if found is None:
        raise Refused(_("链接用过或过期了，找管理员再要一个"), code="dead_link")
    return _use(found, token, password, actor=Viewer(account_id=found.pk, person_id=found.person_id, name=found.person.name))


@verb("organisation.use_reset_link")
def _use(found: Account, token: str, password: str, *, actor: Viewer) -> Account:
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=found.pk)
    passwords.refuse_weak(password, account)
    now = clock.now()
    alive = ResetLink.objects.filter(digest=digest(token), account=account, used_at=None, expires_at__gt=now)
    if not account.may_enter or not alive.update(used_at=now):
        raise Refused(_("链接用过或过期了，找管理员再要一个"), code="dead_link")
    passwords.write(account, password, must_change=False)
    account.sessions.all().delete()
    LoginGuard.objects.filter(kind="login", key=account.login).delete()
    return account


def forget_links(account: Account) -> int:
    """Void what was not used: with a new password, a shut account, another link."""
    return int(ResetLink.objects.filter(account=account, used_at=None).delete()[0])


def _make(account: Account, lives: timedelta, by: int | None) -> str:
    forget_links(account)
    token = secrets.token_urlsafe(32)
    now = clock.now()
    ResetLink.objects.create(account=account, digest=digest(token), made_by_id=by, made_at=now, expires_at=now + lives)
    return token


# --- by mail ------------------------------------------------------------------------------------------------------------


def may_ask() -> bool:
    """Is there a way to send such mails, and does the company want it?"""
    from guike.platform.notifications.models import MailServer

    return selectors.sign_in_rules().self_reset and MailServer.objects.filter(active=True).exists()


@transaction.atomic
def ask_for_reset(text: str, *, address: str = "") -> None:
    """Somebody asks for a link by login or mail address. What is done here is the same for everybody, known or not: the rest is a job's."""
    key = organisation_rules.normal_login(text)[:100]
    if not may_ask() or not all([_may_ask_again("asked", key), _may_ask_again("asker", address or "—")]):
        return
    jobs.start(JOB, _("重置密码的邮件"), login=key)


def _may_ask_again(kind: str, key: str) -> bool:
    LoginGuard.objects.bulk_create([LoginGuard(kind=kind, key=key)], ignore_conflicts=True)
    guard = LoginGuard.objects.select_for_update().get(kind=kind, key=key)
    now = clock.now()
    if guard.last_failure and now - guard.last_failure > timedelta(hours=1):
        guard.failures = 0
    if guard.failures >= ASKED_PER_HOUR * (1 if kind == "asked" else 5):
        return False
    guard.failures += 1
    guard.last_failure = now
    guard.save()
    return True


def send_reset_mail(key: str) -> bool:
    """The job's work: make the link and send it to the address kept with the person. False where there is nobody to send it to."""
    from guike.platform.notifications.models import MailServer
    from guike.platform.notifications.transport import mail

    server = MailServer.objects.filter(active=True).first()
    account = _asking(key)
    if server is None or account is None:
        return False
    with transaction.atomic():
        token = _make(account, MAILED_LIVES, None)
    link = server.site.rstrip("/") + reverse("organisation:reset_link", args=[token])
    text = _("%(name)s：\n\n打开下面的链接设新密码，1 小时内有效，只能用一次：\n%(link)s\n\n不是本人要的，不用理会，密码没有变。") % {
        "name": account.person.name,
        "link": link,
    }
    mail.post(server, account.person.email, _("重置贵客的密码"), text, key=f"reset-{digest(token)[:24]}")
    return True


def _asking(key: str) -> Account | None:
    """The one open account with this login or mail address; nobody when an address is shared."""
    found = Account.objects.select_related("person").filter(is_active=True, person__active=True).exclude(person__email="")
    accounts = list(found.filter(Q(login=key) | Q(person__email__iexact=key))[:2])
    return accounts[0] if len(accounts) == 1 else None
