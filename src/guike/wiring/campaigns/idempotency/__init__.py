"""Repeated calls of the API: every `Idempotency-Key` is sent several times at once while the server is killed again and again.

Each key must have one effect and one answer, and every acknowledged answer must be found in the books. Without the guard (the control)
the same calls make doubles.
"""

import http.client
import json
import os
import random
import signal
import sys
import time
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

from django.apps import apps
from django.db import connection

from guike.platform.api import keys
from guike.wiring.campaigns import Outcome
from guike.wiring.campaigns.calls import unlimited
from guike.wiring.campaigns.races import cast
from guike.wiring.campaigns.server import free_port, started, wait

NAME = "idempotency"
WHAT = "接口重发：同一个 Idempotency-Key 同时发几次，其间反复 kill -9，只办一次"
#: Calls sent, among them every key `TIMES` times, and how often the server is killed meanwhile.
COUNTS = {"short": (100, 2), "full": (1000, 10)}
TIMES, WRITERS = 4, 16
PATIENCE = 600  # seconds that a caller goes on asking; a busy machine starts a server in twenty
CONTROL = 60


@dataclass
class Told:
    """What each key was answered: ids of the customers, by key; calls that never got an answer."""

    ids: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    lost: list[str] = field(default_factory=list)
    statuses: Counter[int] = field(default_factory=Counter)


def run(size: str, seed: int) -> Outcome:
    """With the guard and kills in between; then without the guard, and without kills."""
    unlimited()
    calls, kills = COUNTS[size] if size in COUNTS else (int(size), max(2, int(size) // 100))
    text = _key()
    outcome = Outcome()
    violations, told = _volley("guarded", calls, kills, text, seed)
    outcome.cases, outcome.failures, outcome.details["guarded"] = calls, violations, told
    violations, told = _volley("control", min(calls, CONTROL), 0, text, seed, without=f"{__name__}:take_guard_away")
    outcome.controls, outcome.controls_failed_as_they_should = 1, int(bool(violations))
    outcome.details["without guard"] = {**told, "violations": violations[:3]}
    return outcome


def _key() -> str:
    """A key of a clerk with the right to make customers."""
    from guike.organisation.selectors import viewer_for

    [clerk] = cast.people(1, cast.department("接口"), role="clerk")
    _key, text = keys.make_key("campaign", ["customers:write"], actor=viewer_for(clerk))
    return text


def _volley(series: str, calls: int, kills: int, text: str, seed: int, without: str = "") -> tuple[list[str], dict[str, Any]]:
    connection.close()
    tokens = [f"{series}-{seed}-{n}" for n in range(calls // TIMES)]
    shots = tokens * TIMES
    random.Random(seed).shuffle(shots)  # noqa: S311 — repeatable by seed
    port, done, told, begun = free_port(), Event(), Told(), time.monotonic()
    keeper = Thread(target=_keep, args=(port, kills, done, without, begun), daemon=True)
    keeper.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda token: _send(port, token, text, told), shots))
    done.set()
    keeper.join()
    return _judged(tokens, told), {
        "calls": len(shots),
        "kills": kills,
        "statuses": dict(told.statuses),
        "seconds": round(time.monotonic() - begun, 1),
    }


def _keep(port: int, kills: int, done: Event, without: str, begun: float) -> None:
    """Hold a server up, and kill all its processes at once so many times, a moment after it answers."""
    for left in range(kills, -1, -1):
        process = started(port, without)
        try:
            wait(port, process)
            print(f"服务器起来了（{time.monotonic() - begun:.0f} 秒），还要杀 {left} 次", file=sys.stderr, flush=True)
            if done.wait(0.7 if left else None):
                return
        finally:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _send(port: int, token: str, text: str, told: Told) -> None:
    """One call, repeated as a careful program does until somebody answers for good."""
    body = json.dumps({"name": token}).encode()
    headers = {"Authorization": f"Bearer {text}", "Content-Type": "application/json", "Idempotency-Key": token}
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        caller = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        try:
            caller.request("POST", "/api/v1/customers", body, headers)
            answer = caller.getresponse()
            content = answer.read()
        except (OSError, http.client.HTTPException):
            told.statuses[0] += 1
            time.sleep(0.25)
            continue
        finally:
            caller.close()
        told.statuses[answer.status] += 1
        if answer.status == 201:
            told.ids[token].add(json.loads(content)["id"])
            return
        time.sleep(0.1 if answer.status != 429 else 1)
    told.lost.append(token)


def _judged(tokens: list[str], told: Told) -> list[str]:
    """One customer a key, the one that was answered, and nothing acknowledged that is not there."""
    rows = apps.get_model("customers.Customer").objects.filter(name__in=tokens).values_list("name", "pk")
    made: dict[str, set[int]] = defaultdict(set)
    for name, pk in rows:
        made[name].add(pk)
    found = [f"{token} 建了 {len(made[token])} 家客户" for token in tokens if len(made[token]) != 1]
    found += [f"{token} 得到不同的回答 {sorted(told.ids[token])}" for token in tokens if len(told.ids[token]) > 1]
    found += [f"{token} 回答说建了，库里没有" for token in tokens if told.ids[token] - made[token]]
    return found + [f"{token} 一直没有回答" for token in told.lost]


def take_guard_away() -> None:
    """Answer every call anew: how it would be without the guard. Called by the control's server only."""
    from guike.platform.api import idempotency

    idempotency.once = lambda request, key, token, answer: answer()
