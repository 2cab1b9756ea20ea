"""Every page of the product in a real browser, at a desk and on a phone: nothing serious for axe, nothing wider than the phone,
nothing that the console or the content policy complains about, no page over 150 kB (08-quality, PLT-10).

New pages are covered without a line here: addresses come from the URL configuration.
"""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.test import Client

from guike.engine.services import ensure_default_packs
from guike.organisation.models import Account
from guike.platform.access import SYSTEM

from . import matrix, samples
from .cast import cast_for

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db(transaction=True)]
BACKEND = "guike.organisation.backend.AccountBackend"
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
MOST_BYTES = 150_000
#: Addresses that are no screen of their own: they end the session or answer other programs.
LEFT_OUT = {"logout/", "healthz"}


def addresses(account: Account, place, holder) -> dict[str, int]:
    """Address → bytes of every whole page that this login may open, with a row of every object; each route once."""
    client, found = Client(), {}
    client.force_login(account, backend=BACKEND)
    rows: dict[str, int] = {}
    for url in matrix.urls():
        if url.route in LEFT_OUT:
            continue
        code = url.access.object if url.access.row else ""
        if code and code not in rows:
            made = samples.MAKERS[code](holder, place)
            rows[code] = made.pk if made else samples.NOTHING
        address = url.address(rows[code]) if code else url.address()
        answer = client.get(address)
        is_html = answer.get("Content-Type", "").startswith("text/html") and not answer.streaming
        if answer.status_code == 200 and is_html and answer.content.lstrip()[:9].lower() == b"<!doctype":
            found[address] = len(answer.content)
    return found


class Judge:
    """Opens pages in one browser window and collects what is wrong with them."""

    def __init__(self, page, site: str, account: Account):
        client = Client()
        client.force_login(account, backend=BACKEND)
        page.context.add_cookies([{"name": "sessionid", "value": client.cookies["sessionid"].value, "url": site}])
        page.emulate_media(reduced_motion="reduce")
        page.on("console", lambda message: self.said.append(message.text[:200]) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.said.append(str(error)[:200]))
        self.page, self.site, self.axe = page, site, Axe()
        self.said: list[str] = []
        self.wrong: list[str] = []

    def look(self, address: str) -> None:
        """One page, first wide, then narrow."""
        self.said.clear()
        self.page.set_viewport_size(DESK)
        self.page.goto(self.site + address, wait_until="load")
        self._ask_axe(address, "desk")
        self.page.set_viewport_size(PHONE)
        if (width := self.page.evaluate("document.documentElement.scrollWidth")) > PHONE["width"]:
            self.wrong.append(f"{address}: {width} px wide on a phone")
        self._ask_axe(address, "phone")
        self.wrong += [f"{address}: console: {words}" for words in self.said]

    def _ask_axe(self, address: str, where: str) -> None:
        options = {"resultTypes": ["violations"], "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}
        for one in self.axe.run(self.page, options=options).response["violations"]:
            if one["impact"] in ("serious", "critical"):
                self.wrong.append(f"{address} ({where}): {one['id']}: {one['nodes'][0]['html'][:160]}")


def test_every_page_is_sound_at_a_desk_and_on_a_phone(page, live_server):
    ensure_default_packs(actor=SYSTEM)
    cast = cast_for("administrator")
    account = cast.viewer["own"]
    found = addresses(account, cast.south, cast.holder("own"))
    assert len(found) > 80, "the URL configuration gives fewer pages than it should"
    judge = Judge(page, live_server.url, account)
    judge.wrong += [f"{address}: {size} bytes" for address, size in found.items() if size > MOST_BYTES]
    for address in found:
        judge.look(address)
    assert not judge.wrong, f"{len(judge.wrong)} of {len(found)} pages:\n" + "\n".join(judge.wrong)
