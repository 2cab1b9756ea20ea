"""PRF-7 and PRF-9: the search box through all of Django, and how many list pages the real server gives to 16 at once."""

import http.client
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.test import Client

from guike.customers.selectors import list_rows
from guike.wiring.bench import Figure, Size
from guike.wiring.bench.measure import milliseconds, percentile, queries, real_time, viewer
from guike.wiring.bench.pages import client
from guike.wiring.bench.starting import free_port

SEARCH = "/search/?q="
ROUNDS = 10
CLIENTS = 16
SECONDS = 10
LISTS = ("/customers/?view=all", "/customers/?view=all&sort=-purchases", "/customers/?view=all&f.grade=A", "/customers/?view=silent")


def searching(size: Size) -> list[Figure]:
    """PRF-7: what people type into the box (parts of names, initials, numbers, phones), by one who sees all and by a salesperson."""
    words = _words(size)
    times: dict[str, list[float]] = {}
    asked = 0
    for login in ("marketing", "seller"):
        who = client(login)
        for word in words:
            look = partial(_look, who, word)
            look()
            times[f"{login} {word}"] = [milliseconds(look) for _round in range(ROUNDS)]
            asked = max(asked, queries(look))
    every = [each for found in times.values() for each in found]
    slowest = sorted(((percentile(found, 0.95), word) for word, found in times.items()), reverse=True)[:6]
    detail = {"p50": percentile(every, 0.5), "words": words, "slowest": [{"p95": p95, "word": word} for p95, word in slowest]}
    return [Figure("PRF-7", "search box, p95", percentile(every, 0.95), "ms", 20, asked, detail)]


def _words(size: Size) -> list[str]:
    """Parts of one customer in the middle, and words that many share or nobody has."""
    one = list_rows(viewer("marketing")).filter(pk__gte=size.customers // 2).order_by("pk")[0]
    return [one.name[:4], one.name[2:4], one.initials[:2], one.initials[:4], one.phone, one.phone[-4:], one.number, "阀门", "温州恒达", "查无此人"]


def _look(who: Client, word: str) -> None:
    answer = who.get(SEARCH + quote(word), headers={"HX-Request": "true", "HX-Target": "gk-palette-results"})
    if answer.status_code != 200:
        raise RuntimeError(f"the search for {word} answered {answer.status_code}")


def throughput(size: Size) -> list[Figure]:
    """PRF-9: 16 clients that ask for list pages one after the other over kept connections. They share the cores with the server."""
    with real_time():
        cookie = f"{settings.SESSION_COOKIE_NAME}={client('marketing').cookies[settings.SESSION_COOKIE_NAME].value}"
    with _server() as port:
        _ask(port, cookie, time.monotonic() + 2)
        times: list[float] = []
        begun = time.monotonic()
        crowd = [threading.Thread(target=lambda: times.extend(_ask(port, cookie, begun + SECONDS))) for _client in range(CLIENTS)]
        for one in crowd:
            one.start()
        for one in crowd:
            one.join()
        seconds = time.monotonic() - begun
    detail = {"clients": CLIENTS, "answers": len(times), "p50_ms": percentile(times, 0.5), "p95_ms": percentile(times, 0.95)}
    return [Figure("PRF-9", "list pages a second, 16 clients", round(len(times) / seconds), "1/s", 200, None, detail)]


def _ask(port: int, cookie: str, until: float) -> list[float]:
    """Ask for lists in turns until then; how long each took, in ms."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    times: list[float] = []
    while (begun := time.monotonic()) < until:
        line.request("GET", LISTS[len(times) % len(LISTS)], headers={"Cookie": cookie})
        answer = line.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"the list answered {answer.status}")
        times.append((time.monotonic() - begun) * 1000)
    line.close()
    return times


@contextmanager
def _server() -> Iterator[int]:
    """The web server as `guike up` runs it, on the bench's database."""
    port = free_port()
    environment = {**os.environ, "GUIKE_SUPERVISOR": str(os.getpid()), "GUIKE_SECRET_KEY": settings.SECRET_KEY}
    process = subprocess.Popen([sys.executable, "-m", "guike.launcher.web", "127.0.0.1", str(port)], env=environment, stdout=subprocess.DEVNULL)
    try:
        _wait(port, process)
        yield port
    finally:
        process.terminate()
        process.wait(timeout=30)


def _wait(port: int, process: subprocess.Popen[Any], patience: float = 60) -> None:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline and process.poll() is None:
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            line.request("GET", "/login/")
            if line.getresponse().status == 200:
                return
        except OSError:
            time.sleep(0.05)
        finally:
            line.close()
    raise RuntimeError("the web server showed no page")
