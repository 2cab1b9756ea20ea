"""Background work: rows of PostgreSQL, deferred in the writer's transaction, with progress and retries (PLT-08).

A job is a function registered under a kind; `start` writes its `JobRun` and defers it. The work itself must be idempotent.
"""

import logging
import time
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import Any

import procrastinate
from django.db import connection, transaction
from django.utils.translation import gettext as _
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.platform import clock, kept, rights
from guike.platform.access import ROLES, SYSTEM, Grant, Reach, Scope, Viewer, declare, rows
from guike.platform.errors import Refused
from guike.platform.models import JobRun

logger = logging.getLogger(__name__)
_tasks: dict[str, Callable[..., Any]] = {}
_daily: list[Callable[[], Any]] = []
_when_failed: list[Callable[[JobRun], Any]] = []
SHOWN = 100
RUN = "guike.run_job"
DAILY = "platform.daily"

declare(
    "job",
    model="platform.JobRun",
    label="后台任务",
    scope=Scope(owner="started_by__person"),
    grants={
        **{role: Grant(view=Reach.OWN) for role in ROLES},
        "administrator": Grant(view=Reach.ALL),
        "system_admin": Grant(view=Reach.ALL),
        "audit_admin": Grant(view=Reach.ALL),
    },
)


def task(kind: str) -> Callable[[Callable], Callable]:
    """Register `f(progress, **arguments) -> dict | None` as the work of a kind."""

    def decorate(work: Callable) -> Callable:
        _tasks[kind] = work
        return work

    return decorate


def daily(work: Callable[[], Any]) -> Callable[[], Any]:
    """Register work done once every business day, shortly after midnight or when the worker first runs on that day."""
    if work not in _daily:
        _daily.append(work)
    return work


daily(kept.gather)


def when_failed(told: Callable[[JobRun], Any]) -> Callable[[JobRun], Any]:
    """Register who is told of a run that failed, after that was written."""
    if told not in _when_failed:
        _when_failed.append(told)
    return told


class Progress:
    """How far a job is; writes to its row at most once a second, on a connection outside the work's own transaction."""

    def __init__(self, run: JobRun):
        self.run = run
        self._written = 0.0

    def __call__(self, done: int, total: int | None = None) -> None:
        self.run.done = done
        if total is not None:
            self.run.total = total
        if time.monotonic() - self._written >= 1:
            self._written = time.monotonic()
            _write_outside(self.run)


def _write_outside(run: JobRun) -> None:
    if not connection.in_atomic_block:
        JobRun.objects.filter(pk=run.pk).update(done=run.done, total=run.total)
        return
    own = connection.copy()
    try:
        with own.cursor() as cursor:
            cursor.execute("UPDATE platform_jobrun SET done = %s, total = %s WHERE id = %s", [run.done, run.total, run.pk])
    finally:
        own.close()


def recent(viewer: Viewer) -> list[JobRun]:
    """The newest runs within the viewer's reach: everything for the administrator, one's own for everybody else."""
    return list(rows(viewer, "job").select_related("started_by").order_by("-pk")[:SHOWN])


def defer(task: str, *, queueing_lock: str | None = None, **arguments: Any) -> None:
    """Hand a task to the worker in the present transaction, also from inside the worker.

    There procrastinate's own app writes on a connection of its own: the task would begin before what it is about is committed, find
    nothing and be lost.
    """
    _writer().configure_task(task, queueing_lock=queueing_lock).defer(**arguments)


@cache
def _writer() -> procrastinate.App:
    return procrastinate.App(connector=DjangoConnector())


def start(kind: str, title: str, *, actor: Viewer = SYSTEM, **arguments: Any) -> JobRun:
    """Defer a job in the present transaction; it begins once that commits."""
    if kind not in _tasks:
        raise LookupError(f"no job {kind}")
    run = JobRun.objects.create(kind=kind, title=title, arguments=arguments, started_by_id=actor.account_id, created_at=clock.now())
    defer(RUN, run_id=run.pk)
    return run


def take_up_lost() -> int:
    """Hand over again what waits for more than ten minutes and is in no queue. Returns how many there were."""
    queued = ProcrastinateJob.objects.filter(task_name=RUN, status__in=["todo", "doing"]).values_list("args__run_id", flat=True)
    waiting = JobRun.objects.filter(state=JobRun.State.WAITING, created_at__lt=clock.now() - timedelta(minutes=10))
    lost = set(waiting.values_list("pk", flat=True)) - set(queued)
    for pk in sorted(lost):
        defer(RUN, run_id=pk)
    return len(lost)


@queue.task(name=RUN, retry=procrastinate.RetryStrategy(max_attempts=3, exponential_wait=5, retry_exceptions=[ConnectionError]))
def run_job(run_id: int) -> None:
    """What the worker executes: the registered function, its outcome written to the run."""
    run_now(JobRun.objects.get(pk=run_id))


def run_now(run: JobRun) -> JobRun:
    """Do the work of a run here and now. A run that is done already is left alone (a repeated delivery does nothing twice)."""
    if not JobRun.objects.filter(pk=run.pk).exclude(state=JobRun.State.DONE).update(state=JobRun.State.RUNNING, started_at=clock.now()):
        return run
    run.refresh_from_db()
    try:
        _refuse_who_left(run)
        rights.in_use(rights.present())
        run.result = _tasks[run.kind](Progress(run), **run.arguments) or {}
        run.state = JobRun.State.DONE
    except Refused as refusal:
        run.state, run.error = JobRun.State.FAILED, str(refusal)
    except Exception:
        logger.exception("job %s (%s) failed", run.pk, run.kind)
        run.state, run.error = JobRun.State.FAILED, _("后台任务出错，详情见服务日志，任务号 %(id)s") % {"id": run.pk}
    run.finished_at = clock.now()
    run.save(update_fields=["state", "result", "error", "finished_at", "done", "total"])
    if run.state == JobRun.State.FAILED:
        _tell(run)
    return run


def _refuse_who_left(run: JobRun) -> None:
    """Work of somebody whose account was shut meanwhile is not begun: a right that is gone does not act from the queue (PLT-01)."""
    starter: Any = run.started_by
    if starter is not None and not starter.may_enter:
        raise Refused(_("发起人 %(login)s 的账号已停用，任务没有执行") % {"login": starter.login})


def _tell(run: JobRun) -> None:
    """Telling must not turn one failure into two."""
    for told in _when_failed:
        try:
            with transaction.atomic():
                told(run)
        except Exception:
            logger.exception("nobody could be told that job %s failed", run.pk)


@queue.periodic(cron="*/10 * * * *")
@queue.task(name="guike.daily", queueing_lock="guike.daily", lock="guike.daily", pass_context=False)
def run_daily(timestamp: int = 0) -> None:
    """The business day turns: due policies take effect, obligations appear and escalate.

    Asked every ten minutes, done once a day, so that a machine that was off at midnight catches up when it comes back.
    """
    take_up_lost()
    day = clock.today().isoformat()
    if JobRun.objects.filter(kind=DAILY, arguments={"day": day}, state=JobRun.State.DONE).exists():
        return
    run, _made = JobRun.objects.get_or_create(
        kind=DAILY, arguments={"day": day}, defaults={"title": _("每日例行 %(day)s") % {"day": day}, "created_at": clock.now()}
    )
    run_now(run)


@task(DAILY)
def turn_the_day(progress: Progress, day: str) -> dict[str, int]:
    """All that domains registered with `daily`, each in its own transaction; a crash in one stops the round, which is tried again."""
    for place, work in enumerate(_daily):
        with transaction.atomic():
            work()
        progress(place + 1, len(_daily))
    return {"done": len(_daily)}
