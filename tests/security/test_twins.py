"""Twin databases: two states that differ only in what a role may not see answer it the same, to the letter (08-quality).

What a canary cannot show, this does: counts, sums, orders, pages, which suggestions come first, how a refusal is worded.
"""

from __future__ import annotations

import difflib
import logging
import os
import re
from urllib.parse import quote

import pytest
import time_machine
from django.core.cache import cache
from django.db import transaction
from tests.access import matrix, samples
from tests.access.cast import POSITIONS, cast_for

from guike.engine.services import ensure_default_packs
from guike.platform.access import ROLES, SYSTEM

from .crawl import Crawler, client_of
from .world import World, rows_for, stranger

pytestmark = pytest.mark.django_db
FULL = os.environ.get("GUIKE_CAMPAIGN_SIZE") == "full"
#: What differs from one request to the next whatever lies in the database.
LOOSE = (
    (re.compile(r'csrfmiddlewaretoken" value="[^"]+"'), "csrf"),
    (re.compile(r'csrf-token" content="[^"]+"'), "csrf"),
    (re.compile(r'"X-CSRFToken": ?"[^"]+"'), "csrf"),
    (re.compile(r"Set-Cookie: .*"), "cookie"),
    (re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"), "uuid"),
    (re.compile(r"Content-Length: \d+"), "length"),
    (re.compile(r"uid_[0-9a-z]+|gk-[a-z]+-[0-9a-f]{6,}"), "mark"),
)


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.ERROR)
    yield
    logging.disable(logging.NOTSET)


def plain(text: str) -> str:
    for pattern, word in LOOSE:
        text = pattern.sub(word, text)
    return text


ASKED = ("温州", "1398000", "Zq", "闸阀", "有限公司")


def seen(world: World, *, short: bool) -> dict[str, str]:
    """Address → answer, of everything that this role can ask about its own rows."""
    cache.clear()
    crawler = Crawler(client_of(world.viewer))
    if short:
        addresses = ("/customers/", "/pick/customer/")
        return {address: plain(crawler.get(address).text) for address in addresses}
    told = [*crawler.pages(world.rows["own"]), *crawler.tools()]
    for text in ASKED:
        told += crawler.asking(quote(text))
    return {answer.address: plain(f"{answer.status}\n{answer.text}") for answer in told if not TELLS_OF_ITSELF.match(answer.address)}


#: A secret made anew with every look; sessions and the trail, which tell of these very looks and of all that was written; what the next
#: number will be, which whoever sets the numbers reads; the machine's state, which others change while we look.
TELLS_OF_ITSELF = re.compile(r"/me/login/authenticator/|/settings/accounts/\d+/login/|/audit/|/numbers/|/readyz|/settings/status/")


def differences(role: str, twins, *, short: bool = False) -> tuple[list[str], int]:
    """Addresses whose answers tell the two states apart; each twin writes what the role may not see, and is taken back."""
    ensure_default_packs(actor=SYSTEM)
    cast = cast_for(role)
    world = World(cast, cast.viewer["own"])
    rows_for(world, "o", "own", cast.viewer["own"].person, cast.south, 1)
    far = stranger()
    if matrix.within(role, "customer", "view", "other", POSITIONS["other"]):
        rows_for(world, "s", "other", *far, 3)  # what it sees is the same in both
    states = []
    for twin in twins:
        with transaction.atomic():
            twin(role, world, *far)
            states.append(seen(world, short=short))
            transaction.set_rollback(True)
    one, other = states
    found = []
    for address in sorted({*one, *other}):
        if one.get(address) != other.get(address):
            lines = difflib.unified_diff(one.get(address, "").splitlines(), other.get(address, "").splitlines(), lineterm="", n=0)
            found.append(address + "\n   " + "\n   ".join(line[:160] for line in list(lines)[2:8]))
    return found, len(one)


def few(role: str, world: World, far, north) -> None:
    """One set of rows of a stranger."""
    rows_for(world, "a", "other", far, north, 3, unseen_by=role)


def many(role: str, world: World, far, north) -> None:
    """Two sets with other values."""
    for mark in "bc":
        rows_for(world, mark, "other", far, north, 3, unseen_by=role)


def own(role: str, world: World, far, north) -> None:
    """For the control: what the viewer does see."""
    few(role, world, far, north)
    samples.MAKERS["customer"](world.viewer.person, world.cast.south)


@pytest.mark.slow
@pytest.mark.parametrize("role", ROLES if FULL else ["salesperson"])
def test_what_a_role_may_not_see_changes_no_answer(role, record_property):
    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        found, asked = differences(role, (few, many))
    record_property("cases", asked)
    assert asked > 250
    assert not found, f"{len(found)} of {asked}:\n" + "\n".join(found)


def test_the_comparison_notices_one_row_more():
    """Negative control: twins that differ in a customer of the viewer's own."""
    with time_machine.travel("2026-11-24T01:00:00+00:00", tick=False):
        found, _asked = differences("salesperson", (few, own), short=True)
    assert {one.split("\n")[0].split("?")[0] for one in found} >= {"/customers/", "/pick/customer/"}
