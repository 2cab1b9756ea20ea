"""`python -m guike.launcher.web HOST PORT`: granian serving the application, as a child of the supervisor."""

import logging
import os
import sys

from guike.launcher.children import die_with_parent

THREADS = 8  # per process; each keeps one database connection
BACKLOG = 512


def processes() -> int:
    """One a core, four at most; GUIKE_WEB_PROCESSES overrides."""
    return int(os.environ.get("GUIKE_WEB_PROCESSES") or min(os.cpu_count() or 1, 4))


def main(host: str, port: int) -> None:
    die_with_parent(int(os.environ["GUIKE_SUPERVISOR"]))
    os.environ["GUIKE_WEB_MAIN"] = str(os.getpid())
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import Server

    Server(
        "guike.wiring.web_application:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=processes(),
        blocking_threads=THREADS,
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
