"""Taking a backup while people work: one moment of the database, and every file that its rows name (PLT-11)."""

import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import psycopg

import guike
from guike.launcher.messages import Stop
from guike.platform import clock
from guike.platform.backups import content, keys, programs
from guike.platform.backups.archive import DUMP, FILES, KEY, SEALED_KEY, Progress, Writing, writing

#: Half-written files, and what is made again from others.
LEFT_OUT = re.compile(r"\.(partial|reading|rows|json|\d+)$")
ADDRESSED = re.compile(r"[0-9a-f]{64}")
ROOM_LEFT = 64 * 2**20


def take(
    target: Path,
    url: str,
    home: Path,
    *,
    passphrase: str = "",
    with_key: bool = True,
    told: Progress = lambda _what, _n: None,
) -> dict[str, Any]:
    """Write the backup of the instance at `home` with the database at `url` to `target`; returns what it holds.

    The dump, the counts and the list of attachments are of one snapshot. Bytes of attachments are written before their rows
    and never changed, so those of the snapshot lie in the folder for as long as the copying takes. Memory is constant.
    """
    target = target.absolute()
    if target.is_dir():
        raise Stop(f"{target} 是文件夹，写上文件名，如 {target / 'guike.backup'}")
    target.parent.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    with programs.connected(url) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        about = _about(connection)
        _require_room(target.parent, about["database"]["bytes"])
        with writing(target, about) as archive:
            _dump(archive, connection, url, told)
            about["tables"] = content.measured(connection, told)
            about["files"] = _add_files(archive, files_folder(home), content.attachments(connection), told)
            about["key"] = _add_key(archive, home, passphrase, with_key)
    return summary(target, about) | {"seconds": round(time.monotonic() - begun, 1)}


def files_folder(home: Path) -> Path:
    """Where attachments lie: in the instance's folder, or in the one that several hosts share."""
    return Path(os.environ.get("GUIKE_FILES") or home / "files")


def summary(path: Path, about: dict[str, Any]) -> dict[str, Any]:
    """A manifest in a few figures."""
    return {
        "file": str(path),
        "bytes": about.get("size") or path.stat().st_size,
        "taken_at": about["taken_at"],
        "program": about["program"],
        "database": about["database"],
        "tables": len(about["tables"]),
        "rows": sum(table["rows"] for table in about["tables"].values()),
        "files": about["files"]["count"],
        "missing": about["files"]["missing"],
        "damaged": about["files"]["damaged"],
        "key": about["key"],
    }


def _about(connection: psycopg.Connection) -> dict[str, Any]:
    size, version = programs.one(connection, "SELECT pg_database_size(current_database()), current_setting('server_version')")
    return {
        "program": guike.__version__,
        "taken_at": clock.now().isoformat(timespec="seconds"),
        "database": {"bytes": size, "server": version.split()[0], "major": programs.server_major(connection)},
        "migrations": content.migrations(connection),
    }


def _require_room(folder: Path, database_bytes: int) -> None:
    """A compressed dump takes a third of the database or less: without that there is no use in beginning."""
    free = shutil.disk_usage(folder).free
    if free < database_bytes // 3 + ROOM_LEFT:
        raise Stop(f"{folder} 只剩 {free // 2**20} MB，数据库有 {database_bytes // 2**20} MB，放不下备份。清理或换一个文件夹。")


def _dump(archive: Writing, connection: psycopg.Connection, url: str, told: Progress) -> None:
    """pg_dump's stream into the archive, of the snapshot that `connection` holds."""
    (snapshot,) = programs.one(connection, "SELECT pg_export_snapshot()")
    path = programs.program("pg_dump", programs.server_major(connection))
    with tempfile.TemporaryFile() as words:
        dump = programs.started(
            path, url, "-Fc", "--no-owner", "--no-privileges", f"--snapshot={snapshot}", *_not_ours(connection), stdout=subprocess.PIPE, stderr=words
        )  # fmt: skip
        stdout = cast("IO[bytes]", dump.stdout)
        try:
            archive.add(DUMP, stdout, lambda size: told("备份数据库", size))
        except BaseException:
            dump.kill()
            raise
        finally:
            stdout.close()
            status = dump.wait()
        if status:
            words.seek(0)
            raise Stop(f"pg_dump 没有做完：\n{words.read().decode(errors='replace').strip()}")


def _not_ours(connection: psycopg.Connection) -> list[str]:
    """Other schemas of a shared database stay out. (Naming ours would leave out the extensions.)"""
    rows = connection.execute(
        "SELECT nspname FROM pg_namespace WHERE nspname !~ '^pg_' AND nspname NOT IN ('public', 'information_schema')"
    )
    return [f'--exclude-schema="{name}"' for (name,) in rows]


def _add_files(archive: Writing, folder: Path, wanted: list[str], told: Progress) -> dict[str, Any]:
    """Everything of the files folder; says which attachments are not there or are not what they were."""
    damaged, there, size = [], set(), 0
    for number, path in enumerate(_lasting(folder), 1):
        name = path.relative_to(folder).as_posix()
        try:
            with open(path, "rb") as source:
                entry = archive.add(FILES + name, source)
        except FileNotFoundError:
            continue  # cleared away since: only what imports keep for a while ever is
        size += entry["size"]
        if path.parent.name == path.name[:2]:
            there.add(path.stem)
            if ADDRESSED.fullmatch(path.name) and entry["sha256"] != path.name:
                damaged.append(name)
        told("备份附件", number)
    missing = [name for name in wanted if name not in there]
    return {
        "count": len([name for name in archive.entries if name.startswith(FILES)]),
        "bytes": size,
        "missing": missing,
        "damaged": damaged,
    }


def _lasting(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")) if folder.exists() else ():
        if path.is_file() and not path.is_symlink() and not LEFT_OUT.search(path.name):
            yield path


def _add_key(archive: Writing, home: Path, passphrase: str, with_key: bool) -> str:
    key = keys.of_instance(home) if with_key else ""
    if not key:
        return "none"
    if passphrase:
        archive.add(SEALED_KEY, keys.sealed(key, passphrase))
        return "passphrase"
    archive.add(KEY, key.encode())
    return "clear"
