"""Imports as background work, and the daily clearing of files no longer needed."""

import time
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from guike.platform import clock, jobs, privacy
from guike.platform.imports import services
from guike.platform.imports.models import ImportChange, ImportRun
from guike.platform.imports.notifications import tell_starter
from guike.platform.imports.source import folder, forget
from guike.platform.imports.travel import thawed
from guike.platform.imports.undo import UNDO_WITHIN
from guike.platform.models import JobRun
from guike.platform.privacy import GONE

#: A finished import keeps its file and its workbook of rejected rows this long.
KEEP_DAYS = 30
#: Rows deleted in one statement.
BATCH = 5_000


@jobs.task("imports.run")
def run_import(progress: Any, *, run_id: int, viewer: dict[str, Any], dry_run: bool = False) -> dict[str, Any]:
    """Carry out one run with the rights that its starter had. A repeated delivery of a finished run says so once, and does nothing else."""
    run = ImportRun.objects.get(pk=run_id)
    if run.state in services.UNDER_WAY:
        services.carry_out(run, actor=thawed(viewer), dry_run=dry_run, progress=progress)
        run.refresh_from_db()
    if run.state in (ImportRun.State.DONE, ImportRun.State.REFUSED):
        tell_starter(run)
    return run.counts()


@jobs.when_failed
def close(run: JobRun) -> None:
    """A job that failed before or outside its import leaves no import that waits for ever."""
    for left in ImportRun.objects.filter(job=run, state__in=services.UNDER_WAY):
        services.fail(left, run.error)


@jobs.often
def close_abandoned() -> None:
    services.close_abandoned()


@jobs.daily
def clear_old_files() -> None:
    """Remove files of imports older than 30 days and uploads nobody went on with."""
    limit = clock.now() - timedelta(days=KEEP_DAYS)
    recent = set(ImportRun.objects.filter(uploaded_at__gte=limit).values_list("sha256", flat=True))
    for sha256 in ImportRun.objects.filter(uploaded_at__lt=limit).exclude(sha256__in=recent).values_list("sha256", flat=True).distinct():
        forget(sha256)
    ImportRun.objects.filter(uploaded_at__lt=limit, state=ImportRun.State.UPLOADED).delete()
    oldest = time.time() - KEEP_DAYS * 86_400
    for place in folder().glob("rejected-*.xlsx"):
        if place.stat().st_mtime < oldest:
            place.unlink(missing_ok=True)


@privacy.passes(_("文件 30 天；改前的值、问题行 180 天，之后不能撤销"), "imports.ImportRun", "imports.ImportChange")
@jobs.daily
def clear_old_copies() -> int:
    """What imports noted of people half a year ago: the values before, the rows with problems, the file's name. The figures stay. Returns how many runs."""
    old = ImportRun.objects.filter(uploaded_at__lt=clock.now() - UNDO_WITHIN).exclude(state__in=services.UNDER_WAY).exclude(file_name=GONE)
    cleared = 0
    for run in old.order_by("pk"):
        changes = ImportChange.objects.filter(part__run=run).order_by()
        while ids := list(changes.values_list("pk", flat=True)[:BATCH]):
            ImportChange.objects.filter(pk__in=ids).delete()
        run.parts.all().delete()
        report = {name: run.undo_report[name] for name in ("removed", "restored") if name in run.undo_report}
        run.file_name, run.errors, run.notes, run.totals, run.refusal, run.undo_report = GONE, [], [], {}, "", report
        run.save(update_fields=["file_name", "errors", "notes", "totals", "refusal", "undo_report"])
        cleared += 1
    return cleared
