"""`python -m guike.launcher.keeper FOLDER [SETTING=VALUE …]`: owns one database server for as long as anybody uses it.

It starts the server again after a crash, and stops it when no process holds the users' lock any more: commands that were
killed have let go of it like those that ended. See postgres.py.
"""

import fcntl
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from guike.launcher import pg_server
from guike.launcher.postgres import Cluster, tail

LOOK_SECONDS = 0.2
RESTART_PAUSE_SECONDS = 0.5
GIVE_UP_AFTER = 3  # failed starts in a row; a server that was ready and died is no failed start, however soon it died
SURVIVORS = "pre-existing shared memory block"  # a killed server's queries end later than it does; it may start after them


def keep(cluster: Cluster) -> int:
    """Run the server until its users are gone or somebody stopped it. Returns the exit code of this process."""
    failures = 0
    with open(cluster.folder / "users.lock", "a", encoding="ascii") as users:
        while failures < GIVE_UP_AFTER:
            server = subprocess.Popen(_command(cluster), stdin=subprocess.DEVNULL, cwd="/")
            status, was_ready = _watch(server, cluster, users)
            if status == 0 or _nobody(users):
                return 0
            if was_ready:
                failures = 0
            elif SURVIVORS not in tail(cluster.log, 4):
                failures += 1
            time.sleep(RESTART_PAUSE_SECONDS)
    return 1


def _watch(server: subprocess.Popen, cluster: Cluster, users: IO[str]) -> tuple[int, bool]:
    """The server's exit code, and whether it was ever ready; ends the server itself when nobody uses it."""
    was_ready = False
    while True:
        try:
            return server.wait(LOOK_SECONDS), was_ready
        except subprocess.TimeoutExpired:
            was_ready = was_ready or (pg_server.status(cluster.data) == "ready" and cluster.server_pid() == server.pid)
            if _nobody(users):
                pg_server.ask_to_stop(server.pid)
                server.wait()
                return 0, was_ready


def _nobody(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True  # keeps the lock: newcomers wait until the server has stopped


def _command(cluster: Cluster) -> list[str]:
    settings = pg_server.server_settings(pg_server.memory_bytes()) | cluster.options
    settings["unix_socket_directories"] = str(cluster.socket_folder)
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    return pg_server.command("postgres", "-D", str(cluster.data), *options, folder=cluster.data)


def main(arguments: list[str]) -> int:
    folder, *options = arguments
    return keep(Cluster(Path(folder), dict(option.split("=", 1) for option in options)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
