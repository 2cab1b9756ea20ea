"""A plugin of pytest that runs the chosen tests once as they are, then once per mutant in a fork that ends at the first failure."""

import json
import os
import random
import signal
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol

from guike.wiring.campaigns._mutants import Mutant, apply, mutants

#: Processor seconds, and seconds on the clock: a mutant that takes longer went round in circles or waits for ever, which is noticed.
PATIENCE, AT_MOST = 60, 900
NOTICED, SURVIVED, NOT_MADE = 1, 0, 3
WORDS = {SURVIVED: "survived", NOT_MADE: "not made"}


def pytest_addoption(parser: Any) -> None:
    parser.addoption("--mutate", action="append", default=[], help="a module")
    parser.addoption("--mutants", type=int, default=0, help="how many, 0 = all")
    parser.addoption("--mutation-seed", type=int, default=0)
    parser.addoption("--mutation-report", default="mutation.json")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool:
    option, items = session.config.option, session.items
    if not items or not _all_pass(items):
        raise pytest.UsageError("the tests fail as they are")
    chosen = [one for name in option.mutate for one in mutants(name)]
    if option.mutants and option.mutants < len(chosen):
        chosen = sorted(random.Random(option.mutation_seed).sample(chosen, option.mutants), key=str)  # noqa: S311 - repeatable
    if _in_a_fork(items, None) != SURVIVED:
        raise pytest.UsageError("the tests fail in a fork as they are: every mutant would seem noticed")
    told: dict[str, Any] = {"untouched": True, "noticed": 0, "not_made": 0, "survived": []}
    for number, mutant in enumerate(chosen, 1):
        end = _in_a_fork(items, mutant)
        told["noticed"] += end not in (SURVIVED, NOT_MADE)
        told["not_made"] += end == NOT_MADE
        told["survived"] += [f"{mutant} (line {mutant.line})"] if end == SURVIVED else []
        Path(option.mutation_report).write_text(json.dumps(told, ensure_ascii=False, indent=1), "utf-8")
        print(f"{number}/{len(chosen)} {WORDS.get(end, 'noticed')} {mutant}", file=sys.stderr, flush=True)
    return True


def _all_pass(items: list[pytest.Item]) -> bool:
    """Session fixtures stay set up: to the runner another test is always to come."""
    return all(_passes(item, items[(number + 1) % len(items)]) for number, item in enumerate(items))


def _passes(item: pytest.Item, following: pytest.Item) -> bool:
    return all(report.passed or report.skipped for report in runtestprotocol(item, log=False, nextitem=following))


def _in_a_fork(items: list[pytest.Item], mutant: Mutant | None) -> int:
    import_module("django.db").connections.close_all()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    signal.alarm(AT_MOST)
    try:
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            os.dup2(nowhere.fileno(), 2)
        if mutant is not None and not apply(mutant):
            os._exit(NOT_MADE)
        os._exit(SURVIVED if _all_pass(items) else NOTICED)
    except BaseException:
        os._exit(NOTICED)
