"""The expectation: worked out from the declarations alone, by other code than the one that decides in the product."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection
from django.urls import URLPattern

from guike.platform.access import PageAccess, Reach, declarations
from guike.wiring.checks import patterns

from . import samples


def quick_with_one(roles: Iterable[str]) -> list[Any]:
    """Roles for a test that walks every address: the fast suite takes the first, all others are `slow`."""
    first, *others = roles
    return [first, *(pytest.param(role, marks=pytest.mark.slow) for role in others)]


@dataclass(frozen=True)
class Url:
    """A pattern of the product: its route, what it declares, the names and converters of its parts."""

    route: str
    access: PageAccess
    parts: tuple[tuple[str, str], ...] = field(default=())

    @property
    def others(self) -> list[str]:
        """Parts that are not the row."""
        return [name for name, _converter in self.parts if name != self.access.row]

    def address(self, row: Any = samples.NOTHING) -> str:
        """The address with the row's id in its place."""
        address = "/" + self.route
        for name, converter in self.parts:
            value = row if name == self.access.row else samples.part(self.route, name, converter)
            for kind in ("int", "slug", "str", "path", "uuid"):
                address = address.replace(f"<{kind}:{name}>", str(value))
        return address


def every_url() -> list[Url]:
    """Every pattern of the URL configuration with its declaration."""
    return [Url(_plain(route), pattern.callback.access, _parts(pattern, route)) for route, pattern in patterns()]


def urls() -> list[Url]:
    """The pages; what programs call is tried in `test_api.py`, with keys instead of logins."""
    return [url for url in every_url() if url.access.kind != "api"]


def _plain(route: str) -> str:
    """The one pattern that takes everything else under the API stands for an address that is none."""
    return "api/v1/nowhere" if route == "api/v1/^.*$" else route


def _parts(pattern: URLPattern, route: str) -> tuple[tuple[str, str], ...]:
    return tuple((name, type(converter).__name__) for name, converter in pattern.pattern.converters.items())


def reach(role: str, code: str, action: str) -> Reach:
    grant = declarations()[code].grants.get(role)
    return grant.actions.get(action, Reach.NONE) if grant else Reach.NONE


def within(role: str, code: str, action: str, position: str, needed: Reach) -> bool:
    """Does a role's right reach a row from a position? `needed` is what the position asks for."""
    extent = reach(role, code, action)
    scope = declarations()[code].scope
    if extent in (Reach.NONE, Reach.ALL) or scope.everyone:
        return extent is not Reach.NONE
    if scope.through:
        parent = scope.through[0]
        return within(role, parent, "view", position, needed) and _stands(parent, extent, position, needed)
    return _stands(code, extent, position, needed)


def _stands(code: str, extent: Reach, position: str, needed: Reach) -> bool:
    scope = declarations()[code].scope
    if scope.through:
        return _stands(scope.through[0], extent, position, needed)
    if position == "own" and scope.owner:
        return extent >= Reach.OWN
    return bool(scope.department) and needed is not Reach.ALL and extent >= max(needed, Reach.DEPARTMENT)


def expected(url: Url, role: str, position: str, needed: Reach) -> int | None:
    """403, 404, or None for "let in", for a URL that names a row."""
    code, action = url.access.object, url.access.action
    if reach(role, code, action) is Reach.NONE:
        return 403
    if not within(role, code, "view", position, needed):
        return 404 if reach(role, code, "view") else 403
    return None if within(role, code, action, position, needed) else 403


def gone(url: Url, role: str) -> int:
    """What a row that is there no more answers: 404, or 403 to whoever has no business with such rows."""
    code, action = url.access.object, url.access.action
    return 404 if reach(role, code, action) and reach(role, code, "view") else 403


def hangs_on(code: str, root: str = "customer") -> bool:
    """Is a row of this object in sight through a row of `root`?"""
    through = declarations()[code].scope.through
    return code == root or bool(through and hangs_on(through[0], root))


class Written:
    """Counts what the present transaction wrote, in every table but those of sessions and of what was refused."""

    COUNT = """SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0) FROM pg_stat_xact_user_tables WHERE relname NOT IN ('organisation_session', 'platform_accesslog')"""

    def __enter__(self) -> Written:
        self.before = self._count()
        return self

    def __exit__(self, *_: object) -> None:
        self.rows = self._count() - self.before

    def _count(self) -> int:
        with connection.cursor() as cursor:
            cursor.execute(self.COUNT)
            return int(cursor.fetchone()[0])


def with_rows() -> Iterator[Url]:
    """The URLs that name a row."""
    return (url for url in urls() if url.access.row)
