"""Children are started again, stopped together, and never outlive their supervisor. Real, tiny processes."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from guike.launcher.messages import Stop
from guike.launcher.postgres import wait_until
from guike.launcher.supervisor import LONGEST_PAUSE_SECONDS, Child, Supervisor

PACKAGES = str(Path(__file__).resolve().parents[3])
ENVIRONMENT = {**os.environ, "PYTHONPATH": PACKAGES}
#: Writes a line with its number for every start, then waits to be ended.
CHILD = (
    "import os, signal, sys; from guike.launcher.children import die_with_parent; "
    "die_with_parent(int(os.environ['GUIKE_SUPERVISOR'])); "
    "open(sys.argv[1], 'a').write(f'{os.getpid()}\\n'); signal.pause()"
)
SUPERVISOR = (
    "import sys; from guike.launcher.supervisor import Child, Supervisor; "
    "children = [Child(name, [sys.executable, '-c', sys.argv[1], name]) for name in sys.argv[2:]]; "
    "sys.exit(Supervisor(children, lambda: True, lambda: print('ready', flush=True)).run())"
)


def starts(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().splitlines()] if path.exists() else []


def alive(pid: int) -> bool:
    """A zombie whose parent was killed counts as gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture
def logs(tmp_path: Path) -> list[Path]:
    return [tmp_path / "web", tmp_path / "worker"]


@pytest.fixture
def supervisor(logs: list[Path]):
    process = subprocess.Popen([sys.executable, "-c", SUPERVISOR, CHILD, *map(str, logs)], env=ENVIRONMENT, stdout=subprocess.PIPE)
    assert wait_until(lambda: all(starts(log) for log in logs), 20)
    yield process
    process.kill()
    process.wait()


def test_a_killed_child_is_started_again_and_the_other_left_alone(supervisor: subprocess.Popen, logs: list[Path]):
    web, worker = logs
    os.kill(starts(web)[0], signal.SIGKILL)
    assert wait_until(lambda: len(starts(web)) == 2, 10)
    assert alive(starts(web)[1])
    assert starts(worker) == [pid for pid in starts(worker) if alive(pid)]


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_all_cleanly(supervisor: subprocess.Popen, logs: list[Path], number: int):
    supervisor.send_signal(number)
    assert supervisor.wait(20) == 0
    assert not any(alive(pid) for log in logs for pid in starts(log))


def test_children_do_not_outlive_a_killed_supervisor(supervisor: subprocess.Popen, logs: list[Path]):
    supervisor.kill()
    supervisor.wait()
    assert wait_until(lambda: not any(alive(pid) for log in logs for pid in starts(log)), 10)


#: A child that does not end when told to: held up by a database that does not answer, say.
DEAF = (
    "import os, signal, sys; from guike.launcher import children; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "children.PATIENCE_SECONDS = 0.2; children.die_with_parent(os.getppid(), at_once=sys.argv[1] == 'at once'); print(os.getpid(), flush=True); "
    # as a library does that holds the interpreter's lock: no other thread of the process runs
    "sys.setswitchinterval(1000) if sys.argv[1] == 'at once' else None; "
    "[None if sys.argv[1] == 'at once' else signal.pause() for _ in iter(int, 1)]"
)
PARENT = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', *sys.argv[1:]]).wait()"


@pytest.mark.parametrize("how", ["in a moment", "at once"])
def test_a_child_that_does_not_hear_is_killed_after_its_parent(how: str):
    """It would keep the port, and what its transaction has locked. At once: not even by a thread of its own."""
    parent = subprocess.Popen([sys.executable, "-c", PARENT, DEAF, how], env=ENVIRONMENT, stdout=subprocess.PIPE)
    child = int(parent.stdout.readline())
    parent.kill()
    parent.wait()
    parent.stdout.close()
    assert wait_until(lambda: not alive(child), 10)


def test_pauses_between_restarts_grow_to_a_limit_and_start_over_after_a_healthy_run():
    child = Child("网页服务", [])
    pauses = []
    for crash in range(9):
        child.started = now = 1000.0 + crash
        pauses.append(child.note_crash(now + 1))
    assert pauses[:4] == [0.5, 1, 2, 4]
    assert pauses[-1] == LONGEST_PAUSE_SECONDS
    assert child.note_crash(child.started + 31) == 0.5


def test_a_service_that_never_comes_up_ends_with_its_name(capfd):
    child = Child("后台任务", [sys.executable, "-c", "raise SystemExit(3)"])
    with pytest.raises(Stop, match="后台任务启动失败（退出码 3）"):
        Supervisor([child], lambda: False, lambda: None).run()
