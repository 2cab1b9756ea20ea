"""Races: many requests that reach a real server of four processes at the same moment; the right number of them may win.

A race is a `Race` registered by a module of this folder (found by itself): `prepare` makes the company and says what is fired,
`judge` looks at the answers and the database and names what went wrong. The same race with its guard taken away is the control.
"""

import random
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from django.db import connection

from guike.wiring.campaigns import Outcome, counted
from guike.wiring.campaigns.races.volley import Answer, Shot, fire
from guike.wiring.campaigns.server import serving

NAME = "races"
WHAT = "同一时刻的抢占：公海领取、客户数上限、线索接收、一步审批"
COUNTS = {"short": 50, "full": 1000}
#: So many are enough to see that a race without its guard is lost.
CONTROL = 100


@dataclass(frozen=True)
class Fixture:
    """What is fired, and what `judge` needs to know of the company it was prepared in."""

    shots: Sequence[Shot]
    known: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Race:
    """`prepare(count, random)`; `judge(fixture, answers)` gives the violations in words; `without` ("module:function") takes the guard away."""

    code: str
    label: str
    prepare: Callable[[int, random.Random], Fixture]
    judge: Callable[[Fixture, Sequence[Answer]], list[str]]
    without: str


_races: dict[str, Race] = {}


def linger() -> None:
    """In a control, between the look and the write: long enough for another to pass, on however busy a machine."""
    time.sleep(0.1)


def register(race: Race) -> None:
    """Called by each module of this folder."""
    _races[race.code] = race


def races() -> list[Race]:
    """All races, in the order of their codes."""
    for found in iter_modules(__path__):
        import_module(f"{__name__}.{found.name}")
    return [_races[code] for code in sorted(_races)]


def run(size: str, seed: int) -> Outcome:
    """Every race once with its guard and once without."""
    outcome, count = Outcome(), counted(COUNTS, size)
    with serving() as port:
        for race in races():
            violations, told = _run(race, count, seed, port)
            outcome.cases += told["shots"]
            outcome.failures += [f"{race.label}：{one}" for one in violations]
            outcome.details[race.code] = told
    with serving(*dict.fromkeys(race.without for race in races())) as port:
        for race in races():
            violations, told = _run(race, min(count, CONTROL), seed, port)
            outcome.controls += 1
            outcome.controls_failed_as_they_should += bool(violations)
            outcome.details[f"{race.code} without guard"] = {**told, "violations": violations[:3]}
    return outcome


def _run(race: Race, count: int, seed: int, port: int) -> tuple[list[str], dict[str, Any]]:
    fixture = race.prepare(count, random.Random(f"{race.code} {seed}"))  # noqa: S311 — repeatable by seed
    connection.close()
    print(f"{race.label}：{len(fixture.shots)} 个同时到", file=sys.stderr, flush=True)
    answers, seconds = fire(port, fixture.shots)
    violations = race.judge(fixture, answers)
    if any(answer.turned_away for answer in answers):
        raise RuntimeError("sessions do not hold: nothing was raced")
    broken = sorted({answer.status for answer in answers if answer.status >= 500 or answer.status == 0})
    if broken:
        violations.append(f"{sum(answer.status in broken for answer in answers)} 个请求没有好好回答：{broken}")
    won = sum(answer.won for answer in answers)
    return violations, {"shots": len(answers), "won": won, "seconds": round(seconds, 2)}
