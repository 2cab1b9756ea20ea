"""The department tree, and a department in the sheet."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.organisation import selectors, services
from guike.organisation.forms import DepartmentForm
from guike.organisation.selectors.departments import flat
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


@page("department", "view")
def tree(request: HttpRequest) -> HttpResponse:
    """All departments as a tree with heads and head counts."""
    nodes = flat(selectors.department_tree(request.viewer))
    shown = [n for n in nodes if n.department.active]
    context = {"nodes": shown, "closed": [n for n in nodes if not n.department.active]}
    return render(request, "organisation/departments/tree.html", context)


@page("department", "add")
def add(request: HttpRequest) -> HttpResponse:
    form = DepartmentForm(request.POST or None, viewer=request.viewer, initial={"parent": request.GET.get("parent")})
    if form.is_valid():
        try:
            made = services.add_department(actor=request.viewer, **_values(form))
            return sheets.done(request, _("「%(name)s」已建") % {"name": made.name}, to=reverse("organisation:departments"))
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, _("新建部门"))


@page("department", "change", row="pk")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Name, function, head, code, and where it hangs."""
    department = selectors.department(request.viewer, pk)
    initial = {
        "name": department.name,
        "parent": department.parent_id,
        "function": department.function,
        "head": department.head_id,
        "code": department.code,
    }
    form = DepartmentForm(request.POST or None, viewer=request.viewer, initial=initial)
    if form.is_valid():
        values = _values(form)
        parent_id = values.pop("parent_id")
        values["function"] = values["function"] or department.function
        try:
            services.rearrange_department(pk, parent_id, actor=request.viewer, **values)
            return sheets.done(request, _("「%(name)s」已改") % {"name": values["name"]}, to=reverse("organisation:departments"))
        except Refused as refusal:
            form.refuse(refusal)
    return _form(request, form, department.name, department=department)


@page("department", "delete", row="pk")
def retire(request: HttpRequest, pk: int) -> HttpResponse:
    department = selectors.department(request.viewer, pk)
    back = reverse("organisation:departments")
    if request.method == "POST":
        services.retire_department(pk, actor=request.viewer)
        return sheets.done(request, _("「%(name)s」已停用") % {"name": department.name}, to=back)
    lines = [_("「%(name)s」不再出现在选择里，历史记录里的名称保留") % {"name": department.name}]
    return sheets.confirm(request, title=_("停用部门"), consequences=lines, submit=_("停用"), cancel=back, danger=True)


def _values(form: DepartmentForm) -> dict[str, Any]:
    cleaned = form.cleaned_data
    return {
        "name": cleaned["name"],
        "parent_id": cleaned["parent"],
        "function": cleaned["function"],
        "head_id": cleaned["head"],
        "code": cleaned["code"],
    }


def _form(request: HttpRequest, form: DepartmentForm, title: str, department: object = None) -> HttpResponse:
    context = {"form": form, "title": title, "department": department, "back": reverse("organisation:departments")}
    return render(request, "organisation/departments/form.html", context, status=form_status(form))
