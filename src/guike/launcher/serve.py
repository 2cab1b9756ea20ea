"""`guike up` and `guike demo`: everything one instance needs, from the database to the first page."""

import fcntl
import http.client
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from guike.launcher import ports
from guike.launcher.instance import Instance
from guike.launcher.messages import Stop, say
from guike.launcher.supervisor import Supervisor, serves_pages, service, workers

ANY_ADDRESS = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not listened on


def serve(instance: Instance, host: str, port: int, steps: tuple[str, ...], introduce: Callable[[dict[str, Any]], list[str]]) -> int:
    """Prepare and run an instance until it is told to stop; returns the exit code.

    `introduce(report)` gives the lines about who can log in, from what the preparing `steps` reported. Raises Stop.
    """
    if serves_pages():
        ports.require_free(host, port)
    with _only_one(instance, host, port), instance.running_database():
        introduction = introduce(instance.prepare(*steps))
        if introduction:
            say("\n".join(introduction))  # now: whatever happens next, a password that is shown once has been shown
        _allow_host(host)
        os.environ["GUIKE_ONLY_WORKER"] = "1" if instance.cluster and workers() == 1 else "0"
        address = f"http://{'127.0.0.1' if host in ANY_ADDRESS else host}:{port}"
        announcement = f"贵客已启动：{address}\n数据在 {instance.home}；按 Ctrl+C 停止"
        if not serves_pages():
            announcement = f"贵客已启动：{workers()} 个后台任务进程，不开网页\n按 Ctrl+C 停止"
        return Supervisor(service(host, port), lambda: not serves_pages() or answers(host, port), lambda: say(announcement)).run()


@contextmanager
def _only_one(instance: Instance, host: str, port: int) -> Iterator[None]:
    """Two supervisors on one instance would do every job twice as eagerly; the second one says where the first is."""
    instance.home.mkdir(parents=True, exist_ok=True)
    with open(instance.home / "up.lock", "a+", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise Stop(f"这个实例（{instance.home}）已经在运行：{lock.read().strip()}。另开一个实例用 --home。") from None
        lock.truncate(0)
        lock.write(f"http://{host}:{port}，进程 {os.getpid()}\n")
        lock.flush()
        yield


def _allow_host(host: str) -> None:
    """Listening for others without saying under which names: accept any, as the person asked for by --host."""
    if host not in ("127.0.0.1", "localhost", "::1") and "GUIKE_HOSTS" not in os.environ:
        os.environ["GUIKE_HOSTS"] = "*" if host in ANY_ADDRESS else f"{host},localhost,127.0.0.1"


def answers(host: str, port: int) -> bool:
    """True when an answer comes back, whatever it says: broken pages do not get that far (web_application loads them all)."""
    target = "127.0.0.1" if host in ("0.0.0.0", "") else "::1" if host == "::" else host  # noqa: S104
    connection = http.client.HTTPConnection(target, port, timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
