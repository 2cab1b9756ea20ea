"""Web server and worker under one process: started together, started again after a crash, stopped together."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from guike.launcher.messages import Stop, say

LOOK_SECONDS = 0.15
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0  # a database that was away for minutes finds its worker again within ten seconds
HEALTHY_AFTER_SECONDS = 5.0  # having run that long, the next crash counts as the first
STOP_SECONDS = 25.0
HOPELESS_AFTER = 3  # crashes before it ever became ready


@dataclass
class Child:
    """One supervised process. `pause` doubles with every crash that follows soon after the last."""

    name: str
    line: list[str]
    process: subprocess.Popen | None = None
    started: float = 0.0
    not_before: float = 0.0
    crashes: int = 0

    def start(self, environment: dict[str, str]) -> None:
        self.started = time.monotonic()
        self.process = subprocess.Popen(self.line, env=environment, stdin=subprocess.DEVNULL)

    def note_crash(self, now: float) -> float:
        """Record that the process ended by itself; returns the seconds to wait before the next start."""
        self.crashes = 1 if now - self.started >= HEALTHY_AFTER_SECONDS else self.crashes + 1
        pause = min(FIRST_PAUSE_SECONDS * 2 ** (self.crashes - 1), LONGEST_PAUSE_SECONDS)
        self.process, self.not_before = None, now + pause
        return pause


@dataclass
class Supervisor:
    """Runs the children until told to stop. `ready` says whether the service answers; `announce` is called once it does."""

    children: list[Child]
    ready: Callable[[], bool]
    announce: Callable[[], None]
    environment: dict[str, str] = field(default_factory=lambda: dict(os.environ))
    _stopping: bool = False
    _announced: bool = False

    def run(self) -> int:
        """Blocks until SIGTERM, SIGINT or SIGHUP; returns 0. Raises Stop when a child never comes up."""
        self.environment["GUIKE_SUPERVISOR"] = str(os.getpid())
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._on_signal)
        try:
            while not self._stopping:
                self._look()
                time.sleep(LOOK_SECONDS)
        finally:
            self._stop_all()
        return 0

    def _on_signal(self, *_: Any) -> None:
        self._stopping = True

    def _look(self) -> None:
        now = time.monotonic()
        for child in self.children:
            self._tend(child, now)
        if not self._announced and self.ready():
            self._announced = True
            self.announce()

    def _tend(self, child: Child, now: float) -> None:
        if child.process is None:
            if now >= child.not_before:
                child.start(self.environment)
            return
        status = child.process.poll()
        if status is None:
            return
        pause = child.note_crash(now)
        if not self._announced and child.crashes >= HOPELESS_AFTER:
            raise Stop(f"{child.name}启动失败（退出码 {status}），原因见上。")
        say(f"{child.name}意外退出（{_describe(status)}），{pause:g} 秒后重新启动")

    def _stop_all(self) -> None:
        alive = [child.process for child in self.children if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        end = time.monotonic() + STOP_SECONDS
        for process in alive:
            try:
                process.wait(max(end - time.monotonic(), 0.1))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _describe(status: int) -> str:
    return f"信号 {-status}" if status < 0 else f"退出码 {status}"


def service(host: str, port: int) -> list[Child]:
    """The processes of one instance on this host. A host may serve pages only, or do background work only."""
    python = [sys.executable, "-m"]
    web = [Child("网页服务", [*python, "guike.launcher.web", host, str(port)])] if serves_pages() else []
    count = workers()
    names = ["后台任务"] if count == 1 else [f"后台任务 {number + 1}" for number in range(count)]
    return [*web, *(Child(name, [*python, "guike.launcher.worker"]) for name in names)]


def serves_pages() -> bool:
    """GUIKE_WEB_PROCESSES=0: this host does background work only."""
    return os.environ.get("GUIKE_WEB_PROCESSES") != "0"


def workers() -> int:
    """Worker processes of this host: GUIKE_WORKER_PROCESSES, one unless said otherwise."""
    return int(os.environ.get("GUIKE_WORKER_PROCESSES") or 1)
