"""The embedded PostgreSQL of an instance: made, started, shared by several commands and stopped by the last one.

Every command that needs the database holds a shared lock on one file; a keeper process (`python -m guike.launcher.keeper`)
owns the server, starts it again after a crash and stops it when nobody holds the lock any more, however its users ended.
Standard library only. `DATABASE_URL` replaces all of this.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast
from urllib.parse import quote

from guike.launcher import pg_server
from guike.launcher.messages import Stop

ROLE = DATABASE = "guike"
SOCKET_PATH_LIMIT = 100  # bytes; the kernel allows 107, ".s.PGSQL.5432.lock" is added by the server
START_SECONDS = 30.0
STOP_SECONDS = 60.0


class Cluster:
    """One database server in `folder` (created on first use); `options` are extra server settings such as fsync=off."""

    def __init__(self, folder: Path, options: dict[str, str] | None = None):
        self.folder = Path(os.path.abspath(folder))  # not resolve(): a link must keep its name in messages
        self.data = self.folder / "data"
        self.log = self.folder / "postgres.log"
        self.options = options or {}
        self._share: IO[str] | None = None

    @property
    def url(self) -> str:
        """DATABASE_URL of this server's application database (no password: the socket's folder is closed to others)."""
        return f"postgres://{ROLE}@/{DATABASE}?host={quote(str(self.socket_folder), safe='')}"

    @property
    def socket_folder(self) -> Path:
        """The data's own folder, or a private one under the temporary folder where the path is too long for a socket."""
        if len(os.fsencode(self.data / ".s.PGSQL.5432.lock")) <= SOCKET_PATH_LIMIT:
            return self.data
        return Path(tempfile.gettempdir()) / f"guike-{hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:16]}"

    def acquire(self) -> str:
        """Use the server, starting it when it does not run; returns its URL. Raises Stop with the server's last words."""
        self._prepare_folder()
        with self._locked("start.lock"):
            self._share = self._open("users.lock")
            fcntl.flock(self._share, fcntl.LOCK_SH)  # waits while a keeper is stopping the server
            if self.server_pid() is None or not self._is_ready():
                self._start()
        return self.url

    def release(self) -> None:
        """Stop using the server; the last user waits until it is stopped."""
        if self._share is None:
            return
        with self._locked("start.lock"):
            fcntl.flock(self._share, fcntl.LOCK_UN)
            while not self._settled():
                time.sleep(0.05)
        self._share.close()
        self._share = None

    def server_pid(self) -> int | None:
        """Process id of the running server, None when there is none (a stale pid file is not a server)."""
        return pg_server.running_pid(self.data)

    def _settled(self) -> bool:
        """True when either others still use the server or it has been stopped."""
        if self._try_lock(fcntl.LOCK_EX):
            self._stop_server()
            return True
        return self._try_lock(fcntl.LOCK_SH)  # refused: the keeper is stopping it

    def _try_lock(self, kind: int) -> bool:
        try:
            fcntl.flock(cast("IO[str]", self._share), kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _prepare_folder(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        pg_server.check_version(self.data)
        if not (self.data / "PG_VERSION").exists():
            with self._locked("start.lock"):
                if not (self.data / "PG_VERSION").exists():
                    self._create()
        _private_folder(self.socket_folder)

    def _create(self) -> None:
        """Build the cluster beside and rename it, so that an interrupted first start leaves nothing half-made."""
        building = self.folder / "data.new"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        pg_server.give_to_server(building)
        pg_server.initdb(building, self.log)
        pg_server.single_user(
            building,
            f"CREATE ROLE {ROLE} LOGIN CREATEDB;\n\nCREATE DATABASE {DATABASE} OWNER {ROLE};\n\n",
            self.log,
        )
        building.rename(self.data)

    def _start(self) -> None:
        pg_server.forget_stale_pid(self.data)
        with open(self.log, "ab") as log:
            keeper = subprocess.Popen(
                [sys.executable, "-m", "guike.launcher.keeper", str(self.folder), *(f"{k}={v}" for k, v in self.options.items())],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
            )
        wait_until(lambda: self._is_ready() or keeper.poll() is not None, START_SECONDS)
        if not self._is_ready():
            raise Stop(f"内置数据库没有启动，原因见 {self.log}：\n{tail(self.log)}")

    def _is_ready(self) -> bool:
        return pg_server.status(self.data) == "ready" and self.server_pid() is not None

    def _stop_server(self) -> None:
        """Fast shutdown; a clean exit also tells the keeper that its work is done."""
        pid = self.server_pid()
        if pid is None:
            return
        pg_server.ask_to_stop(pid)
        wait_until(lambda: self.server_pid() is None, STOP_SECONDS)

    def _open(self, name: str) -> IO[str]:
        return open(self.folder / name, "a", encoding="ascii")

    @contextmanager
    def _locked(self, name: str) -> Iterator[None]:
        with self._open(name) as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Poll `condition` every 20 ms; False when it did not become true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def _private_folder(folder: Path) -> None:
    """Make `folder` for the server's account alone, or refuse one that somebody else put there."""
    if not folder.exists():
        folder.mkdir(mode=0o700)
        pg_server.give_to_server(folder)
    found = folder.lstat()
    if folder.is_symlink() or found.st_uid != pg_server.account().uid or found.st_mode & 0o077:
        raise Stop(f"文件夹 {folder} 不属于数据库账户或对他人开放，删除它后再启动。")


def tail(path: Path, lines: int = 8) -> str:
    """The last lines of a log."""
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])
