"""Explain access: why somebody can see a record, or was refused (PLT-01)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import FieldDoesNotExist
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _

from guike.organisation.forms import ExplainForm
from guike.organisation.models import Person
from guike.organisation.selectors import roles
from guike.organisation.selectors.explaining import Answer, explain
from guike.platform import access
from guike.platform.access import Viewer, declarations, page, signed_in
from guike.platform.rights import offered_actions


@dataclass(frozen=True)
class Asked:
    """What is asked about: an object's action, perhaps of one row; or `words` when the address asks for no right."""

    object: str = ""
    action: str = "view"
    record: str = ""
    words: str = ""


@page("role", "explain")
def ask(request: HttpRequest) -> HttpResponse:
    """A person, an object and a record (its number or id), or the address of a page: answered in words."""
    form = ExplainForm(request.GET, viewer=request.viewer)
    form.is_valid()
    given = form.cleaned_data
    asked = _of_address(given["address"]) if given.get("address") else _typed(given)
    person = Person.objects.filter(pk=given.get("person") or 0).first()
    context: dict[str, Any] = {"form": form, "objects": roles.objects(), "asked": asked, "person": person, "given": given}
    if person and asked.object:
        context |= _answered(request.viewer, person, asked)
    elif person and asked.words:
        context["answer"] = Answer(True, asked.words)
    elif given.get("person") or given.get("address"):
        context["missing"] = _("选一个人，再选对象或贴一个页面地址") if not person else asked.words or _("选一个对象，或贴一个页面地址")
    return render(request, "organisation/roles/explain.html", context)


@signed_in
def why(request: HttpRequest) -> HttpResponse:
    """The same for oneself, from a page that refused: it says no more of a record than one may see anyway."""
    asked = _of_address(request.GET.get("address", ""))
    person = Person.objects.get(pk=request.viewer.person_id)
    if asked.object and access.allowed(request.viewer, asked.object, asked.action) and not _sees(request.viewer, asked):
        words = _("没有这条%(object)s，或不在可见范围内") % {"object": roles.object_label(asked.object)}
        return render(request, "organisation/roles/why.html", {"answer": Answer(False, words), "name": request.viewer.name})
    if asked.object and not _sees(request.viewer, asked):
        asked = Asked(asked.object, asked.action)
    context = _answered(request.viewer, person, asked) if asked.object else {"answer": Answer(True, asked.words or _("没有这个页面"))}
    return render(request, "organisation/roles/why.html", {**context, "name": request.viewer.name})


def _sees(viewer: Viewer, asked: Asked) -> bool:
    """Is the row asked about in sight? An address without a row hides none."""
    pk = _row_id(asked)
    return not asked.record or (pk is not None and access.rows(viewer, asked.object, "view").filter(pk=pk).exists())


def _answered(asker: Viewer, person: Person, asked: Asked) -> dict[str, Any]:
    """The answer, and the record's name where the asker may see it."""
    declaration = declarations()[asked.object]
    pk = _row_id(asked)
    if asked.record and pk is None:
        words = _("没有编号 %(number)s 的%(object)s") % {"number": asked.record, "object": declaration.label}
        return {"answer": Answer(False, words)}
    row = access.rows(asker, asked.object, "view").filter(pk=pk).first() if pk is not None and "view" in declaration.actions else None
    return {
        "answer": explain(person, asked.object, asked.action, pk),
        "record": str(row) if row else asked.record,
        "label": declaration.label,
    }


def _typed(given: dict[str, Any]) -> Asked:
    code = given.get("object") or ""
    if code not in declarations():
        return Asked()
    action = given.get("action") or "view"
    known = offered_actions(declarations()[code])
    return Asked(code, action if action in known else known[0], (given.get("record") or "").strip())


def _of_address(address: str) -> Asked:
    """What the page behind an address asks for."""
    path = urlsplit(address.strip()).path
    try:
        match = resolve(path if path.startswith("/") else f"/{path}")
    except Resolver404:
        return Asked(words=_("这个地址不是系统里的页面"))
    wanted = match.func.access  # type: ignore[attr-defined]
    if wanted.kind == "page":
        return Asked(wanted.object, wanted.action, str(match.kwargs.get(wanted.row, "")) if wanted.row else "")
    about = str(match.kwargs.get("code") or match.kwargs.get("kind") or "")
    if wanted.kind == "signed_in" and about in declarations() and "pk" in match.kwargs:
        return Asked(about, "view", str(match.kwargs["pk"]))
    return Asked(words=_("这个页面登录就能打开") if wanted.kind == "signed_in" else _("这个页面不登录也能打开"))


def _row_id(asked: Asked) -> int | None:
    """The row's id from what was typed: its number as printed, else the id itself."""
    if not asked.record:
        return None
    model = declarations()[asked.object].model_class()
    try:
        model._meta.get_field("number")
        if found := model._default_manager.filter(number=asked.record).values_list("pk", flat=True).first():
            return int(found)
    except FieldDoesNotExist:
        pass
    return int(asked.record) if asked.record.isdigit() and len(asked.record) < 19 else None
