"""`python -m guike.launcher.web HOST PORT`: granian serving the application, as a child of the supervisor."""

import gc
import importlib
import logging
import os
import shutil
import sys
from pathlib import Path

from guike.launcher.children import die_with_parent

BACKLOG = 512
#: Objects made before the collector looks at the young ones, and how often then at the older ones: what a request makes
#: goes with the request, without the collector; looking at it every 700 objects cost a twentieth of a page.
COLLECT = (20_000, 20, 50)


def processes() -> int:
    """One a core, four at most; GUIKE_WEB_PROCESSES overrides."""
    return int(os.environ.get("GUIKE_WEB_PROCESSES") or min(os.cpu_count() or 1, 4))


def threads() -> int:
    """Requests that a process works on at once; each keeps one database connection."""
    return min((os.cpu_count() or 1) + 1, 8)


def preload() -> None:
    """Load the program once, before the processes are forked: they start at once and share its memory.

    Nothing here may open a database connection. A broken page module ends the start instead of the first request.
    """
    importlib.import_module("guike.wiring.wsgi")
    from django.urls import get_resolver

    get_resolver().url_patterns  # noqa: B018 - imports every page
    gc.collect()
    gc.freeze()  # the collector would write to, and so copy, every shared page
    gc.set_threshold(*COLLECT)


def count_together() -> None:
    """Processes count requests in files of one folder, so that any of them can tell the sum (prometheus-client reads the variable)."""
    folder = Path(os.environ["GUIKE_HOME"]) / "figures"
    shutil.rmtree(folder, ignore_errors=True)  # of those who served before
    folder.mkdir(parents=True)
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder)


def main(host: str, port: int) -> None:
    die_with_parent(int(os.environ["GUIKE_SUPERVISOR"]))
    os.environ["GUIKE_WEB_MAIN"] = str(os.getpid())
    count_together()
    preload()
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "guike.wiring.web_application:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes(),
        blocking_threads=threads(),
        blocking_threads_idle_timeout=600,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=10,
    ).serve()


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main(sys.argv[1], int(sys.argv[2]))
