"""A whole instance (`guike up`) in a folder of its own, whose every process can be found and killed."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import psycopg
from django.db import InterfaceError, OperationalError, connection

from guike.launcher.postgres import Cluster
from guike.wiring.campaigns.server import free_port

T = TypeVar("T")
BACK_SECONDS = 60
PATIENCE = 1800  # a first start migrates; on a busy machine that takes its time
#: What the campaign's own process was given and an instance finds by itself.
OURS = ("DATABASE_URL", "GUIKE_HOME", "GUIKE_SUPERVISOR", "GUIKE_WEB_MAIN", "PROMETHEUS_MULTIPROC_DIR")
WORKER, WEB = "guike.launcher.worker", "guike.launcher.web"


def processes() -> dict[int, tuple[int, str]]:
    """Every process that is alive: its parent and command line."""
    found = {}
    for path in Path("/proc").glob("[0-9]*"):
        try:
            state, parent = (path / "stat").read_text().rpartition(")")[2].split()[:2]
            line = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:
            continue
        if state != "Z":
            found[int(path.name)] = (int(parent), line)
    return found


def kill(pid: int) -> bool:
    """-9. False when it is gone already."""
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return False
    return True


def patiently(work: Callable[[], T]) -> T:
    """Do something of this process's own in a database that may just have been killed: again until it is there."""
    end = time.monotonic() + BACK_SECONDS
    while True:
        connection.close()
        try:
            return work()
        except (OperationalError, InterfaceError, psycopg.OperationalError):
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


class Living:
    """An instance that runs from `with` to its end. `environment` comes on top, e.g. DATABASE_URL for one without its own database."""

    def __init__(self, home: Path, environment: dict[str, str] | None = None):
        self.home, self.port = home, free_port()
        self.environment = environment or {}
        self.cluster = Cluster(home / "pg")
        self._process: subprocess.Popen | None = None
        self.log = home.parent / f"{home.name}.log"

    @property
    def url(self) -> str:
        return self.environment.get("DATABASE_URL") or self.cluster.url

    def __enter__(self) -> "Living":
        kept = {name: value for name, value in os.environ.items() if name not in OURS}
        more = {"GUIKE_WEB_PROCESSES": "2", "GUIKE_API_PER_MINUTE": "600000", "GUIKE_LOG_REQUESTS": "WARNING"} | self.environment
        with open(self.log, "a", encoding="utf-8") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "guike", "up", "--home", str(self.home), "--port", str(self.port)],
                env={**kept, **more}, stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            )  # fmt: skip
        end = time.monotonic() + PATIENCE
        while not self.answers():
            if self._process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"the instance did not start: {self.log.read_text(encoding='utf-8')[-2000:]}")
            time.sleep(0.2)
        return self

    def __exit__(self, *_problem: object) -> None:
        if self._process:
            self._process.terminate()
            try:
                self._process.wait(90)
            except subprocess.TimeoutExpired:
                self._process.kill()

    def answers(self) -> bool:
        return self.status("/healthz") == 200

    def status(self, path: str) -> int:
        """The status of a page; 0 where nothing answers."""
        asking = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            asking.request("GET", path)
            return asking.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            asking.close()

    def child(self, module: str) -> int | None:
        """The supervisor's own child that runs a module."""
        supervisor = self._process.pid if self._process else 0
        return next((pid for pid, (parent, line) in processes().items() if parent == supervisor and f" {module}" in line), None)

    def victims(self, kind: str) -> list[int]:
        """Processes of a kind: 网页 (one that serves), 网页总 (their parent), 后台任务, 数据库 (the server), 连接 (one of its sessions)."""
        main, server = self.child(WEB), self.cluster.server_pid()
        found: dict[str, Callable[[], list[int | None]]] = {
            "网页": lambda: [pid for pid, (parent, _line) in processes().items() if parent == main],
            "网页总": lambda: [main],
            "后台任务": lambda: [self.child(WORKER)],
            "数据库": lambda: [server],
            "连接": lambda: [pid for pid, (parent, line) in processes().items() if parent == server and "postgres: guike guike" in line],
        }
        return [pid for pid in found[kind]() if pid]

    def heartbeat_since(self, moment: float) -> bool:
        """Has any worker's heart beaten after a moment (seconds since 1970)?"""
        try:
            with psycopg.connect(self.url, connect_timeout=5) as connection:
                row = connection.execute("SELECT extract(epoch FROM max(last_heartbeat)) FROM procrastinate_workers").fetchone()
        except psycopg.OperationalError:
            return False
        return bool(row and row[0] and float(row[0]) > moment)
