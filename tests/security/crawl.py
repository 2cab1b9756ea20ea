"""Everything that the program answers to one login, as text that can be searched: pages, JSON, sheets unzipped, what goes on paper."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from unittest import mock
from zipfile import BadZipFile, ZipFile

from django.http import HttpResponse
from django.test import Client
from tests.access import matrix, samples

from guike.platform.print import services as printing
from guike.platform.ui import pickers
from guike.platform.ui.lists import ListPage

BACKEND = "guike.organisation.backend.AccountBackend"
LEFT_OUT = ("logout/", "me/sessions/end/")
#: Tools that every list has beside the page itself.
TOOLS = ("export=csv", "export=xlsx", "counts=1", "sums=1")


@dataclass(frozen=True)
class Answer:
    """One answer as text; what is zipped is unzipped, what is set on paper is the text given to the setter."""

    address: str
    status: int
    text: str


def client_of(account: Any) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(account, backend=BACKEND)
    return client


def unpacked(content: bytes) -> str:
    """Bytes as text; zip files (xlsx, docx) part by part, zips inside them too."""
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    try:
        with ZipFile(BytesIO(content)) as archive:
            return "\n".join(f"{name}\n{unpacked(archive.read(name))}" for name in sorted(archive.namelist()))
    except BadZipFile:
        return content.decode("utf-8", "replace")


def body(response: HttpResponse) -> str:
    content = b"".join(response.streaming_content) if response.streaming else response.content  # type: ignore[attr-defined]
    headers = "\n".join(f"{name}: {value}" for name, value in response.headers.items() if name != "X-Request-ID")
    return f"{headers}\n{unpacked(content)}"


@contextmanager
def paper() -> Iterator[list[str]]:
    """What is given to the typesetter instead of the PDF itself, whose text is in glyphs."""
    given: list[str] = []

    def compiled(*_: Any, sys_inputs: dict[str, str] | None = None, **__: Any) -> bytes:
        given.append(json.dumps(sys_inputs, ensure_ascii=False).encode().decode("unicode_escape", "ignore") + json.dumps(sys_inputs))
        return b"%PDF-"

    with mock.patch.object(printing.typst, "compile", compiled):
        yield given


class Crawler:
    """Asks as one login and keeps the answers; finds the list pages by itself."""

    def __init__(self, client: Client):
        self.client, self.lists = client, {}  # type: ignore[var-annotated]

    def get(self, address: str) -> Answer:
        respond, crawler = ListPage.respond, self

        def watched(page: ListPage, request: Any, *rest: Any, **more: Any) -> HttpResponse:
            crawler.lists.setdefault(type(page), request.path)
            return respond(page, request, *rest, **more)

        with mock.patch.object(ListPage, "respond", watched), paper() as given:
            response = self.client.get(address)
            text = body(response)
        return Answer(address, response.status_code, text + "\n".join(given))

    def pages(self, rows: dict[str, int]) -> Iterator[Answer]:
        """Every pattern once, with these rows in their places."""
        for url in matrix.urls():
            if url.route not in LEFT_OUT:
                yield self.get(filled(url, rows))

    def tools(self) -> Iterator[Answer]:
        """Exports, counts and sums of every list that `pages` came across, each view, each group."""
        for kind, path in list(self.lists.items()):
            for tool in TOOLS:
                yield self.get(f"{path}?{tool}")
            for view in kind.views:
                yield self.get(f"{path}?view={view.code}")
            for group in kind.groups:
                yield self.get(f"{path}?group={group.code}")

    def asking(self, text: str) -> Iterator[Answer]:
        """Search, suggestions, pickers, the check for doubles and every list's own box, asked for a text."""
        yield self.get(f"/search/?q={text}")
        for code in pickers._pickers:
            yield self.get(f"/pick/{code}/?q={text}")
        for address in ("/customers/similar/", "/marketing/finds/similar/"):
            yield self.get(f"{address}?name={text}&phone={text}")
        for kind, path in list(self.lists.items()):
            if kind.searchable:
                yield self.get(f"{path}?q={text}")
                yield self.get(f"{path}?q={text}&export=csv")


def filled(url: matrix.Url, rows: dict[str, int]) -> str:
    """The address with these rows; the bare `pk` of pages about any object is the customer's, `customer_id` too."""
    if url.access.row:
        return url.address(rows.get(url.access.object, samples.NOTHING))
    address = url.address()
    parts = dict(url.parts)
    if {"pk", "customer_id"} & set(parts):
        object_of = {"settings/people/": "person", "policies/versions/": "", "files/": ""}
        code = next((code for prefix, code in object_of.items() if url.route.startswith(prefix)), "customer")
        return address.replace(str(samples.NOTHING), str(rows.get(code, samples.NOTHING)))
    return address
