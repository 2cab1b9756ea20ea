"""Exports: rows that the viewer may take out, written to a file, and the record that it happened."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from django.db import transaction
from django.utils.translation import gettext as _

from guike.platform import audit, clock, masks
from guike.platform.access import Right, Viewer, declarations, field_right, require
from guike.platform.conditions import describe, to_q
from guike.platform.errors import Refused
from guike.platform.exports import expression as expressions
from guike.platform.exports import limits
from guike.platform.imports.kinds import Column, ImportKind
from guike.platform.imports.models import ExportRecord
from guike.platform.imports.services import kind_named
from guike.platform.sheets.writer import Heading, write_csv, write_workbook

FORMS = ("xlsx", "csv")


def export_file(kind_code: str, path: Path, *, actor: Viewer, expression: str = "") -> ExportRecord:
    """Export a kind's rows to a path ending in .xlsx or .csv. Nothing is left at the path when it is refused or fails."""
    form = path.suffix.lower().lstrip(".")
    if form not in FORMS:
        raise Refused(_("文件名要以 .xlsx 或 .csv 结尾"))
    if not path.parent.is_dir():
        raise Refused(_("没有文件夹 %(path)s") % {"path": path.parent})
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("wb") as target:
            record = export_kind(kind_named(kind_code), form, target, actor=actor, expression=expression)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return record


def export_kind(kind: type[ImportKind], form: str, target: BinaryIO, *, actor: Viewer, expression: str = "", approved: str = "") -> ExportRecord:
    """Write the rows of a kind that the viewer may export, in the columns that the kind imports."""
    require(actor, kind.object, "export")
    columns = visible_columns(kind, actor)
    fields = kind.export_fields(actor)
    hidden = {code for code in declarations()[kind.object].fields if field_right(actor, kind.object, code) < Right.READ}
    tree = expressions.parse(expression, fields.without(hidden))
    with transaction.atomic():
        queryset = kind.export_rows(actor).filter(to_q(tree, fields))
        rows = _veiled(kind, actor, columns, kind.exported(actor, queryset, columns))
        headings = [Heading(str(column.label), _number_format(kind, actor, column), column.parser.width) for column in columns]
        return export_table(
            str(kind.label), headings, rows, form, target, actor=actor, object=kind.object, filter=describe(tree, fields), kind=kind.code, approved=approved
        )


@transaction.atomic
def export_table(
    title: str,
    headings: Sequence[Heading],
    rows: Iterable[Sequence[Any]],
    form: str,
    target: BinaryIO,
    *,
    actor: Viewer,
    object: str,
    filter: str = "",
    kind: str = "",
    approved: str = "",
) -> ExportRecord:
    """Write any table and log it. The caller has scoped the rows and left out what the viewer must not see.

    Raises `NeedsApproval` after writing where it is more than may go out unasked: what was written must not be handed out then.
    `approved`: the number of the approval that lets it go.
    """
    require(actor, object, "export")
    if form == "csv":
        count = _as_csv(target, headings, rows)
    else:
        count = write_workbook(target, title, headings, rows)
    if not approved:
        limits.check(actor, count)
    audit.note(actor, "export", object, detail={"title": title, "rows": count, "filter": filter})
    made = ExportRecord.objects.create(
        kind=kind or object,
        title=title[:100],
        filter=filter,
        columns=[heading.label for heading in headings],
        rows=count,
        form=form,
        by_id=actor.account_id,
        who=actor.name[:60],
        at=clock.now(),
        approved=approved,
    )
    limits.noted(actor, title)
    return made


def _as_csv(target: BinaryIO, headings: Sequence[Heading], rows: Iterable[Sequence[Any]]) -> int:
    import io

    text = io.TextIOWrapper(target, encoding="utf-8-sig", newline="")
    try:
        return write_csv(text, headings, rows)
    finally:
        text.flush()
        text.detach()


def visible_columns(kind: type[ImportKind], viewer: Viewer) -> list[Column]:
    """The columns of a kind that this viewer may see at least veiled, and that have a value to export."""
    return [column for column in kind.all_columns() if column.path and _right(kind, viewer, column) > Right.HIDDEN]


def _right(kind: type[ImportKind], viewer: Viewer, column: Column) -> Right:
    return field_right(viewer, kind.object, column.field or column.code)


def _number_format(kind: type[ImportKind], viewer: Viewer, column: Column) -> str:
    return "@" if _right(kind, viewer, column) is Right.MASKED else column.parser.number_format


def _veiled(kind: type[ImportKind], viewer: Viewer, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """Values of masked fields as the viewer sees them on screen."""
    masked = [(place, column) for place, column in enumerate(columns) if _right(kind, viewer, column) is Right.MASKED]
    if not masked:
        yield from rows
        return
    for values in rows:
        veiled = list(values)
        for place, column in masked:
            veiled[place] = masks.shown(viewer, kind.object, column.field or column.code, veiled[place])
        yield veiled
