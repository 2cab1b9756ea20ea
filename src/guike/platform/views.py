"""Error pages, health, files of records, histories of records, and background work."""

from django.db import connection
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.platform import access, audit, files, history, jobs, numbering, outages
from guike.platform.access import public, signed_in
from guike.platform.errors import Refused
from guike.platform.forms import SeriesForm
from guike.platform.models import Attachment
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@public
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "ui/403.html", {"message": str(exception or "")}, status=403)


@public
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    message = str(exception) if isinstance(exception, Http404) and exception.args and isinstance(exception.args[0], str) else ""
    return render(request, "ui/404.html", {"message": message}, status=404)


@public
def broken(request: HttpRequest) -> HttpResponse:
    """What nobody expected (500); an outage of the database, wherever on the way it was met, is 503."""
    if error := outages.present():
        return outages.answer(request, error)
    return render(request, "ui/500.html", status=500)


@public
def health(request: HttpRequest) -> HttpResponse:
    """Answers 200 when the web process and the database do."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


@signed_in
def attachment(request: HttpRequest, pk: int) -> FileResponse:
    """One file, for those who may view the record that it belongs to. Never rendered as a page of ours."""
    found = get_object_or_404(Attachment, pk=pk, removed_at=None)
    if found.subject_kind not in access.declarations():
        raise Http404
    access.row(request.viewer, found.subject_kind, found.subject_id)
    if not files.is_there(found.sha256):
        raise Http404(_("文件「%(name)s」不在磁盘上，找管理员从备份恢复") % {"name": found.name})
    audit.note(request.viewer, "download", found.subject_kind, found.subject_id, detail={"file": found.name})
    inline = found.media_type in files.INLINE
    response = FileResponse(files.opened(found.sha256), as_attachment=not inline, filename=found.name, content_type=found.media_type)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response


@signed_in
def record_history(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Every change of one record as sentences, for those who may view it; fields hidden from them or veiled stay out."""
    if code not in access.declarations():
        raise Http404
    record = access.row(request.viewer, code, pk)
    if not history.is_tracked(type(record)):
        raise Http404
    veiled = {name for name in access.declarations()[code].fields if access.field_right(request.viewer, code, name) < access.Right.READ}
    entries = history.of(record, hidden=frozenset(veiled), viewer=request.viewer)
    return render(request, "platform/history.html", {"record": record, "entries": entries, "label": access.declarations()[code].label})


@access.page("job")
def job_list(request: HttpRequest) -> HttpResponse:
    return render(request, "platform/jobs.html", {"runs": jobs.recent(request.viewer)})


@access.page("job", row="pk")
def job(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "platform/job.html", {"run": access.row(request.viewer, "job", pk)})


@access.page("number_series")
def series_list(request: HttpRequest) -> HttpResponse:
    return render(request, "platform/series_list.html", {"series": numbering.listed(request.viewer)})


@access.page("number_series", "change", row="pk")
def series(request: HttpRequest, pk: int) -> HttpResponse:
    found = access.row(request.viewer, "number_series", pk, "change")
    form = SeriesForm(request.POST or None, initial={"prefix": found.prefix, "digits": found.digits, "restarts": found.restarts})
    if request.method == "POST" and form.is_valid():
        try:
            numbering.change_series(pk, **form.cleaned_data, actor=request.viewer)
            return sheets.done(request, _("编号规则已改，从下一个编号起用"), to=reverse("platform:series"))
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "platform/series_form.html", {"form": form, "series": found}, status=form_status(form))
