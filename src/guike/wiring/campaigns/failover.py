"""A synchronous pair of PostgreSQL servers whose primary dies under load: nothing acknowledged is lost, nobody restarts Guike (PLT-11)."""

import os
import random
import statistics
import sys
import time
from pathlib import Path

from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns.living import Living, patiently
from guike.wiring.campaigns.pair import Pair
from guike.wiring.campaigns.writers import Writers, judged, key

NAME = "failover"
WHAT = "同步主备下主库在负载中死掉：备库接上，确认过的一条不丢，程序不用重启"
ALONE = True
COUNTS = {"short": 2, "full": 20}
WITHIN = 30.0
PATIENCE = 180.0
CONTROL = 4


def run(size: str, seed: int) -> Outcome:
    """The pair changes places again and again; an asynchronous pair is the control."""
    chance, outcome = random.Random(f"failover {seed}"), Outcome()  # noqa: S311 - repeatable by seed
    folder = Path(os.environ["GUIKE_HOME"]).parent
    folder.chmod(0o711)
    with Pair(folder / "pair") as pair:
        environment = {"DATABASE_URL": pair.url, "GUIKE_UPGRADE_SNAPSHOT": "0"}
        with Living(folder / "live", environment) as instance:
            _use(pair.url)
            outcome.failures, took, acknowledged = _changes(instance, pair, counted(COUNTS, size), chance)
            pair.synchronous, outcome.controls = False, 1
            pair.follow()
            lost, _took, _count = _changes(instance, pair, CONTROL, chance)
    outcome.cases = len(took)
    outcome.details = {
        "acknowledged": acknowledged,
        "seconds": {"median": round(statistics.median(took), 1), "max": round(max(took), 1)},
        "asynchronous": [problem for problem in lost if "没有了" in problem],
    }
    outcome.controls_failed_as_they_should = int(bool(outcome.details["asynchronous"]))
    return outcome


def _changes(instance: Living, pair: Pair, count: int, chance: random.Random) -> tuple[list[str], list[float], int]:
    """Problems, seconds until a new write was acknowledged after each death, and how many writes were."""
    problems: list[str] = []
    took: list[float] = []
    with Writers([instance.port], patiently(key), f"F{chance.randrange(10**6)}-", chance) as writers:
        for number in range(count):
            time.sleep(1 + chance.random() * 2)
            died = pair.fail_over(0.3 + chance.random() * 0.5)
            writers.add(f"{writers.prefix}probe-{number}", lambda died=died: time.monotonic() - died > PATIENCE)  # type: ignore[misc]
            took.append(time.monotonic() - died)
            print(f"{number + 1}/{count} {took[-1]:.1f} 秒，已确认 {len(writers.acked)}", file=sys.stderr, flush=True)
            if took[-1] > WITHIN:
                problems.append(f"第 {number + 1} 次过了 {took[-1]:.1f} 秒才回来")
            pair.attach()
    problems += patiently(lambda: judged(pair.url, writers))
    if instance.status("/login/") != 200:
        problems.append("网页没有回来")
    return problems, took, len(writers.acked)


def _use(url: str) -> None:
    """This process's own connection goes to the pair as well."""
    from django.db import connection

    from guike.wiring.settings import database

    connection.close()
    connection.settings_dict.update(database(url))
