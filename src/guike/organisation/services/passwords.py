"""Setting passwords: the policy in words, the last five kept from coming back, one-time passwords (PLT-01)."""

from __future__ import annotations

import secrets
from functools import lru_cache

from django.contrib.auth.hashers import check_password
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.utils.translation import gettext as _

from guike.organisation import rules
from guike.organisation.login import selectors as login
from guike.organisation.models import Account, PasswordRecord, ResetLink
from guike.platform import clock
from guike.platform.errors import Refused

#: Letters and digits that nobody mistakes for one another when reading them from a screen or a note.
READABLE = ("abcdefghjkmnpqrstuvwxyz", "ABCDEFGHJKLMNPQRSTUVWXYZ", "23456789")
#: Passwords that people here try first and the English list does not have.
LOCAL = frozenset({"woaini1314", "woaini520", "wangluo123", "qwer1234", "1qaz2wsx3edc", "a123456789", "5201314520", "guike", "guike123"})


@lru_cache(maxsize=1)
def common_passwords() -> frozenset[str]:
    """The passwords that everybody tries: Django's list of 20,000 and a few of ours."""
    return frozenset(CommonPasswordValidator().passwords) | LOCAL


def one_time_password() -> str:
    """Four groups of four readable characters, every class in it: about 90 bits."""
    while True:
        groups = ["".join(secrets.choice("".join(READABLE)) for _n in range(4)) for _m in range(4)]
        password = "-".join(groups)
        if all(set(password) & set(kind) for kind in READABLE):
            return password


def problems(password: str, account: Account) -> list[rules.PasswordProblem]:
    """What the company's profile has against a password for this account."""
    person, told = account.person, login.profile()
    words = [account.login, person.name, *person.pinyin.split()[:1], person.phone]
    personal = [word for word in words if word]
    return rules.password_problems(password, personal=personal, common=common_passwords(), length=told.length, classes=told.classes)


def refuse_weak(password: str, account: Account) -> None:
    """Raise `Refused` with everything that is wrong with a new password for this account."""
    remembered = login.profile().remembered
    messages = [_problem_in_words(problem) for problem in problems(password, account)]
    if not messages and account.pk and _was_used(password, account, remembered):
        messages.append(_("最近 %(n)s 次用过的密码不能再用") % {"n": remembered} if remembered else _("新密码和现在的一样"))
    if messages:
        raise Refused("；".join(messages), field="new_password", code="weak_password")


def write(account: Account, password: str, *, must_change: bool) -> None:
    """Store a new password with its trace. Ends every session of the account, since sessions are bound to the password, and every
    link to a new one."""
    account.set_password(password)
    account.must_change_password = must_change
    account.password_changed_at = clock.now()
    account.save(update_fields=["password", "must_change_password", "password_changed_at"])
    ResetLink.objects.filter(account=account, used_at=None).delete()
    PasswordRecord.objects.create(account=account, password=account.password, set_at=account.password_changed_at)
    kept = PasswordRecord.objects.filter(account=account)[: rules.PASSWORDS_KEPT].values("pk")
    PasswordRecord.objects.filter(account=account).exclude(pk__in=list(kept.values_list("pk", flat=True))).delete()


def _was_used(password: str, account: Account, remembered: int) -> bool:
    """One of the last so many; the present one may never be chosen again."""
    used = PasswordRecord.objects.filter(account=account)[: max(1, remembered)]
    return any(check_password(password, record.password) for record in used)


def _problem_in_words(problem: rules.PasswordProblem) -> str:
    words = {
        "short": _("密码至少 %(n)s 个字符"),
        "plain": _("大写字母、小写字母、数字、符号，至少要有其中 %(n)s 种"),
        "common": _("这个密码太常见，容易被猜到"),
        "personal": _("密码里不能带登录名、姓名或手机号"),
    }
    return words[problem.code] % {"n": problem.detail}
