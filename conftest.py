"""One database server for the whole test session, unless DATABASE_URL names one; settings that tests must not share."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

# how fast a machine thinks up examples says nothing about the program
hypothesis.settings.register_profile("suite", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("suite")
CLUSTER = pytest.StashKey()
FOLDER = pytest.StashKey()
# a test server may forget everything when the machine falls over
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "max_connections": "100"}


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """The controller starts the server; xdist's workers inherit DATABASE_URL from it."""
    from django.conf import settings

    folder = tempfile.TemporaryDirectory(prefix="guike-test-", ignore_cleanup_errors=True)
    config.stash[FOLDER] = folder
    settings.HOME = Path(folder.name)
    settings.MEDIA_ROOT = Path(folder.name) / "files"
    settings.STATIC_ROOT = Path(folder.name) / "static"
    settings.STATIC_ROOT.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # tests make hundreds of accounts
    if "DATABASE_URL" in os.environ:
        return
    from guike.launcher.postgres import Cluster
    from guike.wiring.settings import database

    cluster = Cluster(Path(folder.name) / "pg", CARELESS)
    config.stash[CLUSTER] = cluster
    os.environ["DATABASE_URL"] = cluster.acquire()
    settings.DATABASES["default"].update(database(os.environ["DATABASE_URL"]))


@pytest.hookimpl(trylast=True)
def pytest_unconfigure(config: pytest.Config) -> None:
    if CLUSTER in config.stash:
        config.stash[CLUSTER].release()
        del os.environ["DATABASE_URL"]
    if FOLDER in config.stash:
        config.stash[FOLDER].cleanup()


@pytest.fixture(autouse=True)
def _rules_are_parsed_anew() -> "Iterator[None]":
    """Published rules are kept in the process by number and moment: tests that freeze the clock may publish others under the same."""
    yield
    if loaded := sys.modules.get("guike.engine.rulebook"):
        loaded._parsed.cache_clear()


CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
QUIET = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """One browser a session; tests that ask for it carry `@pytest.mark.browser`."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("没有安装 Chromium，浏览器测试跳过")
    from playwright.sync_api import sync_playwright

    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"  # playwright keeps a loop running in the thread that uses the ORM
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(QUIET))
        yield browser
        browser.close()


@pytest.fixture
def page(chromium: "Browser") -> "Iterator[Page]":
    """A desktop page, 1440×900, in Chinese."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN", timezone_id="Asia/Shanghai")
    yield context.new_page()
    context.close()


@pytest.fixture
def phone(chromium: "Browser") -> "Iterator[Page]":
    """A phone's page, 390×844, touched."""
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    yield context.new_page()
    context.close()
