"""Backups taken while programs write, each restored and compared; a plain copy of the data folder as the control (PLT-11)."""

import os
import random
import shutil
import statistics
import sys
import threading
import time
from pathlib import Path

import psycopg
from psycopg import sql

from guike.launcher import pg_server
from guike.launcher.messages import Stop
from guike.launcher.postgres import Cluster
from guike.platform.backups import archive, content
from guike.platform.backups.restoring import fill
from guike.platform.backups.taking import take
from guike.platform.backups.verifying import SCRATCH, verify
from guike.wiring.bench import database
from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns.living import Living
from guike.wiring.campaigns.writers import Writers, judged, key

NAME = "backup"
WHAT = "带着负载备份，每份恢复出来逐表核对；对照是直接复制数据文件夹"
ALONE = True
COUNTS = {"short": 3, "full": 50}
CONTROL = 6
SIZE = 30_000  # bytes of an attachment


def run(size: str, seed: int) -> Outcome:
    chance, outcome = random.Random(f"backup {seed}"), Outcome()  # noqa: S311 - repeatable by seed
    home = Path(os.environ["GUIKE_HOME"])
    scratch = Cluster(home.parent / "scratch", SCRATCH)
    with Living(home) as instance:
        server = scratch.acquire()
        try:
            with Writers([instance.port], key(), f"B{chance.randrange(10**6)}-", chance) as writers:
                _backups(instance, server, writers, size, chance, outcome)
                outcome.controls = 1
                outcome.controls_failed_as_they_should = int(_copies(instance, writers, home.parent, outcome))
        finally:
            scratch.release()
    return outcome


def _backups(instance: Living, server: str, writers: Writers, size: str, chance: random.Random, outcome: Outcome) -> None:
    seconds, sizes, count = [], [], counted(COUNTS, size)
    for number in range(count):
        _attach(instance.home, chance)
        time.sleep(chance.random())
        path = instance.home.parent / f"{number}.guike"
        before = set(writers.acked)
        told = take(path, instance.url, instance.home)
        seconds.append(told["seconds"])
        sizes.append(told["bytes"])
        problems = _restored(path, server, number, before, writers)
        if number == 0 and size in COUNTS:
            problems += verify(path)["problems"]  # the whole way, `guike check` included
        outcome.failures += [f"第 {number + 1} 份：{problem}" for problem in problems]
        outcome.cases += 1
        print(f"{number + 1}/{count} {told['rows']} 行，{told['seconds']} 秒，已确认 {len(writers.acked)}", file=sys.stderr, flush=True)
        path.unlink()
    outcome.details = {"acknowledged": len(writers.acked), "seconds": round(statistics.median(seconds), 1), "bytes": max(sizes)}


def _attach(home: Path, chance: random.Random) -> None:
    """An upload, written as the program does: its bytes, then its row."""
    from django.core.files.uploadedfile import SimpleUploadedFile

    from guike.platform import files
    from guike.platform.access import SYSTEM

    files.attach(SimpleUploadedFile("合同.pdf", chance.randbytes(SIZE), "application/pdf"), "customer", 1, actor=SYSTEM)


def _restored(path: Path, server: str, number: int, before: set[str], writers: Writers) -> list[str]:
    """What a restore of it lacks: anything it counted, anything acknowledged before it began, anything whole."""
    name = f"restored_{number}"
    url = database.make(server, name, fresh=True)
    try:
        with archive.reading(path) as opened:
            fill(opened, url, lambda _what, _n: None)
            with psycopg.connect(url) as connection:
                problems = content.differences(opened.manifest["tables"], content.measured(connection)) + content.sequences_behind(
                    connection
                )
                wanted = content.attachments(connection)
            problems += [f"附件 {one} 不在备份里" for one in wanted if f"files/{one[:2]}/{one}" not in opened.names]
        return problems + _whole(url, before, writers)
    except Stop as problem:
        return [str(problem)]
    finally:
        database.drop(server, name)


def _whole(url: str, before: set[str], writers: Writers) -> list[str]:
    """Acknowledged before the moment of the backup and not in it; a customer without its number's counter, its history or the reverse."""
    past = Writers(writers.ports, "", writers.prefix, random.Random(0))  # noqa: S311
    past.acked, past.sent = dict.fromkeys(before, 0.0), set(writers.sent)
    problems = judged(url, past)
    with psycopg.connect(url) as connection:
        row = connection.execute(
            "SELECT (SELECT count(*) FROM customers_customer), (SELECT count(DISTINCT pgh_obj_id) FROM customers_customerevent WHERE pgh_label = 'insert')"
        ).fetchone()
    if row and row[0] != row[1]:
        problems.append(f"客户 {row[0]} 家，有新建记录的 {row[1]} 家")
    return problems


# --- the control -----------------------------------------------------------------------------------------------------------


def _copies(instance: Living, writers: Writers, folder: Path, outcome: Outcome) -> bool:
    """`cp -r` of the running data folder, as people do it: sooner or later a copy does not stand up to the same questions."""
    for number in range(CONTROL):
        target = folder / f"copy{number}"
        before = set(writers.acked)
        _copied(instance, target / "data")
        found = _asked(target, before, writers)
        shutil.rmtree(target, ignore_errors=True)
        if found:
            outcome.details["plain copy"] = {"copies": number + 1, "problems": found[:3]}
            return True
    return False


def _copied(instance: Living, target: Path) -> None:
    """File after file while the server writes and, as it does every few minutes, checkpoints."""
    stop = threading.Event()
    superuser = instance.url.replace("postgres://guike@", f"postgres://{pg_server.SUPERUSER}@")

    def checkpoints() -> None:
        with psycopg.connect(superuser, autocommit=True) as connection:
            while not stop.is_set():
                connection.execute("SELECT pg_switch_wal()")
                connection.execute("CHECKPOINT")
                time.sleep(0.2)

    thread = threading.Thread(target=checkpoints, daemon=True)
    thread.start()
    try:
        shutil.copytree(
            instance.cluster.data, target, copy_function=_slow_copy, ignore=shutil.ignore_patterns("postmaster.pid", ".s.PGSQL*")
        )
    except shutil.Error:
        pass  # files that went away meanwhile: cp only grumbles, too
    finally:
        stop.set()
        thread.join()
    target.chmod(0o700)
    if os.geteuid() == 0:
        for path in [target, *target.rglob("*")]:
            os.chown(path, pg_server.account().uid, pg_server.account().gid)


def _slow_copy(source: str, target: str) -> None:
    """A larger database takes its time; ours is small."""
    shutil.copy2(source, target)
    time.sleep(0.002)


def _asked(folder: Path, before: set[str], writers: Writers) -> list[str]:
    cluster = Cluster(folder, SCRATCH)
    try:
        url = cluster.acquire()
    except Stop:
        return ["起不来"]
    try:
        superuser = url.replace("postgres://guike@", f"postgres://{pg_server.SUPERUSER}@")
        return _damage(superuser) + _whole(url, before, writers)
    except psycopg.Error as problem:
        return [f"读不出来：{str(problem).splitlines()[0]}"]
    finally:
        cluster.release()


def _damage(url: str) -> list[str]:
    """Every index against its table, every page read (amcheck)."""
    problems: list[str] = []
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS amcheck")
        names = connection.execute(
            "SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid JOIN pg_am a ON a.oid = c.relam"
            " WHERE a.amname = 'btree' AND c.relnamespace = 'public'::regnamespace AND i.indisvalid"
        ).fetchall()
        for (name,) in names:
            try:
                connection.execute(sql.SQL("SELECT bt_index_check({}::regclass, true)").format(sql.Literal(f'public."{name}"')))
            except psycopg.Error as problem:
                problems.append(f"索引 {name} 坏了：{str(problem).splitlines()[0]}")
    return problems
