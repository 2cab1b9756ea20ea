"""Pages of an import: upload, columns, preview, progress and report, undo; templates; export."""

import io
import tempfile
from typing import Any
from urllib.parse import quote

from django.core.paginator import Paginator
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform import clock
from guike.platform.access import allowed, page
from guike.platform.errors import Refused
from guike.platform.exports import limits
from guike.platform.exports.services import export_kind, visible_columns
from guike.platform.imports import selectors, services
from guike.platform.imports.blank import write_blank
from guike.platform.imports.forms import ExportForm, OptionsForm, UploadForm
from guike.platform.imports.kinds import kind_of
from guike.platform.imports.mapping import NEW_FIELD, OWN_HEADERS
from guike.platform.imports.models import ImportRun
from guike.platform.imports.undo import may_undo, undo
from guike.platform.imports.wording import refusal
from guike.platform.sheets.problems import SheetError
from guike.platform.ui import formats, sheets
from guike.platform.ui.components import Figure, Progress

WORKBOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
RECENT = 8
SHOWN_ERRORS = 50
OPEN = (ImportRun.State.UPLOADED, ImportRun.State.CHECKED, ImportRun.State.REFUSED, ImportRun.State.FAILED)


@page("import_run", "add")
def start(request: HttpRequest) -> HttpResponse:
    """Choose a kind, upload a file."""
    form = UploadForm(request.POST or None, request.FILES or None, viewer=request.viewer, initial={"kind": request.GET.get("kind")})
    if request.method == "POST" and form.is_valid():
        kind = selectors.kind_for(request.viewer, form.cleaned_data["kind"])
        try:
            run = services.upload(form.cleaned_data["file"], kind, actor=request.viewer)
            return redirect("imports:columns", run.pk)
        except Refused as refused:
            form.refuse(refused)
    recent = list(selectors.runs_for(request.viewer)[:RECENT])
    context = {"form": form, "kinds": selectors.kinds_for(request.viewer), "recent": recent, "may_export": _may_export(request)}
    return render(request, "imports/start.html", context, status=sheets.form_status(form))


def _may_export(request: HttpRequest) -> bool:
    from guike.platform.imports.kinds import kinds

    return any(allowed(request.viewer, kind.object, "export") for kind in kinds().values())


@page("import_run", "view")
def history(request: HttpRequest) -> HttpResponse:
    """All imports within sight."""
    found = Paginator(selectors.runs_for(request.viewer), 30).get_page(request.GET.get("page"))
    return render(request, "imports/history.html", {"page": found})


@page("import_run", "change", row="pk")
def columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Which header means what, and how to import."""
    run = selectors.run_for(request.viewer, pk, "change")
    if run.state not in OPEN:
        return redirect("imports:run", run.pk)
    if sheet := request.GET.get("sheet"):
        run = services.choose_sheet(run, sheet, actor=request.viewer)
        return redirect("imports:columns", run.pk)
    form = OptionsForm(request.POST or None, viewer=request.viewer, initial=run.options)
    if request.method == "POST" and form.is_valid():
        try:
            services.settle(run, _chosen(request, run), form.cleaned_data, actor=request.viewer)
            return redirect("imports:preview", run.pk)
        except Refused as refused:
            form.refuse(refused)
            run.mapping = _chosen(request, run)
    return render(request, "imports/columns.html", _columns_context(request, run, form), status=sheets.form_status(form))


def _chosen(request: HttpRequest, run: ImportRun) -> list[str]:
    return [request.POST.get(f"column-{place}", "") for place in range(len(run.mapping))]


def _columns_context(request: HttpRequest, run: ImportRun, form: OptionsForm) -> dict[str, Any]:
    try:
        source = selectors.source_of(run)
    except SheetError as error:
        raise refusal(error) from None
    kind = source.kind
    lines = selectors.header_lines(source, run.mapping)
    records = source.records(run.mapping)
    for _record in records.of(source.book.rows(source.sheet, 100)):
        pass
    return {
        "run": run,
        "form": form,
        "lines": [line for line in lines if line.label not in OWN_HEADERS],
        "options": [(column.code, column.label, column.required) for column in kind.all_columns()],
        "new_field": NEW_FIELD if kind.custom_fields else "",
        "unknown": sum(not line.code for line in lines),
        "missing": [column.label for column in kind.columns if column.required and column.code not in run.mapping],
        "left_out": services.told_left_out(records.left_out),
        "has_examples": any(str(why) == "示例" for _number, why in records.left_out) or bool(run.options.get("keep_examples")),
        "sheets": [sheet for sheet in source.book.sheets if sheet.rows and not sheet.hidden],
        "total": source.sheet.rows,
    }


@page("import_run", "change", row="pk")
def preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The first rows with their problems; from here the import starts, or a check that writes nothing."""
    run = selectors.run_for(request.viewer, pk, "change")
    if run.state not in OPEN:
        return redirect("imports:run", run.pk)
    if request.method == "POST":
        services.start(run, actor=request.viewer, dry_run="check" in request.POST)
        return redirect("imports:run", run.pk)
    try:
        found = selectors.preview(request.viewer, run)
    except SheetError as error:
        raise refusal(error) from None
    return render(request, "imports/preview.html", {"run": run, "preview": found, "kind": kind_of(run.kind)})


@page("import_run", "view", row="pk")
def run(request: HttpRequest, pk: int) -> HttpResponse:
    """Progress while it runs, the report afterwards."""
    found = selectors.run_for(request.viewer, pk)
    if found.state == ImportRun.State.UPLOADED:
        return redirect("imports:columns", pk)
    busy = found.state in (ImportRun.State.WAITING, ImportRun.State.RUNNING)
    if request.htmx and request.htmx.target == "import-run" and not busy:
        return HttpResponse(status=204, headers={"HX-Refresh": "true"})
    context = {
        "run": found,
        "busy": busy,
        "progress": _progress(found),
        "figures": _figures(found),
        "totals": _totals(found),
        "errors": _errors(found),
        "more_errors": max(found.error_count - SHOWN_ERRORS, 0),
        "may_undo": may_undo(found),
        "may_import": found.state == ImportRun.State.CHECKED,
    }
    return render(request, "imports/run.html", context)


def _progress(found: ImportRun) -> Progress:
    job = found.job
    done, total = (job.done, job.total) if job else (0, 0)
    value = formats.number(done)
    target = _("/ %(n)s 行") % {"n": formats.number(total)} if total else ""
    return Progress(_("已处理"), value, target, share=job.share if job else 0)


def _figures(found: ImportRun) -> list[Figure]:
    rejected = Figure(
        _("退回"),
        formats.number(found.rejected),
        _("行"),
        note=_("有问题，没有导入") if found.rejected else "",
        tone="danger" if found.rejected else "",
    )
    kept = found.unchanged + found.skipped
    parts = [_("无变化 %(n)s") % {"n": formats.number(found.unchanged)}] if found.unchanged else []
    parts += [_("跳过 %(n)s") % {"n": formats.number(found.skipped)}] if found.skipped else []
    return [
        Figure(_("新建"), formats.number(found.created), _("行")),
        Figure(_("更新"), formats.number(found.updated), _("行")),
        Figure(_("没有动"), formats.number(kept), _("行"), note="，".join(parts)),
        rejected,
    ]


def _totals(found: ImportRun) -> list[tuple[str, Any]]:
    kind = kind_of(found.kind)
    labels = kind.total_labels if kind else {}
    return [(str(labels.get(name, name)), f"{amount:,}" if isinstance(amount, int) else amount) for name, amount in found.totals.items()]


def _errors(found: ImportRun) -> list[dict[str, Any]]:
    kind = kind_of(found.kind)
    labels = {column.code: column.label for column in kind.all_columns()} if kind else {}
    return [{**error, "label": labels.get(error["column"], "")} for error in found.errors[:SHOWN_ERRORS]]


@page("import_run", "view", row="pk")
def rejected(request: HttpRequest, pk: int) -> FileResponse:
    """The rejected rows as a workbook."""
    found = selectors.run_for(request.viewer, pk)
    path = selectors.rejected_path(found)
    if not found.rejected_file or not path.exists():
        raise Http404(_("没有退回的行，或文件已按期清理"))
    return FileResponse(
        path.open("rb"),
        as_attachment=True,
        filename=_("退回的行-%(file)s.xlsx") % {"file": found.file_name.rsplit(".", 1)[0]},
        content_type=WORKBOOK,
    )


@page("import_run", "change", row="pk")
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask with the consequence in numbers, then undo."""
    found = selectors.run_for(request.viewer, pk, "change")
    here = reverse("imports:run", args=[pk])
    if request.method == "POST":
        report = undo(found, actor=request.viewer)
        return sheets.done(request, _("已撤销：删去 %(removed)s 条，还原 %(restored)s 条") % report, to=here)
    consequences = [
        _("这次新建的 %(n)s 行，连同一起建的资料，会删去") % {"n": formats.number(found.created)},
        _("这次更新的 %(n)s 行恢复为导入前的内容") % {"n": formats.number(found.updated)},
        _("导入后有人改过、或已被别的记录用到的，保持不动并列出来"),
    ]
    return sheets.confirm(request, title=_("撤销这次导入"), consequences=consequences, submit=_("撤销导入"), cancel=here, danger=True)


@page("import_run", "add")
def template(request: HttpRequest, code: str) -> FileResponse:
    """The empty form of a kind."""
    kind = selectors.kind_for(request.viewer, code)
    content = io.BytesIO()
    write_blank(kind, content)
    content.seek(0)
    return FileResponse(content, as_attachment=True, filename=_("%(kind)s导入模板.xlsx") % {"kind": kind.label}, content_type=WORKBOOK)


@page("import_run", "view")
def export(request: HttpRequest) -> HttpResponse | FileResponse:
    """Take out the rows of a kind as a file; logged."""
    form = ExportForm(request.POST or None, viewer=request.viewer, initial={"kind": request.GET.get("kind"), "form": "xlsx"})
    if request.method == "POST" and form.is_valid():
        try:
            return _exported(request, form.cleaned_data)
        except Refused as refused:
            form.refuse(refused)
    return render(request, "imports/export.html", {"form": form}, status=sheets.form_status(form))


def _exported(request: HttpRequest, wanted: dict[str, Any]) -> HttpResponse | FileResponse:
    kind = services.kind_named(wanted["kind"])
    content = tempfile.TemporaryFile()  # noqa: SIM115 (the response closes it)
    try:
        export_kind(kind, wanted["form"], content, actor=request.viewer, expression=wanted["filter"])
    except limits.NeedsApproval as stopped:
        columns = [str(column.label) for column in visible_columns(kind, request.viewer)]
        again = {"kind": kind.code, "form": wanted["form"], "filter": wanted["filter"]}
        return limits.ask(request, limits.Asked(str(kind.label), kind.object, wanted["filter"], columns, stopped.rows, stopped.recent, again))
    content.seek(0)
    name = f"{kind.label}-{clock.today():%Y%m%d}.{wanted['form']}"
    response = FileResponse(content, content_type=WORKBOOK if wanted["form"] == "xlsx" else "text/csv; charset=utf-8")
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    return response
