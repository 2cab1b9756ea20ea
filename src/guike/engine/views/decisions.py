"""What policies decided: the list, what waits for confirmation, what was set by hand (POL-04, POL-11)."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.engine import selectors, services
from guike.engine.forms import ReasonForm
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.decision import Decision
from guike.engine.services.signatures import live_requests
from guike.platform.access import page
from guike.platform.errors import Refused
from guike.platform.ui import sheets


def _day(request: HttpRequest, name: str) -> date | None:
    text = request.GET.get(name, "")
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(_("日期写成 2026-11-22 这样，现在是「%(text)s」") % {"text": text[:20]}, field=name) from None


@page("policy")
def decision_list(request: HttpRequest) -> HttpResponse:
    """Changes of outcome, newest first, narrowed by policy, outcome, days and cause."""
    before = request.GET.get("before", "")
    asked = selectors.Asked(
        policy=request.GET.get("policy", ""),
        previous=request.GET.get("previous", ""),
        outcome=request.GET.get("outcome", ""),
        since=_day(request, "since"),
        until=_day(request, "until"),
        trigger=request.GET.get("trigger", ""),
        before=int(before) if before.isdigit() else None,
    )
    found, following = selectors.decisions(request.viewer, asked)
    with selectors.rules_read_once():
        between = {code: selectors.changes_between(code) for code in {one.policy_code for one in found}}
    lines = [(one, between[one.policy_code](one.previous, one.outcome)) for one in found]
    policies = [(one.policy.code, one.policy.title) for one in selectors.policies(request.viewer)]
    context = {"lines": lines, "following": following, "asked": asked, "policies": policies, "triggers": Decision.Trigger.choices}
    return render(request, "engine/decisions.html", context)


@page("policy", "confirm")
def proposal_list(request: HttpRequest) -> HttpResponse:
    """Outcomes that wait for people."""
    waiting = selectors.proposals(request.viewer)
    names = selectors.subject_names(request.viewer, "customer", [one.proposal.subject_id for one in waiting])
    sent = live_requests([one.proposal.pk for one in waiting])
    lines = [(one, names.get(one.proposal.subject_id), sent.get(one.proposal.pk)) for one in waiting]
    return render(request, "engine/proposals.html", {"waiting": lines})


@page("policy", "confirm")
@require_POST
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    services.confirm_proposal(pk, actor=request.viewer)
    return sheets.done(request, _("已确认"), to=reverse("engine:proposals"))


@page("policy", "confirm")
def reject(request: HttpRequest, pk: int) -> HttpResponse:
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            services.reject_proposal(pk, reason=form.cleaned_data["reason"], actor=request.viewer)
            return sheets.done(request, _("已退回，等级不变"), to=reverse("engine:proposals"))
        except Refused as refusal:
            form.refuse(refusal)
    consequences = [_("等级保持不变；制度和数据不变时不再提出同样的建议")]
    return sheets.confirm(
        request, title=_("不同意这次调级"), consequences=consequences, submit=_("不同意"), cancel=reverse("engine:proposals"), form=form
    )


@page("policy")
def override_list(request: HttpRequest) -> HttpResponse:
    """Overrides in force, those that end soonest first."""
    found = list(selectors.overrides(request.viewer))
    names = selectors.subject_names(request.viewer, "customer", [one.subject_id for one in found])
    url = REGISTRY.subject("customer").url
    lines = [(one, names.get(one.subject_id), url.format(id=one.subject_id)) for one in found]
    return render(request, "engine/overrides.html", {"lines": lines})
