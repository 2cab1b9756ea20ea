"""A database that goes away in the middle: nothing is acknowledged that is not kept, and whoever asked is told to ask again (PLT-08)."""

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client, RequestFactory

from guike.customers import services as customers
from guike.customers.models import Customer
from guike.platform import outages
from guike.platform.access import SYSTEM
from guike.platform.api.tests.calling import Caller
from guike.platform.operations.middleware import Watched
from guike.wiring.tests.test_api import account, viewer_for


def cut() -> None:
    """End this thread's session on the server, as a restart or a failover does."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        other.close()


def caused(django: type[Exception], cause: Exception) -> Exception:
    error = django("…")
    error.__cause__ = cause
    return error


@pytest.mark.parametrize(
    ("error", "outage"),
    [
        (OperationalError("server closed the connection unexpectedly"), True),
        (InterfaceError("connection already closed"), True),
        (caused(RuntimeError, psycopg.OperationalError("…")), True),
        (psycopg.errors.ReadOnlySqlTransaction("a primary that is none any more"), True),
        (psycopg.errors.UniqueViolation("…"), False),
        (ValueError("…"), False),
        (None, False),
    ],
)
def test_what_counts_as_an_outage(error, outage):
    assert outages.is_outage(error) is outage


def test_a_deadlock_is_told_as_one():
    assert "撞在一起" in outages.sentence(caused(OperationalError, psycopg.errors.DeadlockDetected("…")))
    assert "连不上数据库" in outages.sentence(OperationalError("…"))


def bulk(caller: Caller, names: list[str]):
    return caller.post("/customers/bulk", {"rows": [{"name": name} for name in names], "mode": "each"})


@pytest.mark.django_db(transaction=True)
def test_a_bulk_call_whose_connection_drops_in_the_middle_acknowledges_nothing(monkeypatch):
    """Django ends such a transaction without an error where somebody caught the first one: rows already written are gone with it."""
    caller, real = Caller(viewer_for(account("P1", "clerk"))), customers.add_customer

    def add(values, **named):
        if values["name"] == "第三家厂":
            cut()
        return real(values, **named)

    monkeypatch.setattr(customers, "add_customer", add)
    answer = bulk(caller, [f"第{n}家厂" for n in "一二三四"])
    assert answer.status_code == 503, answer.content.decode()
    assert answer.headers["Retry-After"] and answer.json()["code"] == "unavailable"
    assert not Customer.objects.filter(name__endswith="家厂").exists()
    monkeypatch.undo()
    assert bulk(caller, [f"第{n}家厂" for n in "一二三四"]).json()["created"] == 4  # the next call finds the server again


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("path", ["/sales/orders/add/", "/api/v1/customers"])
def test_whoever_swallows_the_loss_is_not_believed(path):
    """A view that catches everything says "done" of a transaction that is gone."""
    from django.http import HttpResponse

    def view(_request):
        with transaction.atomic():
            customers.add_customer({"name": "不在了厂"}, actor=SYSTEM)
            try:
                with transaction.atomic():
                    cut()
                    Customer.objects.count()
            except Exception:  # noqa: S110 - what is tried here
                pass
        return HttpResponse("done")

    request = RequestFactory().post(path)
    request.resolver_match = None
    answer = Watched(view)(request)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert not Customer.objects.filter(name="不在了厂").exists()


@pytest.mark.django_db
def test_a_page_says_to_wait_and_comes_back_by_itself(monkeypatch):
    def gone(*_given, **_named):
        raise OperationalError("the connection is lost")

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", gone)
    browser = Client(raise_request_exception=False)
    looked = browser.get("/healthz")
    assert (looked.status_code, looked.headers["Retry-After"]) == (503, "5")
    assert "连不上数据库" in looked.content.decode() and 'http-equiv="refresh"' in looked.content.decode()
    browser.cookies["sessionid"] = "x" * 32  # met before any page: who is it?
    assert browser.get("/customers/").status_code == 503
    sent = browser.post("/login/", {"login": "a", "password": "b"})
    assert sent.status_code == 503 and "不一定存上了" in sent.content.decode() and "refresh" not in sent.content.decode()


@pytest.mark.django_db
def test_any_other_error_is_no_outage(monkeypatch):
    """The control: a fault of ours stays one."""

    def broken(*_given, **_named):
        raise ZeroDivisionError

    monkeypatch.setattr("django.db.backends.utils.CursorWrapper.execute", broken)
    assert Client(raise_request_exception=False).get("/healthz").status_code == 500
