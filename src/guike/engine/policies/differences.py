"""What two versions of a policy say differently, in words: for the editor's marks and the comparison of versions (POL-06, POL-09)."""

import difflib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.tree_form import shown
from guike.engine.policies.words import input_label
from guike.platform.roles import ROLES

#: What identifies an item of a list, so that a moved one is not taken for a changed one.
KEYS = {"characteristics": "metric", "outcomes": "code", "levels": "code", "paces": "outcome", "routes": "code", "terms": "outcome", "grants": "outcome"}
NAMES = {
    "title": "名称", "mode": "执行方式", "cycle": "周期", "follows": "跟随", "clause": "条文", "number": "条号", "text": "条文", "outcomes": "等级",
    "label": "名称", "strategy": "办法", "note": "说明", "from": "起点", "to": "上限", "characteristics": "评分项", "metric": "指标", "weight": "权重",
    "bands": "分档", "points": "得分", "missing": "无记录得分", "rows": "行", "when": "条件", "then": "结果", "reason": "理由", "levels": "级别",
    "due": "应办", "days": "天数", "notify": "通知", "paces": "频次", "channels": "算数的方式", "recommended": "推荐方式", "escalate_after": "升级",
    "person_cap_per_week": "每人每周上限", "caps": "上限", "cap": "上限", "value": "值", "field": "指标", "op": "比较", "all": "全部", "any": "任一",
    "primary": "主等级", "examples": "例", "department": "主管部门", "confirmation": "确认人", "values": "取值", "title_phrase": "说法", "per": "按", "hit": "命中",
    "outcome": "等级", "phrase": "说法", "rest_day": "遇休息日", "factor": "倍数", "code": "代码", "kind": "类别", "score": "总分", "name": "名称",
    "when_full": "满额时", "release": "可放行",
    "routes": "路径", "document": "单据", "steps": "步骤", "who": "谁批", "level": "级", "role": "角色", "post": "岗位", "function": "职能", "person": "人员",
    "sign": "签法", "together": "与上一步同时", "remind": "提前提醒", "copy": "抄送",
    "grants": "待遇", "from_table": "待遇表", "item": "取哪一项", "contact_days": "例行联系", "visit_days": "走访", "holding_days": "未跟进进公海",
    "deal_days": "未成交进公海", "protection_days": "报备保护", "customers_cap": "每人客户数上限", "price_list": "价目表", "credit_limit": "信用额度",
    "credit_days": "账期", "response_hours": "响应时限", "care_budget": "每年关怀预算", "approver": "例外由谁批",
    "terms": "期限", "no_contact": "未跟进天数", "no_deal": "未成交天数", "warn_days": "提前提醒", "cooldown_days": "冷却期",
}  # fmt: skip
UNTOLD = ("examples",)


@dataclass(frozen=True)
class Difference:
    """One place: its path in the new tree, its words, the value before and after (empty: was not, is no more)."""

    path: str
    words: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any], catalogue: Catalogue) -> tuple[Difference, ...]:
    """Every place that differs, in the order of the text. Worked examples are left out."""
    return tuple(_walk(before, after, "", "", catalogue))


def _walk(before: Any, after: Any, path: str, words: str, catalogue: Catalogue) -> Iterator[Difference]:
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        yield from _maps(before or {}, after or {}, path, words, catalogue)
    elif _items(before) or _items(after):
        yield from _lists(before or [], after or [], path, words, catalogue)
    elif before != after:
        yield Difference(path, words, _told(path, before), _told(path, after))


def _told(path: str, value: Any) -> str:
    """As the form shows it; whoever approves by the name of the role."""
    if path.endswith(".approver") and value:
        return "、".join(_(ROLES.get(str(one), str(one))) for one in (value if isinstance(value, list) else [value]))
    return shown(value)


def _items(value: Any) -> bool:
    return isinstance(value, list) and any(isinstance(one, Mapping | list) for one in value)


def _maps(before: Any, after: Any, path: str, words: str, catalogue: Catalogue) -> Iterator[Difference]:
    before = before if isinstance(before, Mapping) else {}
    after = after if isinstance(after, Mapping) else {}
    for key in dict.fromkeys([*after, *before]):
        if not path and key in UNTOLD:
            continue
        below = f"{words} {NAMES.get(str(key), str(key))}".strip()
        yield from _walk(before.get(key), after.get(key), f"{path}.{key}".strip("."), below, catalogue)


def _lists(before: list, after: list, path: str, words: str, catalogue: Catalogue) -> Iterator[Difference]:
    key = KEYS.get(path.rpartition(".")[2])
    if key:
        earlier = {one.get(key): one for one in before if isinstance(one, Mapping)}
        for place, one in enumerate(after):
            name = _name(one.get(key), key, catalogue) if isinstance(one, Mapping) else str(place + 1)
            yield from _walk(earlier.pop(one.get(key), None), one, f"{path}.{place}", f"{words}「{name}」", catalogue)
        for code, one in earlier.items():
            yield Difference(path, f"{words}「{_name(code, key, catalogue)}」", _summary(one), "")
        return
    for place in range(max(len(before), len(after))):
        old, new = (items[place] if place < len(items) else None for items in (before, after))
        yield from _walk(old, new, f"{path}.{place}", f"{words}第 {place + 1} 项", catalogue)


def _name(code: Any, key: str, catalogue: Catalogue) -> str:
    return input_label(str(code), catalogue) if key == "metric" else str(code)


def _summary(item: Mapping[str, Any]) -> str:
    return "、".join(shown(value) for value in item.values() if not isinstance(value, Mapping | list))


@dataclass(frozen=True)
class Piece:
    """A stretch of a text: `how` is same, del or ins."""

    how: str
    text: str


def text_pieces(before: str, after: str) -> tuple[Piece, ...]:
    """A clause with what was struck and what was put in, by words that a reader sees (characters that stand together)."""
    pieces: list[Piece] = []
    matcher = difflib.SequenceMatcher(None, before, after, autojunk=False)
    for tag, start, end, begin, stop in _merged(matcher.get_opcodes()):
        if tag == "equal":
            pieces.append(Piece("same", after[begin:stop]))
        else:
            pieces += [Piece("del", before[start:end])] if end > start else []
            pieces += [Piece("ins", after[begin:stop])] if stop > begin else []
    return tuple(pieces)


def _merged(codes: list[Any]) -> Iterator[tuple[str, int, int, int, int]]:
    """Changes less than two characters apart are read as one."""
    held: tuple[str, int, int, int, int] | None = None
    for place, (tag, start, end, begin, stop) in enumerate(codes):
        short = tag == "equal" and held is not None and held[0] != "equal" and end - start < 2 and place + 1 < len(codes)
        if held is not None and (short or (tag != "equal" and held[0] != "equal")):
            held = ("replace", held[1], end, held[3], stop)
            continue
        if held is not None:
            yield held
        held = (tag, start, end, begin, stop)
    if held is not None:
        yield held
