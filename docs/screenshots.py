"""The pictures of the documents, taken from a running demo company: `.venv/bin/python docs/screenshots.py`.

Start `./guike demo` first. The logins come from its `demo.json`; the pictures go to docs/images, each as a small PNG.
"""

import argparse
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

IMAGES = Path(__file__).resolve().parent / "images"
LAPTOP, PHONE = {"width": 1440, "height": 900}, {"width": 390, "height": 844}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--lang=zh-CN"]
SALESPERSON, MANAGER, MARKETING, CLERK = "chensiyuan", "wangliqun", "sunmin", "hejing"


@dataclass(frozen=True)
class Picture:
    """One picture: whose page, where, what is done there before (`steps` are CSS selectors to click, in order)."""

    name: str
    login: str
    path: str
    steps: tuple[str, ...] = ()
    size: str = "laptop"


CONTACT_DUE = ".gk-row:has-text('记跟进')"
PICTURES = [
    Picture("today", SALESPERSON, "/"),
    Picture("today-phone", SALESPERSON, "/", size="phone"),
    Picture("customer", SALESPERSON, "/", (f"{CONTACT_DUE} .gk-row-name",)),
    Picture("follow-up", SALESPERSON, "/", (f"{CONTACT_DUE} .gk-row-actions .btn",)),
    Picture("team", MANAGER, "/today/?who=team"),
    Picture("why", MARKETING, "/customers/?view=a", ("td a[href^='/customers/'] >> nth=0", "text=综合分")),
    Picture("policy", MARKETING, "/policies/customer-grade/"),
    Picture("import", CLERK, "/imports/"),
    Picture("dashboard", MANAGER, "/dashboard/"),
    Picture("customers", SALESPERSON, "/customers/"),
    Picture("pool", SALESPERSON, "/customers/pool/"),
    Picture("approval", MANAGER, "/approvals/", ("#gk-list tr[data-row] a",)),
    Picture("approval-phone", MANAGER, "/approvals/", ("#gk-list tr[data-row] .gk-phone a",), size="phone"),
    Picture("document", MARKETING, "/policies/documents/", ("main a[href^='/policies/documents/'] >> nth=1",)),
    Picture("duplicates", CLERK, "/customers/duplicates/"),
    Picture("entitlement", MARKETING, "/policies/grade-entitlement/"),
    Picture("finds", MARKETING, "/marketing/finds/"),
    Picture("dates", SALESPERSON, "/customers/dates/"),
]


def main() -> None:
    options = _options()
    logins = {row["login"]: row["password"] for row in json.loads(Path(options.logins).read_text(encoding="utf-8"))}
    IMAGES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM") or shutil.which("chromium"), args=FLAGS)
        for picture in PICTURES:
            if not options.only or picture.name in options.only:
                with _signed_in(browser, options.address, picture, logins[picture.login]) as page:
                    _take(page, options.address, picture)
        browser.close()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--logins", default="instance-demo/demo.json")
    parser.add_argument("--only", nargs="*", help="names of pictures")
    return parser.parse_args()


@contextmanager
def _signed_in(browser: Browser, address: str, picture: Picture, password: str) -> Iterator[Page]:
    phone = picture.size == "phone"
    context = browser.new_context(
        viewport=PHONE if phone else LAPTOP, device_scale_factor=2 if phone else 1, has_touch=phone, locale="zh-CN"
    )
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(f"{address}/login/")
    page.fill("[name=login]", picture.login)
    page.fill("[name=password]", password)
    page.click("button[type=submit]")
    page.wait_for_load_state("networkidle")
    yield page
    context.close()


def _take(page: Page, address: str, picture: Picture) -> None:
    page.goto(address + picture.path)
    for step in picture.steps:
        page.wait_for_load_state("networkidle")
        page.locator(step).first.click()
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(700)  # sheets and charts move in
    page.screenshot(path=IMAGES / f"{picture.name}.png", animations="disabled", caret="hide")
    print(picture.name, page.url)


if __name__ == "__main__":
    main()
