"""The draft of a policy: edited as a form or as YAML, tried on real data, published (POL-01, POL-06, design/mock 04)."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine import selectors, services
from guike.engine.approvals.simulate import every_line, try_out
from guike.engine.forms import PublishForm, YamlForm
from guike.engine.metrics.show import figure
from guike.engine.models.policy import PolicyVersion
from guike.engine.policies import tree_form
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.differences import differences, text_pieces
from guike.engine.policies.yaml_text import write
from guike.engine.rulebook import faces_known
from guike.engine.selectors.simulating import Simulation
from guike.engine.views.editing import Editor
from guike.engine.views.why import asked_day
from guike.platform import clock
from guike.platform.access import Viewer, page
from guike.platform.errors import Refused
from guike.platform.ui import sheets
from guike.platform.ui.components import Bar, Heat, transitions

MOVERS = 8


def _draft(viewer: Viewer, code: str) -> PolicyVersion:
    found = selectors.draft_of(viewer, code)
    if found is None:
        raise Http404(_("《%(title)s》没有草案，先在制度页起草新版") % {"title": selectors.policy(viewer, code).title})
    return found


@page("policy")
def draft(request: HttpRequest, code: str) -> HttpResponse:
    """The editor beside the trial. Posting saves and checks; a button may add, take away or move an item on the way."""
    version = _draft(request.viewer, code)
    if request.method == "POST":
        return _save(request, code, version)
    return render(request, "engine/draft.html", _context(request.viewer, version))


def _save(request: HttpRequest, code: str, version: PolicyVersion) -> HttpResponse:
    posted = {name: text for name, text in request.POST.items() if isinstance(text, str)}
    tree = tree_form.apply(version.content, posted)
    tree = tree_form.operate(tree, posted.get("do", ""))
    lock = posted.get("lock", "")
    try:
        services.save_draft(write(tree), actor=request.viewer, lock=int(lock) if lock.isdigit() else None)
    except Refused as refusal:
        context = {**_context(request.viewer, version), "refusal": refusal}
        return render(request, "engine/draft.html", context, status=422)
    target = reverse("engine:draft", args=[code])
    section = posted.get("do", "").rpartition(":")[2].split(".")[0]
    return redirect(f"{target}#{section}" if section else target)


def _context(viewer: Viewer, version: PolicyVersion) -> Mapping[str, Any]:
    parsed = selectors.draft_problems(viewer, version)
    current = selectors.in_force(viewer, version.policy.code)
    catalogue = Catalogue(policies=faces_known())
    changed = differences(current.content, version.content, catalogue) if current else ()
    editor = Editor(version.content, parsed.content, catalogue, {one.path: one for one in changed})
    weights = sum((one.weight for one in parsed.content.characteristics), Decimal(0))
    return {
        "policy": version.policy,
        "version": version,
        "current": current,
        "sections": editor.sections(),
        "head": editor.head(),
        "problems": parsed.problems,
        "sound": parsed.sound,
        "changed": changed,
        "pieces": text_pieces(current.clause_text, version.clause_text) if current else (),
        "weights": figure(weights) if parsed.content.kind == "scorecard" else "",
        "content": parsed.content,
        "form": PublishForm(viewer=viewer),
    }


@page("policy", "change")
def draft_yaml(request: HttpRequest, code: str) -> HttpResponse:
    """The same draft as text, with the problems and their lines."""
    version = _draft(request.viewer, code)
    form = YamlForm(request.POST or None, viewer=request.viewer, initial={"yaml": version.yaml, "lock": version.lock})
    if request.method == "POST" and form.is_valid():
        try:
            saved = services.save_draft(form.cleaned_data["yaml"], actor=request.viewer, lock=form.cleaned_data["lock"])
            return redirect("engine:draft_yaml", saved.policy.code)
        except Refused as refusal:
            form.refuse(refusal)
    problems = selectors.draft_problems(request.viewer, version).problems
    context = {"form": form, "policy": version.policy, "version": version, "problems": problems}
    return render(request, "engine/draft_yaml.html", context, status=sheets.form_status(form))


@page("policy", "simulate")
def trial(request: HttpRequest, code: str) -> HttpResponse:
    """What the draft would do, on real data; nothing is written."""
    version = _draft(request.viewer, code)
    if version.policy.kind == "authority":
        return _routes_trial(request, version)
    try:
        found = selectors.simulate(request.viewer, version.yaml, code, asked_day(request))
    except Refused as refusal:
        return render(request, "engine/trial.html", {"refusal": refusal, "policy": version.policy})
    return render(request, "engine/trial.html", {"policy": version.policy, "version": version, **trial_pieces(found)})


def _routes_trial(request: HttpRequest, version: PolicyVersion) -> HttpResponse:
    """Who would have signed last quarter, before and after."""
    try:
        found = try_out(request.viewer, version.yaml, asked_day(request))
    except Refused as refusal:
        return render(request, "engine/trial.html", {"refusal": refusal, "policy": version.policy})
    bars = {
        name: [Bar(one.label, one.after, text=f"{one.before} → {one.after}", before=one.before) for one in loads[:12]]
        for name, loads in (("steps", found.steps), ("people", found.people))
    }
    context = {"policy": version.policy, "version": version, "found": found, **bars, "lines": found.lines[:MOVERS]}
    return render(request, "engine/approvals/trial.html", {**context, "more": max(0, found.changed - MOVERS)})


def trial_pieces(found: Simulation) -> dict[str, Any]:
    """A simulation as matrix, workload bars and movers."""
    people = found.workload.people
    brought = {(one.before, one.after): one.changes for one in found.shifts}
    over = [one for one in people if one.over]
    return {
        "found": found,
        "share": f"{100 * found.movers_count / found.subjects:.1f}%" if found.subjects else "",
        "heat": heat(found) if found.matrix and found.ranks else None,
        "bars": [_bar(one) for one in people[:12]],
        "cap": next((one.cap for one in people if one.cap), None),
        "over": over[:3],
        "roomy": _roomiest(people) if over else None,
        "movers": [(one, brought.get((one.before_label, one.after_label), ())) for one in found.movers[:MOVERS]],
        "more": max(0, found.movers_count - MOVERS),
        "load_change": found.workload.after - found.workload.before,
    }


def _bar(one: Any) -> Bar:
    text = f"{figure(one.before, 1)} → {figure(one.after, 1)}"
    return Bar(one.name, one.after, text=text, before=one.before, limit=one.cap, tone="danger" if one.over else "")


def _roomiest(people: Any) -> Any:
    return min((one for one in people if one.cap), key=lambda one: one.after - one.cap, default=None)


def heat(found: Simulation) -> Heat:
    """The transition matrix, outcomes from best to worst; those who had no outcome before stand last."""
    codes = sorted(found.ranks, key=lambda code: (code == "", found.ranks[code]))
    labels = {code: found.labels.get(code) or _("未定") for code in codes}
    counts = {(labels[before], labels[after]): number for before, row in found.matrix.items() for after, number in row.items()}
    return transitions([labels[code] for code in codes], counts)


@page("policy", "export")
def movers(request: HttpRequest, code: str) -> FileResponse:
    """Everybody whom the draft would move, as a workbook."""
    from guike.engine.views.movers_file import routes_workbook, workbook

    version = _draft(request.viewer, code)
    if version.policy.kind == "authority":
        return routes_workbook(request, version, every_line(request.viewer, version.yaml, asked_day(request)))
    return workbook(request, version, selectors.movers(request.viewer, version.yaml, code, asked_day(request)))


@page("policy", "publish")
def publish(request: HttpRequest, code: str) -> HttpResponse:
    """Publish the draft from a day on; asks once, with the consequence in numbers."""
    version = _draft(request.viewer, code)
    form = PublishForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and "confirmed" in request.POST and form.is_valid():
        try:
            day: date = form.cleaned_data["effective"]
            services.publish(version.pk, effective=day, actor=request.viewer)
            if day <= clock.today() and version.policy.kind in ("scorecard", "decision_table", "alert", "holding"):
                services.evaluate([code], trigger="demand", actor=request.viewer)
            text = _("第 %(n)s 版已发布，%(day)s 起生效") % {"n": version.number, "day": day}
            return sheets.done(request, text, to=reverse("engine:policy", args=[code]), stay=False)
        except Refused as refusal:
            form.refuse(refusal)
    return sheets.confirm(
        request,
        title=_("发布第 %(n)s 版") % {"n": version.number},
        consequences=_consequences(request, version),
        submit=_("发布"),
        cancel=reverse("engine:draft", args=[code]),
        form=form,
        hidden=[("confirmed", "1")],
    )


def _consequences(request: HttpRequest, version: PolicyVersion) -> list[str]:
    parsed = selectors.draft_problems(request.viewer, version)
    if not parsed.sound:
        return [str(one) for one in parsed.problems if one.fatal]
    found = selectors.simulate(request.viewer, version.yaml, version.policy.code, limit=0)
    lines = [_("发布后不能再改，只能用新版本替代；已判定的结果不回改")]
    if version.policy.kind == "authority":
        lines = [_("发布后不能再改，只能用新版本替代；在途的申请仍按原来的路径走")]
        names = {"n": found.subjects, "changed": found.movers_count, "before": figure(found.workload.before), "after": figure(found.workload.after)}
        return [*lines, _("按最近一季 %(n)s 件，%(changed)s 件换路径，签批从 %(before)s 次变为 %(after)s 次") % names]
    if found.ranks:
        names = {"n": f"{found.movers_count:,}", "up": f"{found.up:,}", "down": f"{found.down:,}"}
        lines.append(_("按今天的数据，%(n)s 家换级：升 %(up)s 家，降 %(down)s 家") % names)
    if found.effect:
        lines.append(_("等级不变；从生效日起按新的待遇排联系、定期限"))
        names = {"more": f"{found.effect.shorter:,}", "less": f"{found.effect.longer:,}", "pool": f"{found.effect.released:,}"}
        lines.append(_("按今天的数据，%(more)s 家联系更勤，%(less)s 家放宽，%(pool)s 家进公海") % names)
        if found.over_caps:
            lines.append(_("%(n)s 人超过上限，名下客户不收回，转入要放行") % {"n": len(found.over_caps)})
    if found.workload.after != found.workload.before:
        names = {"before": figure(found.workload.before, 1), "after": figure(found.workload.after, 1)}
        lines.append(_("每周联系从 %(before)s 次变为 %(after)s 次") % names)
    return lines
