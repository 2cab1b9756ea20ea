"""The catalogue of metrics, a metric with live examples, the rows behind a value, and values that people enter (POL-03)."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine import selectors, services
from guike.engine.forms import AssessmentForm
from guike.engine.metrics.declare import Assessed
from guike.engine.metrics.registry import REGISTRY
from guike.engine.metrics.show import shown
from guike.engine.selectors.metrics import definition, known_metric
from guike.engine.services.assessments import Entry
from guike.engine.views.why import asked_day, subject_url
from guike.platform import clock
from guike.platform.access import page, signed_in
from guike.platform.errors import Refused
from guike.platform.ui import sheets

EXAMPLES = 8


@page("policy")
def metric_list(request: HttpRequest) -> HttpResponse:
    """Every metric with its meaning and who uses it."""
    used: dict[str, list[str]] = selectors.metric_uses(request.viewer)
    found = [(one, definition(one), used.get(one.code, [])) for one in selectors.catalogue(request.viewer)]
    return render(request, "engine/metrics.html", {"metrics": found})


@page("policy")
def metric_detail(request: HttpRequest, code: str) -> HttpResponse:
    """One metric as of a day: its spread and some subjects' values."""
    if code not in REGISTRY.metrics:
        raise Http404(_("没有指标 %(code)s") % {"code": code})
    metric, day = known_metric(code), asked_day(request) or clock.today()
    summary = selectors.metric_summary(request.viewer, code, day)
    examples = [
        (pk, number, name, shown(metric, value), reverse("engine:metric_rows", args=[code, pk]))
        for pk, number, name, value in selectors.metric_examples(request.viewer, code, day, EXAMPLES)
    ]
    figures = [
        (label, shown(metric, value))
        for label, value in ((_("合计"), summary.sum), (_("最小"), summary.min), (_("最大"), summary.max), (_("平均"), summary.mean))
    ]
    context = {
        "metric": metric,
        "meaning": definition(metric),
        "summary": summary,
        "figures": figures if metric.is_numeric and summary.subjects else [],
        "values": [(shown(metric, value), count) for value, count in summary.values.items()],
        "examples": examples,
        "day": day,
        "uses": selectors.metric_uses(request.viewer).get(code, []),
    }
    return render(request, "engine/metric.html", context)


@signed_in
def metric_rows(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The rows behind one subject's value, for whoever may see the subject and such rows."""
    if code not in REGISTRY.metrics:
        raise Http404(_("没有指标 %(code)s") % {"code": code})
    metric, day = known_metric(code), asked_day(request) or clock.today()
    drill = selectors.metric_rows(request.viewer, code, pk, day, limit=500)
    value = selectors.metric_values(request.viewer, [code], metric.subject, [pk], day).get(pk, {}).get(code)
    name = selectors.subject_names(request.viewer, metric.subject, [pk]).get(pk)
    kept = [place for place, column in enumerate(drill.columns) if column.code != "id" and not column.code.endswith("_id")]
    lines = [(url, [(drill.columns[n], row[n]) for n in kept]) for row, url in zip(drill.rows, drill.urls, strict=True)]
    context = {
        "metric": metric,
        "drill": drill,
        "lines": lines,
        "columns": [drill.columns[n] for n in kept],
        "value": "" if drill.hidden else shown(metric, value),
        "day": day,
        "name": name,
        "meaning": definition(metric),
        "back": subject_url(metric.subject, pk),
        "may_assess": isinstance(metric, Assessed),
        "pk": pk,
    }
    return render(request, "engine/metric_rows.html", context)


@page("assessment", "add")
def assess(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """Enter a value that no module computes."""
    metric = REGISTRY.metrics.get(code)
    if not isinstance(metric, Assessed):
        raise Http404(_("没有可填报的指标 %(code)s") % {"code": code})
    name = selectors.subject_names(request.viewer, metric.subject, [pk]).get(pk)
    if name is None:
        raise Http404
    form = AssessmentForm(request.POST or None, viewer=request.viewer, metric=metric, initial={"observed_on": clock.today()})
    if request.method == "POST" and form.is_valid():
        try:
            services.assess(Entry(code, pk, **form.cleaned_data), actor=request.viewer)
            return sheets.done(request, _("评价已记，下次判定时计入"), to=reverse("engine:assessments", args=[pk]))
        except Refused as refusal:
            form.refuse(refusal)
    context = {"form": form, "metric": metric, "name": name, "back": reverse("engine:assessments", args=[pk])}
    return render(request, "engine/assess.html", context, status=sheets.form_status(form))


@page("assessment", "add")
def assessments(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that can be assessed of one customer, with the value that counts today."""
    name = selectors.subject_names(request.viewer, "customer", [pk]).get(pk)
    if name is None:
        raise Http404
    metrics = [one for one in REGISTRY.of_subject("customer") if isinstance(one, Assessed)]
    values = selectors.metric_values(request.viewer, [one.code for one in metrics], "customer", [pk]).get(pk, {})
    used = selectors.metric_uses(request.viewer, check=False)
    lines = sorted(((one, shown(one, values.get(one.code)), used.get(one.code, [])) for one in metrics), key=lambda line: not line[2])
    return render(request, "engine/assessments.html", {"lines": lines, "name": name, "pk": pk, "back": subject_url("customer", pk)})
