"""`kill -9` of every part of a running instance, under load, again and again (08-quality, PLT-08, PLT-11)."""

import csv
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import psycopg

from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns.living import Living, kill, patiently
from guike.wiring.campaigns.writers import Writers, judged, key

NAME = "kill"
WHAT = "带着负载 kill -9 网页、后台任务、数据库：确认过的一条不丢，什么都不做两次，10 秒内自己回来"
ALONE = True
COUNTS = {"short": 10, "full": 300}
KINDS = ("后台任务", "数据库", "网页", "网页总", "连接")
#: Those that may hit an import half-way.
BREAKS_IMPORTS = ("后台任务", "数据库", "连接")
WITHIN = 10.0
IDLE_LOAD = 3.5  # seconds in which two idle cores load the program
PATIENCE = 120.0
IMPORTED = 400
#: Commits that are acknowledged before they are on disk: what must not be.
CARELESS = "ALTER ROLE guike SET synchronous_commit = off"
CONTROL = 12


def run(size: str, seed: int) -> Outcome:
    """One instance for all kills; another, careless one as the control."""
    chance, outcome = random.Random(f"kill {seed}"), Outcome()  # noqa: S311 - repeatable by seed
    home = Path(os.environ["GUIKE_HOME"])
    with Living(home) as instance:
        _kills(instance, counted(COUNTS, size), chance, outcome)
        outcome.controls = 2
        outcome.controls_failed_as_they_should = _careless(instance, chance, outcome) + _doubled_is_seen(instance)
    return outcome


def _kills(instance: Living, count: int, chance: random.Random, outcome: Outcome) -> None:
    took: dict[str, list[float]] = defaultdict(list)
    busy = _busy()
    within = WITHIN * busy
    imports: list[tuple[int, set[str]]] = []
    with Writers([instance.port], patiently(key), f"K{chance.randrange(10**6)}-", chance) as writers:
        for number, kind in enumerate(_order(count, chance)):
            if kind in BREAKS_IMPORTS:
                imports.append(_import(number, chance))
            time.sleep(chance.random() * 1.5)
            seconds = _killed(instance, writers, kind, chance.choice(_victims(instance, kind)), number)
            took[kind].append(seconds)
            outcome.cases += 1
            print(f"{number + 1}/{count} {kind} {seconds:.1f} 秒，已确认 {len(writers.acked)}", file=sys.stderr, flush=True)
            if seconds > within:
                outcome.failures.append(f"第 {number + 1} 次（{kind}）过了 {seconds:.1f} 秒才回来")
    outcome.failures += patiently(lambda: _imports_done(instance, imports)) + patiently(lambda: judged(instance.url, writers))
    outcome.details |= {
        "acknowledged": len(writers.acked),
        "sent_again": writers.retries,
        "statuses": dict(sorted(writers.statuses.items())),
        "imports": len(imports),
        "allowed_seconds": round(within, 1),
        "machine_slower_than_idle": round(busy, 1),
        "seconds": {
            kind: {"median": round(statistics.median(all_), 1), "max": round(max(all_), 1), "kills": len(all_)}
            for kind, all_ in took.items()
        },
    }


def _busy() -> float:
    """How many times slower than an idle machine of two cores this one loads the program now; at least 1.

    Coming back is mostly loading the program: ten seconds are meant for a machine that has nothing else to do.
    """
    begun = time.monotonic()
    subprocess.run([sys.executable, "-W", "ignore", "-c", "from guike.launcher import web; web.preload()"], check=True, capture_output=True)
    return max(1.0, (time.monotonic() - begun) / IDLE_LOAD)


def _victims(instance: Living, kind: str) -> list[int]:
    """Those of a kind, once there are any: the last kill may have taken them along."""
    end = time.monotonic() + PATIENCE
    while not (found := instance.victims(kind)):
        if time.monotonic() > end:
            raise RuntimeError(f"no process of kind {kind} came back")
        time.sleep(0.1)
    return found


def _order(count: int, chance: random.Random) -> Iterator[str]:
    """Every kind as often, in a mixed order."""
    kinds = [KINDS[number % len(KINDS)] for number in range(count)]
    chance.shuffle(kinds)
    return iter(kinds)


def _killed(instance: Living, writers: Writers, kind: str, victim: int, number: int) -> float:
    """Seconds until a new write is acknowledged and, after a worker's death, until another worker's heart beats."""
    begun, moment = time.monotonic(), time.time()
    kill(victim)
    name = f"{writers.prefix}probe-{number}"
    done = writers.add(name, lambda: time.monotonic() - begun > PATIENCE)
    while done and kind == "后台任务" and not instance.heartbeat_since(moment) and time.monotonic() - begun < PATIENCE:
        time.sleep(0.1)
    return time.monotonic() - begun


def _import(number: int, chance: random.Random) -> tuple[int, set[str]]:
    """A file of customers handed to the worker, which is killed while it works on it."""
    from guike.platform.access import SYSTEM
    from guike.platform.errors import Refused
    from guike.platform.imports import services

    names = {f"导入{number}-{row}-{chance.randrange(16**6):06x}厂" for row in range(IMPORTED)}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{number}.csv"
        with path.open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([["客户名称"], *([name] for name in sorted(names))])
        kind = services.kind_named("customers")
        run = patiently(lambda: services.take(path, path.name, kind, actor=SYSTEM, own=False))
    with suppress(Refused):  # begun the first time already: only the word of it was lost
        patiently(lambda: services.start(run, actor=SYSTEM))
    return run.pk, names


def _imports_done(instance: Living, imports: list[tuple[int, set[str]]]) -> list[str]:
    """Every import is done in the end, each of its rows once."""
    end, problems = time.monotonic() + PATIENCE * 2, []
    with psycopg.connect(instance.url, autocommit=True) as connection:
        for pk, names in imports:
            while (state := _state(connection, pk)) not in ("done", "failed", "refused") and time.monotonic() < end:
                time.sleep(0.5)
            found = connection.execute(
                "SELECT name, count(*) FROM customers_customer WHERE name = ANY(%s) GROUP BY 1", [list(names)]
            ).fetchall()
            if state != "done" or len(found) != len(names) or any(count > 1 for _name, count in found):
                problems.append(
                    f"导入 {pk}：{state}，{len(names)} 行里有 {len(found)} 家，最多重复 {max([n for _, n in found], default=0)} 次"
                )
    return problems


def _state(connection: psycopg.Connection, pk: int) -> Any:
    row = connection.execute("SELECT state FROM imports_importrun WHERE id = %s", [pk]).fetchone()
    return row[0] if row else None


# --- controls --------------------------------------------------------------------------------------------------------------


def _doubled_is_seen(instance: Living) -> bool:
    """A write that happened twice, made by hand: the judge must say so."""
    fake = Writers([instance.port], "", "D-", random.Random(0))  # noqa: S311
    fake.sent = {"D-1"}
    with psycopg.connect(instance.url) as connection:
        columns = [
            name
            for (name,) in connection.execute(
                "SELECT column_name FROM information_schema.columns WHERE table_name = 'customers_customer' AND is_generated = 'NEVER'"
                " AND column_name NOT IN ('id', 'number', 'name')"
            )
        ]
        listed = ", ".join(f'"{name}"' for name in columns)
        for number in ("D-1", "D-2"):
            connection.execute(
                f"INSERT INTO customers_customer (number, name, {listed}) SELECT '{number}', 'D-1', {listed} FROM customers_customer LIMIT 1"  # noqa: S608
            )
    return any("写了两次" in problem for problem in judged(instance.url, fake))


def _told(url: str, statement: str) -> None:
    with psycopg.connect(url) as connection:
        connection.execute(statement)


def _careless(instance: Living, chance: random.Random, outcome: Outcome) -> bool:
    """The same kills where the database acknowledges before it has written: something acknowledged must be lost."""
    patiently(lambda: _told(instance.url, CARELESS))
    for number in range(CONTROL):
        with Writers([instance.port], patiently(key), f"C{number}{chance.randrange(10**6)}-", chance) as writers:
            time.sleep(2 + chance.random())
            victims = instance.victims("连接")
            if victims:
                kill(chance.choice(victims))
            writers.add(f"{writers.prefix}probe")
        found = patiently(lambda past=writers: judged(instance.url, past))  # type: ignore[misc]
        lost = [one for one in found if "没有了" in one]
        if lost:
            outcome.details["without durable commits"] = lost
            return True
    return False
