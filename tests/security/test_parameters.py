"""Every parameter of every address and form, with what attackers write there: SQL, control characters, names that no form has.

Found by walking the URL configuration and the forms of its pages, so that new pages are covered without a line here (08-quality).
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from urllib.parse import urlencode, urlsplit

import pytest
import time_machine
from django.core.cache import cache
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client, override_settings
from django.urls import path

from guike.customers.models import Customer
from guike.engine.services import ensure_default_packs
from guike.platform.access import SYSTEM, signed_in

from .crawl import Crawler, client_of, filled
from .forms import Form, every_form
from .world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
INJECTIONS = (
    "' OR '1'='1",
    "1;SELECT pg_sleep(9)--",
    "')) UNION SELECT NULL,NULL,version()--",
    '"; DROP TABLE customers_customer; --',
    "\\'; COPY (SELECT 1) TO STDOUT--",
    "%27%20OR%201=1",
    "1\x00",
    "99999999999999999999999",
    "-1",
    "\u0661\u0662",
    "\ud7ff\ufffe\u202e",
    "%s%(x)s{0}",
    "a" * 5000,
    '{"field":"name","op":"in","value":["\'"]}',
    '{"all":[{"field":"owner__password","op":"is","value":1}]}',
    "[]",
)
LIST_NAMES = ("view", "q", "where", "sort", "group", "open", "after", "before", "col", "panel", "export", "f.owner", "f.name')--")
#: Names that no form offers and that a careless one would take.
EXTRA = {
    "id": "987654",
    "pk": "987654",
    "owner": "{person}",
    "owner_id": "{person}",
    "department": "{department}",
    "department_id": "{department}",
    "person_id": "{person}",
    "receiver_id": "{person}",
    "requested_by": "{person}",
    "created_by": "{person}",
    "noted_by": "{person}",
    "proposed_by": "{person}",
    "uploaded_by": "{account}",
    "created_at": "2001-01-01 00:00",
    "removed_at": "2001-01-01 00:00",
    "version": "77",
    "number": "HACKED-1",
    "state": "done",
    "status": "confirmed",
    "stage": "won",
    "completeness": "100",
    "merged_into": "1",
    "active": "0",
    "is_active": "0",
    "is_staff": "1",
    "is_superuser": "1",
    "roles": "administrator",
    "role": "administrator",
    "password": "hacked",
    "session_epoch": "77",
    "must_change_password": "0",
    "amount": "1.00",
    "cost": "1.00",
}


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def world():
    ensure_default_packs(actor=SYSTEM)
    return build("administrator")


def tried(client: Client, method: str, address: str, data: dict | None = None) -> str:
    """What is wrong with the answer; whatever was written is taken back."""
    with transaction.atomic():
        try:
            answer = client.get(address) if method == "get" else client.post(address, data or {})
        except Exception as error:
            return f"{method} {address[:160]}: {type(error).__name__}"
        finally:
            transaction.set_rollback(True)
    return f"{method} {address[:160]} {json.dumps(data)[:300] if data else ''}: {answer.status_code}" if answer.status_code == 500 else ""


def attacks(world: World, client: Client, every: bool) -> Iterator[str]:
    """Each address with each injection in all its parameters (or with one of them in turn), each form filled with them, each name."""
    from tests.access import matrix

    crawler = Crawler(client)
    list(crawler.pages(world.rows["own"]))
    turn = 0
    for url in matrix.urls():
        for text in INJECTIONS if every else INJECTIONS[turn % len(INJECTIONS) :][:1]:
            names = {
                **dict.fromkeys(("q", "next", "tab", "name", "phone", "customer", "day", "month", "in", "kind", "page"), text),
                text[:50]: text,
            }
            yield tried(client, "get", f"{filled(url, world.rows['own'])}?{urlencode(names)}")
        turn += 1
    for kind, address in crawler.lists.items():
        for name in (*LIST_NAMES, *(f"f.{quick.code}" for quick in kind.quick)):
            for text in INJECTIONS if every else INJECTIONS[turn % len(INJECTIONS) :][:2]:
                yield tried(client, "get", f"{address}?{urlencode({name: text})}")
            turn += 1
    for form in every_form(client, world.rows["own"]):
        for text in INJECTIONS if every else INJECTIONS[turn % len(INJECTIONS) :][:1]:
            values = {name: text if name in form.typed or turn % 3 == 0 else value for name, value in form.values.items()}
            yield tried(client, "post", form.action, {**values, text[:50]: text})
        turn += 1


def test_no_parameter_breaks_a_page(world):
    before = Customer.objects.count()
    wrong = [one for one in attacks(world, client_of(world.viewer), every=False) if one]
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)
    assert Customer.objects.count() == before


# --- names that no form has ---------------------------------------------------------------------------------------------------

TABLES = """SELECT relname FROM pg_stat_user_tables WHERE relname !~ '^(django_|procrastinate|pghistory|platform_accesslog)|event$'"""
LOOSE = {
    "id",
    "version",
    "search",
    "token",
    "token_hash",
    "form_token",
    "key",
    "pgh_id",
    "number",
    "version_id",
    "decision_id",
    "run_id",
    "job_id",
    "regulation_id",
    "seconds",
}


def content() -> dict[str, list[str]]:
    """Table → its rows as text, without what counts by itself."""
    told = {}
    with connection.cursor() as cursor:
        cursor.execute(TABLES)
        for (table,) in cursor.fetchall():
            cursor.execute(f'SELECT to_jsonb(t) FROM "{table}" t')  # noqa: S608 — a name from the catalogue
            rows = [json.loads(row) if isinstance(row, str) else row for (row,) in cursor.fetchall()]
            told[table] = sorted(json.dumps({k: v for k, v in row.items() if k not in LOOSE}, sort_keys=True) for row in rows)
    return told


def left_behind(client: Client, form: Form, extra: dict[str, str]) -> tuple[int, dict[str, list[str]], str]:
    """Status, what the tables hold after the form was sent, and what of the secret values is in them; taken back."""
    with transaction.atomic():
        cache.clear()
        answer = client.post(form.action, {**form.values, **extra})
        held = content()
        transaction.set_rollback(True)
    return answer.status_code, held, answer.get("Location", "") or answer.get("HX-Redirect", "")


def assigned(world: World, client: Client) -> tuple[list[str], int]:
    """Forms after which the tables differ because of names that the form does not have; and how many forms were carried out."""
    names = {"{person}": str(world.cast.owner.pk), "{department}": str(world.cast.elsewhere.pk), "{account}": str(world.viewer.pk)}
    wrong, done = [], 0
    for form in every_form(client, world.rows["own"]):
        extra = {name: names.get(value, value) for name, value in EXTRA.items() if name not in form.names}
        plain = left_behind(client, form, {})
        if plain[0] not in (204, 302) and not plain[2]:
            continue  # as it stands it is refused: nothing is written either way
        done += 1
        loaded = left_behind(client, form, extra)
        if tables := [table for table in plain[1] if plain[1][table] != loaded[1].get(table)]:
            differs = sorted(set(loaded[1][tables[0]]) ^ set(plain[1][tables[0]]))
            wrong.append(f"{urlsplit(form.action).path}: {tables}\n   " + "\n   ".join(one[:400] for one in differs[:2]))
    return wrong, done


def test_names_that_a_form_does_not_have_change_nothing(world):
    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        wrong, done = assigned(world, client_of(world.viewer))
    assert done >= 20, f"only {done} forms were carried out as they stand"
    assert not wrong, f"{len(wrong)}:\n" + "\n".join(wrong)


@signed_in
def _careless(request):
    """Takes every name that comes."""
    if request.method == "POST":
        known = {name: value for name, value in request.POST.items() if name in ("note", "owner_id")}
        Customer.objects.filter(pk=Customer.objects.latest("pk").pk).update(**known)
        return HttpResponse(status=204)
    return HttpResponse('<form method="post" action="/careless/"><textarea name="note">x</textarea></form>')


@signed_in
def _concatenates(request):
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT '{request.GET.get('q', '')}'")
    return HttpResponse("ok")


class Faulty:
    urlpatterns = [path("careless/", _careless), path("concatenates/", _concatenates)]


def test_this_file_notices_a_careless_form_and_a_concatenated_query(world):
    """Negative controls."""
    client = client_of(world.viewer)
    with override_settings(ROOT_URLCONF=Faulty):
        wrong, done = assigned(world, client)
        assert (done, len(wrong)) == (1, 1)
        assert "500" in tried(client, "get", "/concatenates/?" + urlencode({"q": INJECTIONS[0] + "'"}))
