"""Every URL × role × position × method: let in or refused exactly as declared, and a refusal changes nothing (PLT-01, 08-quality).

New domains are covered without a line here: patterns come from the URL configuration, expectations from `declare(…)`.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.core.checks import run_checks
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from guike.customers.models import Customer
from guike.engine.services import install_pack
from guike.organisation.models import Account, Person
from guike.platform import clock
from guike.platform.access import ROLES, SYSTEM, Reach, declarations, page, public, signed_in

from . import matrix, samples
from .cast import POSITIONS, Cast, cast_for
from .matrix import Url, Written

pytestmark = pytest.mark.django_db
METHODS = ("get", "post")
#: Methods that no page has: whoever sends them, nothing is written.
STRANGE = ("put", "patch", "delete")
FULL = os.environ.get("GUIKE_CAMPAIGN_SIZE") == "full"
#: Pages for every login by declaration that let only some roles in: narrower than declared is safe, and said here.
NARROWER = {"ui/guide/": {"administrator"}}
#: What a page asks for besides its declaration: to write an import, the right to import that kind.
ALSO_NEEDS = {"imports/<int:pk>/preview/": ("person", "import"), "audit/seen/<slug:code>/<int:pk>/": ("customer", "view"), "policies/metrics/<str:code>/": ("follow_up", "view")}
#: Pages for every login about a row of some object: what the object of the sample asks for.
ABOUT = {
    "history/<slug:code>/<int:pk>/": ("customer", "view"),
    "policies/metrics/<str:code>/<int:pk>/": ("customer", "view"),
    "policies/effect/<slug:kind>/<int:pk>/<slug:code>/": ("customer", "view"),
    "policies/documents/read/<int:pk>/confirm/": ("regulation", "view"),
}
#: Pages of a row that rightly have nothing to show for the sample: nothing was rejected in its file.
EMPTY = {"imports/<int:pk>/rejected/"}
BACKEND = "guike.organisation.backend.AccountBackend"


@pytest.fixture(autouse=True)
def quiet():
    """Thousands of refusals are expected; their log lines would hide the one that is not."""
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def ask(client: Client, method: str, address: str) -> tuple[int, str, int]:
    """Status, where it redirects, and how many rows were written; whatever was written is taken back."""
    cookies = SimpleCookie(client.cookies.output(header="", sep=";"))
    with transaction.atomic():
        with Written() as written:
            response: HttpResponse = getattr(client, method)(address)
        transaction.set_rollback(True)
    client.cookies = cookies  # logging out is taken back too
    return response.status_code, response.headers.get("Location", ""), written.rows


def browser(account: Account | None = None) -> Client:
    client = Client(raise_request_exception=False)
    if account:
        client.force_login(account, backend=BACKEND)
    return client


def is_login(location: str) -> bool:
    return location.startswith("/login/?next=")


def tried(urls: Iterator[Url] | list[Url]) -> Iterator[tuple[Url, str]]:
    return ((url, method) for url in urls for method in METHODS)


def test_every_url_that_names_a_row_has_a_sample():
    missing = {url.access.object for url in matrix.with_rows()} - set(samples.MAKERS)
    assert not missing, f"add how a row of {sorted(missing)} is made to tests/access/samples.py"


def test_every_declared_url_names_a_declared_object_action_and_part():
    for url in matrix.urls():
        if url.access.kind == "page":
            assert url.access.action in declarations()[url.access.object].actions, url.route
        if url.access.row:
            assert url.access.row in dict(url.parts), url.route


def test_nobody_gets_in_without_a_login():
    client, wrong = browser(), []
    for url, method in tried(matrix.urls()):
        if url.access.kind == "public":
            continue
        status, location, rows = ask(client, method, url.address())
        if not ((status == 302 and is_login(location)) or (status == 405 and method == "get")) or rows:
            wrong.append(f"{method} {url.route}: {status} {location} wrote {rows}")
    assert not wrong, "\n".join(wrong)


def judged(url: Url, method: str, wanted: int | None, answer: tuple[int, str, int]) -> str:
    """What is wrong with an answer; empty when it is as declared."""
    status, location, rows = answer
    told = f"{method} {url.route}: {status} {location}"
    if wanted is not None:
        refused = status == wanted or (status == 405 and method == "get")
        return "" if refused and not rows else f"{told}, should be {wanted} and write nothing, wrote {rows}"
    let_in = status < 500 and status != 403 and not is_login(location) and (status != 404 or url.others or url.route in EMPTY)
    return "" if let_in else f"{told}, should be let in"


@pytest.mark.parametrize("role", matrix.quick_with_one(ROLES))
def test_a_role_opens_the_pages_it_may_and_no_others(role):
    """Pages that name no row; those for every login let everybody in."""
    client, wrong = browser(cast_for(role).viewer["own"]), []
    for url, method in tried(matrix.urls()):
        if url.access.row or url.access.kind == "public":
            continue
        if url.access.kind == "signed_in" and role not in NARROWER.get(url.route, {role}):
            continue
        needs = ABOUT.get(url.route) if url.access.kind == "signed_in" else (url.access.object, url.access.action)
        also = ALSO_NEEDS.get(url.route)
        is_open = (needs is None or matrix.reach(role, *needs)) and (also is None or matrix.reach(role, *also))
        wrong.append(judged(url, method, None if is_open else 403, ask(client, method, url.address())))
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("role", matrix.quick_with_one(ROLES))
def test_a_role_reaches_the_rows_it_may_and_no_others(role):
    """Own, a teammate's, one below, another department's: 404 out of sight, 403 without the right, and nothing written."""
    cast, wrong = cast_for(role), []
    clients = {position: browser(account) for position, account in cast.viewer.items()}
    rows = {position: made(cast, position) for position in ("own", "team")}
    for url, method in tried(list(matrix.with_rows())):
        for position, needed in POSITIONS.items():
            wanted = matrix.expected(url, role, position, needed)
            also = ALSO_NEEDS.get(url.route)
            if wanted is None and method == "post" and (position != "own" or (also and not matrix.reach(role, *also))):
                continue  # let in is let in: the refusals are what a form must not get around
            address = url.address(rows["own" if position == "own" else "team"][url.access.object])
            problem = judged(url, method, wanted, ask(clients[position], method, address))
            wrong.append(problem and f"{position}: {problem}")
    assert not any(wrong), "\n".join(filter(None, wrong))


def made(cast: Cast, position: str, *codes: str) -> dict[str, int]:
    """Object → id of a row that the holder of this position owns, all in 浙南片区."""
    objects = sorted({url.access.object for url in matrix.with_rows()})
    return {code: samples.MAKERS[code](cast.holder(position), cast.south).pk for code in codes or objects}


#: Whose rights differ most; the campaign tries all.
SOME = ROLES if FULL else ["salesperson", "sales_manager", "finance", "administrator"]


@pytest.mark.parametrize("role", matrix.quick_with_one(SOME))
def test_what_was_the_viewers_is_out_of_reach_once_it_lies_in_the_pool(role):
    """Nobody's, in 浙南片区: only who reaches the department still reaches it. In the suite what is posted, in the campaign what is read too."""
    cast, wrong = cast_for(role), []
    client = browser(cast.viewer["own"])
    objects = sorted({url.access.object for url in matrix.with_rows() if matrix.hangs_on(url.access.object)})
    rows = made(cast, "own", *objects)
    Customer.objects.filter(owner=cast.viewer["own"].person).update(owner=None)
    for url, method in tried([url for url in matrix.with_rows() if url.access.object in objects]):
        wanted = matrix.expected(url, role, "team", Reach.DEPARTMENT)
        if wanted is None or (method == "get" and not FULL):
            continue
        wrong.append(judged(url, method, wanted, ask(client, method, url.address(rows[url.access.object]))))
    assert not any(wrong), "\n".join(filter(None, wrong))


@pytest.mark.parametrize("role", matrix.quick_with_one(SOME))
def test_what_is_there_no_more_answers_nobody(role):
    """Taken out of use where rows stay for the record, deleted where they don't."""
    cast, wrong = cast_for(role), []
    client = browser(cast.viewer["own"])
    rows = {code: removed(code, cast) for code in sorted({url.access.object for url in matrix.with_rows()})}
    for url, method in tried(list(matrix.with_rows())):
        if method == "post" or FULL:
            answer = ask(client, method, url.address(rows[url.access.object]))
            wrong.append(judged(url, method, matrix.gone(url, role), answer))
    assert not any(wrong), "\n".join(filter(None, wrong))


def removed(code: str, cast: Cast) -> int:
    """The id of a row of the viewer's that is there no more."""
    if not hasattr(declarations()[code].model_class(), "everything"):
        return samples.NOTHING
    row = samples.MAKERS[code](cast.viewer["own"].person, cast.south)
    type(row).everything.filter(pk=row.pk).update(removed_at=clock.now())
    return row.pk


@pytest.mark.parametrize("role", ROLES if FULL else ["administrator"])
def test_methods_that_no_page_has_write_nothing_and_open_nothing(role):
    cast, wrong = cast_for(role), []
    client = browser(cast.viewer["own"])
    rows = made(cast, "own")
    for url in matrix.urls():
        if url.access.kind == "public":
            continue
        wanted = matrix.expected(url, role, "own", Reach.OWN) if url.access.row else None
        for method in STRANGE if FULL else STRANGE[:1]:
            status, _location, written = ask(client, method, url.address(rows.get(url.access.object)))
            if written or status >= 500 or (wanted and status not in (wanted, 405)):
                wrong.append(f"{method} {url.route}: {status}, wrote {written}")
    assert not wrong, "\n".join(wrong)


def test_pages_about_any_object_keep_to_that_objects_scope():
    """History, why, drill-down: their URL says which object; out of sight is 404 there too."""
    install_pack("channel", actor=SYSTEM)
    cast, wrong = cast_for("salesperson"), []
    customer = samples.MAKERS["customer"](cast.owner, cast.south)
    clients = {position: browser(cast.viewer[position]) for position in ("above", "other")}
    about = [url for url in matrix.urls() if url.access.kind == "signed_in" and "pk" in dict(url.parts)]
    assert about
    for url, method in tried(about):
        address = url.address().replace(str(samples.NOTHING), str(customer.pk))
        for position, client in clients.items():
            status, _location, rows = ask(client, method, address)
            if status not in (403, 404, 405) or rows:
                wrong.append(f"{position}: {method} {address}: {status} wrote {rows}")
    assert not wrong, "\n".join(wrong)


# --- the check that no URL goes undeclared, and negative controls of this file ------------------------------------------------


def _undeclared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("anybody")


@signed_in
def _too_open(request: HttpRequest) -> HttpResponse:
    return HttpResponse("everybody")


@page("account", "view")
def _declared(request: HttpRequest) -> HttpResponse:
    return HttpResponse("administrator")


@public
def _writes(request: HttpRequest) -> HttpResponse:
    Person.objects.create(number="X", name="x")
    return HttpResponse(status=403)


class Undeclared:
    urlpatterns = [path("open/", _undeclared), path("declared/", _declared)]


def test_a_url_without_a_declaration_stops_the_start():
    with override_settings(ROOT_URLCONF=Undeclared):
        found = [error for error in run_checks() if error.id == "guike.E001"]
    assert ["/open/" in error.msg for error in found] == [True]


def test_the_product_starts():
    assert [error for error in run_checks() if error.id == "guike.E001"] == []


class TooOpen:
    urlpatterns = [path("open/", _too_open), path("writes/", _writes)]


def test_this_file_notices_a_page_that_is_too_open():
    """Negative control: a page that should be refused but is not, and a refusal that writes."""
    client = browser(cast_for("salesperson").viewer["own"])
    url = Url("open/", matrix.PageAccess("page", "account", "view"))
    with override_settings(ROOT_URLCONF=TooOpen):
        assert "should be 403" in judged(url, "get", 403, ask(client, "get", "/open/"))
        writes = ask(client, "get", "/writes/")
    assert writes[0] == 403
    assert writes[2] > 0
    assert "write nothing" in judged(url, "get", 403, writes)
    assert not Person.objects.filter(number="X").exists()


@pytest.mark.parametrize(
    ("role", "position", "visible"),
    [
        ("salesperson", "own", True),
        ("salesperson", "other", False),
        ("administrator", "other", matrix.reach("administrator", "customer", "view") is Reach.ALL),
    ],
)
def test_the_expectation_itself_is_sane(role, position, visible):
    assert matrix.within(role, "customer", "view", position, POSITIONS[position]) is visible
