"""One database server for the whole test session, unless DATABASE_URL names one; settings that tests must not share."""

import os
import tempfile
from pathlib import Path

import pytest

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
