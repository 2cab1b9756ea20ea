"""Why an outcome is what it is: values, bands, points, rows behind them, and what would change it (POL-05, PRF-4)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection
from django.db.models import Max
from django.utils.translation import gettext as _

from guike.engine.metrics.show import after_chinese, figure, listed, shown, span
from guike.engine.models.decision import Override, Run, Standing
from guike.engine.policies import match
from guike.engine.policies.compile import Compiling, InForce, effective_sql
from guike.engine.policies.content import Characteristic, Content
from guike.engine.policies.nearest import Move, nearest
from guike.engine.policies.words import condition_words, input_label, input_value
from guike.engine.rulebook import Rulebook
from guike.engine.selectors.outcomes import Change, changes_of, primary_policy, tone
from guike.engine.selectors.readable import unreadable
from guike.platform import clock
from guike.platform.access import Viewer, row
from guike.platform.errors import Refused


@dataclass(frozen=True)
class Scored:
    """One characteristic or input. `shown` is the value in words; `hidden` when the viewer may not read it.

    `band`, `points`, `weight`, `contribution` are those of a scorecard, None in tables. `most` is the most it could count.
    """

    metric: str
    label: str
    value: Any
    shown: str
    unit: str
    band: str
    points: Decimal | None
    weight: Decimal | None
    contribution: Decimal | None
    most: Decimal | None
    rows: int
    counter: str
    hidden: bool


@dataclass(frozen=True)
class Line:
    """One row of a table: what it asks, whether it matched, and which of its conditions failed."""

    place: int
    outcome: str
    label: str
    words: str
    matched: bool
    failed: tuple[str, ...]


@dataclass(frozen=True)
class Threshold:
    """One outcome's place on the scale of scores: from `low` up to, not including, `high` (None: open)."""

    outcome: str
    label: str
    low: Decimal | None
    high: Decimal | None
    holds: bool


@dataclass(frozen=True)
class Explanation:
    """Everything that a page, a print or the command line says about one outcome."""

    subject_kind: str
    subject_id: int
    number: str
    name: str
    policy: str
    title: str
    kind: str
    version: int
    version_id: int
    effective_from: date
    clause: str
    clause_text: str
    as_of: date
    outcome: str
    label: str
    tone: int | None
    computed: str
    computed_label: str
    score: Decimal | None
    strategy: str
    characteristics: tuple[Scored, ...]
    lines: tuple[Line, ...]
    reasons: tuple[str, ...]
    thresholds: tuple[Threshold, ...]
    margin: str
    nearest: tuple[Move, ...]
    history: tuple[Change, ...]
    override: Override | None


def explain(
    viewer: Viewer, policy_code: str | None, subject_id: int, as_of: date | None = None, *, subject_kind: str = "customer"
) -> Explanation:
    """Explain one subject's outcome under a policy (None: the primary one) as of a day (None: the day it was last decided).

    `Http404` when the subject is out of sight; refuses an unknown policy and one that decides nothing for a subject.
    """
    code = policy_code or _primary(subject_kind)
    day = as_of or _decided_on(code, subject_id)
    book = Rulebook(day)
    found = book.holding(code)
    if not found.content.decides:
        raise Refused(_("《%(title)s》不给单个对象定结果") % {"title": found.content.title})
    subject = row(viewer, found.content.subject, subject_id, "view")
    compiling = book.compiling(found.content, [subject_id], counts=True)
    values = _one(effective_sql(compiling, found))
    if values is None:
        raise Refused(_("停用的记录不再判定"))
    return _explained(viewer, book, found, compiling, subject, values)


def _primary(subject_kind: str) -> str:
    policy = primary_policy(subject_kind)
    if policy is None:
        raise Refused(_("还没有主等级制度；在制度页把一份制度设为主等级"))
    return policy.code


def _decided_on(code: str, subject_id: int) -> date:
    """The day of the newest evaluation that reached the subject; today where there was none."""
    run = Run.objects.filter(policy__code=code, everyone=True, kept=True).aggregate(day=Max("as_of"))["day"]
    own = Standing.objects.filter(policy__code=code, subject_id=subject_id).values_list("as_of", flat=True).first()
    return max((day for day in (run, own) if day), default=clock.today())


def _one(query: str) -> dict[str, Any] | None:
    with connection.cursor() as cursor:
        cursor.execute(query)
        names = [column[0] for column in cursor.description]
        found = cursor.fetchone()
    return dict(zip(names, found, strict=True)) if found else None


def _explained(viewer: Viewer, book: Rulebook, found: InForce, compiling: Compiling, subject: Any, values: dict[str, Any]) -> Explanation:
    content, version, kind = found.content, book.versions[found.content.code], book.registry.subject(found.content.subject)
    inputs = {code: values[compiling.column(code)] for code in compiling.inputs}
    hidden = unreadable(viewer, compiling.metrics, book.registry)
    outcome, computed, score = values["outcome"], values["computed"], values["score"]
    override = Override.objects.select_related("signer").filter(pk=values["override_id"]).first() if values["override_id"] else None
    best = content.outcome(outcome.split("+")[0])
    return Explanation(
        subject_kind=content.subject,
        subject_id=subject.pk,
        number=str(getattr(subject, kind.number)),
        name=str(getattr(subject, kind.name)),
        policy=content.code,
        title=content.title,
        kind=content.kind,
        version=found.number,
        version_id=found.version_id,
        effective_from=version.effective_from or book.as_of,
        clause=book.clause(content.code),
        clause_text=version.clause_text,
        as_of=book.as_of,
        outcome=outcome,
        label=content.label(outcome),
        tone=tone(content, content.rank(outcome)),
        computed=computed,
        computed_label=content.label(computed),
        score=score,
        strategy=best.strategy if best else "",
        characteristics=_characteristics(compiling, values, inputs, hidden),
        lines=_lines(compiling, inputs, values["matched"], hidden),
        reasons=tuple(_reasons(compiling, inputs, score, computed, override, values["matched"], hidden)),
        thresholds=_thresholds(content, computed),
        margin=_margin(content, computed, score),
        nearest=_nearest(compiling, inputs, hidden),
        history=tuple(changes_of(content.subject, subject.pk, content.code)),
        override=override,
    )


def _nearest(compiling: Compiling, inputs: dict[str, Any], hidden: set[str]) -> tuple[Move, ...]:
    return tuple(move for move in nearest(compiling.content, inputs, compiling.catalogue) if move.metric not in hidden)


def _characteristics(compiling: Compiling, values: dict[str, Any], inputs: dict[str, Any], hidden: set[str]) -> tuple[Scored, ...]:
    scored = {one.metric: place for place, one in enumerate(compiling.content.characteristics)}
    return tuple(_scored(compiling, values, code, inputs[code], scored.get(code), code in hidden) for code in compiling.inputs)


def _scored(compiling: Compiling, values: dict[str, Any], code: str, value: Any, place: int | None, hidden: bool) -> Scored:
    metric = compiling.catalogue.metric(code)
    rows = values.get(f"n{compiling.metrics.index(code)}", 0) if code in compiling.metrics else 0
    one = compiling.content.characteristics[place] if place is not None else None
    points = Decimal(values[f"p{place}"]) if place is not None else None
    return Scored(
        metric=code,
        label=one.label if one else input_label(code, compiling.catalogue),
        value=None if hidden else value,
        shown=_("无权查看") if hidden else input_value(code, value, compiling.catalogue),
        unit=metric.unit_shown if metric else "",
        band="" if one is None or hidden else band_words(compiling, one, values[f"b{place}"]),
        points=points,
        weight=one.weight if one else None,
        contribution=one.contribution(points) if one and points is not None else None,
        most=one.contribution(max(band.points for band in one.bands)) if one else None,
        rows=0 if hidden else rows,
        counter=_counter(compiling, code),
        hidden=hidden,
    )


def _counter(compiling: Compiling, code: str) -> str:
    """The word for the rows behind: 张, 次, 条."""
    if code not in compiling.registry.metrics:
        return ""
    for base in compiling.registry.base_of(code):
        source = compiling.registry.sources.get(getattr(base, "source", ""))
        if source:
            return str(source.counter)
    return "条"


def band_words(compiling: Compiling, one: Characteristic, place: int) -> str:
    """The band in words: as labelled, or its range; 「无记录」 where there is no value."""
    if place < 0:
        return _("无记录")
    band, metric = one.bands[place], compiling.catalogue.metric(one.metric)
    if band.label or metric is None:
        return band.label
    if metric.is_numeric:
        return span(metric, band.low, band.high)
    return listed(metric, band.values) if band.values else _("其它")


def _lines(compiling: Compiling, inputs: dict[str, Any], matched: int | None, hidden: set[str]) -> tuple[Line, ...]:
    """Every row up to the match, with what failed; of collecting tables and misses all rows."""
    content, lines = compiling.content, []
    if content.kind == "scorecard":
        return ()
    collecting = content.hit == "collect" or matched is None
    for place, one in enumerate(content.rows):
        holds = match.holds(one.when, inputs)
        failed = () if holds else tuple(_failed(one.when, inputs, compiling, hidden))
        words = one.reason or condition_words(one.when, compiling.catalogue) or _("其余情况")
        lines.append(Line(place, one.then, content.label(one.then), words, holds if collecting else place == matched, failed))
        if place == matched and not collecting:
            break
    return tuple(lines)


def _failed(tree: Any, inputs: dict[str, Any], compiling: Compiling, hidden: set[str]) -> list[str]:
    """The conditions that kept a row from matching, each with the present value."""
    if "field" in tree:
        words = condition_words(tree, compiling.catalogue)
        now = _("无权查看") if tree["field"] in hidden else input_value(tree["field"], inputs.get(tree["field"]), compiling.catalogue)
        return [_("%(words)s（现为 %(now)s）") % {"words": words, "now": now}]
    if "not" in tree or "any" in tree:
        return [condition_words(tree, compiling.catalogue)]
    return [words for branch in tree["all"] if not match.holds(branch, inputs) for words in _failed(branch, inputs, compiling, hidden)]


def _thresholds(content: Content, computed: str) -> tuple[Threshold, ...]:
    if content.kind != "scorecard":
        return ()
    highs = [None, *(one.at_least for one in content.outcomes)]
    return tuple(
        Threshold(one.code, one.label, one.at_least, high, one.code == computed) for one, high in zip(content.outcomes, highs, strict=False)
    )


def _margin(content: Content, computed: str, score: Decimal | None) -> str:
    """「高出 A 级线 6.5 分」, or for the lowest 「距 B 级线 4.2 分」."""
    own = content.outcome(computed)
    if score is None or own is None:
        return ""
    if own.at_least is not None:
        return _("高出%(label)s线 %(gap)s 分") % {"label": after_chinese(own.label), "gap": figure(score - own.at_least)}
    above = content.outcomes[own.rank - 1] if own.rank else None
    if above is None or above.at_least is None:
        return ""
    return _("距%(label)s线 %(gap)s 分") % {"label": after_chinese(above.label), "gap": figure(above.at_least - score)}


def _reasons(
    compiling: Compiling,
    inputs: dict[str, Any],
    score: Decimal | None,
    computed: str,
    override: Override | None,
    matched: int | None,
    hidden: set[str],
) -> list[str]:
    """Sentences for people: an override first, then the total or the row, then what counted most."""
    content, sentences = compiling.content, []
    if override:
        names = {
            "label": after_chinese(content.label(override.outcome)),
            "until": override.ends_on,
            "signer": override.signer.name,
            "reason": override.reason,
        }
        sentences.append(_("人工调整为%(label)s，至 %(until)s；理由：%(reason)s；%(signer)s批准") % names)
    if content.kind == "scorecard":
        sentences.append(_("总分 %(score)s 分，%(label)s") % {"score": figure(score or 0), "label": content.label(computed)})
        return sentences + _largest(compiling, inputs, hidden)
    rows = match.matching(content, inputs) if content.hit == "collect" else [matched] if matched is not None else []
    for place in rows:
        words = content.rows[place].reason or condition_words(content.rows[place].when, compiling.catalogue) or _("不符合前面各行")
        sentences.append(_("第 %(n)s 行：%(words)s") % {"n": place + 1, "words": words})
    return sentences or [_("没有一行符合")]


def _largest(compiling: Compiling, inputs: dict[str, Any], hidden: set[str]) -> list[str]:
    counted = []
    for one in compiling.content.characteristics:
        place = match.band_of(one, inputs[one.metric])
        points = match.points_of(one, place)
        metric = compiling.catalogue.metric(one.metric)
        value = _("无权查看") if one.metric in hidden else shown(metric, inputs[one.metric]) if metric else ""
        names = {"label": one.label, "value": value, "points": figure(points), "counted": figure(one.contribution(points))}
        counted.append((one.contribution(points), _("%(label)s %(value)s，得 %(points)s 分，计 %(counted)s 分") % names))
    return [sentence for _counted, sentence in sorted(counted, key=lambda pair: -pair[0])[:3]]
