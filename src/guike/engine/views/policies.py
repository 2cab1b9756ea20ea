"""The list of policies, one policy, its packs (POL-01, POL-07)."""

from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from guike.engine import selectors, services
from guike.engine.forms import ReasonForm
from guike.engine.metrics.registry import REGISTRY
from guike.engine.regulations import selectors as regulations
from guike.engine.rulebook import Rulebook, content_of
from guike.engine.selectors.listing import Listed
from guike.engine.services.packs import packs
from guike.engine.views.reading_view import content_lines
from guike.platform import clock
from guike.platform.access import allowed, page
from guike.platform.ui import sheets
from guike.platform.ui.components import Bar

DECIDING = ("scorecard", "decision_table", "alert", "holding")


@page("policy")
def policy_list(request: HttpRequest) -> HttpResponse:
    """Every policy, by what it is for, with its version, draft and present outcomes."""
    listed = selectors.policies(request.viewer)
    waiting = len(selectors.proposals(request.viewer)) if allowed(request.viewer, "policy", "confirm") else 0
    groups = [(_pack_title(pack), list(found)) for pack, found in groupby(sorted(listed, key=_pack_order), key=lambda one: one.policy.pack)]
    return render(request, "engine/policies.html", {"groups": groups, "listed": listed, "waiting": waiting})


def _pack_order(one: Listed) -> tuple[int, int]:
    known = list(packs())
    return (known.index(one.policy.pack) if one.policy.pack in known else len(known), one.policy.pk)


def _pack_title(code: str) -> str:
    return packs()[code].title if code in packs() else _("公司自定")


@page("policy")
def policy_detail(request: HttpRequest, code: str) -> HttpResponse:
    """What a policy says, since when, and what it has decided."""
    policy = selectors.policy(request.viewer, code)
    version = selectors.in_force(request.viewer, code)
    book = Rulebook(clock.today())
    content = book.filled(content_of(version)) if version else None
    spread = selectors.distribution(request.viewer, code) if policy.kind in DECIDING else []
    decisions = reverse("engine:decisions") + f"?policy={code}&outcome="
    return render(
        request,
        "engine/policy.html",
        {
            "policy": policy,
            "version": version,
            "content": content,
            "clause": book.clause(code) if version else "",
            "place": regulations.place_of(request.viewer, code),
            "lines": content_lines(content) if content else None,
            "strategies": [one for one in getattr(content, "outcomes", ()) if getattr(one, "strategy", "")],
            "bars": [Bar(label, count, text=f"{count:,}", href=f"{decisions}{outcome}") for outcome, label, count in spread],
            "total": sum(count for _outcome, _label, count in spread),
            "versions": selectors.versions(request.viewer, code),
            "draft": selectors.draft_of(request.viewer, code),
            "runs": [run for run in selectors.runs(request.viewer, code, 200) if run.everyone][:8] if policy.kind in DECIDING else [],
            "quota": selectors.quota_state(request.viewer, code) if policy.kind == "quota" and version else [],
            "unit": REGISTRY.subject(policy.subject_kind).label,
        },
    )


@page("policy", "evaluate")
@require_POST
def evaluate(request: HttpRequest, code: str) -> HttpResponse:
    """Run one policy now; answers with what changed."""
    done = services.evaluate([code], trigger="demand", actor=request.viewer)[0]
    if done.problem:
        return sheets.done(request, done.problem, to=reverse("engine:policy", args=[code]))
    names = {"n": f"{done.subjects:,}", "changed": f"{done.changed:,}"}
    return sheets.done(request, _("判定 %(n)s 家，变动 %(changed)s 家") % names, to=reverse("engine:policy", args=[code]))


@page("policy", "publish")
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back a version that has not begun yet."""
    version = selectors.version_of(request.viewer, pk)
    back = reverse("engine:policy", args=[version.policy.code])
    form = ReasonForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        services.withdraw_version(pk, reason=form.cleaned_data["reason"], actor=request.viewer)
        return sheets.done(request, _("已撤回，原版本继续有效"), to=back)
    consequences = [_("第 %(n)s 版不再于 %(day)s 生效，原版本继续有效") % {"n": version.number, "day": version.effective_from}]
    return sheets.confirm(
        request, title=_("撤回未生效的版本"), consequences=consequences, submit=_("撤回"), cancel=back, danger=True, form=form
    )


@page("policy", "publish")
def pack_list(request: HttpRequest) -> HttpResponse:
    """Ready policies to pick from."""
    if request.method == "POST" and request.POST.get("pack"):
        installed = services.install_pack(request.POST["pack"], actor=request.viewer)
        text = _("已启用 %(n)s 份制度，今天起判定") % {"n": len(installed)} if installed else _("这个制度包里的制度都已启用")
        if installed:
            services.evaluate(
                [one.policy.code for one in installed if one.policy.kind in (*DECIDING, "quota")], trigger="install", actor=request.viewer
            )
        return sheets.done(request, text, to=reverse("engine:policies"))
    owned = {one.policy.code for one in selectors.policies(request.viewer)}
    found = [
        (pack, [(doc.content.get("title", ""), doc.content.get("code") in owned) for doc in pack.documents]) for pack in packs().values()
    ]
    return render(request, "engine/packs.html", {"packs": found, "today": clock.today()})


@page("policy", "change")
@require_POST
def new_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Start a draft from the version in force; goes on to the editor."""
    if selectors.draft_of(request.viewer, code) is None:
        version = selectors.in_force(request.viewer, code) or selectors.versions(request.viewer, code).first()
        if version is not None:
            services.save_draft(version.yaml, actor=request.viewer)
    return redirect("engine:draft", code)
