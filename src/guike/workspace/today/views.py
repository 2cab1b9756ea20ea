"""Pages: today, the team, the agenda, one duty and what may be done about it, the calendar feed."""

from datetime import date
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from guike.contact import panels
from guike.contact import selectors as contact
from guike.contact import services as contact_services
from guike.engine.approvals import panels as approval_panels
from guike.engine.obligations import registry
from guike.engine.obligations import services as obligations
from guike.organisation import selectors as organisation
from guike.platform import access, clock, history
from guike.platform.access import Viewer, page, public, signed_in
from guike.platform.errors import Refused
from guike.platform.ui import formats, navigation, sheets
from guike.platform.ui.shell import in_sheet
from guike.workspace.today import agenda, board, feed, forms, team
from guike.workspace.today.lists import ObligationList

CHANGED = '{"obligation:changed": {}}'


@signed_in
def home(request: HttpRequest) -> HttpResponse:
    """The front door opens on Today."""
    return redirect("workspace:today")


def _whose(request: HttpRequest) -> tuple[int, str]:
    """The person whose page is asked for: oneself, or `?who=` somebody within reach; 404 otherwise."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    asked = request.GET.get("who", "")
    if not asked.isdigit() or int(asked) == viewer.person_id:
        return viewer.person_id or 0, viewer.name
    if not team.leads(viewer):
        raise Http404(_("只能看自己的今日"))
    name = organisation.person_names([int(asked)]).get(int(asked))
    if name is None:
        raise Http404(_("没有这个人"))
    return int(asked), name


@page("obligation")
def today(request: HttpRequest) -> HttpResponse:
    """One's own day; `?who=team` the team's, `?who=<id>` a person's within reach."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    context: dict[str, Any] = {"leads": team.leads(viewer)}
    if request.GET.get("who") == "team" and context["leads"]:
        return render(
            request, "workspace/today/team.html", {**context, "team": team.build(viewer), "date_line": board.date_words(clock.today())}
        )
    person_id, name = _whose(request)
    view = reverse("workspace:obligations")
    context |= {
        "details_href": f"{view}?view=all",
        "escalated_href": f"{view}?view=escalated",
        "calendar_href": reverse("workspace:calendar"),
    }
    context["need"] = approval_panels.need(viewer) if person_id == viewer.person_id else None
    context |= {"board": board.build(viewer, person_id, name), "mine": person_id == viewer.person_id, "name": name, "person_id": person_id}
    return render(request, "workspace/today/today.html", context)


@page("obligation")
def calendar(request: HttpRequest) -> HttpResponse:
    """Week or month around a day; an unreadable day is today."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    person_id, name = _whose(request)
    scale = "month" if request.GET.get("scale") == "month" else "week"
    day = _day_of(request)
    context = {
        "agenda": agenda.build(viewer, person_id, scale=scale, day=day),
        "day": day,
        "name": name,
        "mine": person_id == viewer.person_id,
    }
    context["weekdays"] = [_(words) for words in formats.WEEKDAYS]
    return render(request, "workspace/today/calendar.html", {**context, "leads": team.leads(viewer), "person_id": person_id})


def _day_of(request: HttpRequest) -> date:
    try:
        found = parse_date(request.GET.get("day", ""))
    except ValueError:
        found = None
    return found if found and date(2000, 2, 1) <= found <= date(2035, 11, 30) else clock.today()


@page("obligation")
def obligation_list(request: HttpRequest) -> HttpResponse:
    return ObligationList().respond(request)


# --- one duty ----------------------------------------------------------------------------------------------------------


def _seen(viewer: Viewer, obligation_id: int, action: str = "view") -> Any:
    return access.row(viewer, "obligation", obligation_id, action)


@page("obligation", row="obligation_id")
def obligation(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """Why it is due, under which clause and version, what happened to it, and what may be done."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    owed = _seen(viewer, obligation_id)
    customer = access.rows(viewer, "customer").filter(pk=owed.subject_id).first() if owed.subject_kind == "customer" else None
    live = owed.state in ("open", "snoozed")
    mine = live and access.rows(viewer, "obligation", "change").filter(pk=owed.pk).exists()
    when, tone = panels.when_words(owed.due_on, clock.today())
    context = {
        "owed": owed,
        "customer": customer,
        "kind": registry.kind(owed.kind),
        "kind_href": registry.kind(owed.kind).link.format(subject_id=owed.subject_id),
        "live": live,
        "when": when,
        "tone": tone,
        "may_change": mine,
        "may_withdraw": live and access.rows(viewer, "obligation", "withdraw").filter(pk=owed.pk).exists(),
        "by_contact": registry.kind(owed.kind).by_contact,
        "log_href": panels.done_at(owed) if customer and access.allowed(viewer, "follow_up", "add") else "",
        "changes": history.of(owed, limit=20, viewer=viewer),
    }
    return render(request, "workspace/today/obligation.html", context)


def _changed(request: HttpRequest, message: str, obligation_id: int) -> HttpResponse:
    """After a verb: Today's list is told, other pages are shown again."""
    navigation.forget_counts(request.viewer)  # type: ignore[attr-defined]
    if in_sheet(request) and request.GET.get("then") == "event":
        return sheets.toast(HttpResponse(status=204, headers={"HX-Trigger": CHANGED}), message)
    return sheets.done(request, message, to=reverse("workspace:obligation", args=[obligation_id]))


@page("obligation", "change", row="obligation_id")
def snooze(request: HttpRequest, obligation_id: int) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    owed = _seen(viewer, obligation_id, "change")
    form = forms.SnoozeForm(request.POST if request.method == "POST" else None, viewer=viewer)
    if form.is_bound and form.is_valid():
        try:
            obligations.snooze(owed.pk, until=form.cleaned_data["until"], actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _changed(request, _("推迟到 %(day)s") % {"day": form.cleaned_data["until"]}, owed.pk)
    return render(request, "workspace/today/snooze.html", {"form": form, "owed": owed}, status=sheets.form_status(form))


@page("obligation", "change", row="obligation_id")
def done(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """Close a promise or an alert by saying that it is done."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    owed = _seen(viewer, obligation_id, "change")
    back = reverse("workspace:obligation", args=[owed.pk])
    if request.method == "POST":
        obligations.fulfil(owed.pk, actor=viewer)
        return _changed(request, _("已办结"), owed.pk)
    consequences = [_("「%(title)s」记为今天办结") % {"title": owed.title}]
    return sheets.confirm(request, title=_("办结"), consequences=consequences, submit=_("办结"), cancel=back)


@page("obligation", "change", row="obligation_id")
def wake(request: HttpRequest, obligation_id: int) -> HttpResponse:
    """Take back onto the list what was put off."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    owed = _seen(viewer, obligation_id, "change")
    if request.method == "POST":
        obligations.wake(owed.pk, actor=viewer)
        return _changed(request, _("放回今日清单"), owed.pk)
    return redirect("workspace:obligation", obligation_id=owed.pk)


@page("obligation", "withdraw", row="obligation_id")
def withdraw(request: HttpRequest, obligation_id: int) -> HttpResponse:
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    owed = _seen(viewer, obligation_id, "withdraw")
    form = forms.ReasonForm(request.POST if request.method == "POST" else None, viewer=viewer)
    if form.is_bound and form.is_valid():
        try:
            obligations.withdraw(owed.pk, actor=viewer, reason=form.cleaned_data["reason"])
        except Refused as refusal:
            form.refuse(refusal)
        else:
            return _changed(request, _("已撤销"), owed.pk)
    consequences = [_("不再要求办理，原因留在记录里")]
    if owed.kind == "cadence":
        consequences.append(_("制度仍要求联系的，下次更新时会重新产生"))
    back = reverse("workspace:obligation", args=[owed.pk])
    return sheets.confirm(
        request,
        title=_("撤销「%(title)s」") % {"title": owed.title},
        consequences=consequences,
        submit=_("撤销"),
        cancel=back,
        danger=True,
        form=form,
    )


# --- the feed ----------------------------------------------------------------------------------------------------------


@signed_in
def subscription(request: HttpRequest) -> HttpResponse:
    """The own calendar address: make one (shown once), or end it."""
    viewer: Viewer = request.viewer  # type: ignore[attr-defined]
    address = ""
    if request.method == "POST" and "end" in request.POST:
        contact_services.end_feed(actor=viewer)
        return sheets.done(request, _("订阅已停用"), to=reverse("workspace:subscription"))
    if request.method == "POST":
        address = request.build_absolute_uri(reverse("workspace:feed", args=[contact_services.make_feed(actor=viewer)]))
    return render(request, "workspace/today/subscription.html", {"feed": contact.feed_of(viewer), "address": address})


@public
def ics(request: HttpRequest, token: str) -> HttpResponse:
    """The calendar behind a private token; the same 404 for a wrong token and for an account that was closed."""
    person_id = contact.person_of_feed(token)
    viewer = organisation.viewer_of_person(person_id) if person_id else None
    if viewer is None or not access.allowed(viewer, "obligation", "view"):
        raise Http404
    body = feed.written(viewer, request.build_absolute_uri("/").rstrip("/"))
    return HttpResponse(body, content_type="text/calendar; charset=utf-8", headers={"Cache-Control": "private, max-age=300"})
