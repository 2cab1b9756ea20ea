"""Changing rights in the sheet: set, look at the effect, save; copies of roles; the second administrator's answer (PLT-01)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.organisation import services
from guike.organisation.forms import DeclineForm, ReasonForm, RightsForm, RoleNameForm
from guike.organisation.models import RightsChange
from guike.organisation.selectors import roles as found
from guike.organisation.selectors.rights_preview import effects
from guike.organisation.services.rights import consequences, needs_second
from guike.organisation.views.roles import known_role
from guike.platform.access import Declaration, declarations, page
from guike.platform.errors import Refused
from guike.platform.proof import proved
from guike.platform.rights import Cell
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status


def _declaration(code: str) -> Declaration:
    if code not in declarations():
        raise Http404(_("没有这个对象"))
    return declarations()[code]


def _back(role: str = "") -> str:
    return reverse("organisation:roles") + (f"?role={role}" if role else "")


def _message(entry: RightsChange) -> str:
    if entry.state == RightsChange.State.WAITING:
        return _("已提交，等另一位管理员确认后生效")
    return _("权限已改，对方下一次点击就按新的来")


@page("role", "change")
@proved
def change(request: HttpRequest, role: str, code: str) -> HttpResponse:
    """One object of one role: the first answer shows the effect, the second, with the same values, saves."""
    declaration, rights = _declaration(code), request.viewer.rights
    form = RightsForm(request.POST or None, viewer=request.viewer, rights=rights, role=known_role(role), declaration=declaration)
    looked: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        asked = form.cells()
        try:
            cells = consequences(rights, role, asked)
            mark = _mark(cells)
            if request.POST.get("looked") == mark:
                entry = services.change_rights(role, asked, actor=request.viewer, reason=form.cleaned_data["reason"], seen=form.seen())
                return sheets.done(request, _message(entry), to=_back(role))
            if not cells:
                raise Refused(_("和现在的权限一样，没有要保存的"))
            waits = needs_second(rights, role, cells, request.viewer)
            looked = {"effects": effects(rights, role, cells, asked), "looked": mark, "waits": waits}
        except Refused as refusal:
            form.refuse(refusal)
    context = {
        "form": form,
        "lines": form.lines(),
        "name": found.role_name(role),
        "object": declaration.label,
        "back": _back(role),
        "differs": any((cell.role, cell.object) == (role, code) for cell in rights.changed),
        "reset": reverse("organisation:role_reset", args=[role]) + f"?object={code}",
        **looked,
    }
    return render(request, "organisation/roles/change.html", context, status=form_status(form))


def _mark(cells: Mapping[Cell, int]) -> str:
    """Names the values whose effect was looked at, so that others are not saved unseen."""
    listed = [[cell.part, cell.name, int(value)] for cell, value in sorted(cells.items())]
    return hashlib.sha256(json.dumps(listed).encode()).hexdigest()[:16]


@page("role", "change")
@proved
def reset(request: HttpRequest, role: str) -> HttpResponse:
    """Back to what is shipped: the whole role, or one object of it."""
    code = request.GET.get("object", "")
    rights = request.viewer.rights
    cells = [
        cell for cell in rights.changed if cell.role == known_role(role) and code in ("", cell.object) and cell.object in declarations()
    ]
    lines = [
        _("%(object)s · %(part)s：%(before)s → %(after)s")
        % {
            "object": found.object_label(cell.object),
            "part": found.part_label(cell),
            "before": found.value_label(cell, found.value_of(rights, cell)),
            "after": found.value_label(cell, found.shipped_value(rights, cell)),
        }
        for cell in sorted(cells)
    ]
    return _with_reason(
        request,
        title=_("「%(name)s」恢复出厂权限") % {"name": found.role_name(role)},
        consequences=lines or [_("这里和出厂权限一样")],
        submit=_("恢复"),
        back=_back(role),
        write=lambda reason: services.reset_rights(role, actor=request.viewer, reason=reason, object=code),
    )


@page("role", "add")
@proved
def copy(request: HttpRequest, role: str) -> HttpResponse:
    """A role of the company's own from an existing one."""
    form = RoleNameForm(request.POST or None, viewer=request.viewer)
    title = _("从「%(name)s」复制一个角色") % {"name": found.role_name(known_role(role))}
    return _named(request, form, title, role, lambda name, reason: services.copy_role(role, name, actor=request.viewer, reason=reason))


@page("role", "change")
@proved
def rename(request: HttpRequest, role: str) -> HttpResponse:
    form = RoleNameForm(request.POST or None, viewer=request.viewer, initial={"name": found.role_name(known_role(role))})
    return _named(
        request, form, _("改名"), role, lambda name, reason: services.rename_role(role, name, actor=request.viewer, reason=reason)
    )


@page("role", "change")
@proved
def close(request: HttpRequest, role: str) -> HttpResponse:
    """Switch a role of one's own off, or on again."""
    shut = role not in request.viewer.rights.own or request.viewer.rights.own[role].open
    name = found.role_name(known_role(role))
    lines = [_("不能再安排给人，权限设置留着，随时可以再启用")] if shut else [_("又可以安排给人，权限和停用前一样")]
    write = services.close_role if shut else services.reopen_role
    return _with_reason(
        request,
        title=_("停用「%(name)s」") % {"name": name} if shut else _("启用「%(name)s」") % {"name": name},
        consequences=lines,
        submit=_("停用") if shut else _("启用"),
        back=_back() if shut else _back(role),
        write=lambda reason: write(role, actor=request.viewer, reason=reason),
    )


@page("role", "change")
@proved
def two_person(request: HttpRequest) -> HttpResponse:
    """Whether a second administrator confirms changes of rights."""
    on = not request.viewer.rights.two_person
    lines = (
        [_("以后改权限、加角色，都要另一位管理员确认才生效"), _("关掉它也要另一位确认")]
        if on
        else [_("以后改权限当场生效，照样留记录"), _("给自己的角色加权限，仍要另一位管理员确认")]
    )
    return _with_reason(
        request,
        title=_("权限变更要两人") if on else _("权限变更不再要两人"),
        consequences=lines,
        submit=_("打开") if on else _("关闭"),
        back=_back(),
        write=lambda reason: services.set_two_person(on, actor=request.viewer, reason=reason),
    )


@page("role", "confirm")
@require_POST
@proved
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    _exists(pk)
    services.confirm_change(pk, actor=request.viewer)
    return sheets.done(request, _("已确认，现在生效"), to=_back())


@page("role", "confirm")
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    entry = _exists(pk)
    form = DeclineForm(request.POST or None, viewer=request.viewer)
    answer = sheets.carried_out(
        request,
        form,
        lambda: services.decline_change(pk, actor=request.viewer, note=form.cleaned_data["note"]),
        lambda _entry: _("没有同意，权限不变"),
        lambda _entry: _back(),
    )
    lines = found.told(entry)
    return answer or sheets.confirm(
        request, title=_("不同意这项变更"), consequences=lines, submit=_("不同意"), cancel=_back(), danger=True, form=form
    )


@page("role", "change")
@require_POST
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    _exists(pk)
    services.withdraw_change(pk, actor=request.viewer)
    return sheets.done(request, _("已撤回"), to=_back())


def _exists(pk: int) -> RightsChange:
    entry = RightsChange.objects.filter(pk=pk).first()
    if entry is None:
        raise Http404(_("没有这项变更"))
    return entry


def _with_reason(
    request: HttpRequest, *, title: str, consequences: list[str], submit: str, back: str, write: Callable[[str], RightsChange]
) -> HttpResponse:
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    answer = sheets.carried_out(request, form, lambda: write(form.cleaned_data["reason"]), _message, lambda _entry: back)
    return answer or sheets.confirm(request, title=title, consequences=consequences, submit=submit, cancel=back, form=form)


def _named(request: HttpRequest, form: RoleNameForm, title: str, role: str, write: Callable[[str, str], RightsChange]) -> HttpResponse:
    answer = sheets.carried_out(
        request,
        form,
        lambda: write(form.cleaned_data["name"], form.cleaned_data["reason"]),
        _message,
        lambda entry: _back(entry.role or role),
        stay=False,
    )
    context = {"form": form, "title": title, "back": _back(role)}
    return answer or render(request, "organisation/people/form.html", context, status=form_status(form))
