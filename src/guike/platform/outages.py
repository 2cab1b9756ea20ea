"""The database went away, or gave up on a query: which errors say so, and what whoever asked is told (PLT-08, PLT-11).

Nothing of such a transaction is kept. Django leaves a transaction whose connection is gone without an error when somebody in it caught
the first one; so what was caught is remembered (`Watch`), and no answer given after it is believed.
"""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import psycopg
from django.db import InterfaceError, OperationalError, connection
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

#: Seconds after which asking again makes sense: a database comes back in two, a standby takes over in ten.
AGAIN_SECONDS = 5
#: Two transactions in each other's way, a lock or a query that took too long: the database is there, only this did not get through.
CROSSED = frozenset({"40001", "40P01", "55P03", "57014"})
#: Asked by programs, which read problems.
PROGRAMS = ("/api/v1/", "/mcp")
GONE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError, psycopg.errors.ReadOnlySqlTransaction)


class Outage(ConnectionError):
    """Work of the worker that the database broke off; it is begun again."""


def is_outage(error: BaseException | None) -> bool:
    """Does an error, or what caused it, say that the database did not do it, for no fault of what was asked?

    A server that was the primary and only reads now counts as gone: its successor is elsewhere.
    """
    return any(isinstance(one, GONE) for one in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        yield error
        error = error.__cause__


def is_crossed(error: BaseException | None) -> bool:
    """Did only this query not get through?"""
    return any(getattr(one, "sqlstate", None) in CROSSED for one in _causes(error))


def sentence(error: BaseException | None) -> str:
    """What whoever asked is told."""
    if is_crossed(error):
        return _("和别人的操作撞在一起，这次没有写入，再试一次")
    return _("这一刻连不上数据库，稍等几秒再试")


def let_go() -> None:
    """Drop this thread's connection: the next query finds the server that is there now. Not inside a transaction, which ends first."""
    if not connection.in_atomic_block:
        connection.close()


class Watch:
    """An execute wrapper that remembers the first outage, whoever catches it."""

    def __init__(self) -> None:
        self.seen: Exception | None = None

    def __call__(self, execute: Callable, sql: Any, params: Any, many: bool, context: Any) -> Any:
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            if self.seen is None and is_outage(error):
                self.seen = error
            raise


def answer(request: HttpRequest, error: BaseException | None) -> HttpResponse:
    """503 and when to come back, as a problem for programs; a page that was only looked at comes back by itself."""
    if request.path.startswith(PROGRAMS):
        from guike.platform.api.problems import unavailable

        return unavailable(error).response()
    context = {"reason": sentence(error), "again": AGAIN_SECONDS if request.method in ("GET", "HEAD") else 0}
    headers = {"Retry-After": str(AGAIN_SECONDS), "Cache-Control": "no-store"}
    return HttpResponse(render_to_string("ui/503.html", context), status=503, headers=headers)


def present() -> BaseException | None:
    """The outage that is being answered at this moment, None where there is none."""
    error = sys.exc_info()[1]
    return error if is_outage(error) else None
