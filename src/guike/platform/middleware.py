"""What every answer carries, and how refusals are answered."""

import logging
from collections.abc import Callable
from ipaddress import ip_address, ip_network

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.platform import outages
from guike.platform.errors import Refused

log = logging.getLogger(__name__)
POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
)
Answer = Callable[[HttpRequest], HttpResponse]


class SecurityHeaders:
    """The content security policy: our own files only, nothing inline. Answers are kept by nobody on the way nor on a shared machine
    after signing out, unless a page says otherwise (PLT-01)."""

    def __init__(self, answer: Answer):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.answer(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("Cache-Control", "private, no-store")
        response.headers.setdefault("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(self)")
        return response


class RealAddress:
    """Behind a reverse proxy that is named in GUIKE_PROXIES: whose request it is, and whether it came by TLS.

    Only what such a proxy itself added counts: the last address of X-Forwarded-For that is no proxy of ours. From anybody else
    the headers mean nothing, so nobody chooses the address that locks and logs see.
    """

    def __init__(self, answer: Answer):
        self.answer = answer
        self.proxies = [ip_network(one.strip()) for one in settings.PROXIES]

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if self.proxies and self._is_ours(request.META.get("REMOTE_ADDR", "")):
            hops = [hop.strip() for hop in request.headers.get("X-Forwarded-For", "").split(",")]
            real = next((hop for hop in reversed(hops) if _is_address(hop) and not self._is_ours(hop)), "")
            if real:
                request.META["REMOTE_ADDR"] = real
            if request.headers.get("X-Forwarded-Proto", "").strip() in ("http", "https"):
                request.META["wsgi.url_scheme"] = request.headers["X-Forwarded-Proto"].strip()
        return self.answer(request)

    def _is_ours(self, address: str) -> bool:
        return _is_address(address) and any(ip_address(address) in network for network in self.proxies)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


class Refusals:
    """A business refusal that no view caught becomes a page that explains it (409), not a crash; so does what the database cannot hold (400) and a
    database that is not there (503)."""

    def __init__(self, answer: Answer):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.answer(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refused):
            response = render(request, "ui/refusal.html", {"refusal": exception}, status=409)
            response.refusal = exception  # type: ignore[attr-defined]  # read by the audit trail
            return response
        if isinstance(exception, DataError):  # a number too large, a sign that no text may hold: what came in is at fault
            log.warning("%s %s: %s", request.method, request.path, exception)
            refusal = Refused(_("有一处内容存不下：数太大、文字太长，或含有看不见的控制字符；改好再提交"))
            return render(request, "ui/refusal.html", {"refusal": refusal}, status=400)
        if outages.is_outage(exception):
            log.warning("%s %s: %s", request.method, request.path, exception)
            return outages.answer(request, exception)
        return None
