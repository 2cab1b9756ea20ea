"""Background work: deferred with its writer, done once, told in words when it fails."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from types import SimpleNamespace

import pytest
import time_machine
from asgiref.sync import sync_to_async
from django.db import OperationalError, connection, transaction
from procrastinate.contrib.django import app as queue
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.platform import clock, jobs, outages
from guike.platform.errors import Refused
from guike.platform.models import JobRun

pytestmark = pytest.mark.django_db
calls = []


@jobs.task("test.count")
def count(progress, upto):
    for n in range(upto):
        progress(n + 1, upto)
    calls.append(upto)
    return {"sum": upto}


@jobs.task("test.refuse")
def refuse(progress):
    raise Refused("没有可处理的行")


@jobs.task("test.crash")
def crash(progress):
    raise RuntimeError("secret detail")


def delivered(run, attempts=0):
    """As the queue does it, the so manieth time."""
    jobs.run_job(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), run_id=run.pk)


def test_runs_and_keeps_result_and_progress():
    run = jobs.run_now(jobs.start("test.count", "数数", upto=3))
    assert (run.state, run.result, run.done, run.share) == ("done", {"sum": 3}, 3, 100)


def test_a_repeated_delivery_does_nothing_twice():
    run = jobs.start("test.count", "数数", upto=2)
    calls.clear()
    delivered(run)
    delivered(run)
    assert calls == [2]


def test_a_refusal_is_told_in_the_users_words():
    run = jobs.run_now(jobs.start("test.refuse", "处理"))
    assert (run.state, run.error) == ("failed", "没有可处理的行")


def test_a_crash_tells_where_to_look_but_no_secret():
    run = jobs.run_now(jobs.start("test.crash", "处理"))
    assert run.state == "failed"
    assert str(run.pk) in run.error and "secret" not in run.error


def test_a_rolled_back_writer_defers_nothing():
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        jobs.start("test.count", "数数", upto=1)
        raise ZeroDivisionError
    assert not JobRun.objects.exists()
    assert not ProcrastinateJob.objects.exists()


def test_an_unknown_kind_is_an_error_at_once():
    with pytest.raises(LookupError):
        jobs.start("test.nothing", "无")


@pytest.fixture
def rounds(monkeypatch):
    done = []
    monkeypatch.setattr(jobs, "_daily", [lambda: done.append("figures"), lambda: done.append("duties")])
    return done


def test_the_day_turns_once_however_often_it_is_asked(rounds):
    jobs.run_daily()
    jobs.run_daily()
    assert rounds == ["figures", "duties"]
    assert [(run.state, run.share) for run in JobRun.objects.filter(kind=jobs.DAILY)] == [("done", 100)]


def test_the_next_day_turns_again(rounds):
    with time_machine.travel("2026-11-22T23:50:00+08:00"):
        jobs.run_daily()
    with time_machine.travel("2026-11-23T00:05:00+08:00"):
        jobs.run_daily()
    assert len(rounds) == 4


def test_a_round_that_broke_off_is_tried_again(rounds, monkeypatch):
    works = [lambda: rounds.append("figures"), lambda: 1 / 0]
    monkeypatch.setattr(jobs, "_daily", works)
    jobs.run_daily()
    works[1] = lambda: rounds.append("duties")
    jobs.run_daily()
    assert rounds == ["figures", "figures", "duties"]


def queued_for_others() -> int:
    """Jobs that another connection sees."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'guike.run_job'")
            return cursor.fetchone()[0]
    finally:
        other.close()


def in_a_worker(work) -> None:
    """Do `work` as a job does: in a thread of the worker, whose app writes on connections of its own."""

    def then_close():
        try:
            work()
        finally:
            connection.close()

    async def run():
        with queue.replace_connector(queue.connector.get_worker_connector()) as own:
            async with own.open_async():
                await sync_to_async(then_close, thread_sensitive=False)()

    with ThreadPoolExecutor(1) as thread:  # a browser test before this one may have left its loop on the present thread
        thread.submit(lambda: asyncio.run(run())).result()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("hand_over", "seen_before_the_commit"), [(lambda: jobs.defer(jobs.RUN, run_id=1), 0), (lambda: jobs.run_job.defer(run_id=1), 1)])
def test_a_job_handed_over_by_a_job_begins_after_its_commit(hand_over, seen_before_the_commit):
    """The second case is the control: the worker's own app writes at once."""
    ProcrastinateJob.objects.all().delete()  # its table is not emptied between tests
    seen = []

    def work():
        with transaction.atomic():
            hand_over()
            seen.append(queued_for_others())
        seen.append(queued_for_others())

    in_a_worker(work)
    ProcrastinateJob.objects.all().delete()
    assert seen == [seen_before_the_commit, 1]


def test_what_waits_in_no_queue_is_handed_over_again():
    lost = jobs.start("test.count", "数数", upto=1)
    ProcrastinateJob.objects.all().delete()
    kept = jobs.start("test.count", "数数", upto=2)
    JobRun.objects.update(created_at=clock.now() - timedelta(minutes=11))
    assert jobs.take_up_lost() == 1
    assert sorted(job.args["run_id"] for job in ProcrastinateJob.objects.all()) == [lost.pk, kept.pk]


# --- work that is broken off ---------------------------------------------------------------------------------------------


@jobs.task("test.outage")
def outage(progress, times):
    """The database goes away so many times, then stays."""
    calls.append("begun")
    if len(calls) <= times:
        raise OperationalError("server closed the connection unexpectedly")
    return {"done": True}


@pytest.fixture
def told(monkeypatch):
    heard = []
    monkeypatch.setattr(jobs, "_when_failed", [heard.append])
    return heard


def test_a_job_that_the_database_breaks_off_is_begun_again(told):
    run = jobs.start("test.outage", "处理", times=2)
    calls.clear()
    for attempt in range(2):
        with pytest.raises(outages.Outage) as broken_off:
            delivered(run, attempt)
        assert JobRun.objects.get(pk=run.pk).state == "running"
        again = jobs.run_job.get_retry_exception(broken_off.value, SimpleNamespace(attempts=attempt))
        assert again is not None  # the queue delivers it once more
    delivered(run, 2)
    assert JobRun.objects.get(pk=run.pk).state == "done" and not told


def test_a_job_that_breaks_off_too_often_failed_and_is_told(told):
    """Perhaps it is the job that kills its worker: nobody hears of that from inside."""
    run = jobs.start("test.outage", "处理", times=99)
    calls.clear()
    delivered(run, jobs.TRIES)
    run.refresh_from_db()
    assert (run.state, calls) == ("failed", []) and "中断了" in run.error
    assert [one.pk for one in told] == [run.pk]


def test_a_run_that_is_under_way_in_no_queue_is_handed_over_again():
    ProcrastinateJob.objects.all().delete()
    long_ago = clock.now() - timedelta(minutes=11)
    lost, at_work, day = (jobs.start("test.count", "数数", upto=n) for n in range(3))
    ProcrastinateJob.objects.exclude(args__run_id=at_work.pk).delete()
    JobRun.objects.update(state="running", created_at=long_ago, started_at=long_ago)
    JobRun.objects.filter(pk=day.pk).update(kind=jobs.DAILY)  # comes again by itself
    fresh = jobs.start("test.count", "数数", upto=4)
    JobRun.objects.filter(pk=fresh.pk).update(state="running", started_at=clock.now())
    ProcrastinateJob.objects.filter(args__run_id=fresh.pk).delete()
    assert jobs.take_up_lost() == 1
    assert sorted(job.args["run_id"] for job in ProcrastinateJob.objects.all()) == [lost.pk, at_work.pk]
