"""From an account to the viewer that every selector and service asks about (PLT-01)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from django.db import connection
from django.db.models import Model

from guike.organisation import rules
from guike.organisation.models import Account, Person
from guike.organisation.selectors import rights
from guike.platform import clock, kept
from guike.platform.access import Viewer

#: Posts held on the day by the person and by everybody the person stands in for, with the departments below them, beside the
#: account itself: a request needs them all, and one query is half the price of two.
HELD = """
WITH me AS (
    SELECT person_id AS id FROM organisation_account WHERE id = %(account)s
), people AS (
    SELECT id FROM me
    UNION
    SELECT d.person_id FROM organisation_deputy d WHERE d.deputy_id = (SELECT id FROM me) AND %(day)s BETWEEN d.starts_on AND d.ends_on
), held AS (
    SELECT p.role, p.department_id, p.title, p.person_id, p.is_primary, p.id
      FROM organisation_post p JOIN people ON people.id = p.person_id
     WHERE (p.starts_on IS NULL OR p.starts_on <= %(day)s) AND (p.ends_on IS NULL OR p.ends_on >= %(day)s)
), stands_in AS (
    SELECT department_id AS id FROM held
    UNION
    SELECT d.id FROM organisation_department d JOIN people ON people.id = d.head_id
)
"""
STANDING = """
       ARRAY(SELECT DISTINCT role FROM held),
       ARRAY(SELECT id FROM stands_in),
       ARRAY(SELECT DISTINCT below.id
               FROM stands_in JOIN organisation_department d ON d.id = stands_in.id
               JOIN organisation_department below ON below.path LIKE d.path || '%%'),
       (SELECT ARRAY[d.name::text, held.title::text, held.role::text]
          FROM held JOIN organisation_department d ON d.id = held.department_id
         WHERE held.person_id = (SELECT id FROM me) ORDER BY held.is_primary DESC, held.id LIMIT 1),
       (SELECT version::text FROM organisation_rightsstate WHERE id = 1)
"""


@dataclass(frozen=True)
class Arrival:
    """What one query tells of the account behind a request: who that is, and the marks of what is kept in process."""

    viewer: Viewer
    marks: Mapping[str, str]


def viewer_for(account: Account, day: date | None = None) -> Viewer:
    """The viewer behind an account on a day (today by default): roles and departments of the posts held, of the departments
    headed, and of the people deputised for. One query; `account.person` should be loaded already.
    """
    with connection.cursor() as cursor:
        cursor.execute(f"{HELD} SELECT {STANDING}", {"account": account.pk, "day": day or clock.today()})
        return _viewer(account, *cursor.fetchone())


def arriving(account_id: int) -> tuple[Account, Arrival] | None:
    """The account of a running session with its person, viewer and marks, in one query; None when it was shut or its person left."""
    own, persons = _columns(Account), _columns(Person)
    with connection.cursor() as cursor:
        cursor.execute(_arrival(), {"account": account_id, "day": clock.today()})
        found = cursor.fetchone()
    if found is None:
        return None
    end = len(own) + len(persons)
    account = Account.from_db(connection.alias, own, found[: len(own)])
    account.person = Person.from_db(connection.alias, persons, found[len(own) : end])
    *standing, marks = found[end:]
    return account, Arrival(_viewer(account, *standing), json.loads(marks) if marks else {})


@cache
def _columns(model: type[Model]) -> list[str]:
    return [field.attname for field in model._meta.concrete_fields]


@cache
def _arrival() -> str:
    """`STANDING` with the account and its person before it and the marks behind."""
    wanted = [f"{name}.{field.column}" for name, model in (("a", Account), ("p", Person)) for field in model._meta.concrete_fields]
    return (
        f"{HELD} SELECT {', '.join(wanted)}, {STANDING}, {kept.MARKS}"  # noqa: S608 — our own columns
        " FROM organisation_account a JOIN organisation_person p ON p.id = a.person_id"
        " WHERE a.id = %(account)s AND a.is_active AND p.active"
    )


def _viewer(
    account: Account, roles: list[str], departments: list[int], tree: list[int], post: list[str] | None, version: str | None
) -> Viewer:
    return Viewer(
        account_id=account.pk,
        person_id=account.person_id,
        name=account.person.name,
        login=account.login,
        roles=frozenset(roles) | frozenset(account.roles),
        department_ids=frozenset(departments),
        department_tree_ids=frozenset(tree),
        rights=rights.at(version),
        preferences={
            "language": account.language,
            "density": account.density,
            "theme": account.theme,
            "line": _line(post, account.roles),
        },
    )


def _line(post: list[str] | None, roles: list[str]) -> str:
    """「浙南片区 · 业务员」: what stands under the name in the side bar."""
    if post:
        department, title, role = post
        return f"{department} · {title or rules.ROLES.get(role, role)}"
    return "、".join(rules.ROLES[role] for role in roles if role in rules.ROLES)


def viewer_of_login(login: str) -> Viewer | None:
    """The viewer for a login, as `--as LOGIN` names it; None when there is no such active account."""
    account = Account.objects.select_related("person").filter(login=rules.normal_login(login), is_active=True, person__active=True).first()
    return viewer_for(account) if account else None


def viewer_of_person(person_id: int) -> Viewer | None:
    """The viewer a person would be, for jobs that act on somebody's behalf; None without an active account."""
    account = Account.objects.select_related("person").filter(person_id=person_id, is_active=True, person__active=True).first()
    return viewer_for(account) if account else None
