"""Why an outcome is what it is, and setting one by hand (POL-05, POL-11)."""

from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine import selectors, services
from guike.engine.approvals.selectors import governed
from guike.engine.forms import EndOverrideForm, OverrideForm
from guike.engine.metrics.declare import Drill
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models import Approval
from guike.engine.selectors.explaining import Explanation
from guike.engine.views import sheet
from guike.platform import access
from guike.platform.access import page, signed_in
from guike.platform.errors import Refused
from guike.platform.ui import sheets


def asked_day(request: HttpRequest) -> date | None:
    """The day of `?as_of=`; None for the newest evaluation. A date that is none is refused."""
    text = request.GET.get("as_of", "")
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(_("日期写成 2026-11-22 这样，现在是「%(text)s」") % {"text": text[:20]}, field="as_of") from None


def subject_url(kind: str, pk: int) -> str:
    """Where a subject's own page is."""
    url = REGISTRY.subject(kind).url
    return url.format(id=pk) if url else "/"


@signed_in
def why(request: HttpRequest, kind: str, pk: int, code: str = "") -> HttpResponse:
    """The score sheet of one subject; whoever may see the subject may ask why."""
    if kind not in access.declarations():
        raise Http404
    found = selectors.explain(request.viewer, code or None, pk, asked_day(request), subject_kind=kind)
    opened = _first_rows(request, found)
    return render(
        request,
        "engine/why.html",
        {
            "found": found,
            "scores": sheet.scores(found, opened),
            "ruler": sheet.ruler(found),
            "chart": sheet.history_chart(found),
            "total": f"{found.score:.2f}".rstrip("0").rstrip(".") if found.score is not None else "",
            "others": [one for one in selectors.standing(request.viewer, kind, pk) if one.policy_code != found.policy],
            "brought": selectors.brought(request.viewer, pk, subject=kind, policy=found.policy),
            "back": subject_url(kind, pk),
        },
    )


def _first_rows(request: HttpRequest, found: Explanation) -> Drill | None:
    first = found.characteristics[0] if found.characteristics else None
    if first is None or not first.rows or first.hidden or first.weight is None:
        return None
    return selectors.metric_rows(request.viewer, first.metric, found.subject_id, found.as_of, limit=sheet.SOURCES)


@signed_in
def effect(request: HttpRequest, kind: str, pk: int, code: str) -> HttpResponse:
    """What `?outcome=` would change for one subject, before anybody sets it; whoever may see the subject may ask (POL-10)."""
    if kind not in access.declarations():
        raise Http404
    access.row(request.viewer, kind, pk, "view")
    outcomes = dict(selectors.outcomes_of(request.viewer, code))
    asked = request.GET.get("outcome", "")
    if asked and asked not in outcomes:
        raise Http404(_("没有「%(outcome)s」这个等级") % {"outcome": asked[:40]})
    found = selectors.preview(request.viewer, kind, pk, code, asked) if asked else None
    return render(request, "engine/effect.html", {"found": found, "back": reverse("engine:why", args=[kind, pk, code])})


@page("policy", "override")
def override(request: HttpRequest, kind: str, pk: int, code: str) -> HttpResponse:
    """Set one subject's outcome by hand, with reason, signer and end."""
    found = selectors.explain(request.viewer, code, pk, subject_kind=kind)
    outcomes = selectors.outcomes_of(request.viewer, code)
    by_approval = governed("override")
    form = OverrideForm(
        request.POST or None, viewer=request.viewer, outcomes=outcomes, by_approval=by_approval, initial={"outcome": found.outcome}
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = form.cleaned_data
            made = services.override(
                code,
                pk,
                given["outcome"],
                reason=given["reason"],
                signer_id=None if by_approval else int(given["signer"]),
                until=given["until"],
                actor=request.viewer,
            )
            if isinstance(made, Approval):
                return sheets.done(request, _("已提交审批 %(number)s，签完生效") % {"number": made.number}, to=subject_url(kind, pk))
            return sheets.done(request, _("已人工调整，到期自动恢复"), to=subject_url(kind, pk))
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "found": found, "effect": reverse("engine:effect", args=[kind, pk, code]), "back": reverse("engine:why", args=[kind, pk, code])}
    return render(request, "engine/override.html", context, status=sheets.form_status(form))


@page("policy", "override")
def end_override(request: HttpRequest, pk: int) -> HttpResponse:
    """End an override before its day."""
    found = selectors.override_of(request.viewer, pk)
    form = EndOverrideForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            services.end_override(pk, reason=form.cleaned_data["reason"], actor=request.viewer)
            return sheets.done(request, _("人工调整已结束，恢复计算结果"), to=subject_url(found.subject_kind, found.subject_id))
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "found": found, "back": subject_url(found.subject_kind, found.subject_id)}
    return render(request, "engine/end_override.html", context, status=sheets.form_status(form))
