"""Every link of every page leads somewhere: no address that does not exist, no condition that a list does not know (08-quality).

New pages are covered without a line here: addresses come from the URL configuration, links from what the pages show.
"""

from __future__ import annotations

import html
import logging
import re
from urllib.parse import urljoin, urlsplit

import pytest
from django.test import Client

from guike.engine.services import ensure_default_packs
from guike.platform.access import SYSTEM

from . import matrix, samples
from .cast import cast_for
from .test_matrix import BACKEND
from .test_queries import rows_of

pytestmark = pytest.mark.django_db
LINK = re.compile(r'<a\b[^>]*?\shref="([^"#]+)[^"]*"')
#: Following these changes something or ends the session.
LEFT_OUT = ("/logout/", "/static/")


def shape(address: str) -> str:
    """Addresses that differ in numbers and values alone are one: `/customers/17/?tab=a` and `/customers/18/?tab=b`."""
    parts = urlsplit(address)
    names = sorted({pair.split("=")[0] for pair in parts.query.split("&") if pair})
    return re.sub(r"\d+", "0", parts.path) + "?" + "&".join(names)


def pages(client: Client, rows: dict[str, int]) -> dict[str, str]:
    """Address → HTML of every page that opens."""
    found = {}
    for url in matrix.urls():
        address = url.address(rows.get(url.access.object, samples.NOTHING)) if url.access.row else url.address()
        if address.startswith(LEFT_OUT):
            continue
        answer = client.get(address)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            found[address] = answer.content.decode()
    return found


@pytest.mark.slow
def test_every_link_leads_somewhere():
    logging.disable(logging.ERROR)
    ensure_default_packs(actor=SYSTEM)
    cast = cast_for("administrator")
    client = Client(raise_request_exception=False)
    client.force_login(cast.viewer["own"], backend=BACKEND)
    shown = pages(client, rows_of(cast, cast.holder("own")))
    links: dict[str, tuple[str, str]] = {}
    for page, content in shown.items():
        for href in LINK.findall(content):
            address = urljoin(page, html.unescape(href))
            if address.startswith("/") and not address.startswith(LEFT_OUT):
                links.setdefault(shape(address), (address, page))
    assert len(links) > 200, "the pages show fewer links than they should"
    broken = []
    for address, page in links.values():
        answer = client.get(address)
        if answer.status_code >= 400:
            broken.append(f"{answer.status_code} {address} on {page}")
    logging.disable(logging.NOTSET)
    assert not broken, "\n".join(broken)
