"""A real web server with several processes on a free port, for campaigns.

`python -m guike.wiring.campaigns.server PORT [module:function …]` serves the program; each function that is named takes a guard
away first. Only this command line reaches it: no setting, no URL and no other module does.
"""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module

PROCESSES = 4
PATIENCE = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def serving(*without: str) -> Iterator[int]:
    """The port of a server of four processes that stands until the block ends; `without` names what takes a guard away."""
    port = free_port()
    process = started(port, *without)
    try:
        wait(port, process)
        yield port
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def started(port: int, *without: str) -> subprocess.Popen:
    """A server of four processes in a group of its own, which may be killed as one; `wait` until it answers."""
    environment = {**os.environ, "GUIKE_WEB_PROCESSES": str(PROCESSES), "GUIKE_SUPERVISOR": str(os.getpid())}
    command = [sys.executable, "-m", "guike.wiring.campaigns.server", str(port), *filter(None, without)]
    return subprocess.Popen(command, env=environment, stdout=sys.stderr, start_new_session=True)


def wait(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=10) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise RuntimeError("the server showed no page")


def main(port: int, *without: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "guike.wiring.settings")
    from guike.launcher import web

    if without:
        web.preload()
    for named in without:
        module, name = named.split(":")
        getattr(import_module(module), name)()
    web.main("127.0.0.1", port)


if __name__ == "__main__":
    main(int(sys.argv[1]), *sys.argv[2:])
