"""Imports and dictionaries for other programs (PLT-07, PLT-03): a file sent, its report read."""

from typing import Any, Literal

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import File, Form, Schema
from ninja.files import UploadedFile

from guike.platform.api import scopes
from guike.platform.api.resources import json_answer
from guike.platform.api.root import Routes
from guike.platform.dictionaries import selectors as dictionaries
from guike.platform.imports import selectors, services
from guike.platform.imports.models import ImportRun

scopes.register("imports", gettext_lazy("导入"))
scopes.register("dictionaries", gettext_lazy("字典"), writes=False)
_TOLD = ("id", "kind", "file_name", "state", "rows", "created", "updated", "unchanged", "skipped", "rejected", "error_count", "errors", "refusal",
         "uploaded_at", "finished_at")  # fmt: skip


class Run(Schema):
    id: int
    kind: str
    file_name: str
    state: str
    rows: int
    created: int
    updated: int
    unchanged: int
    skipped: int
    rejected: int
    error_count: int
    errors: list[Any]
    refusal: str
    uploaded_at: str
    finished_at: str | None = None


class Dictionaries(Schema):
    data: list[dict[str, Any]]


routes = Routes(tags=["platform"])


def _told(run: ImportRun) -> dict[str, Any]:
    return {name: getattr(run, name) for name in _TOLD}


@routes.operation(
    "POST",
    "/imports",
    scope="imports:write",
    object="import_run",
    action="add",
    status=202,
    summary="送一份 Excel 或 CSV 来导入",
    answer=Run,
)
def start_import(
    request: HttpRequest,
    file: File[UploadedFile],
    kind: Form[str],
    on_error: Form[Literal["reject-file", "skip-rows"]] = "reject-file",
    existing: Form[Literal["update", "skip", "refuse"]] = "update",
) -> HttpResponse:
    """The columns are matched by their headers, as remembered or proposed; the worker does the rest. Read the report until `state` is done."""
    chosen = selectors.kind_for(request.viewer, kind)
    run = services.upload(file, chosen, actor=request.viewer)
    services.settle(run, run.mapping, {"on_error": on_error, "existing": existing}, actor=request.viewer)
    services.start(run, actor=request.viewer)
    run.refresh_from_db()
    response = json_answer(_told(run), status=202)
    response.headers["Location"] = f"/api/v1/imports/{run.pk}"
    return response


@routes.operation("GET", "/imports/{int:pk}", scope="imports:read", object="import_run", row="pk", summary="导入报告", answer=Run)
def import_report(request: HttpRequest, pk: int) -> HttpResponse:
    return json_answer(_told(selectors.run_for(request.viewer, pk)))


@routes.operation("GET", "/dictionaries", scope="dictionaries:read", object="dictionary", summary="有哪些字典", answer=Dictionaries)
def list_dictionaries(request: HttpRequest) -> HttpResponse:
    found = dictionaries.dictionaries_for(request.viewer)
    return json_answer({"data": [{"code": one.code, "label": one.label, "description": one.description} for one in found]})


@routes.operation(
    "GET", "/dictionaries/{code}", scope="dictionaries:read", object="dictionary", summary="一个字典的词", answer=Dictionaries
)
def dictionary(request: HttpRequest, code: str) -> HttpResponse:
    found = dictionaries.dictionaries_for(request.viewer).filter(code=code).first()
    if found is None:
        raise Http404(_("没有字典「%(code)s」") % {"code": code[:40]})
    words = dictionaries.words(request.viewer, found)
    return json_answer({"data": [{"code": one.code, "label": one.label, "synonyms": one.synonyms, "active": one.active} for one in words]})
