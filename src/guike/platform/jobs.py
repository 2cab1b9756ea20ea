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
from django.db.models import BigIntegerField, Exists, Max, OuterRef
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.django_connector import DjangoConnector
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.platform import clock, kept, outages, privacy, rights
from guike.platform.access import ROLES, SYSTEM, Grant, Reach, Scope, Viewer, declare, rows
from guike.platform.errors import Refused
from guike.platform.models import JobRun

logger = logging.getLogger(__name__)
_tasks: dict[str, Callable[..., Any]] = {}
_daily: list[Callable[[], Any]] = []
_often: list[Callable[[], Any]] = []
_when_failed: list[Callable[[JobRun], Any]] = []
SHOWN = 100
RUN = "guike.run_job"
DAILY = "platform.daily"
#: A worker that died, or a database that went away, takes nothing from a job: it is begun again, so often in all.
TRIES = 8
#: Then it is given up, three to thirty seconds after one another.
AGAIN = procrastinate.RetryStrategy(max_attempts=TRIES, wait=3, linear_wait=4, retry_exceptions=[outages.Outage, ConnectionError])
#: How long a run that ended is told of, and how many go in one statement.
KEPT, BATCH = timedelta(days=180), 1_000

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


@privacy.passes(gettext_lazy("办完 180 天；每类最后一次留着"), "platform.JobRun")
@daily
def clear_old_runs() -> int:
    """Runs that ended half a year ago: their titles and arguments name people. The last one of each kind stays. Returns how many."""
    newest = JobRun.objects.values("kind").annotate(last=Max("pk")).values("last")
    old = JobRun.objects.filter(finished_at__lt=clock.now() - KEPT).exclude(pk__in=newest).order_by()
    cleared = 0
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        cleared += JobRun.objects.filter(pk__in=ids).delete()[1]["platform.JobRun"]
    return cleared


def often(work: Callable[[], Any]) -> Callable[[], Any]:
    """Register work done every ten minutes; quick, and nothing where there is nothing to do."""
    if work not in _often:
        _often.append(work)
    return work


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
    """Hand over again what should be under way for more than ten minutes and is in no queue. Returns how many there were.

    The day's turn comes by itself every ten minutes.
    """
    number = Cast(KeyTextTransform("run_id", "args"), BigIntegerField())
    queued = ProcrastinateJob.objects.filter(task_name=RUN, status__in=["todo", "doing"]).annotate(number=number).filter(number=OuterRef("pk"))
    open_states = [JobRun.State.WAITING, JobRun.State.RUNNING]
    long_ago = clock.now() - timedelta(minutes=10)
    lost = JobRun.objects.filter(state__in=open_states, created_at__lt=long_ago).exclude(kind=DAILY).exclude(started_at__gte=long_ago)
    found = list(lost.exclude(Exists(queued)).order_by("pk").values_list("pk", flat=True))
    for pk in found:
        defer(RUN, run_id=pk)
    return len(found)


@queue.task(name=RUN, retry=AGAIN, pass_context=True)
def run_job(context: procrastinate.JobContext, run_id: int) -> None:
    """What the worker executes: the registered function, its outcome written to the run.

    Raises Outage where the database went away: the run stays as it is and is begun again. One that broke off too often failed: perhaps
    it is what kills the worker.
    """
    try:
        run = JobRun.objects.get(pk=run_id)
        if context.job.attempts >= TRIES:
            give_up(run)
        else:
            run_now(run)
    except Exception as error:
        if not outages.is_outage(error):
            raise
        outages.let_go()
        raise outages.Outage from error


def give_up(run: JobRun) -> None:
    """A run that never came to its end: said to whoever waits for it."""
    unfinished = JobRun.objects.filter(pk=run.pk, state__in=[JobRun.State.WAITING, JobRun.State.RUNNING])
    if unfinished.update(state=JobRun.State.FAILED, error=_("中断了 %(n)d 次，不再重试") % {"n": TRIES}, finished_at=clock.now()):
        run.refresh_from_db()
        _tell(run)


def run_now(run: JobRun) -> JobRun:
    """Do the work of a run here and now. A run that is done already is left alone (a repeated delivery does nothing twice).

    Where the database goes away that is raised, and nothing is written of how it ended: nobody knows.
    """
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
    except Exception as error:
        if outages.is_outage(error):
            raise
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
    for work in (take_up_lost, *_often):
        work()
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
