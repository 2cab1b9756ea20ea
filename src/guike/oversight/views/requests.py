"""个人信息请求: recording, answering and refusing what people ask about their own data."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.oversight import rules, selectors, services
from guike.oversight.forms import CheckForm, OutcomeForm, RefusalForm, RequestForm, StopForm, TermsForm
from guike.oversight.models import KINDS, PersonalRequest
from guike.oversight.request_lists import RequestList
from guike.oversight.views.erasure import offered, small
from guike.platform import access, clock, history
from guike.platform.access import Viewer, allowed, page
from guike.platform.proof import proved
from guike.platform.ui.lists import Action
from guike.platform.ui.sheets import carried_out, form_status

#: What several requests are erased with at once: asked who one is, as on the page of one.
ERASING = ("propose", "confirm")


@page("personal_request")
def requests(request: HttpRequest) -> HttpResponse:
    """The list. Proposing or confirming several erasures asks once more who one is."""
    return proved(_listed)(request) if request.POST.get("do") in ERASING else _listed(request)


def _listed(request: HttpRequest) -> HttpResponse:
    actions = [Action(_("个人信息规则"), reverse("oversight:terms"), "settings", sheet=True)] if allowed(request.viewer, "personal_terms", "view") else []
    if allowed(request.viewer, "personal_field", "view"):
        actions.append(Action(_("个人信息清单"), reverse("oversight:inventory"), "list-check"))
    if allowed(request.viewer, "personal_due", "view"):
        actions.append(Action(_("到期的个人信息"), reverse("oversight:due"), "calendar-x"))
    return RequestList().respond(request, actions=actions)


@page("personal_request", "add")
def add(request: HttpRequest) -> HttpResponse:
    """For one person, named by kind and id in the address; without one the list says where to begin."""
    kind, pk = request.GET.get("kind", ""), request.GET.get("id", "")
    if kind not in dict(KINDS) or not pk.isdigit():
        messages.info(request, _("从联系人或个人客户那里登记"))
        return redirect("oversight:requests")
    person = access.row(request.viewer, kind, int(pk))
    form = RequestForm(request.POST or None, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.record_request(kind, int(pk), actor=request.viewer, **form.cleaned_data),
        lambda made: _("已登记 %(number)s，%(day)s 前答复") % {"number": made.number, "day": f"{made.due_on:%m-%d}"},
        lambda made: made.get_absolute_url(),
        stay=False,
    )
    return answer or render(request, "oversight/request_form.html", {"form": form, "person": person}, status=form_status(form))


def _facts(viewer: Viewer, found: PersonalRequest) -> list[tuple[str, Any]]:
    if found.way == PersonalRequest.Way.TERM:
        listed = [(_("内容"), found.detail), (_("谁开始的"), str(found.received_by or "")), (_("停办理由"), found.get_refusal_display() if found.refusal else ""),
                  (_("结果"), found.outcome), (_("办理人"), str(found.closed_by or ""))]  # fmt: skip
        return [(label, value) for label, value in listed if value]
    listed = [
        (_("申请人"), found.asker),
        (_("怎么提出的"), found.get_way_display()),
        (_("内容"), found.detail),
        (_("身份核对"), " · ".join(str(part) for part in (found.get_checked_display(), found.checked_by or "") if part) or _("还没核对")),
        (_("登记人"), str(found.received_by or "")),
        (_("拒绝理由"), found.get_refusal_display() if found.refusal else ""),
        (_("结果"), found.outcome),
        (_("办理人"), str(found.closed_by or "")),
    ]
    return [(label, value) for label, value in listed if value]


def _steps(found: PersonalRequest) -> list[dict[str, Any]]:
    if found.way == PersonalRequest.Way.TERM:
        return [
            {"label": _("开始"), "day": found.received_on, "past": True},
            {"label": _("清点"), "day": None, "past": bool(found.plan)},
            {"label": _("复核"), "day": None, "past": bool(found.confirmed_by_id)},
            {"label": _("停办") if found.state == "refused" else _("办结"), "day": found.closed_on, "past": bool(found.closed_on)},
        ]
    return [
        {"label": _("收到"), "day": found.received_on, "past": True},
        {"label": _("核对身份"), "day": None, "past": bool(found.checked)},
        {"label": _("已拒绝") if found.state == "refused" else _("办结"), "day": found.closed_on, "past": bool(found.closed_on)},
    ]


def _subject(viewer: Viewer, found: PersonalRequest) -> dict[str, str]:
    """The person's name and page, where the viewer may see them."""
    row = access.rows(viewer, found.subject_kind).filter(pk=found.subject_id).first()
    if row is None:
        gone = found.wish == PersonalRequest.Wish.ERASE and found.state == "done"
        return {"name": _("已删除") if gone else _("不在可见范围内"), "href": "", "edit": "", "consents": ""}
    name = selectors.called(found.subject_kind, row)
    href = selectors.href_of(viewer, found.subject_kind, found.subject_id)
    if found.subject_kind not in dict(KINDS):
        return {"name": name, "href": href, "edit": "", "consents": ""}
    edit = reverse("customers:contact_edit", args=[row.pk]) if found.subject_kind == "contact" else reverse("customers:edit", args=[row.pk])
    may = allowed(viewer, found.subject_kind, "change")
    consents = reverse("customers:contact_consents", args=[row.pk]) if found.subject_kind == "contact" and may else ""
    return {"name": name, "href": href, "edit": edit if may else "", "consents": consents}


@page("personal_request", row="pk")
def one(request: HttpRequest, pk: int) -> HttpResponse:
    viewer = request.viewer
    found = selectors.request(viewer, pk)
    closed = found.state in ("done", "refused")
    answers = allowed(viewer, "personal_request", "change") and not closed
    context = {
        "one": found,
        "facts": _facts(viewer, found),
        "steps": _steps(found),
        "subject": _subject(viewer, found),
        "late": not closed and found.way != PersonalRequest.Way.TERM and found.due_on < clock.today(),
        "own_doing": found.way == PersonalRequest.Way.TERM,
        "may_check": answers and not found.checked,
        "may_refuse": answers and rules.may_become(found.state, "refused"),
        "may_close": answers and bool(found.checked) and found.wish != PersonalRequest.Wish.ERASE,
        "changed": selectors.changed_since(found) if found.wish == PersonalRequest.Wish.CORRECT and not closed else [],
        **offered(request, found, closed),
        "entries": history.of(found, hidden=frozenset({"plan", "job", "number", "subject_id", "subject_kind"}), viewer=viewer),
    }
    return render(request, "oversight/request.html", context)


@page("personal_request", "change", row="pk")
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """How it was made sure that it is the person."""
    found = selectors.request(request.viewer, pk, "change")
    form = CheckForm(request.POST or None, viewer=request.viewer, initial={"version": found.version})
    answer = carried_out(
        request,
        form,
        lambda: services.check_identity(pk, form.cleaned_data["checked"], actor=request.viewer, version=form.cleaned_data["version"]),
        lambda _made: _("已记下"),
        lambda made: made.get_absolute_url(),
    )
    return answer or small(request, found, form, _("核对 %(who)s 的身份") % {"who": found.asker}, _("已核对"), [_("没核对身份，不能给副本、更正和删除")])


@page("personal_request", "change", row="pk")
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.request(request.viewer, pk, "change")
    own = found.way == PersonalRequest.Way.TERM
    form = (StopForm if own else RefusalForm)(request.POST or None, viewer=request.viewer, initial={"version": found.version})
    answer = carried_out(
        request,
        form,
        lambda: services.refuse_request(
            pk, form.cleaned_data["refusal"], explained=form.cleaned_data["explained"], actor=request.viewer, version=form.cleaned_data["version"]
        ),
        lambda made: (_("已停办 %(number)s") if own else _("已拒绝 %(number)s")) % {"number": made.number},
        lambda made: made.get_absolute_url(),
    )
    if own and answer is None:
        return small(request, found, form, _("停办 %(number)s") % {"number": found.number}, _("停办"), [_("资料不删，人回到「到期的个人信息」里")])
    return answer or small(request, found, form, _("拒绝 %(number)s") % {"number": found.number}, _("拒绝"), [_("要把理由告知本人；本人可以向法院起诉（第五十条）")], danger=True)


@page("personal_request", "change", row="pk")
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Answered: a copy handed over, a mistake put right, consent taken back."""
    found = selectors.request(request.viewer, pk, "change")
    form = OutcomeForm(request.POST or None, viewer=request.viewer, initial={"version": found.version})
    answer = carried_out(
        request,
        form,
        lambda: services.close_request(pk, outcome=form.cleaned_data["outcome"], actor=request.viewer, version=form.cleaned_data["version"]),
        lambda made: _("已办结 %(number)s") % {"number": made.number},
        lambda made: made.get_absolute_url(),
    )
    lines = []
    if found.wish == PersonalRequest.Wish.CORRECT:
        changed = selectors.changed_since(found)
        lines = [_("收到请求以后改过：%(what)s") % {"what": "、".join(changed)} if changed else _("收到请求以后资料没有改过")]
    return answer or small(request, found, form, _("办结 %(number)s") % {"number": found.number}, _("办结"), lines)


@page("personal_terms")
def terms(request: HttpRequest) -> HttpResponse:
    """Who is responsible, whether erasing takes two people, how long what is kept."""
    found = services.terms()
    own = {f"months_{code}": found.months.get(code) for code in rules.BOUNDS}
    form = TermsForm(request.POST or None, viewer=request.viewer, initial={"responsible": found.responsible_id, "two_people": found.two_people, **own})
    answer = carried_out(
        request,
        form,
        lambda: services.set_terms(
            actor=request.viewer,
            responsible_id=form.cleaned_data["responsible"] or None,
            two_people=form.cleaned_data["two_people"],
            months=form.months(),
        ),
        lambda _made: _("已保存"),
        lambda _made: reverse("oversight:requests"),
    )
    return answer or render(request, "oversight/terms.html", {"form": form}, status=form_status(form))
