"""Every operation of the API × role × position: let in or refused exactly as declared, and a refusal changes nothing (PLT-07).

A key holds every scope here, so that only its owner's rights decide; then none that the operation asks for. A login's cookie opens nothing.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from django.db import transaction
from django.test import Client, override_settings

from guike.customers.models import Customer
from guike.organisation.models import Account
from guike.organisation.selectors import viewer_for
from guike.platform.access import ROLES, PageAccess, Reach
from guike.platform.api import keys, scopes

from . import matrix, samples
from .cast import POSITIONS, Cast, cast_for
from .matrix import Url, Written
from .test_matrix import FULL, removed

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quiet")]
#: Operations that let in but have nothing to show for the sample.
BODY = {"POST": "{}", "PATCH": '{"version": 1}', "PUT": "{}"}


@pytest.fixture
def quiet():
    logging.disable(logging.ERROR)
    with override_settings(API_PER_MINUTE=10_000_000):
        yield
    logging.disable(logging.NOTSET)


def operations() -> Iterator[tuple[Url, str, PageAccess]]:
    """Each pattern × method with what it asks for, as a page would declare it."""
    for url in matrix.every_url():
        if url.access.kind == "api":
            for method, allowed in url.access.operations.items():
                access = PageAccess("api", allowed.object, allowed.action, allowed.row)
                yield replace(url, access=access), method, allowed


class Program:
    """A program with a key of this account."""

    def __init__(self, account: Account, *held: str):
        _key, self.text = keys.make_key("x", held or list(scopes.known()), actor=replace(viewer_for(account), is_system=True))
        self.client = Client(raise_request_exception=False)

    def ask(self, method: str, address: str) -> tuple[int, int, str]:
        """Status, rows written besides the key's own count, and the code of the refusal; whatever was written is taken back."""
        sent: dict[str, Any] = {"data": BODY[method], "content_type": "application/json"} if method in BODY else {}
        query = "?reason=x" if method == "DELETE" else ""
        with transaction.atomic():
            keys.take_token(keys.found(self.text), "")  # the count of calls is updated once a call
            with Written() as written:
                response = self.client.generic(method, address + query, headers={"Authorization": f"Bearer {self.text}"}, **sent)
            transaction.set_rollback(True)
        code = response.json().get("code", "") if response.headers.get("Content-Type", "").startswith("application/problem") else ""
        return response.status_code, written.rows - 1, code


def wrong(url: Url, method: str, wanted: int | None, answer: tuple[int, int, str]) -> str:
    status, rows, code = answer
    told = f"{method} {url.route}: {status} {code}"
    if wanted is not None:
        return "" if status == wanted and rows == 0 else f"{told}, should be {wanted} and write nothing, wrote {rows}"
    let_in = status not in (401, 403, 405) and status < 500 and (status != 404 or url.others)
    return "" if let_in else f"{told}, should be let in"


def test_every_operation_names_a_scope_that_can_be_given_and_a_declared_right():
    found = list(operations())
    assert len(found) > 20
    for url, method, allowed in found:
        assert not allowed.scope or allowed.scope in scopes.known(), f"{method} {url.route}"
        assert not url.access.row or url.access.row in dict(url.parts), f"{method} {url.route}"
        assert not url.access.row or url.access.object in samples.MAKERS, f"{method} {url.route}"


def test_nobody_gets_in_without_a_key_nor_with_a_login():
    cast, found = cast_for("administrator"), []
    login = Client(raise_request_exception=False)
    login.force_login(cast.viewer["own"], backend="guike.organisation.backend.AccountBackend")
    for url, method, _allowed in operations():
        for client in (Client(), login):
            with Written() as written:
                response = client.generic(method, url.address())
            if response.status_code != 401 or written.rows:
                found.append(f"{method} {url.route}: {response.status_code}")
    assert not found, "\n".join(found)


def test_a_key_without_the_scope_is_refused_whoever_owns_it():
    cast, found = cast_for("administrator"), []
    every = list(scopes.known())
    for url, method, allowed in operations():
        if not allowed.scope:
            continue
        others = [scope for scope in every if scope.partition(":")[0] != allowed.scope.partition(":")[0]]
        status, rows, code = Program(cast.viewer["own"], *others).ask(method, url.address()) if _room(cast) else (403, 0, "scope")
        if (status, rows, code) != (403, 0, "scope"):
            found.append(f"{method} {url.route}: {status} {code} wrote {rows}")
    assert not found, "\n".join(found)


def _room(cast: Cast) -> bool:
    """An account holds only so many keys: those of the test before are ended."""
    account = cast.viewer["own"]
    account.api_keys.update(revoked_at="2026-01-01T00:00:00+08:00")
    return True


@pytest.mark.parametrize("role", matrix.quick_with_one(ROLES))
def test_a_role_reaches_what_it_may_and_no_more(role):
    cast, found = cast_for(role), []
    programs = {position: Program(account) for position, account in cast.viewer.items()}
    rows = {position: made(cast, position) for position in ("own", "team")}
    for url, method, _allowed in operations():
        if not url.access.row:
            is_open = not url.access.object or matrix.reach(role, url.access.object, url.access.action)
            found.append(wrong(url, method, None if is_open else 403, programs["own"].ask(method, url.address())))
            continue
        for position, needed in POSITIONS.items():
            wanted = matrix.expected(url, role, position, needed)
            address = url.address(rows["own" if position == "own" else "team"][url.access.object])
            problem = wrong(url, method, wanted, programs[position].ask(method, address))
            found.append(problem and f"{position}: {problem}")
    assert not any(found), "\n".join(filter(None, found))


@pytest.mark.parametrize("role", matrix.quick_with_one(ROLES if FULL else ["salesperson", "sales_manager"]))
def test_what_lies_in_the_pool_or_is_there_no_more_is_out_of_a_programs_reach(role):
    cast, found = cast_for(role), []
    program = Program(cast.viewer["own"])
    with_rows = [(url, method) for url, method, _allowed in operations() if url.access.row]
    deleted = {code: removed(code, cast) for code in {url.access.object for url, _method in with_rows}}
    pool = {code: samples.MAKERS[code](cast.holder("own"), cast.south).pk for code in deleted if matrix.hangs_on(code)}
    Customer.objects.filter(owner=cast.viewer["own"].person).update(owner=None)
    for url, method in with_rows:
        told = [(matrix.gone(url, role), deleted[url.access.object])]
        if url.access.object in pool:
            told.append((matrix.expected(url, role, "team", Reach.DEPARTMENT), pool[url.access.object]))
        found += [wrong(url, method, wanted, program.ask(method, url.address(pk))) for wanted, pk in told if wanted is not None]
    assert not any(found), "\n".join(filter(None, found))


def made(cast: Cast, position: str) -> dict[str, int]:
    objects = sorted({url.access.object for url, _method, _allowed in operations() if url.access.row})
    return {code: samples.MAKERS[code](cast.holder(position), cast.south).pk for code in objects}
