"""A backup becomes an instance again: all of it or nothing (PLT-11)."""

import os
import shutil
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, cast

import psycopg

from guike.launcher.messages import Stop
from guike.platform.backups import content, keys, programs
from guike.platform.backups.archive import DUMP, FILES, KEY, PIECE, SEALED_KEY, Progress, Reading, reading
from guike.platform.backups.taking import files_folder, summary

#: pg_restore of 17 and later says it to older servers too, which do not know it.
UNKNOWN_TO_OLDER = b"SET transaction_timeout = 0;\n"
CLEARED = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
#: Nobody is signed in any more; what a worker had in hand is queued again; that worker's heart beats no longer; the backup
#: that this comes from was under way when it was taken.
SETTLED = """
SET LOCAL search_path = public, pg_catalog;
DO $$ BEGIN
  IF to_regclass('public.organisation_session') IS NOT NULL THEN DELETE FROM public.organisation_session; END IF;
  IF to_regclass('public.django_session') IS NOT NULL THEN DELETE FROM public.django_session; END IF;
  IF to_regclass('public.procrastinate_jobs') IS NOT NULL THEN
    UPDATE public.procrastinate_jobs SET status = 'todo', worker_id = NULL WHERE status = 'doing';
    DELETE FROM public.procrastinate_workers;
  END IF;
  IF to_regclass('public.operations_backup') IS NOT NULL THEN
    DELETE FROM public.operations_backup WHERE state = 'running';
  END IF;
END $$;
"""


def restore(
    path: Path,
    url: str,
    home: Path,
    *,
    force: bool = False,
    passphrase: str = "",
    with_key: bool = True,
    told: Progress = lambda _what, _n: None,
) -> dict[str, Any]:
    """Put the backup into the database at `url` and the folder `home`; returns what was restored.

    Refuses a damaged or foreign file, one of a newer program, a database that holds anything (without `force`) or that others
    are connected to. The database is filled in one transaction; files and key come beside it before that commits.
    """
    begun = time.monotonic()
    with reading(path, told) as archive:
        _require_known(archive)
        key = _key(archive, passphrase, with_key)
        with programs.connected(url, autocommit=True) as connection:
            full = bool(content.tables(connection))
            if full and not force:
                raise Stop(
                    "这个实例里已有数据，不会覆盖。恢复到空的实例（--home 新文件夹），或加 --force：先给现有数据留一份快照，再恢复。"
                )
            _require_alone(connection)
        _place_files(archive, files_folder(home), told)
        fill(archive, url, told, before=CLEARED if full else "", after=SETTLED)
        if key:
            keys.write(home, key)
        told_of = summary(path, archive.manifest)
    return told_of | {
        "seconds": round(time.monotonic() - begun, 1),
        "replaced": full,
        "key_restored": bool(key),
        "key_differs": _differs(key),
    }


def _differs(key: str) -> bool:
    """The environment's key wins over the file's: sealed things stay unreadable until it is the backup's."""
    named = os.environ.get("GUIKE_SECRET_KEY")
    return bool(named and key and named != key)


def _require_known(archive: Reading) -> None:
    """A database ahead of this program cannot be used by it."""
    unknown = [f"{app}.{name}" for app, names in archive.manifest["migrations"].items() for name in names if not _has_migration(app, name)]
    if unknown:
        raise Stop(f"{archive.path} 是更新的程序（{archive.manifest['program']}）做的备份，这一版没有 {unknown[0]}。先升级程序，再恢复。")


def _has_migration(app: str, name: str) -> bool:
    """Known to this program, or of an app that it no longer has (its tables are left alone)."""
    known = known_migrations()
    return app not in known or name in known[app]


def known_migrations() -> dict[str, set[str]]:
    """App → names, from the program's own files."""
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(None, ignore_no_migrations=True)
    found: dict[str, set[str]] = {}
    for app, name in loader.disk_migrations or ():
        found.setdefault(app, set()).add(name)
    for migration in (loader.disk_migrations or {}).values():
        for app, name in migration.replaces:
            found.setdefault(app, set()).add(name)
    return found


def _key(archive: Reading, passphrase: str, with_key: bool) -> str:
    if not with_key:
        return ""
    if KEY in archive.names:
        return archive.read(KEY).decode()
    if SEALED_KEY not in archive.names:
        return ""
    if not passphrase:
        raise Stop(
            "备份里的密钥加了口令。用 --passphrase-file 文件 或环境变量 GUIKE_BACKUP_PASSPHRASE 给出口令，或用 --without-key 不要密钥。"
        )
    return keys.unsealed(archive.read(SEALED_KEY), passphrase)


def _require_alone(connection: psycopg.Connection) -> None:
    """Whoever is connected would write between what is old and what is new."""
    row = connection.execute(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    ).fetchone()
    if row and row[0]:
        raise Stop(f"还有 {row[0]} 个连接在用这个数据库。先停下网页和后台任务（所有主机上的），再恢复。")


def _place_files(archive: Reading, folder: Path, told: Progress) -> None:
    """Bytes are named by what they are: those that are there already need not be written, and none is in the way."""
    for number, name in enumerate(sorted(name for name in archive.names if name.startswith(FILES)), 1):
        target = (folder / name.removeprefix(FILES)).resolve()
        if not target.is_relative_to(folder.resolve()):
            raise Stop(f"{archive.path} 里有不该有的文件名「{name}」")
        if not target.exists() or target.stat().st_size != archive.manifest["entries"][name]["size"]:
            target.parent.mkdir(parents=True, exist_ok=True)
            partial = target.with_name(f"{target.name}.partial")
            with archive.open(name) as source, open(partial, "wb") as out:
                shutil.copyfileobj(source, out, PIECE)
            partial.replace(target)
        told("恢复附件", number)


def fill(archive: Reading, url: str, told: Progress, *, before: str = "", after: str = "") -> None:
    """pg_restore's statements through psql in one transaction, between `before` and `after`. Raises Stop with the server's words."""
    with programs.connected(url) as connection:
        newest = max(archive.manifest["database"]["major"], programs.server_major(connection))
    tools = programs.program("pg_restore", newest).parent
    with tempfile.TemporaryFile() as words:
        make = subprocess.Popen(
            [tools / "pg_restore", "-f", "-", "--no-owner", "--no-privileges", "--no-comments"],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=words, cwd="/",
        )  # fmt: skip
        quiet = ("-X", "-q", "-v", "ON_ERROR_STOP=1", "-f", "-")
        run = programs.started(tools / "psql", url, *quiet, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=words)
        script, statements = cast("IO[bytes]", make.stdout), cast("IO[bytes]", run.stdin)
        feeding = threading.Thread(target=_feed, args=(archive, make.stdin), daemon=True)
        feeding.start()
        try:
            done = _sent(make, script, statements, (before, after), told) and run.wait() == 0
        finally:
            run.kill()  # without COMMIT nothing has happened
            make.kill()
            script.close()
            run.wait()
            feeding.join()
        if not done:
            words.seek(0)
            raise Stop(f"数据库没有恢复，什么都没有改：\n{_last_words(words.read())}")


def _sent(make: subprocess.Popen, script: IO[bytes], statements: IO[bytes], around: tuple[str, str], told: Progress) -> bool:
    """Everything went to psql, COMMIT the last, and only once pg_restore says that it has given all there was."""
    before, after = around
    try:
        with statements:
            statements.write(f"BEGIN;\nSET LOCAL lock_timeout = '10s';\n{before}".encode())
            size = 0
            for piece in _pieces(script):
                statements.write(piece)
                size += len(piece)
                told("恢复数据库", size)
            if make.wait() == 0:
                statements.write(f"\n{after}\nCOMMIT;\n".encode())
                return True
    except BrokenPipeError:
        pass  # psql ended; why stands in its words
    return False


def _feed(archive: Reading, stdin: IO[bytes]) -> None:
    try:
        with archive.open(DUMP) as dump, stdin:
            shutil.copyfileobj(dump, stdin, PIECE)
    except BrokenPipeError:
        return  # pg_restore ended; why stands in its words


def _pieces(script: IO[bytes]) -> Iterator[bytes]:
    """The script, without the one setting in its head that older servers refuse."""
    head = b""
    while b"client_encoding" not in head and len(head) < PIECE:
        piece = script.read(4096)
        if not piece:
            break
        head += piece
    yield head.replace(UNKNOWN_TO_OLDER, b"")
    yield from iter(lambda: script.read(PIECE), b"")


def _last_words(said: bytes) -> str:
    return "\n".join(said.decode(errors="replace").strip().splitlines()[-6:])
