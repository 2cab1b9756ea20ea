"""One instance of Guike: its folder, its database, and whether both are ready for this version of the program."""

import fcntl
import hashlib
import json
import os
import secrets
import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from guike.launcher import PACKAGE
from guike.launcher.messages import Stop
from guike.launcher.postgres import Cluster


class Instance:
    """All state of one instance lives in `home`; the embedded database too, unless DATABASE_URL names another."""

    def __init__(self, home: Path):
        self.home = Path(os.path.abspath(home))
        self.cluster = None if os.environ.get("DATABASE_URL") else Cluster(self.home / "pg")

    @classmethod
    def at(cls, home: str | None, name: str = "instance") -> "Instance":
        """The instance of --home or GUIKE_HOME; else the folder `name` of the checkout (of the working folder when installed)."""
        return cls(Path(home) if home else Path(os.environ.get("GUIKE_CHECKOUT", ".")) / name)

    @contextmanager
    def running_database(self) -> Iterator[str]:
        """The database's URL, also in this process's environment; what this started is stopped at the end."""
        self._make_home()
        os.environ["GUIKE_HOME"] = str(self.home)
        os.environ["DJANGO_SETTINGS_MODULE"] = "guike.wiring.settings"
        if self.cluster is None:
            yield os.environ["DATABASE_URL"]
            return
        try:
            os.environ["DATABASE_URL"] = self.cluster.acquire()
            yield os.environ["DATABASE_URL"]
        finally:
            self.cluster.release()
            os.environ.pop("DATABASE_URL", None)

    @contextmanager
    def opened(self) -> Iterator[None]:
        """Database running, migrated, and Django set up in this process: what a command needs."""
        with self.running_database():
            self.prepare("migrate")
            import django

            django.setup()
            try:
                yield
            finally:
                from django.db import connections

                connections.close_all()

    def prepare(self, *steps: str) -> dict[str, Any]:
        """Run those steps of `guike.wiring.prepare` that this version and this database have not seen yet.

        Returns what the steps report (`admin`: login and one-time password). A step is left out when its stamp is current:
        then Django need not be loaded at all, which is what makes a warm start quick.
        """
        state = self._state()
        due = [step for step in steps if self._read_stamps().get(step) != state[STATE_OF[step]]]
        if not due:
            return {}
        report = _prepared_in_child(due)
        state = {**self._state(), "static": state["static"]}  # migrations are part of it; a file edited meanwhile was not collected
        stamps = self._read_stamps() | {step: state[STATE_OF[step]] for step in due}
        self._write("prepared.json", json.dumps(stamps, indent=1))
        return report

    def exists(self) -> bool:
        """Was anything ever started here? A database named by DATABASE_URL counts."""
        return self.cluster is None or (self.home / "pg" / "data").exists()

    @contextmanager
    def not_running(self) -> Iterator[None]:
        """Keeps `guike up` away until the block ends. Raises Stop where it runs already, saying where."""
        self.home.mkdir(parents=True, exist_ok=True)
        with open(self.home / "up.lock", "a+", encoding="utf-8") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.seek(0)
                raise Stop(f"这个实例（{self.home}）正在运行：{lock.read().strip()}。先停下它。") from None
            yield

    def forget_prepared(self) -> None:
        """The database is another one now: every step is due again."""
        (self.home / "prepared.json").unlink(missing_ok=True)

    def _make_home(self) -> None:
        try:
            self.home.mkdir(parents=True, exist_ok=True)
            # root's database account has to pass through; everybody else keeps out
            self.home.chmod(0o711 if os.geteuid() == 0 else 0o700)
            if not (self.home / "secret.key").exists():
                self._write("secret.key", secrets.token_urlsafe(50))
        except OSError as problem:
            raise Stop(f"不能写入实例文件夹 {self.home}（{problem.strerror}）。用 --home 换一个，或改它的权限。") from problem

    def _write(self, name: str, text: str) -> None:
        """Written beside and renamed: a file of the instance is there whole or not at all, and closed to others."""
        building = self.home / f"{name}.{os.getpid()}"
        building.touch(mode=0o600)
        building.write_text(text, encoding="utf-8")
        building.rename(self.home / name)

    def _read_stamps(self) -> dict[str, str]:
        try:
            return json.loads((self.home / "prepared.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return {}

    def _state(self) -> dict[str, str]:
        database = database_state(os.environ["DATABASE_URL"])
        return {"schema": f"{program_state()} {database}", "database": database.split()[0], "static": static_state()}


#: What a step depends on: the program and the database, the database alone, or the static files.
STATE_OF = {"migrate": "schema", "admin": "database", "demo": "database", "static": "static"}


def database_state(url: str) -> str:
    """Which database this is and how far it is migrated, e.g. `2026-11-22T… 57`; `new 0` before the first migration.

    Raises Stop when the database cannot be reached.
    """
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=10) as connection:
            if connection.execute("SELECT to_regclass('django_migrations')").fetchone() == (None,):
                return "new 0"
            row = connection.execute("SELECT min(applied), count(*), max(id) FROM django_migrations").fetchone()
    except psycopg.OperationalError as problem:
        raise Stop(f"连不上数据库 {_without_password(url)}：\n{problem}检查 DATABASE_URL 和数据库是否在运行。") from problem
    assert row is not None
    born, count, last = row
    return f"{born.isoformat() if born else 'new'} {count}/{last}"


def _without_password(url: str) -> str:
    parts = urlsplit(url)
    return url.replace(f":{parts.password}@", ":***@") if parts.password else url


def program_state() -> str:
    """Which version of the program this is: migrations, and what is seeded after them (packs, calendar, number series)."""
    return _files_state(path for suffix in ("py", "yaml", "json", "csv") for path in PACKAGE.rglob(f"*.{suffix}") if path.parts[-2] != "tests")


def static_state() -> str:
    """Which static files there are to collect."""
    return _files_state(path for folder in [*PACKAGE.rglob("static"), PACKAGE / "static_vendor"] for path in folder.rglob("*"))


def _files_state(paths: Iterable[Path]) -> str:
    """A digest of names, sizes and times (reading some megabytes at every start would cost more)."""
    digest = hashlib.sha256()
    for path in sorted(paths):
        found = path.stat()
        if not path.is_dir():
            digest.update(f"{path.relative_to(PACKAGE)} {found.st_size} {found.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:20]


def _prepared_in_child(steps: list[str]) -> dict[str, Any]:
    """In a process of its own: Django's start and a migration's memory are gone afterwards."""
    environment = {**os.environ, "PYTHONPATH": str(PACKAGE.parent)}  # the program need not be installed where it is tried
    if direct := os.environ.get("GUIKE_DIRECT_URL"):
        environment["DATABASE_URL"] = direct  # what migrates wants the database's own connection
    done = subprocess.run([sys.executable, "-m", "guike.wiring.prepare", *steps], stdout=subprocess.PIPE, env=environment, check=False)
    if done.returncode != 0:
        raise Stop("准备数据库时出错（见上），没有启动。", done.returncode)
    return json.loads(done.stdout or b"{}")
