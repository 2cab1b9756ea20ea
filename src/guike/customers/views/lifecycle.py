"""A customer's stage; everybody's funnel (CUS-05)."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from guike.customers import rules, selectors, services, words
from guike.customers.forms import StageForm
from guike.customers.views.form_steps import show
from guike.platform import clock
from guike.platform.access import page
from guike.platform.ui.components import Bar
from guike.platform.ui.sheets import carried_out

PERIODS = {"90": _("近 90 天"), "365": _("近一年"), "1095": _("近三年")}


@page("customer", "move", row="pk")
def move(request: HttpRequest, pk: int) -> HttpResponse:
    found = selectors.customer(request.viewer, pk, "move")
    form = StageForm(request.POST or None, stage=found.stage, viewer=request.viewer)
    answer = carried_out(
        request,
        form,
        lambda: services.move_stage(pk, form.cleaned_data["to_stage"], actor=request.viewer, reason=form.cleaned_data["reason"]),
        lambda made: _("已到「%(stage)s」") % {"stage": words.STAGES[made.to_stage]},
        lambda _made: found.get_absolute_url(),
    )
    moves = found.moves.select_related("moved_by")
    context = {"customer": found, "moves": moves, "back": found.get_absolute_url()}
    return answer or show(request, "stage.html", form, **context)


@page("customer", "view")
def funnel(request: HttpRequest) -> HttpResponse:
    """How many stand in each stage, for how long, and how many go on."""
    period = request.GET.get("days", "365")
    days = int(period) if period in PERIODS else 365
    stages = selectors.funnel(request.viewer, clock.today() - timedelta(days=days), clock.today())
    main = [one for one in stages if one.code in rules.FUNNEL]
    side = [one for one in stages if one.code not in rules.FUNNEL]
    bars = [Bar(one.label, one.count, text=_("%(n)d 家") % {"n": one.count}, href=f"/customers/?view=all&f.stage={one.code}") for one in main]
    context = {"main": main, "side": side, "bars": bars, "periods": PERIODS, "days": str(days)}
    return render(request, "customers/funnel.html", context)
