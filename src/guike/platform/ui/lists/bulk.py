"""Doing one thing to many rows: asked once with the consequence in numbers, answered row by row; also keeping views."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guike.platform import access
from guike.platform.errors import Forbidden, Refused
from guike.platform.ui import sheets
from guike.platform.ui.lists import builder, export, saved
from guike.platform.ui.lists.columns import BulkAction
from guike.platform.ui.lists.state import BadState, State
from guike.platform.ui.shell import in_sheet

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

MOST = 500
KEEP = ("save-view", "change-view", "rename-view", "drop-view", "open-with")


def respond(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """A POST to the list: a bulk action, or saving, changing and dropping a view."""
    code = request.POST.get("do", "")
    if code == "build":
        return builder.posted(page, request, wanted)
    if code in KEEP:
        return _keep(page, request, wanted, code)
    if code == "export":
        only = None if request.POST.get("all") else _ticked(request)
        return export.respond(page, request, wanted, only)
    action = next((a for a in page.usable_bulk if a.code == code), None)
    if action is None:
        raise BadState(_("没有「%(name)s」这个批量动作，或没有权限") % {"name": code[:40]})
    access.require(page.viewer, *action.access)
    rows, missing = _chosen(page, request, wanted, action)
    form = action.form(request.POST if "confirmed" in request.POST else None, viewer=page.viewer) if action.form else None
    if "confirmed" not in request.POST or (form is not None and not form.is_valid()):
        return _ask(page, request, action, rows, missing, form)
    return _carry_out(page, request, wanted, action, rows, missing, form.cleaned_data if form else {})


def _chosen(page: "ListPage", request: HttpRequest, wanted: State, action: BulkAction) -> tuple[list[Any], int]:
    """The rows ticked (or all that the state finds), as far as the viewer may do this to them; and how many fell away."""
    rows = page.filtered(wanted)
    if not request.POST.get("all"):
        rows = rows.filter(pk__in=_ticked(request))
    count = rows.order_by().values("pk")[: MOST + 1].count()
    if count > MOST:
        raise Refused(_("一次最多处理 %(most)s %(unit)s，加条件缩小范围") % {"most": MOST, "unit": page.unit})
    within = access.rows(page.viewer, *action.access).values("pk") if action.access[0] == page.object else None
    chosen = list(rows.filter(pk__in=within) if within is not None else rows)
    page.complete(chosen)
    return chosen, count - len(chosen)


def _ticked(request: HttpRequest) -> set[int]:
    keys = {int(key) for key in request.POST.getlist("pk") if key.isdigit()}
    if not keys:
        raise Refused(_("先选中要处理的行"))
    return keys


def _ask(page: "ListPage", request: HttpRequest, action: BulkAction, rows: Sequence[Any], missing: int, form: Any) -> HttpResponse:
    lines = [_("共 %(count)s %(unit)s") % {"count": len(rows), "unit": page.unit}]
    if action.consequences:
        lines += [str(line) for line in action.consequences(page.viewer, rows)]
    if missing:
        lines.append(_("另有 %(count)s %(unit)s不归你负责，不会改动") % {"count": missing, "unit": page.unit})
    hidden = [("do", action.code), ("confirmed", "1"), *(("pk", str(row.pk)) for row in rows)]
    return sheets.confirm(
        request,
        title=str(action.label),
        consequences=lines,
        submit=f"{action.label} {len(rows)} {page.unit}",
        cancel=request.get_full_path(),
        danger=action.danger,
        form=form,
        hidden=hidden,
        action=request.get_full_path(),
    )


def _carry_out(
    page: "ListPage", request: HttpRequest, wanted: State, action: BulkAction, rows: Sequence[Any], missing: int, values: dict[str, Any]
) -> HttpResponse:
    if action.together:
        return _led_to(request, action.together(page.viewer, rows, values))
    done, refused = [], []
    for row in rows:
        line = {"row": row, "url": page.row_url(row)}
        try:
            if action.apply:
                action.apply(page.viewer, row, values)
            done.append(line)
        except (Refused, Forbidden) as refusal:
            refused.append({**line, "why": str(refusal.message)})
    context = {
        "page": page,
        "action": action,
        "done": done,
        "refused": refused,
        "missing": missing,
        "back": wanted.url(after="", before=""),
    }
    return render(request, "ui/lists/result.html", context)


def _led_to(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if in_sheet(request) else redirect(url)


def _keep(page: "ListPage", request: HttpRequest, wanted: State, code: str) -> HttpResponse:
    viewer = page.viewer
    if code == "drop-view":
        name = saved.drop_view(actor=viewer, pk=_key(request))
        return sheets.done(request, _("已删除视图「%(name)s」") % {"name": name}, request.path, stay=False)
    if code == "open-with":
        return _open_with(page, request)
    name, audience = request.POST.get("name", ""), request.POST.get("audience", "mine")
    if code == "change-view":
        view = saved.change_view(actor=viewer, pk=_key(request), kept=wanted.kept())
    elif code == "rename-view":
        view = saved.rename_view(actor=viewer, pk=_key(request), name=name, audience=audience)
    else:
        base = next((f.base for f in page.saved_views if f"s{f.pk}" == wanted.view), wanted.view)
        view = saved.save_view(actor=viewer, list_code=page.list_code, name=name, base=base, kept=wanted.kept(), audience=audience)
    return sheets.done(request, _("已保存视图「%(name)s」") % {"name": view.name}, f"{request.path}?view=s{view.pk}", stay=False)


def _open_with(page: "ListPage", request: HttpRequest) -> HttpResponse:
    code = request.POST.get("view", "")
    label = next((view["label"] for view in page.all_views if view["code"] == code), "")
    saved.open_with(actor=page.viewer, list_code=page.list_code, view=code if label else "")
    words = (
        _("以后打开%(title)s先看「%(name)s」") % {"title": page.title, "name": label}
        if label
        else _("以后打开%(title)s先看第一个视图") % {"title": page.title}
    )
    return sheets.done(request, words, request.path, stay=False)


def _key(request: HttpRequest) -> int:
    key = request.POST.get("pk", "")
    if not key.isdigit():
        raise BadState(_("缺少要改的视图"))
    return int(key)
