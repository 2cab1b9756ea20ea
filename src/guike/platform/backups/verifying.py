"""Does a backup hold what it says? It is restored on a database server of its own and looked at there (PLT-11)."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import guike
from guike.launcher.messages import Stop
from guike.launcher.postgres import Cluster
from guike.platform.backups import content, programs
from guike.platform.backups.archive import FILES, Progress, Reading, reading
from guike.platform.backups.restoring import fill, known_migrations
from guike.platform.backups.taking import summary

#: The scratch server may forget everything when the machine falls over, and leaves the memory to the real one.
SCRATCH = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_wal_size": "1GB",
    "autovacuum": "off",
}
WITHOUT = ("DATABASE_URL", "GUIKE_DIRECT_URL", "GUIKE_DB_POOLER", "GUIKE_SUPERVISOR", "GUIKE_WEB_MAIN")


def verify(path: Path, *, told: Progress = lambda _what, _n: None) -> dict[str, Any]:
    """Restore into a scratch database, compare every table, look for every attachment, run the program's own checks on it.

    Returns what was found; `problems` is empty for a backup that can be relied on. Raises Stop for a file that is none.
    """
    begun = time.monotonic()
    with reading(path, told) as archive:
        problems = [f"{name} 不在备份里，或内容不对" for name in archive.wrong_entries(told)]
        with scratch(archive) as url:
            fill(archive, url, told)
            with programs.connected(url) as connection:
                problems += content.differences(archive.manifest["tables"], content.measured(connection, told))
                problems += content.sequences_behind(connection)
                problems += _attachments(archive, content.attachments(connection))
            behind = _steps_behind(archive)
            problems += [f"检查：{one}" for one in _checked(url)]
        found = summary(path, archive.manifest)
    return found | {"ok": not problems, "problems": problems, "steps_behind": behind, "seconds": round(time.monotonic() - begun, 1)}


@contextmanager
def scratch(archive: Reading) -> Iterator[str]:
    """A database that is gone afterwards: on a server of its own, or on GUIKE_DRILL_URL's where the backup is of a newer one."""
    if named := os.environ.get("GUIKE_DRILL_URL"):
        with _scratch_beside(named) as url:
            yield url
        return
    with tempfile.TemporaryDirectory(prefix="guike-verify-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o711)  # noqa: S103 - root's database account has to pass through to its own folder
        cluster = Cluster(Path(folder) / "pg", SCRATCH)
        url = cluster.acquire()
        try:
            with programs.connected(url) as connection:
                if programs.server_major(connection) < archive.manifest["database"]["major"]:
                    raise Stop(
                        f"备份来自 PostgreSQL {archive.manifest['database']['server']}，比带的数据库新。用 GUIKE_DRILL_URL 指一台同版本的来验。"
                    )
            yield url
        finally:
            cluster.release()


@contextmanager
def _scratch_beside(url: str) -> Iterator[str]:
    from urllib.parse import urlsplit, urlunsplit

    from psycopg import sql

    name = f"guike_verify_{os.getpid()}"
    identifier = sql.Identifier(name)
    with programs.connected(url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0 ENCODING 'UTF8'").format(identifier))
    try:
        yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
    finally:
        with programs.connected(url, autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(identifier))


def _attachments(archive: Reading, wanted: list[str]) -> list[str]:
    """Every file that a row names is there; its bytes were compared with the manifest before."""
    problems = []
    for name in wanted:
        plain = f"{FILES}{name[:2]}/{name}"
        if plain not in archive.names and f"{plain}.sealed" not in archive.names:
            problems.append(
                f"附件 {name[:12]}… 不在备份里" + ("（备份时磁盘上就没有）" if name in archive.manifest["files"]["missing"] else "")
            )
    return problems + [f"附件 {name} 备份时就已损坏" for name in archive.manifest["files"]["damaged"]]


def _steps_behind(archive: Reading) -> int:
    """How many migrations this program would apply to it."""
    had = archive.manifest["migrations"]
    return sum(len(names - set(had.get(app, ()))) for app, names in known_migrations().items()) if had else 0


def _checked(url: str) -> list[str]:
    """`guike check` on the scratch database, brought up to this version of the program: what it finds wrong."""
    with tempfile.TemporaryDirectory(prefix="guike-verify-") as home:
        environment = {name: value for name, value in os.environ.items() if name not in WITHOUT}
        packages = str(Path(guike.__file__).resolve().parents[1])
        done = subprocess.run(
            [sys.executable, "-m", "guike", "check", "--json", "--home", home],
            env={**environment, "DATABASE_URL": url, "PYTHONPATH": packages, "GUIKE_UPGRADE_SNAPSHOT": "0"},
            capture_output=True, text=True, check=False, cwd="/",
        )  # fmt: skip
    try:
        said = json.loads(done.stdout)
    except ValueError:
        return [(done.stderr.strip().splitlines() or ["没有做完"])[-1]]
    return [
        f"{one['about'] or one['id']} {one['message']}" for one in said["problems"] if not said["ok"] and one["level"] in ("错误", "严重")
    ]
