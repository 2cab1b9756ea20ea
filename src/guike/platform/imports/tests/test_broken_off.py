"""An import that is broken off is whole or not there at all, and comes to an end (PLT-03, PLT-08)."""

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import OperationalError, connection, transaction

from guike.platform import clock, jobs, outages
from guike.platform.access import SYSTEM
from guike.platform.imports import services
from guike.platform.imports.models import ImportRun
from guike.platform.imports.tests.words import WordImport, entries
from guike.platform.models import JobRun

HEAD = ["字典", "代码", "名称", "排序", "启用"]
ROWS = [["colour", f"c{n}", f"颜色{n}", n, "是"] for n in range(1, 8)]
pytestmark = pytest.mark.django_db
transactional = pytest.mark.django_db(transaction=True)


def uploaded(path, actor=SYSTEM) -> ImportRun:
    return services.take(path, path.name, services.kind_named("words"), actor=actor, own=False)


def delivered(run: ImportRun, attempts: int = 0) -> None:
    jobs.run_job(SimpleNamespace(job=SimpleNamespace(attempts=attempts)), run_id=run.job_id)


def cut() -> None:
    """End this thread's session on the server."""
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [connection.connection.info.backend_pid])
    finally:
        other.close()


@transactional
@pytest.mark.parametrize("where", ["write", "finish"])
def test_a_lost_connection_leaves_nothing_and_the_next_delivery_does_it_all(sheet, monkeypatch, where):
    run = services.start(uploaded(sheet(HEAD, *ROWS)), actor=SYSTEM)
    real = getattr(WordImport, where)

    def broken_off(self, *given):
        real(self, *given)
        cut()

    monkeypatch.setattr(WordImport, where, broken_off)
    with pytest.raises(outages.Outage):
        delivered(run)
    run.refresh_from_db()
    assert (run.state, entries()) == ("running", [])
    monkeypatch.undo()
    delivered(run, 1)
    run.refresh_from_db()
    assert (run.state, run.created, len(entries())) == ("done", 7, 7)
    delivered(run, 2)  # once more: its end was written, the word of it was not
    assert len(entries()) == 7


def test_who_finds_it_done_by_another_does_nothing(sheet, monkeypatch):
    """The heart of a worker was not heard although it lives: both begin, the second one waits and finds it done."""
    run = services.start(uploaded(sheet(HEAD, *ROWS)), actor=SYSTEM)
    first = services.carry_out

    def both(again, **given):
        first(ImportRun.objects.get(pk=again.pk), **given)
        return first(again, **given)

    monkeypatch.setattr(services, "carry_out", both)
    delivered(run)
    run.refresh_from_db()
    assert (run.state, run.created, run.updated, run.unchanged) == ("done", 7, 0, 0)


def test_the_lock_tells_who_came_second_between_saying_and_locking(sheet, monkeypatch):
    run = uploaded(sheet(HEAD, *ROWS))
    real = services._source

    def meanwhile(found):
        ImportRun.objects.filter(pk=found.pk).update(state=ImportRun.State.DONE)
        return real(found)

    monkeypatch.setattr(services, "_source", meanwhile)
    assert services.carry_out(run, actor=SYSTEM).written is False
    assert entries() == []


def under_way(path, **values) -> ImportRun:
    run = uploaded(path)
    long_ago = clock.now() - services.GETTING_READY - timedelta(seconds=1)
    ImportRun.objects.filter(pk=run.pk).update(**{"state": "running", "uploaded_at": long_ago, "started_at": long_ago} | values)
    return run


def test_what_nobody_is_at_work_on_failed(sheet):
    """The command line was killed: no job begins it again."""
    killed = under_way(sheet(HEAD, *ROWS))
    begun = under_way(sheet(HEAD, *ROWS), started_at=clock.now())
    open_job = JobRun.objects.create(kind="imports.run", title="导入", created_at=clock.now())
    queued = under_way(sheet(HEAD, *ROWS), job=open_job)
    closed_job = JobRun.objects.create(kind="imports.run", title="导入", created_at=clock.now(), state="failed")
    gone = under_way(sheet(HEAD, *ROWS), job=closed_job)
    assert services.close_abandoned() == 2
    assert dict(ImportRun.objects.values_list("pk", "state")) == {killed.pk: "failed", begun.pk: "running", queued.pk: "running", gone.pk: "failed"}
    killed.refresh_from_db()
    assert "中断了，没有写入" in killed.refusal


@transactional
def test_what_somebody_is_at_work_on_is_left_alone(sheet):
    """However long it takes: its transaction holds the lock."""
    run = under_way(sheet(HEAD, *ROWS))
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT 1 FROM imports_importrun WHERE id = %s FOR NO KEY UPDATE", [run.pk])
        assert services.close_abandoned() == 0
        other.rollback()
    finally:
        other.close()
    assert services.close_abandoned() == 1


def test_a_job_that_fails_before_its_import_closes_it(sheet, monkeypatch):
    """The account was shut meanwhile, or the job broke off too often."""
    run = services.start(uploaded(sheet(HEAD, *ROWS)), actor=SYSTEM)
    delivered(run, jobs.TRIES)
    run.refresh_from_db()
    assert run.state == "failed" and "中断了" in run.refusal


def test_any_other_error_fails_at_once(sheet, monkeypatch):
    """The control: only an outage is begun again."""
    run = services.start(uploaded(sheet(HEAD, *ROWS)), actor=SYSTEM)
    monkeypatch.setattr(WordImport, "finish", lambda _self: 1 / 0)
    delivered(run)
    run.refresh_from_db()
    assert run.state == "failed" and run.job.state == "failed"


def test_an_outage_is_raised_by_the_command_line_as_well(sheet, monkeypatch):
    def gone(_self):
        raise OperationalError("…")

    monkeypatch.setattr(WordImport, "finish", gone)
    with pytest.raises(OperationalError), transaction.atomic():
        services.import_file("words", sheet(HEAD, *ROWS), actor=SYSTEM)
