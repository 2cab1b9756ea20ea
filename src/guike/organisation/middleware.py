"""Puts the viewer on every request, and leads a first login to a new password (PLT-01)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from guike.platform import kept
from guike.platform.access import ANONYMOUS

SAFE = ("GET", "HEAD")

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
        if request.path.startswith(("/static/", "/healthz")):
            return self.answer(request)
        account = request.user
        if not account.is_authenticated:
            return self.answer(request)
        arrival = account.arrival  # type: ignore[union-attr]
        request.viewer = arrival.viewer  # type: ignore[attr-defined]
        if account.must_change_password and not _may_wait(request):  # type: ignore[union-attr]
            return redirect("organisation:password")
        with kept.noted(arrival.marks if request.method in SAFE else None):
            return self.answer(request)


def _may_wait(request: HttpRequest) -> bool:
    """The pages open to somebody who has still to choose a password."""
    return request.path in (reverse("organisation:password"), reverse("organisation:logout"))
