"""Where the days are played: a company that stands, its front door, and a camera that works when pictures are wanted."""

import base64
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from guike.platform import jobs
from guike.wiring.demo.people import PASSWORD

expect.set_options(timeout=15_000)  # a busy machine, or the whole company behind it
DESK, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
#: Folder for the pictures of README and handbook; empty = the days are only played.
PICTURES = os.environ.get("GUIKE_PICTURES", "")
SHARPNESS = {"desk": 1, "phone": 2}


@dataclass
class Stage:
    """People come in through the log-in page; whatever a page complains about in its console is collected."""

    url: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)
    contexts: list[BrowserContext] = field(default_factory=list)

    def desk(self, login: str, password: str = PASSWORD, to: str = "") -> Page:
        """Somebody at a desk, logged in; `to` the page that a kept link leads to, else what everybody begins with."""
        return self._signed_in("desk", login, password, to)

    def phone(self, login: str, password: str = PASSWORD, to: str = "") -> Page:
        return self._signed_in("phone", login, password, to)

    def visitor(self, device: str = "desk") -> Page:
        """A browser in which nobody is logged in."""
        touch = device == "phone"
        context = self.browser.new_context(
            viewport=PHONE if touch else DESK,
            has_touch=touch,
            is_mobile=touch,
            device_scale_factor=SHARPNESS[device] if PICTURES else 1,
            reduced_motion="reduce",
            base_url=self.url,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        self.contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.complaints.append(f"{message.text} {page.url}") if message.type == "error" else None)
        page.on("pageerror", lambda error: self.complaints.append(f"{error} {page.url}"))
        return page

    @contextmanager
    def refusal(self, status: int) -> Iterator[None]:
        """What happens inside is refused with this status: the browser's own complaint about it is expected, and no other."""
        before = len(self.complaints)
        yield
        self.complaints[before:] = [one for one in self.complaints[before:] if f"status of {status} " not in one]

    def _signed_in(self, device: str, login: str, password: str, to: str) -> Page:
        page = self.visitor(device)
        page.goto(f"/login/?{urlencode({'next': to})}" if to else "/login/")
        page.locator("[name=login]").fill(login)
        page.locator("[name=password]").fill(password)
        page.get_by_role("button", name="登录", exact=True).click()
        page.wait_for_url(lambda url: "/login/" not in url)
        return page

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        self.contexts.clear()


def sheet(page: Page) -> Locator:
    """What slid in from the side."""
    return page.locator("#gk-sheet[open]")


def gone(page: Page) -> None:
    """The sheet has closed again."""
    page.locator("#gk-sheet[open]").wait_for(state="detached")


def press(page: Page, key: str) -> None:
    """A shortcut of the page that has just been opened: its scripts listen once it is loaded, its text is there before."""
    page.wait_for_load_state()
    page.keyboard.press(key)


def turn(page: Page, device: str) -> None:
    """The page as it stands, at a desk or in the hand, without opening it again."""
    page.set_viewport_size(PHONE if device == "phone" else DESK)
    page.context.new_cdp_session(page).send("Emulation.setTouchEmulationEnabled", {"enabled": device == "phone"})


def pick(scope: Locator, words: str, shown: str = "") -> None:
    """Choose a person or a customer in the scope's search box by typing; `shown` where it is called something else than was typed."""
    scope.locator(".ts-control").first.click()
    scope.page.keyboard.type(words)
    scope.locator(".ts-dropdown .option", has_text=shown or words).first.click()


def fits(page: Page) -> None:
    """Nothing makes the page wider than its screen."""
    page.wait_for_function("document.documentElement && document.documentElement.scrollWidth <= innerWidth")


def shoot(page: Page, name: str) -> None:
    """The picture `name` of the documents, if they are being taken."""
    fits(page)
    if not PICTURES:
        return
    page.wait_for_load_state("networkidle")
    expect(page.locator(".htmx-request")).to_have_count(0)
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(400)  # charts and sheets have arrived
    shot = page.context.new_cdp_session(page).send("Page.captureScreenshot", {"format": "webp", "quality": 82})
    Path(PICTURES, f"{name}.webp").write_bytes(base64.b64decode(shot["data"]))


def work_off() -> int:
    """What the worker of a running instance would do meanwhile: every job that waits. Returns how many."""
    waiting = list(jobs.JobRun.objects.filter(state=jobs.JobRun.State.WAITING).order_by("pk"))
    for run in waiting:
        jobs.run_now(run)
    return len(waiting)


@contextmanager
def served():
    """The address of the product over the test database, until left."""
    from pytest_django.live_server_helper import LiveServer

    with ExitStack() as stack:
        server = LiveServer("localhost")
        stack.callback(server.stop)
        server._live_server_modified_settings.enable()
        stack.callback(server._live_server_modified_settings.disable)
        yield server.url
