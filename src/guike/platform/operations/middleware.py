"""Every request is counted and has one line in the log; it carries a number by which both find each other (PLT-11)."""

import logging
import re
import secrets
import time
from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse

from guike.platform import outages
from guike.platform.operations import figures

logger = logging.getLogger("guike.request")
GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")
#: Asked by machines all day long.
UNTOLD = ("/static/", "/healthz", "/readyz", "/metrics")


class _Queries:
    """Counts what a request asks the database, and how long that takes."""

    def __init__(self) -> None:
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute: Callable, sql: Any, params: Any, many: bool, context: Any) -> Any:
        begun = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - begun


class Watched:
    """Outermost: what it sees is what the user got. The line names the view and the row's number, never the address as typed.

    Where the database went away while an answer was made, whoever caught it, the answer is 503: what it says was not kept (PLT-08).
    """

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith(UNTOLD):
            return self.answer(request)
        given = request.headers.get("X-Request-ID", "")
        request.request_id = given if GIVEN.fullmatch(given) else secrets.token_hex(8)  # type: ignore[attr-defined]
        begun, queries, watch = time.perf_counter(), _Queries(), outages.Watch()
        with connection.execute_wrapper(queries), connection.execute_wrapper(watch):
            response = self.answer(request)
        response = _believed(request, response, watch)
        seconds = time.perf_counter() - begun
        response.headers["X-Request-ID"] = request.request_id  # type: ignore[attr-defined]
        found = request.resolver_match
        view = found.view_name if found else "none"
        figures.observe(view, request.method or "", response.status_code, seconds, queries.count)
        _write(request, response, view, found.kwargs if found else {}, seconds, queries)
        return response


def _believed(request: HttpRequest, response: HttpResponse, watch: outages.Watch) -> HttpResponse:
    if watch.seen is None:
        return response
    outages.let_go()
    return response if response.status_code == 503 else outages.answer(request, watch.seen)


def _write(request: HttpRequest, response: HttpResponse, view: str, named: dict[str, Any], seconds: float, queries: _Queries) -> None:
    if not logger.isEnabledFor(logging.INFO):
        return
    told = {
        "request": request.request_id,  # type: ignore[attr-defined]
        "viewer": getattr(getattr(request, "viewer", None), "account_id", None),
        "method": request.method,
        "view": view,
        "row": next((value for value in named.values() if isinstance(value, int)), None),
        "status": response.status_code,
        "ms": round(seconds * 1000, 1),
        "queries": queries.count,
        "query_ms": round(queries.seconds * 1000, 1),
    }
    logger.info("request", extra={"told": told})
