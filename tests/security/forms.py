"""The forms that pages show, read as a browser reads them: where they go, and what they would send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urljoin

from django.test import Client
from lxml import html
from tests.access import matrix

from .crawl import LEFT_OUT, filled

#: Kinds of controls that people type text into.
TYPED = {"text", "search", "tel", "url", "email", ""}


@dataclass(frozen=True)
class Form:
    """A form on a page: its fields with their present values, and the names of those that take free text."""

    page: str
    action: str
    values: dict[str, list[str]]
    typed: tuple[str, ...]
    names: frozenset[str] = field(default=frozenset())


def forms_on(page: str, content: bytes) -> Iterator[Form]:
    """Forms that are posted, with what they would send as they stand."""
    if not content.strip():
        return
    for form in html.fromstring(content).forms:
        posts = form.get("hx-post") or (form.get("action") or page if (form.method or "").upper() == "POST" else "")
        if not posts:
            continue
        values: dict[str, list[str]] = {}
        for name, value in form.form_values():
            values.setdefault(name, []).append(value)
        controls = [one for one in form.inputs if one.name]
        typed = [one.name for one in controls if one.tag == "textarea" or (one.tag == "input" and (one.get("type") or "text") in TYPED)]
        yield Form(page, urljoin(page, posts), values, tuple(dict.fromkeys(typed)), frozenset(one.name for one in controls))


def every_form(client: Client, rows: dict[str, int]) -> list[Form]:
    """Each form of the product once, found by opening every address of the URL configuration."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for url in matrix.urls():
        if url.route in LEFT_OUT:
            continue
        answer = client.get(filled(url, rows))
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html") and not answer.streaming:
            for form in forms_on(filled(url, rows), answer.content):
                found.setdefault((form.action, tuple(sorted(form.values))), form)
    return [one for one in found.values() if not one.action.endswith(LEFT_OUT)]
