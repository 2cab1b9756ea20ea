"""Getting in: the password checked in constant time, the second factor after it, failures counted per login and per address, the door
shut for a while (PLT-01)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from guike.organisation import rules
from guike.organisation.login import rules as door
from guike.organisation.login import selectors as login_selectors
from guike.organisation.login.models import Factor
from guike.organisation.models import Account, LoginGuard, LoginRecord
from guike.organisation.services import passwords
from guike.platform import clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb


@dataclass(frozen=True)
class SignIn:
    """How an attempt ended: with an account, or with a sentence that says why not. `half`: the second factor is still to come."""

    account: Account | None
    message: str = ""
    half: bool = False
    way: str = ""


@transaction.atomic
def sign_in(login: str, password: str, *, address: str = "", device: str = "") -> SignIn:
    """Check a login and a password. The outcome and the failure count are kept even when it is refused.

    An unknown login costs the same time, counts the same and reads the same as a wrong password. Attempts on one login are
    taken one after the other, so that a burst cannot try more often than the limit. Failures are forgotten only when somebody
    is really in: a right password alone, with a factor still to come, resets nothing.
    """
    key = rules.normal_login(login)[:100]
    now = clock.now()
    account = Account.objects.select_related("person").filter(login=key).first()
    record = LoginRecord(account=account, login=key, address=address[:45], device=device[:200], at=now)
    if shut_until := _shut_until(now, _address_guard(address)):  # before a row is made for whatever login was thought up
        return _knocked(record, shut_until)
    guard = _guard("login", key)
    if shut_until := _shut_until(now, guard):
        return _knocked(record, shut_until)
    if not _password_fits(account, password) or account is None:
        return _failed(record, guard, address, now)
    if not account.may_enter:
        return _refuse(record, "inactive", _("这个账号已停用，可找管理员开通"))
    _judge(account, password, now)
    if Factor.objects.filter(account=account).exists():
        record.outcome = "half"
        record.save()
        return SignIn(account, half=True)
    return _let_in(record, guard, account, "password")


Proof = Callable[[Account], str]


def second_step(account_id: int, prove: Proof, *, address: str = "", device: str = "") -> SignIn:
    """After the password: `prove(account)` says by which factor ("totp", "recovery", "key"), or "" when it does not fit.

    Wrong codes count with wrong passwords: the fifth shuts the login.
    """
    return _proven(account_id, prove, "in", address, device)


def prove_again(account_id: int, prove: Proof, *, address: str = "", device: str = "") -> SignIn:
    """Somebody inside proves who they are once more; counted as at the door, written down as such and not as another log-in."""
    return _proven(account_id, prove, "again", address, device)


@transaction.atomic
def _proven(account_id: int, prove: Proof, outcome: str, address: str, device: str) -> SignIn:
    account = Account.objects.select_related("person").get(pk=account_id)
    now = clock.now()
    guard = _guard("login", account.login)
    record = LoginRecord(account=account, login=account.login, address=address[:45], device=device[:200], at=now)
    if shut_until := _shut_until(now, guard, _address_guard(address)):
        return _knocked(record, shut_until)
    way = prove(account)
    if not way:
        return _failed(record, guard, address, now, "code")
    if not account.may_enter:
        return _refuse(record, "inactive", _("这个账号已停用，可找管理员开通"))
    return _let_in(record, guard, account, way, outcome)


@transaction.atomic
def enter_by(account: Account, way: str, *, address: str = "", device: str = "") -> SignIn:
    """Let in who proved it in another way: a passkey alone, the company's identity provider. A shut account stays shut."""
    record = LoginRecord(account=account, login=account.login, address=address[:45], device=device[:200], at=clock.now(), way=way)
    if not account.may_enter:
        return _refuse(record, "inactive", _("这个账号已停用，可找管理员开通"))
    return _let_in(record, _guard("login", account.login), account, way)


def half_way(account: Account, way: str, *, address: str = "", device: str = "") -> None:
    """Write down that the first step is done and the second factor is asked."""
    LoginRecord.objects.create(
        account=account, login=account.login, outcome="half", address=address[:45], device=device[:200], at=clock.now(), way=way
    )


def note_refusal(login: str, *, address: str = "", device: str = "") -> None:
    """Write down that the identity provider named somebody whom nobody knows here."""
    LoginRecord.objects.create(login=login[:100], outcome="refused", address=address[:45], device=device[:200], at=clock.now(), way="oidc")


def note_sign_out(account_id: int, *, address: str = "", device: str = "") -> None:
    """Write down that somebody left."""
    account = Account.objects.get(pk=account_id)
    LoginRecord.objects.create(
        account=account, login=account.login, outcome="out", address=address[:45], device=device[:200], at=clock.now()
    )


@verb("organisation.change_own_password")
def change_own_password(old_password: str, new_password: str, *, actor: Viewer) -> Account:
    """Change the actor's own password: the old one must fit, the new one keep the policy. Ends all other sessions."""
    account = Account.objects.select_for_update(of=("self",)).select_related("person").get(pk=actor.account_id)  # type: ignore[misc]
    if not account.check_password(old_password):
        raise Refused(_("原密码不对"), field="old_password")
    passwords.refuse_weak(new_password, account)
    passwords.write(account, new_password, must_change=False)
    return account


def confirm_password(account_id: int, password: str, *, address: str = "", device: str = "") -> SignIn:
    """The password asked again before something weighty, of who has no second factor."""

    def fits(account: Account) -> str:
        return "password" if account.check_password(password) else ""

    return prove_again(account_id, fits, address=address, device=device)


def _judge(account: Account, password: str, now: datetime) -> None:
    """A password of an older profile, or too old, lets in once more: another one is asked first."""
    told = login_selectors.profile()
    if account.must_change_password:
        return
    if door.expired(told, account.password_changed_at, now) or passwords.problems(password, account):
        account.must_change_password = True
        account.save(update_fields=["must_change_password"])


def _password_fits(account: Account | None, password: str) -> bool:
    if account is None:
        Account().set_password(password)  # the same work as checking one, so that time tells nothing
        return False
    return account.check_password(password)


def _let_in(record: LoginRecord, guard: LoginGuard, account: Account, way: str, outcome: str = "in") -> SignIn:
    guard.delete()
    record.outcome, record.way = outcome, way
    record.save()
    return SignIn(account, way=way)


def _guard(kind: str, key: str) -> LoginGuard:
    LoginGuard.objects.bulk_create([LoginGuard(kind=kind, key=key)], ignore_conflicts=True)
    return LoginGuard.objects.select_for_update().get(kind=kind, key=key)


def _address_guard(address: str) -> LoginGuard | None:
    return LoginGuard.objects.filter(kind="address", key=address).first()


def _shut_until(now: datetime, *guards: LoginGuard | None) -> datetime | None:
    """The latest moment until which one of the guards is shut."""
    ends = [g.locked_until for g in guards if g and rules.locked(_as_rule(g), now) and g.locked_until]
    return max(ends, default=None)


def _failed(record: LoginRecord, guard: LoginGuard, address: str, now: datetime, outcome: str = "wrong") -> SignIn:
    shut_until = _count(guard, now, rules.FAILURES_PER_LOGIN)
    if address:
        shut_until = _count(_guard("address", address), now, rules.FAILURES_PER_ADDRESS) or shut_until
    left = {"n": rules.FAILURES_PER_LOGIN - guard.failures}
    wrong = _("登录名或密码不对，还可以试 %(n)s 次") % left if outcome == "wrong" else _("不对，还可以试 %(n)s 次") % left
    return _refuse(record, outcome, _locked_message(shut_until) if shut_until else wrong)


def _count(guard: LoginGuard, now: datetime, limit: int) -> datetime | None:
    counted = rules.after_failure(_as_rule(guard), now, limit)
    guard.failures, guard.last_failure, guard.locked_until = counted.failures, counted.last_failure, counted.locked_until
    guard.save()
    return guard.locked_until


def _as_rule(guard: LoginGuard) -> rules.Guard:
    return rules.Guard(guard.failures, guard.last_failure, guard.locked_until)


def _refuse(record: LoginRecord, outcome: str, message: str) -> SignIn:
    record.outcome = outcome
    record.save()
    return SignIn(None, message)


def _knocked(record: LoginRecord, shut_until: datetime) -> SignIn:
    """Refused at a shut door; written down as long as there are few of this login and of this address."""
    lately = LoginRecord.objects.filter(outcome="locked", at__gt=record.at - timedelta(hours=1))
    same = [lately.filter(login=record.login)] + ([lately.filter(address=record.address)] if record.address else [])
    if all(len(rows.values_list("pk")[: rules.KNOCKS_PER_HOUR]) < rules.KNOCKS_PER_HOUR for rows in same):
        return _refuse(record, "locked", _locked_message(shut_until))
    return SignIn(None, _locked_message(shut_until))


def _locked_message(until: datetime) -> str:
    return _("密码错得太多，%(time)s 以后再试；忘了密码可找管理员重置") % {"time": f"{timezone.localtime(until):%H:%M}"}
