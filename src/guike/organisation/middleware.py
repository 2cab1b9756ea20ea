"""Puts the viewer on every request, and leads to what somebody has still to do: a password of one's own, a second factor (PLT-01)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from guike.platform import kept
from guike.platform.access import ANONYMOUS

SAFE = ("GET", "HEAD")
#: In the session of somebody who must set up a second factor before anything else: decided at log-in.
FACTOR_DUE = "factor_due"
FACTOR_PAGES = ("password", "factor_setup", "authenticator", "passkey_make", "passkey_make_options", "recovery_codes", "prove", "prove_options")
Answer = Callable[[HttpRequest], HttpResponse]


class SignedIn:
    """`request.viewer` for whoever is signed in: one query for the account and its posts; nothing for static files.

    Nothing of that is kept between requests, so a changed post or a shut account counts from the next click on. A request that
    only reads may use what is kept in process under the marks that came with the account.
    """

    def __init__(self, answer: Answer):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = ANONYMOUS  # type: ignore[attr-defined]
        if request.path.startswith(("/static/", "/healthz", "/readyz", "/metrics", "/api/v1/", "/mcp")):
            return self.answer(request)
        account = request.user
        if not account.is_authenticated:
            return self.answer(request)
        arrival = account.arrival  # type: ignore[union-attr]
        request.viewer = arrival.viewer  # type: ignore[attr-defined]
        request.session.note_seen()  # type: ignore[attr-defined]
        if account.must_change_password and not _may_wait(request, "password"):  # type: ignore[union-attr]
            return redirect("organisation:password")
        if FACTOR_DUE in request.session and not _may_wait(request, *FACTOR_PAGES):
            return redirect("organisation:factor_setup")
        with kept.noted(arrival.marks if request.method in SAFE else None):
            return self.answer(request)


def _may_wait(request: HttpRequest, *pages: str) -> bool:
    """The pages open to somebody who has still to choose a password, or to set up a second factor."""
    return request.path in [reverse(f"organisation:{page}") for page in (*pages, "logout")]
