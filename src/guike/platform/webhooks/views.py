"""「推送地址」: where facts go, what became of each, sent again by hand (PLT-07)."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.sheets import form_status
from guike.platform.webhooks import events, selectors, services
from guike.platform.webhooks.forms import WebhookForm

LIST = "webhooks:webhooks"


@page("webhook")
def index(request: HttpRequest) -> HttpResponse:
    return render(request, "webhooks/index.html", {"webhooks": selectors.webhooks_for(request.viewer)})


@page("webhook", "add")
def add(request: HttpRequest) -> HttpResponse:
    """A new address; its signing key stands on the page that answers, once."""
    form = WebhookForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        values = form.cleaned_data
        try:
            made, secret = services.add_webhook(values["name"], values["address"], values["wanted"], actor=request.viewer)
        except Refused as refusal:
            refusal.field = "wanted" if refusal.field == "events" else refusal.field
            form.refuse(refusal)
        else:
            return _secret(request, made, secret)
    return render(request, "webhooks/form.html", {"form": form, "webhook": None}, status=form_status(form))


def _secret(request: HttpRequest, webhook: Any, secret: str) -> HttpResponse:
    response = render(request, "webhooks/secret.html", {"webhook": webhook, "secret": secret})
    response.headers["Cache-Control"] = "no-store"
    return response


@page("webhook", row="pk")
def webhook(request: HttpRequest, pk: int) -> HttpResponse:
    """One address with its log."""
    found = selectors.webhook_for(request.viewer, pk)
    before = request.GET.get("before", "")
    pushes = selectors.pushes_of(found, int(before) if before.isdecimal() and len(before) < 19 else None)
    labels = {code: kind.label for code, kind in events.kinds().items()}
    mine = found.account_id == request.viewer.account_id
    context = {
        "webhook": found,
        "pushes": [(push, labels.get(push.fact.kind, push.fact.kind)) for push in pushes],
        "more": pushes[-1].pk if len(pushes) == 50 else None,
    }
    return render(request, "webhooks/webhook.html", {**context, "mine": mine, "events": [labels.get(code, code) for code in found.kinds]})


@page("webhook", "change", row="pk")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.webhook_for(request.viewer, pk, "change")
    initial = {"name": found.name, "address": found.address, "wanted": found.kinds, "active": found.active, "version": found.version}
    form = WebhookForm(request.POST or None, viewer=request.viewer, initial=initial)
    answer = sheets.carried_out(
        request,
        form,
        lambda: services.change_webhook(pk, actor=request.viewer, **form.cleaned_data),
        lambda _webhook: _("推送地址已改"),
        lambda _webhook: reverse("webhooks:webhook", args=[pk]),
    )
    return answer or render(request, "webhooks/form.html", {"form": form, "webhook": found}, status=form_status(form))


@page("webhook", "change", row="pk")
def rotate(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.webhook_for(request.viewer, pk, "change")
    back = reverse("webhooks:webhook", args=[pk])
    if request.method == "POST":
        try:
            return _secret(request, *services.rotate_secret(pk, actor=request.viewer))
        except Refused as refusal:
            return render(request, "ui/refusal.html", {"refusal": refusal}, status=409)
    lines = [_("新的马上用来签名，只显示一次"), _("旧的再一起签 24 小时，期间两边都认")]
    return sheets.confirm(
        request, title=_("换「%(name)s」的签名密钥") % {"name": found.name}, consequences=lines, submit=_("换"), cancel=back
    )


@page("webhook", "delete", row="pk")
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.webhook_for(request.viewer, pk, "delete")
    if request.method == "POST":
        services.remove_webhook(pk, actor=request.viewer)
        return sheets.done(request, _("推送地址已删"), to=reverse(LIST), stay=False)
    lines = [_("不再推送，记录一起删掉"), _("只想停一阵，改「启用」即可")]
    return sheets.confirm(
        request, title=_("删掉「%(name)s」") % {"name": found.name}, consequences=lines, submit=_("删掉"), cancel=reverse(LIST), danger=True
    )


@page("webhook", "change", row="pk")
@require_POST
def ping(request: HttpRequest, pk: int) -> HttpResponse:
    """A trial message, answered at once."""
    outcome = services.ping(pk, actor=request.viewer)
    words = _("对方回答 %(status)s") % {"status": outcome.status} if outcome.status else outcome.error
    return sheets.done(request, words, to=reverse("webhooks:webhook", args=[pk]))


@page("webhook", "change", row="pk")
@require_POST
def resend(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    services.resend(number, actor=request.viewer)
    return sheets.done(request, _("已排队重送"), to=reverse("webhooks:webhook", args=[pk]))
