"""Programs that write through the API as an ERP would: what was not acknowledged is sent again with the same `Idempotency-Key`."""

import http.client
import json
import random
import secrets
import threading
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

PAUSE = 0.05
AT_ONCE = 6


def key() -> str:
    """A key that may add and change customers, of a sales manager made for it, in the database of this process."""
    from guike.organisation.selectors import viewer_of_person
    from guike.platform.api import keys, scopes
    from guike.wiring.campaigns.races import cast

    person = cast.people(1, cast.department(f"接口{secrets.token_hex(2)}-"), "sales_manager")[0].person_id
    viewer = viewer_of_person(person)
    if viewer is None:
        raise LookupError(person)
    return keys.make_key("ERP", list(scopes.known()), actor=replace(viewer, is_system=True), unmetered=True)[1]


@dataclass
class Writers:
    """So many threads that add customers until they are stopped. `acked`: names acknowledged, and when; `sent`: all that were tried."""

    ports: list[int]
    key: str
    prefix: str
    chance: random.Random
    acked: dict[str, float] = field(default_factory=dict)
    sent: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    retries: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    _stop: threading.Event = field(default_factory=threading.Event)
    _threads: list[threading.Thread] = field(default_factory=list)

    def __enter__(self) -> "Writers":
        for number in range(AT_ONCE):
            thread = threading.Thread(target=self._write, args=(number, random.Random(f"{self.chance.random()}")), daemon=True)  # noqa: S311
            thread.start()
            self._threads.append(thread)
        return self

    def __exit__(self, *_problem: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(120)

    def _write(self, number: int, chance: random.Random) -> None:
        count = 0
        while not self._stop.is_set():
            count += 1
            self.add(f"{self.prefix}{number}-{count}-{chance.randrange(16**6):06x}", self._stop.is_set)

    def add(self, name: str, given_up: Any = lambda: False) -> bool:
        """Send one until it is acknowledged; False when it was refused or given up."""
        self.sent.add(name)
        while True:
            status, said = self._post(name)
            self.statuses[status] += 1
            if status == 201:
                self.acked[name] = time.monotonic()
                return True
            if 400 <= status < 500 and status not in (408, 409, 429):
                self.refused.append(f"{name}: {status} {said[:200]}")
                return False
            if given_up():
                return False
            self.retries += 1
            time.sleep(PAUSE)

    def _post(self, name: str) -> tuple[int, str]:
        asking = http.client.HTTPConnection("127.0.0.1", self.chance.choice(self.ports), timeout=30)
        headers = {"Authorization": f"Bearer {self.key}", "Idempotency-Key": name, "Content-Type": "application/json"}
        try:
            asking.request("POST", "/api/v1/customers", json.dumps({"name": name}), headers)
            answer = asking.getresponse()
            return answer.status, answer.read().decode(errors="replace")
        except (OSError, http.client.HTTPException):
            return 0, ""
        finally:
            asking.close()


def judged(url: str, writers: Writers) -> list[str]:
    """What the database says otherwise than the answers did."""
    import psycopg

    with psycopg.connect(url) as connection:
        rows = connection.execute(
            "SELECT name, count(*) FROM customers_customer WHERE name LIKE %s GROUP BY 1", [f"{writers.prefix}%"]
        ).fetchall()
        (made, last) = connection.execute(
            "SELECT (SELECT count(*) FROM customers_customer), (SELECT coalesce(sum(c.last), 0) FROM platform_numbercounter c"
            " JOIN platform_numberseries s ON s.id = c.series_id WHERE s.code = 'customer')"
        ).fetchone() or (0, 0)
    found: dict[str, int] = dict(rows)
    lost = [name for name in writers.acked if name not in found]
    twice = [name for name, count in found.items() if count > 1]
    problems = [f"{len(lost)} 条确认过的写入没有了，如 {lost[0]}"] if lost else []
    problems += [f"{len(twice)} 条写了两次，如 {twice[0]}"] if twice else []
    problems += [f"{len(set(found) - writers.sent)} 条没人写过"] if set(found) - writers.sent else []
    problems += [f"客户 {made} 家，编号发到 {last}"] if made != last else []
    problems += [f"{writers.statuses[500]} 次回答 500，应当是 503"] if writers.statuses[500] else []
    return problems + [f"不该拒绝：{one}" for one in writers.refused[:3]]
