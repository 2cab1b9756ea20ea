"""Reads for the pages: which kinds a viewer may import, their runs, a run's preview."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _

from guike.platform.access import Viewer, allowed, row, rows
from guike.platform.imports.execution import new_context
from guike.platform.imports.kinds import Column, ImportKind, kind_of, kinds
from guike.platform.imports.models import ImportRun
from guike.platform.imports.rows import Batch, Problem
from guike.platform.imports.source import Parsing, Source, folder, read

PREVIEW = 50


def kinds_for(viewer: Viewer) -> list[type[ImportKind]]:
    """The kinds this viewer may import, in the order declared."""
    return [kind for kind in kinds().values() if allowed(viewer, kind.object, "import")]


def kind_for(viewer: Viewer, code: str) -> type[ImportKind]:
    """One kind by its code; 404 when there is none or the viewer may not import it."""
    kind = kind_of(code)
    if kind is None or not allowed(viewer, kind.object, "import"):
        raise Http404(_("没有这一类导入"))
    return kind


def runs_for(viewer: Viewer) -> QuerySet[ImportRun]:
    """Imports that this viewer may see, newest first; uploads nobody went on with are left out."""
    return rows(viewer, "import_run").exclude(state=ImportRun.State.UPLOADED).select_related("by__person").order_by("-uploaded_at")


def run_for(viewer: Viewer, pk: int, action: str = "view") -> ImportRun:
    """One import, or 404."""
    return row(viewer, "import_run", pk, action)


def source_of(run: ImportRun) -> Source:
    """The kept file of a run with the sheet and header it was given. Raises `SheetError`."""
    kind = kind_of(run.kind)
    if kind is None:
        raise Http404(_("没有这一类导入"))
    keep = bool(run.options.get("keep_examples"))
    return Source.again(kind, read(run.sha256), run.sheet, run.header_row, keep_examples=keep)


def rejected_path(run: ImportRun) -> Path:
    """Where the workbook of rejected rows lies, once there is one."""
    return folder() / f"rejected-{run.pk}.xlsx"


@dataclass(frozen=True)
class HeaderLine:
    """One header of the file on the mapping page: samples below it, what it stands for now."""

    place: int
    label: str
    samples: tuple[str, ...]
    code: str
    column: Column | None


def header_lines(source: Source, mapping: Sequence[str]) -> list[HeaderLine]:
    """Every header with up to three sample values."""
    sample = source.sample(mapping, 100)
    columns = {column.code: column for column in source.kind.all_columns()}
    lines = []
    for place, label in enumerate(source.header.labels):
        filled = (record.cells[place] for record in sample if place < len(record.cells) and record.cells[place] is not None)
        samples = tuple(dict.fromkeys(islice((_sample(cell) for cell in filled), 20)))[:3]
        code = mapping[place] if place < len(mapping) else ""
        lines.append(HeaderLine(place, label or _("第 %(n)s 列（没有标题）") % {"n": place + 1}, samples, code, columns.get(code)))
    return lines


def _sample(cell: Any) -> str:
    text = " ".join(str(int(cell) if isinstance(cell, float) and cell.is_integer() else cell).split())
    return text if len(text) <= 24 else f"{text[:23]}…"


@dataclass(frozen=True)
class PreviewCell:
    shown: str
    problem: str
    suggestion: str


@dataclass(frozen=True)
class PreviewRow:
    number: int
    cells: tuple[PreviewCell, ...]
    problems: tuple[str, ...]
    outcome: str


@dataclass(frozen=True)
class Preview:
    """The first rows as they would be taken, with what is wrong cell by cell. Nothing was written to make it."""

    columns: tuple[Column, ...]
    rows: tuple[PreviewRow, ...]
    faulty: int
    #: Rows to import; exact where the whole file was looked at, else the rows below the header.
    total: int
    whole: bool


def preview(viewer: Viewer, run: ImportRun) -> Preview:
    """Parse the first rows and let the kind look up what they refer to. Raises `SheetError`."""
    source = source_of(run)
    context = new_context(viewer, None, run.mapping, existing=run.options.get("existing", "update"), source=run.file_name, dry_run=True)
    kind = source.kind(context)
    parsing = Parsing(source, run.mapping)
    found = list(islice(parsing.rows(), PREVIEW))
    with transaction.atomic():
        kind.begin()
        for each in found:
            kind.read_row(each)
        kind.prepare(Batch(found))
        transaction.set_rollback(True)  # words that the file brings are added when it is imported, not when somebody looks at it
    columns = tuple(column for _place, column, _memo in parsing.plan)
    places = tuple(place for place, _column, _memo in parsing.plan)
    shown = tuple(_preview_row(each.number, each.cells, each.problems, places, columns, _word(each)) for each in found)
    whole = len(found) < PREVIEW
    total = len(found) if whole else max(source.sheet.rows - 1, 0)
    return Preview(columns, shown, sum(bool(each.problems) for each in found), total, whole)


def _word(each: Any) -> str:
    if each.problems:
        return _("退回")
    if each.outcome is not None:
        return _("跳过")
    return _("更新") if each.target is not None else _("新建")


def _preview_row(
    number: int, cells: Sequence[Any], problems: Sequence[Problem], places: Sequence[int], columns: Sequence[Column], outcome: str
) -> PreviewRow:
    by_column = {problem.column: problem for problem in problems}
    shown = []
    for place, column in zip(places, columns, strict=True):
        cell = cells[place] if place < len(cells) else None
        problem = by_column.pop(column.code, None)
        text = "" if cell is None else _sample(cell)
        shown.append(PreviewCell(text, problem.message if problem else "", problem.suggestion if problem else ""))
    return PreviewRow(number, tuple(shown), tuple(problem.message for problem in by_column.values()), outcome)
