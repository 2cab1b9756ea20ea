"""Entering facts that no module computes, each with its day, source and evidence (POL-03, RSK-01)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.declare import Assessed, Metric, ValueKind
from guike.engine.metrics.registry import REGISTRY
from guike.engine.models.metric import Assessment
from guike.engine.policies.reader import as_number
from guike.platform import clock
from guike.platform.access import Viewer, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

LARGEST = Decimal(10) ** 15


@dataclass(frozen=True)
class Entry:
    """One value to enter: flags as True or False, percentages as 93.8, texts by code or label."""

    metric: str
    subject_id: int
    value: Any
    observed_on: date
    source: str = ""
    evidence: str = ""


@verb("engine.assess")
def assess(entry: Entry, *, actor: Viewer) -> Assessment:
    """Enter one value for a subject the actor may see. Refuses an unknown metric, a value of the wrong kind, a day in the future."""
    require(actor, "assessment", "add")
    made = built(entry, actor)
    row(actor, made.subject_kind, made.subject_id, "view")
    made.save()
    return made


@verb("engine.assess_many")
def assess_many(entries: Iterable[Entry], *, actor: Viewer) -> int:
    """Enter many, all or none; for imports, which have checked the rows' reach."""
    require(actor, "assessment", "add")
    return len(Assessment.objects.bulk_create([built(entry, actor) for entry in entries], batch_size=2000))


def built(entry: Entry, actor: Viewer) -> Assessment:
    """The checked record, not yet saved."""
    metric = assessed_metric(entry.metric)
    if entry.observed_on > clock.today():
        raise Refused(_("观察日期 %(day)s 在今天之后") % {"day": entry.observed_on}, field="observed_on")
    number, text = parsed_value(metric, entry.value)
    return Assessment(
        metric=metric.code,
        subject_kind=metric.subject,
        subject_id=entry.subject_id,
        number=number,
        text=text,
        observed_on=entry.observed_on,
        source=entry.source.strip()[:120],
        evidence=entry.evidence.strip()[:300],
        entered_by_id=actor.person_id,
        entered_at=clock.now(),
    )


def assessed_metric(code: str) -> Metric:
    """An entered metric by code or label; refuses one that is computed."""
    metric = REGISTRY.metrics.get(code) or next((one for one in REGISTRY.metrics.values() if str(one.label) == code), None)
    if metric is None:
        nearest = REGISTRY.nearest(code)
        raise Refused(_("没有指标 %(code)s%(hint)s") % {"code": code, "hint": f"，是不是 {nearest}？" if nearest else ""}, field="metric")
    if not isinstance(metric, Assessed):
        raise Refused(_("「%(label)s」由系统计算，不能填报") % {"label": metric.label}, field="metric")
    return metric


def parsed_value(metric: Metric, value: Any) -> tuple[Decimal | None, str]:
    """Number and text as they are kept."""
    if metric.value is ValueKind.FLAG:
        truths = {"true": 1, "1": 1, "是": 1, "有": 1, "y": 1, "yes": 1, "false": 0, "0": 0, "否": 0, "无": 0, "n": 0, "no": 0}
        if str(value).strip().lower() not in truths:
            raise Refused(_("「%(label)s」只能填是或否，现在是「%(value)s」") % {"label": metric.label, "value": value}, field="value")
        return Decimal(truths[str(value).strip().lower()]), ""
    if metric.value is ValueKind.TEXT:
        return None, _choice(metric, str(value).strip())
    number = as_number(str(value).strip().rstrip("%％"))
    if number is None or abs(number) >= LARGEST:
        raise Refused(_("「%(label)s」要填数字，现在是「%(value)s」") % {"label": metric.label, "value": value}, field="value")
    if metric.value is ValueKind.PERCENT and not -1000 <= number <= 1000:
        raise Refused(
            _("「%(label)s」是百分数，填 93.8 表示 93.8%%，现在是「%(value)s」") % {"label": metric.label, "value": value}, field="value"
        )
    return number, ""


def _choice(metric: Metric, word: str) -> str:
    if not word:
        raise Refused(_("「%(label)s」还没有填值") % {"label": metric.label}, field="value")
    by_word = {**{str(label): code for code, label in metric.choices}, **{code: code for code, _label in metric.choices}}
    if metric.choices and word not in by_word:
        known = "、".join(str(label) for _code, label in metric.choices)
        raise Refused(
            _("「%(label)s」没有「%(value)s」，可用：%(known)s") % {"label": metric.label, "value": word, "known": known}, field="value"
        )
    return by_word.get(word, word)


@verb("engine.withdraw_assessment")
def withdraw_assessment(assessment_id: int, *, reason: str, actor: Viewer) -> Assessment:
    """Take a wrong value out of use; the one before counts again. Who entered it may, and who may change assessments."""
    found = Assessment.objects.select_for_update().filter(pk=assessment_id, withdrawn_at=None).first()
    if found is None:
        raise Refused(_("这条评价已作废"))
    row(actor, found.subject_kind, found.subject_id, "view")
    if found.entered_by_id != actor.person_id or actor.person_id is None:
        require(actor, "assessment", "change")
    if not reason.strip():
        raise Refused(_("写明作废的原因"), field="reason")
    found.withdrawn_at, found.withdrawn_reason = clock.now(), reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_reason"])
    return found
