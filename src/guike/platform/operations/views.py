"""Backups, the state of the service in words; readiness and figures for machines."""

import hmac
import ipaddress

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from guike.platform.access import page, public
from guike.platform.operations import figures, health, selectors, services
from guike.platform.operations.forms import PlanForm
from guike.platform.proof import proved
from guike.platform.ui import sheets
from guike.platform.ui.components import Figure
from guike.platform.ui.formats import ago, moment, number

BEHIND_PROXY = ("X-Forwarded-For", "Forwarded", "X-Real-Ip")


@require_safe
@public
def ready(request: HttpRequest) -> JsonResponse:
    """200 when everything that serving needs is there, else 503; why, in words. For monitoring; load balancers ask /healthz."""
    found = health.parts()
    is_ready = health.is_ready(found)
    parts = [{"code": part.code, "state": part.state.name.lower(), "text": part.text} for part in found]
    body = {"ready": is_ready, "state": max(part.state for part in found).name.lower(), "parts": parts}
    return JsonResponse(
        body, status=200 if is_ready else 503, json_dumps_params={"ensure_ascii": False}, headers={"Cache-Control": "no-store"}
    )


@require_safe
@public
def metrics(request: HttpRequest) -> HttpResponse:
    """Figures for Prometheus: to this machine itself, or to whoever has GUIKE_METRICS_TOKEN. Nobody else learns that they exist."""
    if not _may_measure(request):
        raise Http404
    return HttpResponse(
        figures.exposition(), content_type="text/plain; version=0.0.4; charset=utf-8", headers={"Cache-Control": "no-store"}
    )


def _may_measure(request: HttpRequest) -> bool:
    """A proxy of this machine asks for others: its requests are not this machine's own."""
    token = settings.METRICS_TOKEN
    if token and hmac.compare_digest(request.headers.get("Authorization", "").encode(), f"Bearer {token}".encode()):
        return True
    address = request.META.get("REMOTE_ADDR", "")
    local = not address or ipaddress.ip_address(address).is_loopback
    named = request.get_host().rsplit(":", 1)[0] in ("localhost", "127.0.0.1", "[::1]")
    return local and named and not any(header in request.headers for header in BEHIND_PROXY)


@page("backup")
def status(request: HttpRequest) -> HttpResponse:
    """Each part of the service in words."""
    found = health.parts()
    return render(request, "operations/status.html", {"parts": found, "wrong": [part for part in found if part.state]})


@page("backup")
def backups(request: HttpRequest) -> HttpResponse:
    """What was taken, proved, and is wrong."""
    found = selectors.recent(request.viewer)
    chosen = selectors.plan()
    context = {"backups": found, "plan": chosen, "figures": _figures(), "wrong": [part for part in health.of_backups() if part.state]}
    return render(request, "operations/backups.html", context)


def _figures() -> list[Figure]:
    last = selectors.newest()
    if last is None:
        return []
    seconds = last.seconds or 0
    drilled = selectors.last_drilled()
    return [
        Figure(_("最近一份"), ago(last.started_at), note=moment(last.started_at)),
        Figure(_("大小"), f"{last.megabytes:,.1f}", "MB", note=_("%(n)s 行") % {"n": number(last.rows)}),
        Figure(_("用时"), number(seconds), _("秒")),
        Figure(
            _("恢复演练"),
            str(drilled.get_drill_display()) if drilled else _("未演练"),
            note=moment(drilled.drilled_at) if drilled else "",
            tone="danger" if drilled and drilled.problems else "",
        ),
    ]


@page("backup")
def backup(request: HttpRequest, pk: int) -> HttpResponse:
    return render(request, "operations/backup.html", {"backup": selectors.backup(request.viewer, pk)})


@page("backup", "change")
@proved
def plan(request: HttpRequest) -> HttpResponse:
    """When, where, how long."""
    chosen = selectors.plan()
    initial = {name: getattr(chosen, name) for name in (*services.SAVED, "version")}
    form = PlanForm(request.POST or None, viewer=request.viewer, initial=initial)
    to = reverse("operations:backups")

    def write() -> object:
        return services.save_plan(actor=request.viewer, **form.cleaned_data)

    answer = sheets.carried_out(request, form, write, lambda _saved: _("备份设置已保存"), lambda _saved: to)
    context = {"form": form, "sealed": bool(chosen.passphrase)}
    return answer or render(request, "operations/plan.html", context, status=sheets.form_status(form))


@page("backup", "add")
@require_POST
def back_up_now(request: HttpRequest) -> HttpResponse:
    run = services.ask_backup(actor=request.viewer)
    return sheets.done(request, _("开始备份"), to=reverse("platform:job", args=[run.pk]), stay=False)


@page("backup", "change", row="pk")
@require_POST
def drill_now(request: HttpRequest, pk: int) -> HttpResponse:
    run = services.ask_drill(pk, actor=request.viewer)
    return sheets.done(request, _("开始演练"), to=reverse("platform:job", args=[run.pk]), stay=False)
