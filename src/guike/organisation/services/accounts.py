"""Accounts: made, given roles, shut, opened, their passwords reset (PLT-01)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from django.utils.translation import gettext as _

from guike.organisation import pinyin, rules
from guike.organisation.models import Account, LoginGuard, Person
from guike.organisation.services import passwords, rights
from guike.platform import clock, numbering
from guike.platform.access import SYSTEM, Viewer, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

FIRST_LOGIN = "admin"


def create_first_admin() -> tuple[str, str] | None:
    """The administrator of a new instance: (login, one-time password); None when there is an account already."""
    return _create_first_admin(actor=SYSTEM)


@verb("organisation.create_first_admin")
def _create_first_admin(*, actor: Viewer) -> tuple[str, str] | None:
    if Account.objects.exists():
        return None
    name = str(_("管理员"))
    person = Person.objects.create(number=numbering.take("person"), name=name, pinyin=pinyin.of_name(name), joined_on=clock.today())
    password = passwords.one_time_password()
    account = Account(login=FIRST_LOGIN, person=person, roles=["administrator"])
    _create(account, password, must_change=True)
    return account.login, password


@verb("organisation.add_account")
def add_account(
    person_id: int, login: str, *, actor: Viewer, password: str | None = None, roles: Iterable[str] = (), must_change: bool = True
) -> tuple[Account, str]:
    """Give a person a login. Returns the account and its password: the one given, or a one-time password to hand over.

    Raises `Refused` when the person has an account, left, or the login is taken or unusable.
    """
    require(actor, "account", "add")
    person = row(actor, "person", person_id, lock=True)
    _refuse_login(login)
    if not person.active:
        raise Refused(_("%(name)s已离职，不能开账号") % {"name": person.name}, field="person")
    if Account.objects.filter(person=person).exists():
        raise Refused(_("%(name)s已有账号") % {"name": person.name}, field="person")
    account = Account(login=rules.normal_login(login), person=person, roles=_known_roles(roles))
    if password is not None:
        passwords.refuse_weak(password, account)
    given = password if password is not None else passwords.one_time_password()
    _create(account, given, must_change=must_change)
    return account, given


@verb("organisation.change_account")
def change_account(account_id: int, login: str, roles: Iterable[str], *, actor: Viewer) -> Account:
    """Change what a person types to get in, and the roles held without a post. The last administrator cannot be taken away."""
    account = row(actor, "account", account_id, "change", lock=True)
    if rules.normal_login(login) != account.login:
        _refuse_login(login)
        account.login = rules.normal_login(login)
    added = set(_known_roles(roles)) - set(account.roles)
    rights.refuse_own_gain(account.person_id, added, actor)
    account.roles = _known_roles(roles)
    with administrator_stays():
        account.save(update_fields=["login", "roles"])
    return account


@verb("organisation.reset_password")
def reset_password(account_id: int, *, actor: Viewer) -> str:
    """A new one-time password for somebody who forgot theirs; it opens the account, ends its sessions, and must be changed."""
    account = row(actor, "account", account_id, "change", lock=True)
    password = passwords.one_time_password()
    passwords.write(account, password, must_change=True)
    _open(account)
    return password


@verb("organisation.set_password")
def set_password(account_id: int, password: str, *, actor: Viewer, must_change: bool = False) -> None:
    """Set a password chosen by the administrator (command line). The policy holds for it too."""
    account = row(actor, "account", account_id, "change", lock=True)
    passwords.refuse_weak(password, account)
    passwords.write(account, password, must_change=must_change)
    _open(account)


@verb("organisation.unlock_account")
def unlock_account(account_id: int, *, actor: Viewer) -> None:
    """Forget the failures of a login, so that its owner may try again at once."""
    _open(row(actor, "account", account_id, "change"))


@verb("organisation.deactivate_account")
def deactivate_account(account_id: int, *, actor: Viewer, reason: str = "") -> Account:
    """Shut an account: its sessions end, its login is refused. Not one's own, and not the last administrator's."""
    account = row(actor, "account", account_id, "change", lock=True)
    if account.pk == actor.account_id:
        raise Refused(_("不能停用自己的账号，可由另一位管理员来做"))
    with administrator_stays():
        shut(account)
    return account


@verb("organisation.reactivate_account")
def reactivate_account(account_id: int, *, actor: Viewer) -> Account:
    """Open a shut account again, for somebody who works here."""
    account = row(actor, "account", account_id, "change", lock=True)
    if not account.person.active:
        raise Refused(_("%(name)s已离职，先办理复职") % {"name": account.person.name})
    account.is_active = True
    account.save(update_fields=["is_active"])
    return account


@verb("organisation.end_sessions")
def end_sessions(*, actor: Viewer) -> None:
    """Sign the actor's own account out everywhere."""
    account = Account.objects.select_for_update().get(pk=actor.account_id)  # type: ignore[misc]
    account.session_epoch += 1
    account.save(update_fields=["session_epoch"])
    account.sessions.all().delete()


@verb("organisation.set_preferences")
def set_preferences(*, actor: Viewer, language: str, density: str, theme: str) -> None:
    """Language, density and colours of the actor's own screens."""
    for value, choices in ((language, Account.LANGUAGES), (density, Account.DENSITIES), (theme, Account.THEMES)):
        if value not in dict(choices):
            raise Refused(_("没有「%(value)s」这个选项") % {"value": value})
    Account.objects.filter(pk=actor.account_id).update(language=language, density=density, theme=theme)  # type: ignore[misc]


def shut(account: Account) -> None:
    """Deactivate; end all sessions and void the links to a new password; the caller has authorised it."""
    account.is_active = False
    account.session_epoch += 1
    account.save(update_fields=["is_active", "session_epoch"])
    account.sessions.all().delete()
    account.reset_links.filter(used_at=None).delete()


@contextmanager
def administrator_stays() -> Iterator[None]:
    """Around a change that could take the last administrator away: raises `Refused`, and the caller's transaction rolls back."""
    had_one = rights.keepers().exists()
    yield
    if had_one and not rights.keepers().exists():
        raise Refused(_("至少要留一位能登录的管理员，先让另一个人当管理员"), code="last_administrator")


def _create(account: Account, password: str, *, must_change: bool) -> None:
    account.set_unusable_password()
    account.save()
    passwords.write(account, password, must_change=must_change)


def _open(account: Account) -> None:
    LoginGuard.objects.filter(kind="login", key=account.login).delete()


def _known_roles(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    for role in wanted:
        rights.refuse_unknown_role(role, field="roles")
    return wanted


def _refuse_login(login: str) -> None:
    wanted = rules.normal_login(login)
    if not rules.login_is_usable(wanted):
        raise Refused(_("登录名用 2～60 个字母、数字、汉字或 . _ - @，不留空格"), field="login")
    if Account.objects.filter(login=wanted).exists():
        raise Refused(_("登录名「%(login)s」已有人用") % {"login": wanted}, field="login")
