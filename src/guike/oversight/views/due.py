"""到期的个人信息: whose term is over, one by one or several at once: erased or kept on."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.oversight import selectors, services
from guike.oversight.due_lists import DueList, kept, standing, why
from guike.oversight.forms import KeepForm, LookForm
from guike.oversight.models import DuePerson
from guike.platform import access, history
from guike.platform.access import allowed, page
from guike.platform.ui import sheets
from guike.platform.ui.lists import Action
from guike.platform.ui.sheets import carried_out


@page("personal_due")
def due_people(request: HttpRequest) -> HttpResponse:
    """The list, and erasing or keeping several."""
    places = [("personal_request", _("个人信息请求"), "oversight:requests", "user-shield"), ("personal_terms", _("个人信息规则"), "oversight:terms", "settings")]
    actions = [Action(label, reverse(name), icon, sheet=name.endswith("terms")) for code, label, name, icon in places if allowed(request.viewer, code, "view")]
    return DueList().respond(request, actions=actions)


def _one(request: HttpRequest, pk: int, action: str = "view") -> DuePerson:
    access.row(request.viewer, "personal_due", pk, action)  # type: ignore[attr-defined]
    found = selectors.due(request.viewer).get(pk=pk)  # type: ignore[attr-defined]
    selectors.subjects(request.viewer, [found])  # type: ignore[attr-defined]
    return found


@page("personal_due", row="pk")
def due_person(request: HttpRequest, pk: int) -> HttpResponse:
    """One person: why they are due, what was decided, and by whom."""
    viewer, found = request.viewer, _one(request, pk)
    open_ = found.state != "erased" and not (found.request and found.request.state not in ("done", "refused"))
    facts: list[tuple[str, Any]] = [
        (_("为什么到期"), why(found)),
        (_("期满日"), found.ended_on.isoformat()),
        (_("列入日期"), found.found_on.isoformat()),
        (_("保留的理由"), kept(found)),
        (_("谁决定保留"), str(found.kept_by or "") if found.state == "kept" and not found.hold else ""),
        (_("删除日期"), found.erased_on.isoformat() if found.erased_on else ""),
    ]
    context = {
        "one": found,
        "facts": [(label, value) for label, value in facts if value],
        "standing": standing(found),
        "href": selectors.href_of(viewer, found.subject_kind, found.subject_id),
        "may_erase": open_ and found.state == "due" and allowed(viewer, "personal_due", "erase"),
        "may_keep": open_ and not found.hold and allowed(viewer, "personal_due", "keep"),
        "entries": history.of(found, hidden=frozenset({"subject_id", "subject_kind", "term", "last_what", "kept_why", "kept_by"}), viewer=viewer),
    }
    return render(request, "oversight/due_person.html", context)


@page("personal_due", "keep", row="pk")
def keep(request: HttpRequest, pk: int) -> HttpResponse:
    found = _one(request, pk, "keep")
    form = KeepForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.keep_longer(pk, actor=request.viewer, **form.cleaned_data),
        lambda made: _("再保留到 %(day)s") % {"day": made.kept_until},
        lambda made: made.get_absolute_url(),
    )
    return answer or _asked(request, found, form, _("再保留"), [why(found)])


@page("personal_due", "erase", row="pk")
def erase(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin: the request that carries it counts first; its own page goes on."""
    found = _one(request, pk, "erase")
    form = LookForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.begin_erasure(pk, actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda made: _("%(number)s 正在清点，看过要删什么再提交") % {"number": made.request.number},
        lambda made: made.request.get_absolute_url(),
        stay=False,
    )
    return answer or _asked(request, found, form, _("删除"), [why(found), _("先清点，另一个人复核以后才删")], danger=True)


def _asked(request: HttpRequest, found: DuePerson, form: Any, submit: str, lines: list[str], *, danger: bool = False) -> HttpResponse:
    title = _("%(what)s：%(who)s") % {"what": submit, "who": found}
    return sheets.confirm(
        request, title=title, consequences=lines, submit=submit, cancel=found.get_absolute_url(), form=form, danger=danger
    )
