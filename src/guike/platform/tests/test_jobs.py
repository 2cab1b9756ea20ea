"""Background work: deferred with its writer, done once, told in words when it fails."""

import pytest
import time_machine
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from guike.platform import jobs
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


def test_runs_and_keeps_result_and_progress():
    run = jobs.run_now(jobs.start("test.count", "数数", upto=3))
    assert (run.state, run.result, run.done, run.share) == ("done", {"sum": 3}, 3, 100)


def test_a_repeated_delivery_does_nothing_twice():
    run = jobs.start("test.count", "数数", upto=2)
    calls.clear()
    jobs.run_job(run.pk)
    jobs.run_job(run.pk)
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
