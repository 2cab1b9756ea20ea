"""Jobs that a worker did not bring to their end come back into the queue, and none stands in the way of the others (PLT-08)."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.launcher.worker import Heart, Held, _sweep, take_up_abandoned, take_up_orphans


def run(coroutine):
    """In a thread of its own where a browser test before left a loop running in this one."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(coroutine)
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(asyncio.run, coroutine).result()

PACKAGES = str(Path(__file__).resolve().parents[3])
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def empty():
    """Their tables are not emptied between tests."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs")
        cursor.execute("DELETE FROM procrastinate_workers")


def worker(silent: str = "0 s") -> int:
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - %s::interval) RETURNING id", [silent])
        return cursor.fetchone()[0]


def job(status: str, worker_id: int | None = None, queueing_lock: str | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, status, worker_id, queueing_lock)"
            " VALUES ('default', 'guike.run_job', %s, %s, %s) RETURNING id",
            [status, worker_id, queueing_lock],
        )
        return cursor.fetchone()[0]


def states() -> dict[int, str]:
    return dict(ProcrastinateJob.objects.values_list("pk", "status"))


def asked(work: Callable[[Any], Awaitable[Any]]) -> Any:
    """With the queue's own connections, as the worker has them; on a thread of its own."""

    async def run():
        with queue.replace_connector(queue.connector.get_worker_connector()) as own:
            async with own.open_async():
                return await work(own)

    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(run())).result()


def test_jobs_of_a_silent_worker_and_of_none_are_queued_again():
    dead, alive = worker("2 minutes"), worker()
    lost, ownerless, at_work, waiting = job("doing", dead), job("doing"), job("doing", alive), job("todo")
    assert asked(lambda own: take_up_abandoned(own, seconds=60)) == 2
    assert states() == {lost: "todo", ownerless: "todo", at_work: "doing", waiting: "todo"}


def test_one_whose_like_waits_already_is_dropped_and_the_others_come_back():
    """A worker that was killed in the night's backup found the next turn queued behind it, and never came up again."""
    dead = worker("2 minutes")
    double, next_turn, other = job("doing", dead, "nightly"), job("todo", None, "nightly"), job("doing", dead)
    assert asked(lambda own: take_up_abandoned(own, seconds=60)) == 2
    assert states() == {next_turn: "todo", other: "todo"} and double not in states()


def held(*jobs: int, worker_id: int) -> Held:
    found = Held()
    found.worker_id, found.jobs = worker_id, set(jobs)
    return found


def test_a_job_of_this_worker_whose_end_was_not_written_comes_back_at_the_second_look():
    """The connection broke as the end was written: the worker lives, and nobody is at the job."""
    own_id = worker()
    done, at_work = job("doing", own_id), job("doing", own_id)
    mine = held(at_work, worker_id=own_id)
    assert asked(lambda own: take_up_orphans(own, mine)) == 0  # perhaps it is just being fetched
    assert asked(lambda own: take_up_orphans(own, mine)) == 1
    assert states() == {done: "todo", at_work: "doing"}


def test_a_worker_that_has_done_nothing_yet_has_no_orphans():
    job("doing", worker())
    assert asked(lambda own: take_up_orphans(own, Held())) == 0


def test_what_is_under_way_is_known_until_it_ends_however_it_ends():
    mine, context = Held(), SimpleNamespace(job=SimpleNamespace(id=7))

    async def work():
        assert mine.jobs == {7}
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(mine(work, context, SimpleNamespace(worker_id=3)))
    assert (mine.worker_id, mine.jobs) == (3, set())


def test_a_look_that_fails_is_made_again(monkeypatch):
    """It ended with the first connection that broke, and from then on nobody looked."""
    looks = []

    async def broken(_app, seconds):
        looks.append(seconds)
        if len(looks) < 3:
            raise ConnectionError
        raise asyncio.CancelledError

    async def at_once(_seconds):
        return None

    monkeypatch.setattr("guike.launcher.worker.take_up_abandoned", broken)
    monkeypatch.setattr("guike.launcher.worker.asyncio.sleep", at_once)
    with pytest.raises(asyncio.CancelledError):
        run(_sweep(None, Held()))
    assert len(looks) == 3


# --- the end of a worker, in processes of their own --------------------------------------------------------------------------

#: A task that does not let itself be cancelled, as one of a connection pool whose server vanished.
LEFT_OVER = """
import asyncio
from guike.launcher import worker

async def left_over():
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            pass

async def work(app, heart):
    task = asyncio.create_task(left_over())
    await asyncio.sleep(0)
    {end}

worker._work = work
asyncio.run(worker._to_the_end(None))
"""
STOPPED = """
import time
from guike.launcher import worker
worker.STOPPED_SECONDS = 0
worker.Heart().watch()
"""


@pytest.mark.parametrize(
    ("program", "status"),
    [(LEFT_OVER.format(end="raise OSError"), 1), (LEFT_OVER.format(end="return"), 0), (STOPPED, 1)],
    ids=["after an error", "asked to stop", "its heart stopped"],
)
def test_a_worker_that_is_at_its_end_is_gone(program, status):
    """It hung there after the database's host had vanished, and no other took its place."""
    done = subprocess.run([sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": PACKAGES}, timeout=60, check=False, capture_output=True)
    assert done.returncode == status, done.stderr.decode()


def test_a_beat_that_reached_the_database_is_noted():
    heart, manager = Heart(), SimpleNamespace()
    heart.beat = 0.0

    async def update(_worker_id):
        if manager.gone:
            raise ConnectionError

    manager.update_heartbeat, manager.gone = update, True
    heart.listen(manager)
    with pytest.raises(ConnectionError):
        run(manager.update_heartbeat(1))
    assert heart.beat == 0.0
    manager.gone = False
    run(manager.update_heartbeat(1))
    assert heart.beat > 0.0
