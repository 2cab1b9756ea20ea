"""Puts the viewer on every request, and leads a first login to a new password (PLT-01)."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from guike.organisation.selectors import viewer_for
from guike.platform.access import ANONYMOUS

Answer = Callable[[HttpRequest], HttpResponse]


class SignedIn:
    """`request.viewer` for whoever is signed in: one query for the account, one for its posts; nothing for static files.

    Nothing is kept between requests, so a changed post or a shut account counts from the next click on.
    """

    def __init__(self, answer: Answer):
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        request.viewer = ANONYMOUS  # type: ignore[attr-defined]
        if request.path.startswith(("/static/", "/healthz")):
            return self.answer(request)
        account = request.user
        if account.is_authenticated:
            request.viewer = viewer_for(account)  # type: ignore[attr-defined,arg-type]
            if account.must_change_password and not _may_wait(request):  # type: ignore[union-attr]
                return redirect("organisation:password")
        return self.answer(request)


def _may_wait(request: HttpRequest) -> bool:
    """The pages open to somebody who has still to choose a password."""
    return request.path in (reverse("organisation:password"), reverse("organisation:logout"))
