"""Cadences (频次) and quotas (配额): what an outcome makes due, and how many a group may have (POL-02, ACT-02, CUS-06)."""

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.content import Cap, Pace
from guike.engine.policies.reader import Reader
from guike.engine.policies.table import read_condition

#: Ways of contact that a cadence may ask for.
CHANNELS = {
    "phone": "电话",
    "visit": "直接登门",
    "invite": "邀约登门",
    "wechat": "微信",
    "online": "网络对话",
    "sms": "短信",
    "other": "其它",
}
#: What a quota may count by, besides metrics with texts.
GROUPS = {"owner": "负责人", "department": "部门"}
WORDS = {1: "每天", 7: "每周", 14: "每两周", 15: "每半月", 30: "每月", 60: "每两个月", 90: "每季度", 180: "每半年", 365: "每年"}


def read_paces(reader: Reader, catalogue: Catalogue) -> tuple[Pace, ...]:
    """One pace an outcome of the policy that is followed; outcomes without one ask for nothing."""
    face = catalogue.policies.get(reader.text("follows", required=True))
    if face is None and reader.text("follows"):
        known = "、".join(sorted(code for code, one in catalogue.policies.items() if one.outcomes)) or "无"
        reader.problem(_("没有制度 %(code)s，可跟随：%(known)s") % {"code": reader.text("follows"), "known": known}, "follows")
    outcomes = dict(face.outcomes) if face else None
    found: list[Pace] = []
    for item in reader.children("paces", required=True):
        pace = _pace(item, outcomes, face.title if face else "", reader.has("from_table"))
        if any(pace.outcome == other.outcome for other in found):
            item.problem(_("「%(outcome)s」写了两次") % {"outcome": pace.outcome}, "outcome")
        found.append(pace)
    return tuple(found)


def _pace(item: Reader, outcomes: dict[str, str] | None, title: str, tabled: bool) -> Pace:
    outcome = item.text("outcome", required=True, limit=40)
    if outcomes is not None and outcome and outcome not in outcomes:
        item.problem(
            _("《%(title)s》没有「%(outcome)s」这个结果，可用：%(known)s")
            % {"title": title, "outcome": outcome, "known": "、".join(outcomes)},
            "outcome",
        )
    days = item.whole("days", low=1, high=3650, required=not tabled) or 0
    pace = Pace(
        outcome=outcome,
        days=days or (0 if tabled else 30),
        from_table=tabled and not days,
        channels=item.texts("channels", CHANNELS),
        recommended=item.texts("recommended", CHANNELS),
        phrase=item.text("phrase", limit=100),
        title=item.text("title", limit=100),
        factor=item.number("factor", low=0, high=10) or Decimal(1),
        rest_day=item.choice("rest_day", ("after", "before", "keep"), "after"),
        escalation_days=_escalation(item),
    )
    item.done()
    return pace


def _escalation(item: Reader) -> tuple[int, ...]:
    value = item.raw("escalate_after", [])
    days = value if isinstance(value, list) else [value]
    if any(isinstance(day, bool) or not isinstance(day, int) or not 0 < day <= 365 for day in days) or list(days) != sorted(set(days)):
        item.problem(_("escalate_after 应是从小到大的天数，如 [3, 7]"), "escalate_after")
        return ()
    return tuple(days)


def every(days: int) -> str:
    """7 → 每周；10 → 每 10 天."""
    return WORDS.get(days, f"每 {days} 天")


def read_caps(reader: Reader, catalogue: Catalogue, subject: str) -> tuple[tuple[str, ...], tuple[Cap, ...]]:
    """By what is counted and the caps."""
    per = reader.texts("per")
    if not per:
        reader.problem(_("缺少 per：按什么计数，如 owner（负责人）"), "per")
    for code in per:
        metric = catalogue.metric(code)
        if code not in GROUPS and (metric is None or metric.is_numeric or metric.subject != subject):
            reader.problem(_("不能按 %(code)s 计数，可用 owner、department 或文字类指标") % {"code": code}, "per")
    caps = []
    for item in reader.children("caps", required=True):
        caps.append(_cap(item, catalogue, subject, reader.has("from_table")))
        item.done()
    return per, tuple(caps)


def _cap(item: Reader, catalogue: Catalogue, subject: str, tabled: bool) -> Cap:
    """A cap with its number, or one of an outcome: number and condition then come from the table of entitlements."""
    outcome, label = item.text("outcome", limit=40), item.text("label", limit=80)
    if outcome and not tabled:
        item.problem(_("写了等级「%(code)s」，要用 from_table 说明取自哪张待遇表") % {"code": outcome}, "outcome")
    if outcome:
        for key in ("cap", "when"):
            if item.has(key):
                item.problem(_("写了 outcome，%(key)s 由待遇表定，不再写") % {"key": key}, key)
        return Cap(0, None, label or outcome, outcome)
    when = read_condition(item, "when", catalogue, subject)
    return Cap(item.whole("cap", low=0, high=1_000_000, required=True) or 0, when, label)


def cap_label(cap: Cap, place: int) -> str:
    return cap.label or f"第 {place + 1} 条上限"


def paces_by_outcome(paces: Sequence[Pace]) -> dict[str, Pace]:
    return {pace.outcome: pace for pace in paces}
