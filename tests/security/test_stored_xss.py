"""Stored XSS: every text that the database holds becomes a payload, then every page is opened in Chromium under the policy that is served.

Written straight into the tables, so whatever way a text may come in (form, API, import) is covered, and fields that a form would have refused
too. Nothing may run, nothing may be stopped by the policy only: a report of the policy is a failure, for escaping has to come first.

`guike campaign xss --full --seed N` walks every page with every payload; the suite walks a part of the pages once.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

import pytest
from django.apps import apps
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import DatabaseError, connection, models, transaction
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path
from tests.access import matrix

from guike.engine.services import ensure_default_packs
from guike.platform.access import SYSTEM, signed_in

from .browsing import Watch
from .crawl import LEFT_OUT, Crawler, client_of, filled
from .world import World, build

pytestmark = [pytest.mark.django_db, pytest.mark.browser]
SEED = int(os.environ.get("GUIKE_CAMPAIGN_SEED") or 4)
FULL = os.environ.get("GUIKE_CAMPAIGN_SIZE") == "full"
#: Each tells of itself by counting up `window.gkXss`, or by asking for an address under /gkxss.
RUN = "window.gkXss=1"
PAYLOADS = (
    f"<script>{RUN}</script>",
    f"</script><script>{RUN}</script>",
    "<img src=/gkxss onerror=window.gkXss=1>",
    f'"><img src=x onerror="{RUN}">',
    f"'><svg/onload={RUN}>",
    f"<svg><script>{RUN}</script></svg>",
    f'" autofocus onfocus="{RUN}" x="',
    f"' onmouseover='{RUN}' x='",
    f"` onfocus={RUN} autofocus x=`",
    f"javascript:{RUN}",
    f"JaVaScRiPt:{RUN}//%0a",
    f"data:text/html,<script>{RUN}</script>",
    f'<iframe srcdoc="<script>parent.{RUN}</script>">',
    f'<div x-data x-init="{RUN}">',
    '<div x-data="{a:1}" x-text="$el.innerHTML=1" x-on:click="gkXss=1">',
    f"{{{{constructor.constructor('{RUN}')()}}}}",
    "${window.gkXss=1}",
    '<a hx-get="/gkxss" hx-trigger="load">x</a>',
    '<style>@import "/gkxss";*{background:url(/gkxss)}</style>',
    "</style><link rel=stylesheet href=/gkxss>",
    "}*{background:url(/gkxss)}",
    f"[x](javascript:{RUN})",
    "![x](/gkxss)",
    f"<details open ontoggle={RUN}>",
    f"<math><mtext></form><form><mglyph><style></math><img src onerror={RUN}>",
    f"</textarea></title><script>{RUN}</script>",
    f"<!--><script>{RUN}</script>-->",
    f"\\u003cscript\\u003e{RUN}\\u003c/script\\u003e",
    f"'-({RUN})-'",
    f"\\'-({RUN})//",
    '<base href="/gkxss/">',
    '<meta http-equiv=refresh content="0;url=/gkxss">',
)
#: Tables whose texts mean something to the program: a password, a code, a state, what a session holds.
KEPT = {"organisation_session", "organisation_account", "django_migrations", "django_content_type", "django_session"}
KEPT_FIELDS = {
    "code", "field", "kind", "path", "state", "status", "role", "roles", "nature", "stage", "key", "token",
    "sha256", "media_type", "subject_kind", "function", "list_code", "secret", "digest", "prefix", "scopes",
    "channel", "sort", "trigger", "step", "mask",
}  # fmt: skip


# --- filling the database ------------------------------------------------------------------------------------------------


def texts(model: type[models.Model]) -> list[models.Field]:
    """The fields of a model that hold what people type."""
    return [
        one
        for one in model._meta.concrete_fields
        if isinstance(one, models.CharField | models.TextField | ArrayField)
        and not one.choices
        and not one.primary_key
        and one.name not in KEPT_FIELDS
        and (not isinstance(one, ArrayField) or isinstance(one.base_field, models.CharField | models.TextField))
    ]


#: JSON whose values people type: the company's own fields.
TYPED_JSON = {"custom"}


def fitting(field: models.Field, chance: Random) -> str:
    """As many payloads as go in, in another order each time."""
    room = getattr(field.base_field if isinstance(field, ArrayField) else field, "max_length", None) or 3000
    text = ""
    for payload in chance.sample(PAYLOADS, len(PAYLOADS)):
        if len(text) + len(payload) <= room:
            text += payload
    return text or "<b>'\"{{"[:room]


def poison(chance: Random) -> set[str]:
    """Every text of every row that the database lets us; the names of the fields that were."""
    done = set()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    for model in apps.get_models():
        if model._meta.db_table in KEPT or model._meta.proxy or not model._meta.managed:
            continue
        with untriggered(model._meta.db_table):  # what is for the record only is shown too
            done |= {f"{model._meta.label}.{field.name}" for field in texts(model) if _poisoned(model, field, chance)}
    return done


@contextmanager
def untriggered(table: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f'ALTER TABLE "{table}" DISABLE TRIGGER USER')
        yield
        cursor.execute(f'ALTER TABLE "{table}" ENABLE TRIGGER USER')


def _poisoned(model: type[models.Model], field: models.Field, chance: Random) -> bool:
    manager = getattr(model, "everything", model._default_manager)
    hit = False
    for pk in manager.values_list("pk", flat=True)[:30]:
        text = fitting(field, chance)
        value = [text] if isinstance(field, ArrayField) else {"lines_1": text, text[:50]: text} if field.name in TYPED_JSON else text
        try:
            with transaction.atomic():
                hit = bool(manager.filter(pk=pk).update(**{field.name: value})) or hit
        except DatabaseError:  # a constraint knows better what may stand there
            continue
    return hit


# --- opening the pages ---------------------------------------------------------------------------------------------------


def addresses(world: World) -> list[str]:
    """Every page with the viewer's rows and with a stranger's, and the tools of every list."""
    crawler = Crawler(client_of(world.viewer))
    rows = world.rows["own"]
    told = [filled(url, rows) for url in matrix.urls() if url.route not in LEFT_OUT and not url.route.startswith(("language/",))]
    shown = []
    for address in dict.fromkeys(told):
        answer = crawler.get(address)
        if (
            answer.status in (200, 400, 404)
            and "Content-Type: text/html" in answer.text
            and "Content-Disposition: attachment" not in answer.text
        ):
            shown.append(address)
    return shown + [f"{path}?panel={panel}" for path in crawler.lists.values() for panel in ("columns", "builder")]


@pytest.fixture
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


def test_no_text_that_anybody_wrote_runs_anywhere(page, quiet, record_property):
    ensure_default_packs(actor=SYSTEM)
    chance, found, opened = Random(f"xss {SEED}"), [], 0
    world = build("administrator")
    every, watch = addresses(world), Watch(page, client_of(world.viewer))
    for turn in range(6 if FULL else 1):
        done = poison(chance)
        watch.client = client_of(world.viewer)  # some pages ask for the password again after a quarter of an hour
        for address in every if FULL else every[turn::4]:
            found += watch.open(address)
            opened += 1
    record_property("cases", opened)
    record_property("fields", len(done))
    assert len(done) > 150, sorted(done)
    assert opened > (500 if FULL else 40)
    assert not found, f"{len(found)}, seed {SEED}:\n" + "\n".join(dict.fromkeys(found))


@signed_in
def _hole(request):
    from guike.customers.models import Customer

    name = Customer.objects.order_by("pk").values_list("name", flat=True)[0]
    return HttpResponse(f"<!doctype html><title>x</title><p title='{request.GET.get('as', '')}'>{name}</p>")


class Hole:
    urlpatterns = [path("hole/", _hole)]


@pytest.mark.parametrize("policy", [True, False])
def test_the_browser_notices_a_page_with_a_hole(page, quiet, policy):
    """Negative control: a page that writes a name as it stands; seen by the policy's report, or by the script that ran where there is none."""
    from guike.customers.models import Customer

    world = build("salesperson")
    Customer.objects.update(name=PAYLOADS[0] + PAYLOADS[3])
    kept = [one for one in settings.MIDDLEWARE if policy or "SecurityHeaders" not in one]
    with override_settings(ROOT_URLCONF=Hole, MIDDLEWARE=kept):
        found = " ".join(Watch(page, client_of(world.viewer)).open("/hole/"))
    assert ("the policy had to stop" if policy else "a script ran") in found
