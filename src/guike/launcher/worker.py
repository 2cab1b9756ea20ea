"""`python -m guike.launcher.worker`: background jobs, as a child of the supervisor."""

import asyncio
import logging
import os
import threading
import time
from typing import Any

from guike.launcher.children import die_with_parent

logger = logging.getLogger(__name__)
CONCURRENCY = 2
SHUTDOWN_SECONDS = 20
SWEEP_SECONDS = 20
STOPPED_SECONDS = 90  # own heart: it beats every ten seconds, slower on a machine that is out of breath
LOOK_SECONDS = 5
SILENT_SECONDS = 60  # a heart not heard for so long has stopped
POOL_SECONDS = 10  # a database away for longer ends the worker; the next one finds it again, the pool's own pauses would grow for minutes
DEAF_SECONDS = 2  # how often a worker looks that cannot be called


def main() -> None:
    """Work until told to stop (SIGTERM): jobs under way get SHUTDOWN_SECONDS to finish and are taken up again otherwise."""
    die_with_parent(int(os.environ["GUIKE_SUPERVISOR"]))
    import django

    django.setup()
    from procrastinate.contrib.django import app

    asyncio.run(_to_the_end(app))


async def _to_the_end(app: Any) -> None:
    """Work, then leave at once: a task left over that waits for a database that is gone would keep the process, which does nothing any more."""
    status = 1
    heart = Heart()
    threading.Thread(target=heart.watch, daemon=True).start()
    try:
        await _work(app, heart)
        status = 0
    except Exception:
        logger.exception("the worker ends, another one takes its place")
    finally:
        logging.shutdown()
        os._exit(status)


class Heart:
    """When the worker's heart last beat, as the database knows it."""

    def __init__(self) -> None:
        self.beat = time.monotonic()

    def listen(self, manager: Any) -> None:
        """Take note of every beat that reached the database."""
        original = manager.update_heartbeat

        async def update(worker_id: int) -> None:
            await original(worker_id)
            self.beat = time.monotonic()

        manager.update_heartbeat = update

    def watch(self) -> None:
        """In a thread of its own, which does not wait for what everything else may be waiting for: a process that only looks alive ends."""
        while time.monotonic() - self.beat < STOPPED_SECONDS:
            time.sleep(LOOK_SECONDS)
        logger.error("no heartbeat for %s seconds: the worker ends, another one takes its place", STOPPED_SECONDS)
        os._exit(1)


async def _work(app: Any, heart: Heart) -> None:
    heart.listen(app.job_manager)
    with app.replace_connector(_connector(app)) as own:
        async with own.open_async():
            if os.environ.get("GUIKE_ONLY_WORKER") == "1":
                await take_up_abandoned(own, seconds=0)  # whoever held them is dead: do not wait for its heart
            held = Held()
            sweeper = asyncio.create_task(_sweep(own, held))
            await own.run_worker_async(
                name="guike",
                concurrency=CONCURRENCY,
                shutdown_graceful_timeout=SHUTDOWN_SECONDS,
                delete_jobs="successful",
                listen_notify=_hears(),
                fetch_job_polling_interval=30 if _hears() else DEAF_SECONDS,
                worker_middleware=[held],
            )
            sweeper.cancel()


def _hears() -> bool:
    """A pooler that lends connections by the transaction passes no notifications on; past it they are heard."""
    return os.environ.get("GUIKE_DB_POOLER") != "1" or bool(os.environ.get("GUIKE_DIRECT_URL"))


def _connector(app: Any) -> Any:
    """The queue's own connections: past the pooler where there is a way."""
    from django.conf import settings
    from procrastinate.contrib.django.utils import connector_params
    from procrastinate.psycopg_connector import PsycopgConnector

    if direct := settings.DIRECT_URL:
        return PsycopgConnector(conninfo=direct, kwargs={"prepare_threshold": None}, timeout=POOL_SECONDS)
    return PsycopgConnector(kwargs=connector_params(), timeout=POOL_SECONDS)


class Held:
    """Around every job: which ones this process is at, and as which worker."""

    def __init__(self) -> None:
        self.worker_id: int | None = None
        self.jobs: set[int] = set()
        self._doubtful: set[int] = set()

    async def __call__(self, call_next: Any, context: Any, worker: Any) -> Any:
        self.worker_id = worker.worker_id
        self.jobs.add(context.job.id)
        try:
            return await call_next()
        finally:
            self.jobs.discard(context.job.id)

    def orphans(self, doing: set[int]) -> set[int]:
        """Of the jobs that the database has this worker do, those that it was not at two looks in a row: their end was never written."""
        doubtful = doing - self.jobs
        found, self._doubtful = doubtful & self._doubtful, doubtful
        return found


async def _sweep(app: Any, held: Held) -> None:
    """Until the worker ends; a look that fails is made good by the next one."""
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        try:
            await take_up_abandoned(app, seconds=SILENT_SECONDS)
            await take_up_orphans(app, held)
        except Exception:
            logger.warning("jobs left by others could not be looked for", exc_info=True)


async def take_up_orphans(app: Any, held: Held) -> int:
    """Queue again the jobs of this very worker whose end it could not write, because the connection broke at that moment.

    They would be "doing" for as long as the worker lives, and with their lock keep the likes of them from ever running.
    """
    if held.worker_id is None:
        return 0
    doing = {job.id: job for job in await app.job_manager.list_jobs_async(status="doing", worker_id=held.worker_id)}
    found = held.orphans(set(doing))
    for number in found:
        await _again(app, doing[number])
    return len(found)


async def take_up_abandoned(app: Any, seconds: float) -> int:
    """Queue again the jobs of workers whose heart (it beats every ten seconds) has been silent for `seconds`.

    A killed worker leaves its jobs "doing"; they are idempotent. Returns how many there were.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in stalled:
        await _again(app, job)
    return len(stalled)


async def _again(app: Any, job: Any) -> None:
    """Back into the queue; not where another of its kind waits there already, which does the same work."""
    from procrastinate.exceptions import UniqueViolation
    from procrastinate.jobs import Status

    try:
        await app.job_manager.retry_job(job)
    except UniqueViolation:
        await app.job_manager.finish_job(job, status=Status.ABORTED, delete_job=True)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main()
