"""`python -m guike.launcher.worker`: background jobs, as a child of the supervisor."""

import asyncio
import logging
import os
from typing import Any

from guike.launcher.children import die_with_parent

CONCURRENCY = 2
SHUTDOWN_SECONDS = 20
SWEEP_SECONDS = 60
DEAF_SECONDS = 2  # how often a worker looks that cannot be called


def main() -> None:
    """Work until told to stop (SIGTERM): jobs under way get SHUTDOWN_SECONDS to finish and are taken up again otherwise."""
    die_with_parent(int(os.environ["GUIKE_SUPERVISOR"]))
    import django

    django.setup()
    from procrastinate.contrib.django import app

    asyncio.run(_work(app))


async def _work(app: Any) -> None:
    with app.replace_connector(_connector(app)) as own:
        async with own.open_async():
            if os.environ.get("GUIKE_ONLY_WORKER") == "1":
                await take_up_abandoned(own, seconds=0)  # whoever held them is dead: do not wait for its heart
            sweeper = asyncio.create_task(_sweep(own))
            await own.run_worker_async(
                name="guike",
                concurrency=CONCURRENCY,
                shutdown_graceful_timeout=SHUTDOWN_SECONDS,
                delete_jobs="successful",
                listen_notify=_hears(),
                fetch_job_polling_interval=30 if _hears() else DEAF_SECONDS,
            )
            sweeper.cancel()


def _hears() -> bool:
    """A pooler that lends connections by the transaction passes no notifications on; past it they are heard."""
    return os.environ.get("GUIKE_DB_POOLER") != "1" or bool(os.environ.get("GUIKE_DIRECT_URL"))


def _connector(app: Any) -> Any:
    """The queue's own connections: past the pooler where there is a way."""
    from procrastinate.psycopg_connector import PsycopgConnector

    if direct := os.environ.get("GUIKE_DIRECT_URL"):
        return PsycopgConnector(conninfo=direct, kwargs={"prepare_threshold": None})
    return app.connector.get_worker_connector()


async def _sweep(app: Any) -> None:
    while True:
        await asyncio.sleep(SWEEP_SECONDS)
        await take_up_abandoned(app, seconds=SWEEP_SECONDS)


async def take_up_abandoned(app: Any, seconds: float) -> int:
    """Queue again the jobs of workers whose heart (it beats every ten seconds) has been silent for `seconds`.

    A killed worker leaves its jobs "doing"; they are idempotent. Returns how many there were.
    """
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=seconds))
    for job in stalled:
        await app.job_manager.retry_job(job)
    return len(stalled)


if __name__ == "__main__":
    logging.basicConfig(level=logging.WARNING)
    main()
