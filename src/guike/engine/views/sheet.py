"""An explanation as the pieces of a page: score sheet, ruler, chart (POL-05, design/mock 03)."""

from datetime import date
from decimal import Decimal
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from guike.engine.metrics.declare import Drill, ValueKind
from guike.engine.metrics.show import figure
from guike.engine.selectors.explaining import Explanation, Scored
from guike.engine.selectors.outcomes import Change
from guike.platform import money
from guike.platform.ui.components import Chart, Ruler, Score, Series, Source, Zone

SOURCES = 3


def rows_address(metric: str, subject_id: int, as_of: date) -> str:
    """The page with the rows behind one value."""
    return f"{reverse('engine:metric_rows', args=[metric, subject_id])}?{urlencode({'as_of': as_of.isoformat()})}"


def scores(explanation: Explanation, opened: Drill | None = None) -> list[Score]:
    """The lines of a scorecard; the first one shows the newest rows behind it."""
    return [_score(explanation, one, opened if place == 0 else None) for place, one in enumerate(explanation.characteristics)]


def _score(explanation: Explanation, one: Scored, drill: Drill | None) -> Score:
    most, counted = one.most or Decimal(0), one.contribution or Decimal(0)
    address = rows_address(one.metric, explanation.subject_id, explanation.as_of) if one.rows and not one.hidden else ""
    sources = sources_of(drill) if drill and not drill.hidden and not one.hidden else []
    more = _("查看全部 %(n)s %(counter)s") % {"n": figure(one.rows), "counter": one.counter}
    return Score(
        label=one.label,
        value=one.shown,
        band=one.band,
        points=figure(one.points or 0),
        weight=f"{figure(one.weight or 0)}%",
        counted=f"{counted:.2f}".rstrip("0").rstrip("."),
        share=round(100 * counted / most) if most else 0,
        full=max(1, round(most)),
        evidence=f"{figure(one.rows)} {one.counter}".strip() if one.rows else "",
        evidence_href=address,
        formula=drill.note if drill else "",
        sources=sources,
        sources_more=more if sources and address else "",
        sources_href=address if sources else "",
        opened=bool(sources),
    )


def sources_of(drill: Drill) -> list[Source]:
    """Rows behind a value as short lines: number, day, words, amount, whatever of these the source has."""
    return [_source(drill, values, url) for values, url in list(zip(drill.rows, drill.urls, strict=True))[:SOURCES]]


def _source(drill: Drill, values: tuple, url: str) -> Source:
    found: dict[str, str] = {}
    for column, value in zip(drill.columns, values, strict=True):
        if value is None or column.code == "id":
            continue
        if column.kind is ValueKind.MONEY:
            found.setdefault("amount", money.yuan(value))
        elif column.kind is ValueKind.DATE:
            found.setdefault("day", f"{value:%m-%d}" if hasattr(value, "month") else str(value))
        elif column.code == "number":
            found["number"] = str(value)
        elif column.kind is ValueKind.TEXT:
            found["text"] = f"{found.get('text', '')} {value}".strip()
    return Source(found.get("number", ""), url, found.get("day", ""), found.get("text", ""), found.get("amount", ""))


def ruler(explanation: Explanation) -> Ruler | None:
    """Where the score stands between the lines."""
    if explanation.score is None or not explanation.thresholds:
        return None
    zones = [
        Zone(_zone(one.label, one.low, one.high), one.high if one.high is not None else 100) for one in reversed(explanation.thresholds)
    ]
    return Ruler(explanation.score, zones, text=figure(explanation.score))


def _zone(label: str, low: Decimal | None, high: Decimal | None) -> str:
    if low is None:
        return _("%(label)s %(high)s 分以下") % {"label": label, "high": figure(high or 100)}
    if high is None:
        return _("%(label)s %(low)s 以上") % {"label": label, "low": figure(low)}
    return f"{label} {figure(low)}～{figure(high)}"


def history_chart(explanation: Explanation) -> Chart | None:
    """Scores at every change, as steps; None where there is no more than one."""
    scored: list[Change] = [one for one in explanation.history if one.score is not None]
    if len(scored) < 2:
        return None
    line = next((one.low for one in explanation.thresholds if one.low is not None), None)
    return Chart(
        title=_("等级变化"),
        labels=[one.as_of.isoformat() for one in scored],
        series=[Series(_("综合分"), [one.score for one in scored], kind="step")],
        unit=_("分"),
        period=f"{scored[0].as_of:%Y-%m}～{scored[-1].as_of:%Y-%m}",
        limit=line,
        limit_label=explanation.thresholds[0].label if explanation.thresholds else "",
        height=160,
    )
