"""The tests' own tables, pages and cast: 陈思远 sells, 林雨桐 manages, 王管 administers."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import RequestFactory
from django_htmx.middleware import HtmxDetails

from guike.platform import access
from guike.platform.access import Viewer
from guike.platform.ui import pickers
from guike.platform.ui.tests.firms import Firm, Owner, declare


@pytest.fixture(autouse=True)
def declared():
    """Firms are known while the kit is tested and to nobody else: the search box of other tests must not ask their tables."""
    declare()
    yield
    del access._declared["test_firm"], pickers._pickers["test_owner"]


@pytest.fixture(scope="session")
def tables(django_db_setup, django_db_blocker):
    """The two tables, made once."""
    with django_db_blocker.unblock(), connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS ui_test_firm, ui_test_owner CASCADE")
    with django_db_blocker.unblock(), connection.schema_editor() as editor:
        editor.create_model(Owner)
        editor.create_model(Firm)


@pytest.fixture
def firms(tables, db) -> list[Firm]:
    """Twelve firms of three grades; three never bought, two never met, two belong to 陈思远."""
    chen, lin = Owner.objects.create(pk=7, name="陈思远"), Owner.objects.create(pk=8, name="林雨桐")
    bought = [900, 500, 500, 500, 300, None, 200, None, 100, 80, None, 60]
    return Firm.objects.bulk_create(
        Firm(
            pk=i + 1,
            name=f"{'停' if i == 4 else ''}公司{i + 1:02d}",
            grade="ABC"[i % 3],
            owner=chen if i < 2 else lin if i < 9 else None,
            phone=f"1380013800{i % 10}",
            bought=amount and amount * 10_000,
            last_contact_on=None if i in (3, 8) else date(2026, 11, 1 + i),
        )
        for i, amount in enumerate(bought)
    )


@pytest.fixture
def seller() -> Viewer:
    return Viewer(account_id=1, person_id=7, name="陈思远", roles=frozenset({"salesperson"}))


@pytest.fixture
def manager(seller) -> Viewer:
    return replace(seller, account_id=2, person_id=8, name="林雨桐", roles=frozenset({"sales_manager"}))


@pytest.fixture
def administrator(seller) -> Viewer:
    return replace(seller, account_id=3, person_id=9, name="王管", roles=frozenset({"administrator"}))


@pytest.fixture
def ask() -> Callable[..., HttpResponse]:
    """A request as the middleware would prepare it: `ask(viewer, "/firms/?q=x", target="gk-list")`."""

    def build(viewer: Viewer, address: str = "/firms/", data: dict | None = None, target: str = ""):
        factory = RequestFactory()
        headers = {"HX-Request": "true", "HX-Target": target, "HX-Current-URL": "http://testserver" + address} if target else {}
        request = factory.post(address, data, headers=headers) if data is not None else factory.get(address, headers=headers)
        request.viewer = viewer
        request.htmx = HtmxDetails(request)
        request._messages = _Messages()
        return request

    return build


class _Messages(list):
    """Stands in for the message storage."""

    def add(self, level: int, message: str, extra_tags: str = "") -> None:
        self.append(message)
