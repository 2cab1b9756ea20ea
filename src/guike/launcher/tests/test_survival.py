"""A whole instance, killed in every part: what was acknowledged stays, what was killed comes back."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from guike.launcher.postgres import Cluster, wait_until

PACKAGES = str(Path(__file__).resolve().parents[3])
SECONDS = 300  # generous: test machines are busy


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Running:
    """`guike up` in a process of its own; its words go to a file."""

    def __init__(self, home: Path, port: int):
        self.home, self.port, self.log = home, port, home.parent / "up.log"
        environment = {key: value for key, value in os.environ.items() if key not in ("DATABASE_URL", "GUIKE_HOME")}
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "guike", "up", "--home", str(home), "--port", str(port)],
                env={**environment, "PYTHONPATH": PACKAGES, "GUIKE_WEB_PROCESSES": "1"},
                stdout=log,
                stderr=log,
            )
        started = wait_until(lambda: "贵客已启动" in self.words() or self.process.poll() is not None, SECONDS)
        assert started and self.process.poll() is None, self.words()

    def words(self) -> str:
        return self.log.read_text()

    def child(self, module: str) -> int | None:
        """Process id of the supervisor's own child that runs a module."""
        for path in Path("/proc").glob("[0-9]*"):
            try:
                line = (path / "cmdline").read_text()
                parent = int((path / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            if parent == self.process.pid and f"\0{module}\0" in line:
                return int(path.name)
        return None

    def answers(self) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            connection.request("GET", "/login/")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()


@pytest.fixture
def instance(tmp_path: Path) -> Iterator[tuple[Path, Callable[[], Running]]]:
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc to find the processes")
    home, running = tmp_path / "实例 一", []

    def start() -> Running:
        running.append(Running(home, free_port()))
        return running[-1]

    yield home, start
    for each in running:
        if each.process.poll() is None:
            each.process.send_signal(signal.SIGTERM)
            each.process.wait(60)


def accounts(home: Path) -> list[str]:
    with psycopg.connect(Cluster(home / "pg").url) as connection:
        return [login for (login,) in connection.execute("SELECT login FROM organisation_account ORDER BY 1")]


@pytest.mark.slow
def test_killed_parts_come_back_and_a_killed_whole_starts_again(instance):
    home, start = instance
    first = start()
    assert re.search(r"首次登录：\S+，密码 \S+", first.words())
    assert len(accounts(home)) == 1

    for module in ("guike.launcher.web", "guike.launcher.worker"):
        before = first.child(module)
        assert before is not None
        os.kill(before, signal.SIGKILL)
        assert wait_until(lambda m=module, b=before: first.child(m) not in (None, b), SECONDS), first.words()
    assert wait_until(first.answers, SECONDS), first.words()

    cluster = Cluster(home / "pg")
    database = cluster.server_pid()
    assert database is not None
    os.kill(database, signal.SIGKILL)
    assert wait_until(lambda: cluster.server_pid() not in (None, database), SECONDS)
    assert wait_until(first.answers, SECONDS), first.words()

    children = [first.child("guike.launcher.web"), first.child("guike.launcher.worker")]
    first.process.kill()
    first.process.wait()
    assert wait_until(lambda: cluster.server_pid() is None, SECONDS)
    assert wait_until(lambda: not any(pid and Path(f"/proc/{pid}").exists() for pid in children), SECONDS)

    second = start()
    assert "首次登录" not in second.words()
    assert len(accounts(home)) == 1
    second.process.send_signal(signal.SIGTERM)
    assert second.process.wait(60) == 0
    assert cluster.server_pid() is None


def test_a_busy_port_is_said_before_anything_is_touched(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = str(server.getsockname()[1])
        line = [sys.executable, "-m", "guike", "up", "--home", str(tmp_path / "home"), "--port", port]
        done = subprocess.run(line, env={**os.environ, "PYTHONPATH": PACKAGES}, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert f"端口 {port} 已被占用" in done.stderr
    assert "--port" in done.stderr
    assert not (tmp_path / "home").exists()
