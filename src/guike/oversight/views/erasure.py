"""Copies, erasing and what the law keeps: looked at first, confirmed by a second person, logged."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.oversight import selectors, services
from guike.oversight.forms import HoldForm, LookForm, ReasonForm
from guike.oversight.models import PersonalRequest
from guike.platform.access import allowed, page
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.sheets import carried_out, form_status


def small(
    request: HttpRequest, found: PersonalRequest, form: Any, title: str, submit: str, consequences: list[str], *, danger: bool = False
) -> HttpResponse:
    """A sheet that asks one thing about a request, and leads back to it."""
    return sheets.confirm(
        request, title=title, consequences=consequences, submit=submit, cancel=found.get_absolute_url(), form=form, danger=danger
    )


@page("personal_request", "copy", row="pk")
@require_POST
def copy(request: HttpRequest, pk: int) -> HttpResponse:
    """Make the copy in the background; it appears on the request."""
    found = services.ask_for_copy(pk, actor=request.viewer, version=_version(request))
    messages.success(request, _("正在准备副本，好了就在这一页"))
    return redirect(found)


def _version(request: HttpRequest) -> int | None:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else None


@page("personal_request", "erase", row="pk")
@proved
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """What would go and what stays; saying yes asks the second person."""
    found = selectors.request(request.viewer, pk, "erase")
    form = ReasonForm(request.POST or None, viewer=request.viewer, initial={"version": found.version})
    answer = carried_out(
        request,
        form,
        lambda: services.propose_erasure(pk, actor=request.viewer, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]),
        lambda one: _("已提交，等另一个人复核") if one.state == "waiting" else _("正在删除，完成后自动办结"),
        lambda one: one.get_absolute_url(),
        stay=False,
    )
    if answer is not None:
        return answer
    counting = found.job is not None and found.job.kind == "oversight.count" and found.job.state in ("waiting", "running")
    shared = [(one["number"], selectors.name_for(request.viewer, one["kind"], one["id"]) or _("不在可见范围内")) for one in found.plan.get("shared", ())]
    context: dict[str, Any] = {"one": found, "form": form, "counting": counting, "shared": shared, "two_people": services.terms().two_people}
    return render(request, "oversight/erase.html", {**context, "obstacle": services.obstacle(found)}, status=form_status(form))


@page("personal_request", "erase", row="pk")
@require_POST
def count(request: HttpRequest, pk: int) -> HttpResponse:
    """Work out in the background what would go and what stays."""
    found = services.count_up(pk, actor=request.viewer, version=_version(request))
    messages.success(request, _("正在清点，好了就在这一页"))
    return redirect("oversight:request_erase", found.pk)


@page("personal_request", "confirm", row="pk")
@proved
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says yes."""
    found = selectors.request(request.viewer, pk, "confirm")
    form = ReasonForm(request.POST or None, viewer=request.viewer, initial={"version": found.version})
    form.fields["reason"].required = False
    answer = carried_out(
        request,
        form,
        lambda: services.confirm_erasure(pk, actor=request.viewer, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]),
        lambda _one: _("正在删除，完成后自动办结"),
        lambda one: one.get_absolute_url(),
    )
    lines = [
        _("%(n)d 条记录清空或换掉") % {"n": sum(found.plan.get("own", {}).values()) + sum(found.plan.get("texts", {}).values())},
        _("删除以后不能恢复，包括历史"),
    ]
    return answer or small(request, found, form, _("复核 %(number)s") % {"number": found.number}, _("同意删除"), lines, danger=True)


@page("personal_request", "confirm", row="pk")
def give_back(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person says no, and why."""
    found = selectors.request(request.viewer, pk, "confirm")
    form = ReasonForm(request.POST or None, viewer=request.viewer, initial={"version": found.version})
    answer = carried_out(
        request,
        form,
        lambda: services.return_erasure(pk, actor=request.viewer, version=form.cleaned_data["version"], reason=form.cleaned_data["reason"]),
        lambda _one: _("已退回"),
        lambda one: one.get_absolute_url(),
    )
    return answer or small(request, found, form, _("退回 %(number)s") % {"number": found.number}, _("退回"), [])


@page("personal_request", "hold", row="pk")
def hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Let nothing of this person be lost until a day."""
    found = selectors.request(request.viewer, pk)
    form = HoldForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.place_hold(found.subject_kind, found.subject_id, actor=request.viewer, **form.cleaned_data),
        lambda made: _("已设置，保留到 %(day)s") % {"day": made.until},
        lambda _made: found.get_absolute_url(),
    )
    lines = [_("保留期内删除的内容加密锁存，只有说明理由才能看，到期自动清除")]
    return answer or small(request, found, form, _("法定保留"), _("保留"), lines)


@page("personal_request", "hold", row="pk")
def release(request: HttpRequest, pk: int, hold: int) -> HttpResponse:
    """The reason is gone before its day."""
    found = selectors.request(request.viewer, pk)
    placed = next((one for one in selectors.holds(found.subject_kind, found.subject_id) if one.pk == hold), None)
    if placed is None:
        return redirect(found)
    form = LookForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.release_hold(hold, actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda _one: _("已解除"),
        lambda _one: found.get_absolute_url(),
    )
    lines = [_("只因这一条锁存的内容马上清除")]
    return answer or small(request, found, form, _("解除「%(what)s」") % {"what": placed.reason}, _("解除"), lines, danger=True)


@page("personal_request", "hold", row="pk")
@proved
def kept(request: HttpRequest, pk: int, keeping: int) -> HttpResponse:
    """What was locked away, in clear, for a reason that is logged."""
    found = selectors.request(request.viewer, pk)
    one = selectors.keepings(found).filter(pk=keeping).first()
    if one is None:
        return redirect(found)
    form = LookForm(request.POST or None, viewer=request.viewer)
    values: list[tuple[str, Any]] = []
    if request.method == "POST" and form.is_valid():
        opened = services.opened(one.pk, actor=request.viewer, reason=form.cleaned_data["reason"])
        values = [(selectors.column_label(one.table, name), value) for name, value in opened.items()]
    context = {"one": found, "kept": one, "form": form, "values": values, "table": selectors.table_label(one.table)}
    return render(request, "oversight/kept.html", context, status=form_status(form))


def offered(request: HttpRequest, found: Any, closed: bool) -> dict[str, Any]:
    """What of this the request's page offers and shows."""
    viewer = request.viewer  # type: ignore[attr-defined]
    may = {action: allowed(viewer, "personal_request", action) for action in ("copy", "erase", "confirm", "hold")}
    holds = [] if not may["hold"] else list(selectors.holds(found.subject_kind, found.subject_id))
    return {
        "may_copy": may["copy"] and not closed and found.way != PersonalRequest.Way.TERM and bool(found.checked),
        "copies": services.copies(found) if may["copy"] else [],
        "may_erase": may["erase"] and found.wish == "erase" and found.state == "open" and bool(found.checked),
        "may_confirm": may["confirm"] and found.state == "waiting" and found.planned_by_id != viewer.person_id,
        "may_hold": may["hold"],
        "holds": holds,
        "keepings": [(one, selectors.table_label(one.table)) for one in selectors.keepings(found)] if may["hold"] else [],
    }
