"""Accounts as the administrator sees them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from guike.organisation.models import Account, Factor, LoginGuard, Post
from guike.organisation.selectors.chain import held_on
from guike.platform import clock
from guike.platform.access import Viewer, row, rows


@dataclass(frozen=True)
class AccountLine:
    """One account with the roles it has today, by post or by itself, and until when it is shut."""

    account: Account
    roles: tuple[str, ...]
    locked_until: datetime | None
    factor: bool = False

    @property
    def state(self) -> str:
        if not self.account.is_active:
            return "inactive"
        return "locked" if self.locked_until else "first" if self.account.must_change_password else "open"


def account(viewer: Viewer, pk: int, action: str = "view") -> Account:
    """One account the viewer may do `action` to; 404 or 403 otherwise."""
    return row(viewer, "account", pk, action)


def account_list(viewer: Viewer, text: str = "") -> list[AccountLine]:
    """All accounts, or those whose login or name matches; locked ones first, shut ones last. Four queries."""
    found = rows(viewer, "account").select_related("person")
    if text:
        found = found.filter(
            Q(login__icontains=text) | Q(person__name__icontains=text) | Q(person__pinyin__contains=text.lower()) | Q(person__number=text)
        )
    accounts = list(found)
    roles = _roles_by_person([a.person_id for a in accounts])
    guards = dict(LoginGuard.objects.filter(kind="login", locked_until__gt=clock.now()).values_list("key", "locked_until"))
    guarded = set(Factor.objects.filter(account__in=accounts).values_list("account_id", flat=True))
    lines = [
        AccountLine(a, tuple(sorted({*a.roles, *roles[a.person_id]})), guards.get(a.login), a.pk in guarded) for a in accounts
    ]
    order = {"locked": 0, "first": 1, "open": 1, "inactive": 2}
    return sorted(lines, key=lambda line: (order[line.state], line.account.login))


def locked_until(account: Account) -> datetime | None:
    """Until when failures have shut an account's login; None when it is open."""
    return LoginGuard.objects.filter(kind="login", key=account.login, locked_until__gt=clock.now()).values_list("locked_until", flat=True).first()


def _roles_by_person(person_ids: list[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    for person_id, role in held_on(clock.today(), Post.objects.filter(person_id__in=person_ids)).values_list("person_id", "role"):
        found[person_id].add(role)
    return found
