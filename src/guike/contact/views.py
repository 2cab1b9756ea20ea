"""Pages of follow-ups: the sheet, the list, the record."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.contact import forms, panels, rules, selectors, services
from guike.contact.lists import FollowUpList
from guike.engine import selectors as engine
from guike.engine.activities import selectors as timeline
from guike.engine.obligations import selectors as obligations
from guike.platform import clock, history
from guike.platform.access import page, reach
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.lists import Action
from guike.platform.ui.shell import in_sheet

SUGGESTED = 6


@page("follow_up")
def follow_up_list(request: HttpRequest) -> HttpResponse:
    actions = [Action(_("记跟进"), reverse("contact:log"), "pencil-plus", primary=True, sheet=True, new=True)]
    return FollowUpList().respond(request, actions=actions)


@page("follow_up", "add")
def choose(request: HttpRequest) -> HttpResponse:
    """Whom it is about: those due today with one tap, anybody by search."""
    form = forms.ChooseForm(request.GET if "customer" in request.GET else None, viewer=request.viewer)  # type: ignore[attr-defined]
    if form.is_bound and form.is_valid():
        return log(request, form.cleaned_data["customer"])
    context = {"form": form, "suggested": _suggested(request.viewer), "then": "event" if request.GET.get("then") == "event" else ""}  # type: ignore[attr-defined]
    return render(request, "contact/choose.html", context, status=sheets.form_status(form))


def _suggested(viewer: Any) -> list[dict[str, Any]]:
    """The customers most urgent today, each once."""
    today = clock.today()
    due = obligations.listed(viewer, on=today, until=today, person_ids=[viewer.person_id or 0]).filter(subject_kind="customer")[
        : SUGGESTED * 3
    ]
    ids = list(dict.fromkeys(owed.subject_id for owed in due))[:SUGGESTED]
    why = {owed.subject_id: owed for owed in reversed(list(due))}
    return [{**card, "owed": why[card["customer"].pk]} for card in selectors.cards(viewer, ids)]


@page("follow_up", "add")
@engine.rules_read_once()
def log(request: HttpRequest, customer_id: int) -> HttpResponse:
    """The sheet of one customer. `?then=event`: the page below is told by an event instead of being shown again."""
    viewer = request.viewer  # type: ignore[attr-defined]
    sheet = selectors.Sheet(viewer, customer_id)
    posted = request.POST if request.method == "POST" else None
    start = None if posted is not None else forms.starting_values(sheet, request.GET.get("method", ""), request.GET.get("done", ""))
    form = forms.FollowUpForm(posted, request.FILES or None, viewer=viewer, sheet=sheet, initial=start, draft=f"follow_up:{customer_id}")
    if posted is not None and form.is_valid():
        try:
            logged = services.log_follow_up(
                customer_id,
                form.draft_made(),
                actor=viewer,
                form_token=form.cleaned_data["token"],
                uploads=form.cleaned_data["files"],
                file=form.file_values(),
            )
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _logged(request, logged)
    form.ask_file()
    ways = "、".join(way.label for way in sheet.ways if way.suits)
    recommended = _("宜 %(ways)s") % {"ways": ways} if ways else ""
    action = reverse("contact:log_for", args=[customer_id]) + ("?then=event" if request.GET.get("then") == "event" else "")
    context = {"form": form, "sheet": sheet, "more_open": _more_is_needed(form), "recommended": recommended, "action": action}
    context["file_open"] = any(name.startswith(forms.FILE) for name in form.errors)
    return render(request, "contact/log.html", context, status=sheets.form_status(form))


def _more_is_needed(form: forms.FollowUpForm) -> bool:
    """Open the further fields when one of them is wrong or already filled."""
    shown = {"method", "contacts", "said", "done", "next_on", "next_step", "token"}
    return any(name not in shown and not name.startswith(forms.FILE) for name in form.errors)


def _logged(request: HttpRequest, logged: services.Logged) -> HttpResponse:
    due = obligations.of_subject(request.viewer, "customer", logged.follow_up.customer_id, authorised=True).first()  # type: ignore[attr-defined]
    message = _("跟进已记，下次 %(day)s") % {"day": forms.day_words(due.due_on)} if due else _("跟进已记")
    message += _("；已补 %(n)d 项资料") % {"n": logged.file.applied} if logged.file.applied else ""
    message += _("；补充的 %(n)d 项资料待负责人采纳") % {"n": logged.file.waiting} if logged.file.waiting else ""
    if in_sheet(request) and request.GET.get("then") == "event":
        answer = HttpResponse(status=204, headers={"HX-Trigger": '{"contact:logged": {}}'})
        return sheets.toast(answer, message)
    return sheets.done(request, message, to=reverse("contact:follow_up", args=[logged.follow_up.pk]))


@page("follow_up", row="follow_up_id")
def follow_up(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.follow_up(viewer, follow_up_id)
    arisen = timeline.arisen_from(viewer, "follow_up", found.pk)
    context = {
        "found": found,
        "method": rules.METHODS[found.method],
        "grade_words": _("当时 %(grade)s 级") % {"grade": found.grade} if found.grade.isascii() else found.grade,
        "contacts": list(found.contacts.all()),
        "files": selectors.attachments(viewer, follow_up_id),
        "arisen": [panels.outcome(owed) for owed in arisen],
        "changes": history.of(found, limit=5, viewer=viewer),
        "history_href": reverse("platform:history", args=["follow_up", found.pk]),
        "may_edit": selectors.may_edit(viewer, found),
        "may_void": found.voided_at is None and (selectors.may_edit(viewer, found) or _is_superior(viewer)),
    }
    return render(request, "contact/follow_up.html", context)


def _is_superior(viewer: Any) -> bool:
    return reach(viewer, "follow_up", "void") > 1 and viewer.has_role("sales_manager", "executive", "administrator")


@page("follow_up", "change", row="follow_up_id")
def edit(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.follow_up(viewer, follow_up_id, "change")
    posted = request.POST if request.method == "POST" else None
    start = {**forms.present_values(found), "version": found.version}
    form = forms.EditForm(posted, viewer=viewer, sheet=selectors.Sheet(viewer, found.customer_id), initial=start)
    if posted is not None and form.is_valid():
        try:
            services.edit_follow_up(follow_up_id, form.draft_made(), version=form.cleaned_data["version"], actor=viewer)
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(request, _("跟进已改"), to=reverse("contact:follow_up", args=[follow_up_id]))
    return render(request, "contact/edit.html", {"form": form, "found": found}, status=sheets.form_status(form))


@page("follow_up", "void", row="follow_up_id")
def void(request: HttpRequest, follow_up_id: int) -> HttpResponse:
    viewer = request.viewer  # type: ignore[attr-defined]
    found = selectors.follow_up(viewer, follow_up_id, "void")
    form = forms.ReasonForm(request.POST if request.method == "POST" else None, viewer=viewer)
    back = reverse("contact:follow_up", args=[follow_up_id])
    if form.is_bound and form.is_valid():
        try:
            services.void_follow_up(follow_up_id, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return sheets.done(request, _("跟进已作废"), to=back)
    consequences = [_("不再计入联系次数和上次联系"), _("由它产生、还没办的事项一并撤销"), _("记录和原因保留，可查")]
    return sheets.confirm(
        request,
        title=_("作废 %(what)s") % {"what": found},
        consequences=consequences,
        submit=_("作废"),
        cancel=back,
        danger=True,
        form=form,
    )
