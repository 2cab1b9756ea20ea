"""System, security and audit administrator apart (等保): who holds rights that belong to different people (PLT-01)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Q

from guike.organisation.models import Account, Post
from guike.organisation.selectors.chain import held_on
from guike.organisation.selectors.rights import present
from guike.platform import clock
from guike.platform.rights import Rights
from guike.platform.roles import SEPARATED


@dataclass(frozen=True)
class Conflict:
    """One person with roles that check each other."""

    name: str
    roles: tuple[str, ...]


def is_separated() -> bool:
    """Does the company keep the three apart: does anybody hold one of them?"""
    return bool(_held(set(_bases(present()))))


def conflicts() -> list[Conflict]:
    """Who holds two of the three, or one of them beside the administrator who may do everything. Roles made from them count as they do."""
    bases = _bases(present())
    watched = {*bases, *(code for code, base in _all_bases(present()).items() if base == "administrator")}
    found = []
    for name, roles in sorted(_held(watched).items()):
        kinds = {bases.get(role, "administrator") for role in roles}
        if len(kinds) > 1:
            found.append(Conflict(name[1], tuple(sorted(roles))))
    return found


def all_in_one() -> list[str]:
    """Who may still do everything although the company keeps the three apart."""
    roles = {code for code, base in _all_bases(present()).items() if base == "administrator"}
    return [name for (_number, name) in sorted(_held(roles))] if is_separated() else []


def _all_bases(rights: Rights) -> dict[str, str]:
    return {
        "administrator": "administrator",
        **{one: one for one in SEPARATED},
        **{code: own.base for code, own in rights.own.items() if own.open},
    }


def _bases(rights: Rights) -> dict[str, str]:
    return {code: base for code, base in _all_bases(rights).items() if base in SEPARATED}


def _held(roles: set[str]) -> dict[tuple[str, str], set[str]]:
    """(number, name) → those of `roles` that a person who can log in holds today."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    posts = held_on(clock.today(), Post.objects.filter(role__in=roles, person__active=True, person__account__is_active=True))
    for number, name, role in posts.values_list("person__number", "person__name", "role"):
        found[(number, name)].add(role)
    accounts = Account.objects.filter(Q(roles__overlap=sorted(roles)), is_active=True, person__active=True)
    for number, name, held in accounts.values_list("person__number", "person__name", "roles"):
        found[(number, name)] |= roles & set(held)
    return dict(found)
