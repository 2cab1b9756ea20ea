"""Canaries: what a role may not see is nowhere in what the program answers it (08-quality, CUS-12).

New pages, lists and pickers are covered without a line here. Short in the suite; `guike campaign access` walks every role.
"""

from __future__ import annotations

import logging
import os

import pytest
from django.http import HttpResponse
from django.test import override_settings
from django.urls import path

from guike.customers.models import Customer
from guike.engine.services import ensure_default_packs
from guike.platform.access import ROLES, SYSTEM, signed_in

from .crawl import Crawler, client_of
from .world import build

pytestmark = pytest.mark.django_db
FULL = os.environ.get("GUIKE_CAMPAIGN_SIZE") == "full"


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def leaks(role: str, *, thorough: bool = False) -> tuple[list[str], int]:
    """What a role met though it may not, and how many answers were searched. Also that it met what it may: a blind search finds nothing."""
    ensure_default_packs(actor=SYSTEM)
    world = build(role)
    forbidden = [one for one in world.canaries if not one.allowed(role)]
    crawler = Crawler(client_of(world.viewer))
    found, asked, met = [], 0, set()
    for answer in answers(crawler, world, forbidden, thorough):
        asked += 1
        met |= {one.token for one in world.canaries if one.token in answer.text}
        found += [f"{answer.address}: {answer.status}"] if answer.status == 500 else []
        found += [
            f"{answer.address} ({answer.status}): {one}"
            for one in forbidden
            if one.token in answer.text and one.token not in answer.address
        ]
    own = {one.token for one in world.canaries if one.allowed(role) and one.position == "own"}
    if len(own & met) < 0.6 * len(own):
        found.append(f"{role} met only {len(own & met)} of {len(own)} texts of its own: the search is blind")
    return found, asked


def answers(crawler, world, forbidden, thorough):
    for position in ("own", "team", "other") if thorough else ("own", "other"):
        yield from crawler.pages(world.rows[position])
    yield from crawler.tools()
    asked = [one.token for one in {(one.object, one.field): one for one in forbidden}.values()]
    for token in asked if thorough else asked[::6]:
        yield from crawler.asking(token if token.startswith("Zq") else token[3:])


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES if FULL else ["salesperson", "service"])
def test_what_a_role_may_not_see_is_in_no_answer(role, record_property):
    found, asked = leaks(role, thorough=FULL)
    record_property("cases", asked)
    assert asked > 300
    assert not found, f"{len(found)}:\n" + "\n".join(found)


@signed_in
def _tells(request):
    return HttpResponse(Customer.objects.order_by("-pk").values_list("name", "phone"))


class Telling:
    urlpatterns = [path("tells/", _tells)]


def test_the_search_notices_a_page_that_tells():
    """Negative control: a page that shows every customer to every login."""
    world = build("salesperson")
    with override_settings(ROOT_URLCONF=Telling):
        answer = Crawler(client_of(world.viewer)).get("/tells/")
    told = {one.object for one in world.canaries if not one.allowed("salesperson") and one.token in answer.text}
    assert told == {"customer"}
