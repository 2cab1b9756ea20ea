"""Backups and drills as background work; the night."""

from typing import Any

from procrastinate.contrib.django import app as queue

from guike.platform import jobs
from guike.platform.errors import Refused
from guike.platform.operations import services
from guike.platform.operations.models import Backup


@jobs.task("operations.backup")
def take_backup(progress: Any) -> dict[str, int]:
    row = services.back_up(Backup.Kind.MANUAL, lambda _what, done: progress(done))
    if row.state == Backup.State.FAILED:
        raise Refused(row.error)
    return {"backup": row.pk}


@jobs.task("operations.drill")
def try_restore(progress: Any, backup_id: int) -> dict[str, int]:
    row = services.drill(Backup.objects.get(pk=backup_id), lambda _what, done: progress(done))
    if row.problems:
        raise Refused(row.problems[0])
    return {"backup": row.pk}


@queue.periodic(cron="*/10 * * * *")
@queue.task(name="guike.nightly_backup", queueing_lock="guike.nightly_backup", lock="guike.nightly_backup", pass_context=False)
def nightly_backup(timestamp: int = 0) -> None:
    """Asked every ten minutes: a machine that was off at two catches up when it comes back."""
    services.nightly()
