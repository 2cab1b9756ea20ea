"""The wizard's pages. Each saves, remembers the next step and goes on; none is needed for the others to work."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.organisation import selectors as organisation
from guike.organisation import services as organisation_services
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui.sheets import form_status
from guike.workspace.wizard import selectors, services, steps
from guike.workspace.wizard.forms import ROWS, CompanyForm, PeopleTable

TODAY = "/"


@page("company", "set_up")
def start(request: HttpRequest) -> HttpResponse:
    """Where one stopped last time."""
    step = organisation.company().wizard_step
    return redirect(f"workspace:wizard_{step if step in steps.ORDER else steps.ORDER[0]}")


@page("company", "set_up")
def company(request: HttpRequest) -> HttpResponse:
    found = organisation.company()
    initial = {name: getattr(found, name) for name in ("name", "short_name", "city", "uscc")}
    form = CompanyForm(request.POST or None, viewer=request.viewer, initial={**initial, "own_name": request.viewer.name})
    if form.is_valid():
        values = dict(form.cleaned_data)
        try:
            services.save_company(values, values.pop("own_name"), actor=request.viewer)
            return _go_on(request, "company")
        except Refused as refusal:
            form.refuse(refusal)
    return _page(request, "company", status=form_status(form), form=form)


@page("company", "set_up")
def people(request: HttpRequest) -> HttpResponse:
    """The quick table; whoever gets a login is shown with the one-time password, once."""
    if request.method == "POST":
        return _people_posted(request)
    blank: list[dict[str, Any]] = [{} for _row in range(ROWS)]
    return _page(request, "people", table=PeopleTable(initial=blank))


def _people_posted(request: HttpRequest) -> HttpResponse:
    table = PeopleTable(request.POST)
    if not table.is_valid():
        return _page(request, "people", status=422, table=table)
    lines = [(row, form.cleaned_data) for row, form in enumerate(table.forms) if form.cleaned_data.get("name")]
    try:
        joined = services.add_people(lines, actor=request.viewer)
    except services.RowRefused as refusal:
        table.forms[refusal.row].refuse(refusal)
        return _page(request, "people", status=422, table=table)
    if any(each.password for each in joined):
        response = _page(request, "people", joined=[each for each in joined if each.password])
        response.headers["Cache-Control"] = "no-store"
        return response
    return redirect("workspace:wizard_people") if "more" in request.POST else _go_on(request, "people")


@page("company", "set_up")
def packs(request: HttpRequest) -> HttpResponse:
    """Which ready policies fit the business."""
    choices = selectors.pack_choices(request.viewer)
    problem = ""
    if request.method == "POST":
        wanted = [choice.code for choice in choices if choice.code in request.POST.getlist("pack") and not choice.installed]
        try:
            services.install_packs(wanted, actor=request.viewer)
            return _go_on(request, "packs")
        except Refused as refusal:
            problem = str(refusal)
    return _page(request, "packs", status=422 if problem else 200, choices=choices, problem=problem)


@page("company", "set_up")
def customers(request: HttpRequest) -> HttpResponse:
    """Where customers come from: a spreadsheet, or one by one later."""
    if request.method == "POST":
        return _go_on(request, "customers")
    return _page(request, "customers")


@page("company", "set_up")
def done(request: HttpRequest) -> HttpResponse:
    """What stands now; the button leads to Today and ends the wizard."""
    if request.method == "POST":
        organisation_services.finish_wizard(actor=request.viewer)
        return redirect(TODAY)
    return _page(request, "done")


@page("company", "set_up")
@require_POST
def skip(request: HttpRequest, step: str) -> HttpResponse:
    if step not in steps.ORDER[:-1]:
        raise Http404(_("没有这一步"))
    return _go_on(request, step, skipped=True)


@page("company", "set_up")
@require_POST
def dismiss(request: HttpRequest) -> HttpResponse:
    """Not now: nobody is led here any more, the entry under 设置 stays."""
    organisation_services.finish_wizard(actor=request.viewer)
    return redirect(TODAY)


def _go_on(request: HttpRequest, step: str, *, skipped: bool = False) -> HttpResponse:
    following = steps.after(step)
    services.go_on(step, following, actor=request.viewer, skipped=skipped)
    return redirect(f"workspace:wizard_{following}")


def _page(request: HttpRequest, step: str, *, status: int = 200, **context: Any) -> HttpResponse:
    standing = selectors.standing(request.viewer)
    skipped = organisation.company().wizard_skipped
    back = steps.before(step)
    context |= {
        "step": step,
        "steps": steps.drawn(step, standing.done, skipped),
        "standing": standing,
        "back": reverse(f"workspace:wizard_{back}") if back else "",
    }
    return render(request, f"workspace/wizard/{step}.html", context, status=status)
