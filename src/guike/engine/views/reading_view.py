"""A policy's content as lines to read, the same for every kind."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from guike.engine.metrics.show import figure, listed, span
from guike.engine.policies import facts
from guike.engine.policies.authority import step_words
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.content import Characteristic, Content, Step
from guike.engine.policies.grant_table import Table, table
from guike.engine.policies.holding import MEASURES, limits
from guike.engine.policies.others import CHANNELS, every
from guike.engine.policies.words import condition_words, input_label
from guike.engine.rulebook import faces_known
from guike.platform.roles import ROLES


@dataclass(frozen=True)
class Cell:
    """A band: its points above, its range below."""

    points: str
    words: str


@dataclass(frozen=True)
class Line:
    """One line: `head` with `note` below, `figure` at the left, then cells or a text."""

    head: str
    note: str = ""
    figure: str = ""
    cells: tuple[Cell, ...] = ()
    text: str = ""


@dataclass(frozen=True)
class Reading:
    """What a kind shows: heading, column heads, lines, a closing line."""

    heading: str
    note: str
    lines: tuple[Line, ...] = ()
    foot: str = ""
    table: Table | None = None


def content_lines(content: Content) -> Reading:
    """The content of a policy as a reader's table."""
    catalogue = Catalogue(policies=faces_known())
    return READINGS[content.kind](content, catalogue)


def _scorecard(content: Content, catalogue: Catalogue) -> Reading:
    lines = tuple(
        Line(one.label, _metric_note(one, catalogue), f"{figure(one.weight)}%", tuple(band_cells(one, catalogue)))
        for one in content.characteristics
    )
    grades = "，".join(f"{one.label} {figure(one.at_least)} 分" for one in content.outcomes if one.at_least is not None)
    return Reading(_("评分表"), _("上行得分，下行取值"), lines, _("等级线：%(grades)s") % {"grades": grades})


def _metric_note(one: Characteristic, catalogue: Catalogue) -> str:
    metric = catalogue.metric(one.metric)
    return str(metric.semantics) if metric and metric.semantics else ""


def band_cells(one: Characteristic, catalogue: Catalogue) -> list[Cell]:
    """Bands from worst to best, as the mock-ups draw them."""
    metric = catalogue.metric(one.metric)
    found = []
    for band in one.bands:
        if band.label or metric is None:
            words = band.label
        elif metric.is_numeric:
            words = span(metric, band.low, band.high)
        else:
            words = listed(metric, band.values) if band.values else _("其它")
        found.append(Cell(figure(band.points), words))
    return sorted(found, key=lambda cell: float(cell.points.replace(",", "").replace("−", "-")))


def _table(content: Content, catalogue: Catalogue) -> Reading:
    lines = tuple(
        Line(content.label(row.then), row.reason, str(place + 1), text=condition_words(row.when, catalogue) or _("其余情况"))
        for place, row in enumerate(content.rows)
    )
    note = _("从上往下，先符合哪行算哪行") if content.hit == "first" else _("符合的行都算")
    return Reading(_("判定表"), note, lines)


def _alert(content: Content, catalogue: Catalogue) -> Reading:
    lines = tuple(
        Line(
            outcome.label,
            row.reason,
            str(outcome.rank + 1),
            text="；".join(part for part in (condition_words(row.when, catalogue), _response(response)) if part),
        )
        for outcome, row, response in zip(content.outcomes, content.rows, content.responses, strict=True)
    )
    return Reading(_("预警级别"), _("从重到轻"), lines)


def _response(response: object) -> str:
    due, days = getattr(response, "due", ""), getattr(response, "days", None)
    return _("%(days)s 天内%(due)s") % {"days": days, "due": due} if due and days is not None else due


def _cadence(content: Content, catalogue: Catalogue) -> Reading:
    face = catalogue.policies.get(content.follows)
    labels: Mapping[str, str] = dict(face.outcomes) if face else {}
    lines = tuple(
        Line(
            labels.get(one.outcome, one.outcome),
            one.title,
            every(one.days),
            text=_cadence_words(one.recommended, one.channels, one.escalation_days),
        )
        for one in content.paces
    )
    foot = _("每人每周以 %(n)s 次为限") % {"n": content.person_cap} if content.person_cap else ""
    return Reading(_("联系频次"), _follows(content, catalogue, _("间隔")), lines, foot)


def _follows(content: Content, catalogue: Catalogue, what: str) -> str:
    """「跟随《客户分级制度》，间隔取自《客户等级待遇》」: whose outcome counts, and which table gives the numbers."""
    titles = {code: face.title for code, face in catalogue.policies.items()}
    followed = _("跟随《%(title)s》") % {"title": titles.get(content.follows, content.follows)} if content.follows else ""
    names = {"what": what, "title": titles.get(content.from_table, content.from_table)}
    taken = _("%(what)s取自《%(title)s》") % names if content.from_table else ""
    return "，".join(part for part in (followed, taken) if part)


def _cadence_words(recommended: tuple[str, ...], channels: tuple[str, ...], escalation: tuple[int, ...]) -> str:
    parts = []
    if channels:
        parts.append(_("只算%(ways)s") % {"ways": "、".join(CHANNELS[one] for one in channels)})
    if recommended:
        parts.append(_("推荐%(ways)s") % {"ways": "、".join(CHANNELS[one] for one in recommended)})
    if escalation:
        parts.append(_("逾期第 %(days)s 天上报") % {"days": "、".join(map(str, escalation))})
    return "；".join(parts)


def _quota(content: Content, catalogue: Catalogue) -> Reading:
    groups = {"owner": _("每名负责人"), "department": _("每个部门")}
    per = "、".join(groups.get(code) or input_label(code, catalogue) for code in content.per)
    lines = tuple(
        Line(one.label or _("全部"), "", f"{one.cap:,}", text=condition_words(one.when, catalogue) or _("全部")) for one in content.caps
    )
    roles = "、".join(_(ROLES[one]) for one in content.release)
    foot = _("满额时转入并提醒") if content.when_full == "warn" else _("满额时不让转入，%(roles)s写明原因可放行") % {"roles": roles}
    return Reading(_("上限"), "，".join(part for part in (per, _follows(content, catalogue, _("各级家数"))) if part), lines, foot)


def _holding(content: Content, catalogue: Catalogue) -> Reading:
    face = catalogue.policies.get(content.follows)
    labels: Mapping[str, str] = dict(face.outcomes) if face else {}
    lines = tuple(
        Line(
            labels.get(term.outcome, term.outcome) or (_("其余客户") if term.outcome or len(content.terms) > 1 else _("全部客户")),
            "",
            "",
            text=_("，或").join(MEASURES[measure][1] % {"n": days} for measure, days in limits(term)),
        )
        for term in content.terms
    )
    names = {"warn": content.warn_days, "cool": content.cooldown_days, "who": "、".join(_(ROLES[role]) for role in content.release)}
    foot = _("进公海前 %(warn)s 天提醒负责人；原负责人 %(cool)s 天内不能领回；%(who)s可放行") % names
    return Reading(_("持有期限"), _follows(content, catalogue, _("期限")), lines, foot)


def _entitlement(content: Content, catalogue: Catalogue) -> Reading:
    return Reading(_("待遇表"), _follows(content, catalogue, ""), table=table(content, catalogue.policies))


def _authority(content: Content, catalogue: Catalogue) -> Reading:
    lines = tuple(
        Line(content.label(row.then), row.reason or condition_words(row.when, catalogue) or _("其余情况"), str(place + 1), _step_cells(steps))
        for place, (row, steps) in enumerate(zip(content.rows, content.routes, strict=True))
    )
    document = facts.document(content.document)
    note = _("%(document)s；从上往下，先符合哪行走哪条") % {"document": document.label if document else content.document}
    return Reading(_("谁来批"), note, lines)


def _step_cells(steps: Sequence[Step]) -> tuple[Cell, ...]:
    """Each step with its time limit; what runs at the same time carries the number of the step before."""
    cells, stage = [], 0
    for step in steps:
        stage += 0 if step.together else 1
        cells.append(Cell(_("第 %(n)s 步") % {"n": stage}, _("%(who)s，%(days)s 个工作日") % {"who": step_words(step), "days": step.days}))
    return tuple(cells) or (Cell("—", _("不用批")),)


READINGS = {
    "scorecard": _scorecard,
    "decision_table": _table,
    "alert": _alert,
    "cadence": _cadence,
    "quota": _quota,
    "authority": _authority,
    "holding": _holding,
    "entitlement": _entitlement,
}
