"""The verbs of an import: upload, settle the columns, start, carry out, undo."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from guike.platform import clock, jobs, outages
from guike.platform.access import Viewer, require
from guike.platform.errors import Refused
from guike.platform.imports import mapping as mappings
from guike.platform.imports.execution import Execution, Progress, new_context, told_left_out
from guike.platform.imports.kinds import ImportKind, kind_of
from guike.platform.imports.models import ImportRun
from guike.platform.imports.outcome import Result
from guike.platform.imports.rows import Outcome
from guike.platform.imports.selectors import rejected_path, source_of
from guike.platform.imports.source import Source, keep, read
from guike.platform.imports.travel import frozen
from guike.platform.imports.wording import refusal
from guike.platform.models import JobRun
from guike.platform.sheets import sniff
from guike.platform.sheets.problems import SheetError

ON_ERROR = ("reject-file", "skip-rows")
EXISTING = ("update", "skip", "refuse")
OVER = (ImportRun.State.DONE, ImportRun.State.UNDONE)
UNDER_WAY = (ImportRun.State.WAITING, ImportRun.State.RUNNING)
#: Between saying that it is under way and locking it, a run reads its file.
GETTING_READY = timedelta(minutes=10)
__all__ = ["carry_out", "choose_sheet", "close_abandoned", "fail", "import_file", "kind_named", "settle", "start", "take", "told_left_out", "upload"]


def kind_named(code: str) -> type[ImportKind]:
    """A kind by its code; the refusal lists the codes there are."""
    from guike.platform.imports.kinds import kinds

    kind = kind_of(code)
    if kind is None:
        raise Refused(_("没有「%(code)s」这一类，可用：%(codes)s") % {"code": code, "codes": "、".join(kinds())})
    return kind


def upload(file: UploadedFile, kind: type[ImportKind], *, actor: Viewer, sheet: str | None = None) -> ImportRun:
    """Keep an uploaded file, read it and propose its columns. Refused with a sentence when it cannot be read."""
    require(actor, kind.object, "import")
    if file.size and file.size > sniff.MAX_BYTES:
        size, limit = f"{file.size / sniff.MEGABYTE:.1f}", sniff.MAX_BYTES // sniff.MEGABYTE
        raise Refused(
            _("文件 %(size)s MB，超过上限 %(limit)s MB。删掉图片和不用的工作表，或按行拆成几份再导入") % {"size": size, "limit": limit},
            field="file",
        )
    path = keep_upload(file)
    return take(path, Path(file.name or "file").name, kind, actor=actor, sheet=sheet)


def keep_upload(file: UploadedFile) -> Path:
    """The upload as a file on disk."""
    from guike.platform.imports.source import folder

    place = folder() / f"upload-{clock.now():%Y%m%d%H%M%S%f}"
    with place.open("wb") as out:
        for chunk in file.chunks():
            out.write(chunk)
    return place


def take(path: Path, name: str, kind: type[ImportKind], *, actor: Viewer, sheet: str | None = None, own: bool = True) -> ImportRun:
    """A run for a file on disk, its sheet, header and columns proposed. `own`: the file is ours to remove."""
    require(actor, kind.object, "import")
    try:
        sniff.check_size(path)
        sha256 = keep(path)
        size = path.stat().st_size
        source = Source.settle(kind, read(sha256), sheet)
    except SheetError as error:
        raise refusal(error) from None
    finally:
        if own:
            path.unlink(missing_ok=True)
    return ImportRun.objects.create(
        kind=kind.code,
        file_name=name[-200:],
        sha256=sha256,
        size=size,
        sheet=source.sheet.name,
        header_row=source.header.row,
        mapping=mappings.propose(kind, source.header, source.fill()),
        by_id=actor.account_id,
        uploaded_at=clock.now(),
        options={"on_error": "reject-file", "existing": "update"},
    )


def choose_sheet(run: ImportRun, sheet: str, *, actor: Viewer) -> ImportRun:
    """Take another sheet of the same file; the columns are proposed anew."""
    kind = kind_named(run.kind)
    require(actor, kind.object, "import")
    try:
        source = Source.settle(kind, read(run.sha256), sheet)
    except SheetError as error:
        raise refusal(error) from None
    run.sheet, run.header_row = source.sheet.name, source.header.row
    run.mapping = mappings.propose(kind, source.header, source.fill())
    run.save(update_fields=["sheet", "header_row", "mapping"])
    return run


def settle(run: ImportRun, chosen: Sequence[str], options: Mapping[str, Any], *, actor: Viewer) -> ImportRun:
    """Fix which header means what and how to import; remembered for the next file with these headers. New fields are made here."""
    if run.state not in (ImportRun.State.UPLOADED, ImportRun.State.CHECKED, ImportRun.State.REFUSED, ImportRun.State.FAILED):
        raise Refused(_("这份文件已经导入，不能再改对应"))
    kind = kind_named(run.kind)
    require(actor, kind.object, "import")
    source = _source(run)
    with transaction.atomic():
        codes = _with_new_fields(kind, source, list(chosen), actor)
        mappings.check(kind, codes)
        mappings.remember(kind, source.header, codes, actor=actor)
        run.mapping = codes
        run.options = {**run.options, **_known_options(options)}
        run.save(update_fields=["mapping", "options"])
    return run


def _known_options(options: Mapping[str, Any]) -> dict[str, Any]:
    known = {name: options[name] for name in ("on_error", "existing", "keep_examples") if name in options}
    if known.get("on_error", ON_ERROR[0]) not in ON_ERROR or known.get("existing", EXISTING[0]) not in EXISTING:
        raise Refused(_("没有这个导入选项"))
    return known


def _with_new_fields(kind: type[ImportKind], source: Source, chosen: list[str], actor: Viewer) -> list[str]:
    width = len(source.header.labels)
    chosen = [*chosen[:width], *([""] * (width - len(chosen)))]
    sample = source.sample(chosen) if mappings.NEW_FIELD in chosen else []
    for place, code in enumerate(chosen):
        if code == mappings.NEW_FIELD:
            if not kind.custom_fields:
                raise Refused(_("%(kind)s没有自定义字段") % {"kind": kind.label}, field="mapping")
            cells = [record.cells[place] for record in sample if place < len(record.cells) and record.cells[place] is not None]
            chosen[place] = kind.add_custom_field(source.header.labels[place], cells, actor=actor).code
    return chosen


def _source(run: ImportRun) -> Source:
    try:
        return source_of(run)
    except SheetError as error:
        raise refusal(error) from None


def start(run: ImportRun, *, actor: Viewer, dry_run: bool = False) -> ImportRun:
    """Hand the run to the worker; its page shows the progress."""
    kind = kind_named(run.kind)
    require(actor, kind.object, "import")
    mappings.check(kind, run.mapping)
    with transaction.atomic():
        waiting = ImportRun.objects.filter(pk=run.pk).exclude(
            state__in=[ImportRun.State.WAITING, ImportRun.State.RUNNING, ImportRun.State.DONE, ImportRun.State.UNDONE]
        )
        if not waiting.update(state=ImportRun.State.WAITING, refusal=""):
            raise Refused(_("这份文件正在导入或已经导入"))
        title = _("导入%(kind)s：%(file)s") % {"kind": kind.label, "file": run.file_name}
        job = jobs.start("imports.run", title[:200], actor=actor, run_id=run.pk, viewer=frozen(actor), dry_run=dry_run)
        ImportRun.objects.filter(pk=run.pk).update(job=job)
    run.refresh_from_db()
    return run


def carry_out(run: ImportRun, *, actor: Viewer, dry_run: bool = False, progress: Progress | None = None) -> Result:
    """Import the run's file here and now. The run's end is written in the same transaction as its rows, which keeps the run locked.

    One that is done meanwhile, by a worker whose heart was not heard, is left alone. Where the database goes away that is raised, and the
    run stays under way: nothing of it is kept, and the job begins it again (`close_abandoned` where nothing does).
    """
    kind = kind_named(run.kind)
    require(actor, kind.object, "import")
    mappings.check(kind, run.mapping)
    if not ImportRun.objects.filter(pk=run.pk).exclude(state__in=OVER).update(state=ImportRun.State.RUNNING, started_at=clock.now()):
        return Result(written=False)
    existing = run.options.get("existing", "update")
    context = new_context(actor, run.pk, run.mapping, existing=existing, source=run.file_name, dry_run=dry_run)
    rejects = rejected_path(run)
    rejects.unlink(missing_ok=True)
    try:
        execution = Execution(
            _source(run),
            run.mapping,
            context,
            reject_file=run.options.get("on_error", "reject-file") == "reject-file",
            rejects=rejects,
            progress=progress or _unseen,
        )
        return execution.run(lambda result: _end(run, result, dry_run), lambda: _hold(run))
    except _Over:
        return Result(written=False)
    except Exception as error:
        if not outages.is_outage(error):
            _failed(run, error)
        raise


class _Over(Exception):
    """Somebody else carried it out while this one was getting ready."""


def _hold(run: ImportRun) -> None:
    """Lock the run until its transaction ends: who finds it under way and not locked knows that it broke off."""
    if ImportRun.objects.select_for_update(no_key=True).get(pk=run.pk).state in OVER:
        raise _Over


def close_abandoned() -> int:
    """Runs that say they are under way although nobody is at work on them failed, and wrote nothing. Returns how many there were.

    A run with an open job is begun again by it; what the command line began is by nobody.
    """
    long_ago = clock.now() - GETTING_READY
    open_job = Q(job__state__in=[JobRun.State.WAITING, JobRun.State.RUNNING])
    under_way = ImportRun.objects.filter(state__in=UNDER_WAY, uploaded_at__lt=long_ago).exclude(started_at__gte=long_ago).exclude(open_job)
    with transaction.atomic():
        found = list(under_way.select_for_update(no_key=True, skip_locked=True, of=("self",)).values_list("pk", flat=True))
        ImportRun.objects.filter(pk__in=found).update(state=ImportRun.State.FAILED, refusal=_("导入中断了，没有写入任何内容，重新导入"), finished_at=clock.now())
    return len(found)


def _unseen(done: int, total: int | None = None) -> None:
    """Progress that nobody watches."""


def _end(run: ImportRun, result: Result, dry_run: bool) -> None:
    """Write what the report shows."""
    for outcome in Outcome:
        setattr(run, outcome.value, result.counts[outcome])
    run.rows = result.rows
    run.totals, run.notes = result.totals, result.notes
    run.errors = [asdict(problem) for problem in result.problems]
    run.error_count = result.problem_count
    run.rejected_file = rejected_path(run).name if result.counts[Outcome.REJECTED] else ""
    run.seconds = round(result.seconds, 2)  # type: ignore[assignment]
    run.finished_at = clock.now()
    run.state = ImportRun.State.CHECKED if dry_run else ImportRun.State.DONE if result.written else ImportRun.State.REFUSED
    run.save()


def _failed(run: ImportRun, error: Exception) -> None:
    sentence = str(error) if isinstance(error, Refused) else _("导入时出错，没有写入任何内容")
    fail(run, sentence)


def fail(run: ImportRun, sentence: str) -> None:
    """A run that wrote nothing, and why."""
    ImportRun.objects.filter(pk=run.pk).update(state=ImportRun.State.FAILED, refusal=sentence, finished_at=clock.now())


def import_file(
    kind_code: str,
    path: Path,
    *,
    actor: Viewer,
    sheet: str | None = None,
    words: Mapping[str, str | None] | None = None,
    on_error: str = "reject-file",
    dry_run: bool = False,
    progress: Callable[[int, int | None], Any] | None = None,
) -> tuple[ImportRun, Result]:
    """Import a file in one go, as the command line does. `words`: a mapping file's header → column."""
    kind = kind_named(kind_code)
    run = take(path, path.name, kind, actor=actor, sheet=sheet, own=False)
    if words:
        source = _source(run)
        chosen = mappings.from_words(kind, source.header, words, source.fill())
        settle(run, chosen, {}, actor=actor)
    run.options = {**run.options, **_known_options({"on_error": on_error})}
    run.save(update_fields=["options"])
    return run, carry_out(run, actor=actor, dry_run=dry_run, progress=progress)
