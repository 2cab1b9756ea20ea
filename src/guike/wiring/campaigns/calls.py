"""Many programs that call the API at once, each call answered."""

import http.client
import json
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

#: Asked for more often than any real program may.
UNLIMITED = {"GUIKE_API_PER_MINUTE": "10000000"}


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    body: dict[str, Any]
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Answer:
    """Status (0: none came) and what was said."""

    status: int
    said: dict[str, Any]


def unlimited() -> None:
    """For the servers that this process starts from here on."""
    os.environ.update(UNLIMITED)


def made(port: int, key: str, calls: Sequence[Call], at_once: int) -> list[Answer]:
    """All calls, so many at once; the answers in their order."""
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda call: _one(port, key, call), calls))


def _one(port: int, key: str, call: Call) -> Answer:
    asking = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    try:
        asking.request(
            call.method, f"/api/v1{call.path}", json.dumps(call.body),
            {"Authorization": f"Bearer {key}", "Content-Type": "application/json", **call.headers},
        )  # fmt: skip
        answer = asking.getresponse()
        return Answer(answer.status, json.loads(answer.read() or b"{}"))
    except (OSError, ValueError, http.client.HTTPException):
        return Answer(0, {})
    finally:
        asking.close()
