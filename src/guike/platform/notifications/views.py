"""My messages; links in mails; the administrator's channels and log."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from guike.platform.access import SYSTEM, page, public, signed_in
from guike.platform.errors import Refused
from guike.platform.notifications import forms, registry, selectors, services
from guike.platform.notifications.lists import DeliveryList
from guike.platform.notifications.services import unsubscribing
from guike.platform.notifications.services.choosing import DIGEST
from guike.platform.ui import sheets
from guike.platform.ui.lists import Action
from guike.platform.ui.sheets import form_status

HABIT = ("quiet_from", "quiet_until", "workdays", "digest", "digest_hour")
SERVER = ("host", "port", "security", "login", "sender", "site", "active", "version")
ROBOT = ("name", "kinds", "people", "active", "version")


@page("notice")
def notices(request: HttpRequest) -> HttpResponse:
    """One's messages, unread first to be seen, by day and kind."""
    only_unread = request.GET.get("show") != "all"
    before = request.GET.get("before", "")
    found = selectors.page_of(request.viewer, only_unread=only_unread, before=int(before) if before.isdigit() else None)
    context = {"page": found, "only_unread": only_unread, "unread": selectors.unread(request.viewer)}
    return render(request, "notifications/notices.html", context)


@page("notice", row="pk")
def open_notice(request: HttpRequest, pk: int) -> HttpResponse:
    """Go to what a message is about; that is reading it."""
    found = selectors.notice(request.viewer, pk)
    services.mark_read([pk], actor=request.viewer)
    return redirect(found.href or reverse("notifications:notices"))


@page("notice", "change")
@require_POST
def read(request: HttpRequest) -> HttpResponse:
    """Mark some as read (`id`), or everything up to the newest shown (`up_to`)."""
    chosen = [int(pk) for pk in request.POST.getlist("id") if pk.isdigit()]
    up_to = request.POST.get("up_to", "")
    done = services.mark_read(chosen, actor=request.viewer) if chosen else 0
    done += services.mark_all_read(up_to=int(up_to), actor=request.viewer) if up_to.isdigit() else 0
    messages.success(request, _("%(n)d 条标为已读") % {"n": done})
    return redirect(sheets.safe_next(request, reverse("notifications:notices")))


@signed_in
def choices(request: HttpRequest) -> HttpResponse:
    """What one wants to hear, by which channel, and when."""
    habit = selectors.habit(request.viewer)
    form = forms.HabitForm(request.POST or None, viewer=request.viewer, initial={name: getattr(habit, name) for name in HABIT})
    wanted = selectors.choices(request.viewer)
    if request.method == "POST" and form.is_valid():
        services.choose({(w.kind.code, c): f"{c}.{w.kind.code}" in request.POST for w in wanted for c, _l, _on in w.cells}, actor=request.viewer)
        services.set_habit(actor=request.viewer, **form.cleaned_data)
        return sheets.done(request, _("消息设置已保存"), to=reverse("notifications:choices"))
    return render(request, "notifications/choices.html", {"form": form, "wanted": wanted}, status=form_status(form))


@csrf_exempt  # mail programs post here without a page of ours (RFC 8058); the signed token is the right to do it
@public
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop one kind of mail by the link under it. GET only asks: mail scanners open every link."""
    found = unsubscribing.read(token)
    if found is None:
        return render(request, "notifications/unsubscribe.html", {"state": "broken"}, status=404)
    account_id, kind = found
    label = _("每日汇总") if kind == DIGEST else registry.label(kind)
    done = request.method == "POST" and services.refuse_mail(account_id, kind, actor=SYSTEM)
    return render(request, "notifications/unsubscribe.html", {"state": "done" if done else "ask", "label": label})


# --- the administrator's side ------------------------------------------------------------------------------------------


@page("channel")
def channels(request: HttpRequest) -> HttpResponse:
    """Mail server and robots at a glance, and what did not go out lately."""
    viewer = request.viewer
    context = {"server": selectors.mail_server(viewer), "robots": selectors.robots(viewer), "failed": selectors.failed_lately(viewer)}
    return render(request, "notifications/channels.html", context)


@page("channel", "change")
def mail_server(request: HttpRequest) -> HttpResponse:
    server = selectors.mail_server(request.viewer)
    initial = {name: getattr(server, name) for name in SERVER} if server else {"security": "ssl", "port": 465, "active": True, "site": _site(request)}
    form = forms.MailServerForm(request.POST or None, viewer=request.viewer, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.save_mail_server(actor=request.viewer, **form.cleaned_data)
            return sheets.done(request, _("邮件服务器已保存"), to=reverse("notifications:channels"))
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "notifications/mail_server.html", {"form": form, "server": server}, status=form_status(form))


def _site(request: HttpRequest) -> str:
    return request.build_absolute_uri("/").rstrip("/")


@page("channel", "change")
def try_mail(request: HttpRequest) -> HttpResponse:
    form = forms.TrialForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            services.try_mail(form.cleaned_data["to"], actor=request.viewer)
            return sheets.done(request, _("邮件服务器收下了，去邮箱里看"), to=reverse("notifications:channels"))
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "notifications/try_mail.html", {"form": form}, status=form_status(form))


@page("channel", "add")
def add_robot(request: HttpRequest) -> HttpResponse:
    form = forms.NewRobotForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            robot = services.add_robot(actor=request.viewer, **_without_version(form.cleaned_data))
            return sheets.done(request, _("「%(name)s」已加") % {"name": robot.name}, to=reverse("notifications:channels"))
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "notifications/robot.html", {"form": form, "robot": None}, status=form_status(form))


def _without_version(values: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in values.items() if name != "version"}


@page("channel", "change", row="pk")
def robot(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.robot(request.viewer, pk)
    form = forms.RobotForm(request.POST or None, viewer=request.viewer, initial={name: getattr(found, name) for name in ROBOT})
    if request.method == "POST" and form.is_valid():
        try:
            services.change_robot(pk, actor=request.viewer, **form.cleaned_data)
            return sheets.done(request, _("「%(name)s」已改") % {"name": form.cleaned_data["name"]}, to=reverse("notifications:channels"))
        except Refused as refusal:
            form.refuse(refusal)
    return render(request, "notifications/robot.html", {"form": form, "robot": found}, status=form_status(form))


@page("channel", "change", row="pk")
@require_POST
def try_robot(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        services.try_robot(pk, actor=request.viewer)
        messages.success(request, _("已发到群里，去群里看"))
    except Refused as refusal:
        messages.error(request, _("没发出去：%(why)s") % {"why": refusal})
    return redirect("notifications:channels")


@page("channel", "delete", row="pk")
def remove_robot(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.robot(request.viewer, pk, "delete")
    back = reverse("notifications:channels")
    if request.method == "POST":
        services.remove_robot(pk, actor=request.viewer)
        return sheets.done(request, _("「%(name)s」已删") % {"name": found.name}, to=back)
    consequences = [_("不再发到这个群，它的发送记录一起删掉")]
    return sheets.confirm(request, title=_("删掉机器人"), consequences=consequences, submit=_("删掉"), cancel=back, danger=True)


@page("delivery")
def deliveries(request: HttpRequest) -> HttpResponse:
    return DeliveryList().respond(request, actions=[Action(_("通知渠道"), reverse("notifications:channels"), "settings")])


@page("delivery", row="pk")
def delivery(request: HttpRequest, pk: int) -> HttpResponse:
    """One delivery with every try."""
    found = selectors.delivery(request.viewer, pk)
    label = _("每日汇总") if found.kind == DIGEST else registry.label(found.kind)
    may_resend = found.state in ("failed", "unclear", "skipped")
    context = {"delivery": found, "tries": selectors.tries(found), "label": label, "may_resend": may_resend}
    return render(request, "notifications/delivery.html", context)


@page("delivery", "change", row="pk")
@require_POST
def resend(request: HttpRequest, pk: int) -> HttpResponse:
    services.resend(pk, actor=request.viewer)
    return sheets.done(request, _("马上再发一次"), to=reverse("notifications:delivery", args=[pk]), stay=False)
