"""Chromium before the program of this test, inside its transaction: what the browser asks for is answered by Django's client.

Headers, cookies and the content policy are the real ones; nothing is committed, so no table has to be emptied afterwards.
"""

from __future__ import annotations

from contextvars import copy_context
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.test import Client

HOME = "http://localhost"
TYPES = {".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml", ".woff2": "font/woff2", ".json": "application/json"}
#: Asked for by payloads only.
MARK = "/gkxss"
#: Run in every page before its own scripts: what the policy had to stop.
LISTEN = (
    "addEventListener('securitypolicyviolation',e=>{window.gkCsp=(window.gkCsp||'')+e.violatedDirective+' '+e.blockedURI+' '+e.sample+';'})"
)
#: Point at and focus whatever waits for it, then tell what ran and what was stopped.
PROVOKE = """() => {
  for (const one of document.querySelectorAll('[autofocus],[onfocus],[onmouseover]')) {
    one.focus?.(); one.dispatchEvent(new MouseEvent('mouseover', {bubbles: true})) }
  const links = [...document.querySelectorAll('[href],[src],[action],[formaction]')]
    .flatMap(e => ['href', 'src', 'action', 'formaction'].map(n => e.getAttribute(n) || ''))
    .filter(v => /^[\\s\\u0000-\\u0020]*(javascript|vbscript|data:text)/i.test(v))
  return [window.gkXss || 0, window.gkCsp || '', links.slice(0, 3)] }"""


class Watch:
    """A page of a login, and what it did that it should not."""

    def __init__(self, page: Any, client: Client):
        self.page, self.client, self.found = page, client, []  # type: ignore[var-annotated]
        self.context = copy_context()  # Django keeps its connection by context, and playwright answers in one of its own
        page.route("**/*", self._answer)
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.found.append(f"an error: {error}"[:200]))
        page.on("console", self._said)
        page.add_init_script(LISTEN)

    def _dialog(self, dialog: Any) -> None:
        self.found.append("a dialog")
        dialog.dismiss()

    def _said(self, message: Any) -> None:
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.found.append(f"console: {message.text[:200]}")

    def _answer(self, route: Any) -> None:
        asked = urlsplit(route.request.url)
        if MARK in route.request.url or f"{asked.scheme}://{asked.netloc}" != HOME:
            self.found.append(f"asked for {route.request.url[:80]}")
            route.abort()
        elif asked.path.startswith("/static/"):
            file = finders.find(asked.path.removeprefix("/static/"))
            kind = TYPES.get(Path(asked.path).suffix, "application/octet-stream")
            route.fulfill(status=200, content_type=kind, path=file) if file else route.fulfill(status=404)
        else:
            self._ask(route, asked.path + (f"?{asked.query}" if asked.query else ""))

    def _ask(self, route: Any, path: str) -> None:
        request = route.request
        if request.method != "GET":
            route.fulfill(status=204)
            return
        wanted = {name: value for name, value in request.headers.items() if name.startswith("hx-") or name == "accept"}
        status, headers, content = self.context.run(self._get, path, wanted)
        route.fulfill(status=status, headers=headers, body=content)

    def _get(self, path: str, wanted: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        answer = self.client.get(path, headers=wanted, follow=True)  # chromium would go on past us
        content = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
        return answer.status_code, dict(answer.headers.items()), content

    def open(self, address: str) -> list[str]:
        """What went wrong there."""
        self.found.clear()
        answer = self.page.goto(HOME + address, wait_until="load")
        ran, stopped, links = self.page.evaluate(PROVOKE)
        found = [*self.found, *(["a script ran"] if ran else []), *([f"the policy had to stop: {stopped[:200]}"] if stopped else [])]
        found += [f"a link to {one[:60]}" for one in links]
        found += [f"answered {answer.status}"] if answer and answer.status == 500 else []
        return [f"{address}: {one}" for one in dict.fromkeys(found)]
