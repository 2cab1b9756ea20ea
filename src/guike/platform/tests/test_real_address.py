"""Behind a proxy that is named, the caller's own address counts; nobody else chooses what locks and logs see."""

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from guike.platform.middleware import RealAddress


def seen(settings, proxies: list[str], peer: str, **headers: str) -> tuple[str, bool]:
    settings.PROXIES = proxies
    found: list[HttpRequest] = []
    request = RequestFactory().get("/", headers=headers, REMOTE_ADDR=peer)

    def answer(request: HttpRequest) -> HttpResponse:
        found.append(request)
        return HttpResponse()

    RealAddress(answer)(request)
    return found[0].META["REMOTE_ADDR"], found[0].is_secure()


@pytest.mark.parametrize(
    ("proxies", "peer", "forwarded", "address"),
    [
        ([], "127.0.0.1", "203.0.113.9", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "203.0.113.9", "203.0.113.9"),
        (["127.0.0.1"], "127.0.0.1", "1.1.1.1, 203.0.113.9", "203.0.113.9"),  # the first was typed by the caller
        (["10.0.0.0/24"], "10.0.0.5", "203.0.113.9, 10.0.0.7", "203.0.113.9"),
        (["127.0.0.1"], "198.51.100.4", "203.0.113.9", "198.51.100.4"),
        (["127.0.0.1"], "127.0.0.1", "nonsense", "127.0.0.1"),
        (["127.0.0.1"], "127.0.0.1", "", "127.0.0.1"),
    ],
)
def test_whose_request_it_is(settings, proxies, peer, forwarded, address):
    assert seen(settings, proxies, peer, x_forwarded_for=forwarded)[0] == address


def test_tls_ends_at_the_proxy(settings):
    assert seen(settings, ["127.0.0.1"], "127.0.0.1", x_forwarded_proto="https") == ("127.0.0.1", True)
    assert seen(settings, [], "127.0.0.1", x_forwarded_proto="https") == ("127.0.0.1", False)
