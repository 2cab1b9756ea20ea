"""Automations on pages: the list, one with what it did, the form, the trial, one run."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.engine.automations import content, drafting, registry, rules, selectors, services
from guike.engine.automations.lists import AutomationList
from guike.engine.automations.models import Automation
from guike.platform.access import allowed, page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.lists import Action, builder


@page("automation")
def automations(request: HttpRequest) -> HttpResponse:
    may_add = allowed(request.viewer, "automation", "add")
    actions = [Action(_("新建自动化"), reverse("automations:add"), "plus", primary=True, new=True)] if may_add else []
    return AutomationList().respond(request, actions=actions)


def _said(trigger: str, kept: Any) -> dict[str, Any]:
    return {"when": content.when_words(trigger, kept), "where": content.if_words(trigger, kept), "then": content.then_words(kept), "pause": kept["pause"]}


@page("automation", row="pk")
def automation(request: HttpRequest, pk: int) -> HttpResponse:
    """What it does in words, what it did, and every version."""
    found = selectors.automation(request.viewer, pk)
    context = {
        "automation": found,
        **_said(found.trigger, found.content),
        "runs": selectors.runs(found),
        "acted": selectors.acted(request.viewer, found)[:20],
        "versions": [(one, _said(one.trigger, one.content)) for one in selectors.versions(found)],
        "may_change": allowed(request.viewer, "automation", "change"),
    }
    return render(request, "automations/automation.html", context)


@page("automation", row="pk")
def run(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """The subjects of one run, with what became of each action."""
    found = selectors.automation(request.viewer, pk)
    one = get_object_or_404(found.runs, pk=number)
    return render(request, "automations/run.html", {"automation": found, "run": one, "acted": selectors.acted(request.viewer, found, one.pk)})


@page("automation", "add")
def add(request: HttpRequest) -> HttpResponse:
    return _form(request, None)


@page("automation", "change", row="pk")
def change(request: HttpRequest, pk: int) -> HttpResponse:
    return _form(request, selectors.automation(request.viewer, pk, "change"))


def _form(request: HttpRequest, kept: Automation | None) -> HttpResponse:
    """One form for both: every step shows it again, 试一试 tries it, 保存 keeps it."""
    draft = drafting.read(request.POST) if request.method == "POST" else drafting.of(kept) if kept else drafting.Draft()
    step, problem, trial = request.POST.get("step", ""), "", None
    wrong = builder.wrong_rows(draft.groups, draft.usable_fields) if step in ("save", "try") else []
    if step in ("save", "try") and not wrong:
        try:
            if step == "save":
                saved = _save(request, kept, draft)
                return sheets.done(request, _("「%(name)s」已保存") % {"name": saved.name}, to=reverse("automations:automation", args=[saved.pk]))
            trial = selectors.trial(request.viewer, draft.when.code, content.cleaned(draft.when.code, draft.content, actor=request.viewer))
        except Refused as refusal:
            problem = refusal.message
    context = {**drafting.drawn(draft), "automation": kept, "problem": problem, "trial": trial, "days": rules.TRIAL_DAYS}
    return render(request, "automations/form.html", context, status=422 if problem or wrong else 200)


def _save(request: HttpRequest, kept: Automation | None, draft: drafting.Draft) -> Automation:
    values = {"name": draft.name, "trigger": draft.when.code, "content": draft.content, "actor": request.viewer}
    if kept is None:
        return services.add_automation(**values)
    version = request.POST.get("version", "")
    return services.change_automation(kept.pk, **values, version=int(version) if version.isdigit() else None)


@page("automation", row="pk")
def trial(request: HttpRequest, pk: int) -> HttpResponse:
    """What it would have done in the last 30 days, and with whom."""
    found = selectors.automation(request.viewer, pk)
    if registry.trigger(found.trigger) is None:
        raise Http404(_("这个「当」已不在程序里"))
    tried = selectors.trial(request.viewer, found.trigger, found.content)
    return render(request, "automations/trial.html", {"automation": found, "trial": tried, "days": rules.TRIAL_DAYS})


@page("automation", "change", row="pk")
@require_POST
def switch(request: HttpRequest, pk: int) -> HttpResponse:
    found = services.switch(pk, request.POST.get("active") == "1", actor=request.viewer)
    words = _("「%(name)s」已启用") if found.active else _("「%(name)s」已停用")
    return sheets.done(request, words % {"name": found.name}, to=reverse("automations:automation", args=[pk]))
