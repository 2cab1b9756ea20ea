"""What a page declares is asked before it runs: who is let in, by which methods, where strangers go (PLT-01)."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from guike.platform import access
from guike.platform.access import ANONYMOUS
from guike.platform.tests.test_access import MARKETING, WAREHOUSE, paper  # noqa: F401 — the objects declared for these tests


def _asked(view, viewer, method="get", **more):
    request = getattr(RequestFactory(), method)("/x/?a=1")
    request.viewer = viewer
    for name, value in more.items():
        setattr(request, name, value)
    return view(request)


@pytest.mark.parametrize("guard", [access.signed_in, access.page("page_of_paper", "view")])
def test_a_page_sends_strangers_to_the_login_and_back(guard):
    view = guard(lambda request: HttpResponse("in"))
    answer = _asked(view, ANONYMOUS)
    assert (answer.status_code, answer.url) == (302, "/login/?next=/x/%3Fa%3D1")
    inside = _asked(view, ANONYMOUS, htmx=True)
    assert (inside.status_code, inside["HX-Redirect"]) == (401, "/login/?next=/x/")
    without = RequestFactory().get("/x/")
    assert view(without).status_code == 302


@pytest.mark.parametrize("guard", [access.signed_in, access.page("page_of_paper", "view")])
@pytest.mark.parametrize(
    ("method", "status"), [("get", 200), ("head", 200), ("options", 200), ("post", 200), ("put", 405), ("patch", 405), ("delete", 405)]
)
def test_a_page_is_looked_at_or_posted_to(guard, method, status):
    assert _asked(guard(lambda request: HttpResponse("in")), MARKETING, method).status_code == status


def test_every_login_may_open_what_asks_for_no_right():
    assert _asked(access.signed_in(lambda request: HttpResponse("in")), WAREHOUSE).status_code == 200


def test_what_a_page_declares_is_read_from_it():
    def view(request):
        return HttpResponse("in")

    assert access.public(view).access == access.PageAccess("public")
    assert access.signed_in(view).access == access.PageAccess("signed_in")
    assert access.page("paper", "change", row="pk")(view).access == access.PageAccess("page", "paper", "change", "pk")
