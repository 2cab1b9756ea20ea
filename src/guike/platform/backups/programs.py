"""PostgreSQL's own programs: the embedded ones, or others of this machine where the server is newer than those."""

import contextlib
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from guike.launcher import pg_server
from guike.launcher.messages import Stop

#: Where Debian, Red Hat and Homebrew put them, newest first.
PLACES = ("/usr/lib/postgresql", "/usr", "/opt/homebrew/opt", "/usr/local/opt")


def connected(url: str, **options: Any) -> psycopg.Connection:
    """A connection, or Stop in words. Nothing is prepared on the server: a pooler may stand between."""
    try:
        return psycopg.connect(url, connect_timeout=10, prepare_threshold=None, **options)
    except psycopg.OperationalError as problem:
        raise Stop(f"连不上数据库：\n{problem}检查 DATABASE_URL 和数据库是否在运行。") from problem


def one(connection: psycopg.Connection, query: Any) -> tuple[Any, ...]:
    """The row of a query that always has one."""
    row = connection.execute(query).fetchone()
    if row is None:
        raise LookupError(query)
    return row


def server_major(connection: psycopg.Connection) -> int:
    """15 for PostgreSQL 15.18."""
    return connection.info.server_version // 10000


def program(name: str, at_least: int) -> Path:
    """`pg_dump` and its like of at least the server's major version. Raises Stop with what to install."""
    for folder in _folders():
        path = folder / name
        if path.exists() and _major(path) >= at_least:
            return path
    raise Stop(
        f"数据库是 PostgreSQL {at_least}，找不到同版本以上的 {name}。"
        f"安装 postgresql-client-{at_least}，或用 GUIKE_PG_PROGRAMS 指向放 {name} 的文件夹。"
    )


def _folders() -> Iterator[Path]:
    if named := os.environ.get("GUIKE_PG_PROGRAMS"):
        yield Path(named)
        return
    with contextlib.suppress(Stop):
        yield pg_server.programs()
    if found := shutil.which("pg_dump"):
        yield Path(found).parent
    for place in map(Path, PLACES):
        yield from sorted((path.parent for path in place.glob("*/bin/pg_dump")), reverse=True)


@cache
def _major(path: Path) -> int:
    done = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"(\d+)(?:\.\d+)?(?:devel|beta\d|rc\d)?\b", done.stdout)
    return int(found[1]) if found else 0


def started(path: Path, url: str, *arguments: str, **pipes: Any) -> subprocess.Popen:
    """Run a client program on a database; the password goes by the environment, where a list of processes does not show it."""
    named = {name: str(value) for name, value in conninfo_to_dict(url).items() if value is not None}
    password = named.pop("password", "")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {
        "PGCLIENTENCODING": "UTF8",
        "LC_ALL": "C",
    }
    if password:
        environment["PGPASSWORD"] = password
    return subprocess.Popen([str(path), "-d", make_conninfo("", **named), *arguments], env=environment, cwd="/", **pipes)
