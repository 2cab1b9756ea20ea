"""PRF-10: from `guike up` on a warm install to the first page, and what the worker holds in memory."""

import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

from guike.wiring.bench import Figure, Size

PATIENCE = 180


def measure(size: Size) -> list[Figure]:
    """The first start makes the instance and is not counted; of three warm ones the median is."""
    with tempfile.TemporaryDirectory() as folder:
        _start(Path(folder))
        found = sorted(_start(Path(folder)) for _turn in range(3))
    seconds, megabytes = found[1]
    return [
        Figure(
            "PRF-10",
            "guike up on a warm install to the first page",
            round(seconds, 2),
            "s",
            4,
            None,
            {"starts": [round(one[0], 2) for one in found]},
        ),
        Figure("PRF-10 memory", "worker, resident", round(megabytes), "MB", 220),
    ]


def _start(home: Path) -> tuple[float, float]:
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "GUIKE_HOME")}
    command = [sys.executable, "-m", "guike", "--home", str(home), "up", "--port", str(port)]
    begun = time.monotonic()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        _wait_for_page(port, process)
        seconds = time.monotonic() - begun
        return seconds, _worker_memory(process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)


def _wait_for_page(port: int, process: subprocess.Popen) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if process.poll() is not None:
            raise RuntimeError(f"guike up ended with {process.returncode}")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/login/", timeout=5) as answer:
                if answer.status == 200 and answer.read():
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.02)
    raise RuntimeError("guike up showed no page")


def _worker_memory(pid: int, patience: float = 20) -> float:
    """Resident megabytes of the worker once it is up, from /proc."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        for process in _below(pid):
            if "guike.launcher.worker" in _read(process / "cmdline"):
                time.sleep(3)
                line = next(line for line in _read(process / "status").splitlines() if line.startswith("VmRSS"))
                return int(line.split()[1]) / 1024
        time.sleep(0.1)
    raise RuntimeError("no worker below guike up")


def _below(pid: int) -> list[Path]:
    parents = {
        int(path.name): int(_read(path / "stat").rpartition(")")[2].split()[1])
        for path in Path("/proc").iterdir()
        if path.name.isdigit() and _read(path / "stat")
    }
    found, waiting = [], [pid]
    while waiting:
        current = waiting.pop()
        children = [child for child, parent in parents.items() if parent == current]
        found += [Path("/proc") / str(child) for child in children]
        waiting += children
    return found


def _read(path: Path) -> str:
    try:
        return path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
