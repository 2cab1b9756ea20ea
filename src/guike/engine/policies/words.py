"""Conditions and outcomes in the reader's words, amounts in 万元 (design/mock/notes)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.declare import ValueKind
from guike.engine.metrics.show import shown
from guike.engine.policies.catalogue import OUTCOME, Catalogue

SIGNS = {"gte": "≥", "gt": ">", "lte": "≤", "lt": "<"}
VERBS = {"eq": "是", "ne": "不是", "contains": "含"}
Tree = Mapping[str, Any]


def condition_words(tree: Tree | None, catalogue: Catalogue) -> str:
    """「12 个月采购额 ≥ 50 万元，且（忠诚度为高，或首选供应商）」; empty for everything."""
    if not tree:
        return ""
    if "field" in tree:
        return _leaf(tree, catalogue)
    if "not" in tree:
        return _("不符合（%(inner)s）") % {"inner": condition_words(tree["not"], catalogue)}
    either = "any" in tree
    branches = tree["any"] if either else tree["all"]
    parts = [condition_words(branch, catalogue) for branch in branches]
    grouped = [
        f"（{part}）" if set(branch) & {"any", "all"} and len(parts) > 1 else part for part, branch in zip(parts, branches, strict=True)
    ]
    return (_("，或") if either else _("，且")).join(grouped)


def input_label(code: str, catalogue: Catalogue) -> str:
    """The words of a metric or of another policy's outcome."""
    if code.startswith(OUTCOME):
        face = catalogue.policies.get(code.removeprefix(OUTCOME))
        return face.title if face else code
    metric = catalogue.metric(code)
    return str(metric.label) if metric else code


def input_value(code: str, value: Any, catalogue: Catalogue) -> str:
    """A value of an input as shown; — for none."""
    if value is None or value == "":
        return "—"
    if code.startswith(OUTCOME):
        face = catalogue.policies.get(code.removeprefix(OUTCOME))
        return dict(face.outcomes).get(str(value), str(value)) if face else str(value)
    metric = catalogue.metric(code)
    return shown(metric, value) if metric else str(value)


def _leaf(leaf: Tree, catalogue: Catalogue) -> str:
    code, op = str(leaf["field"]), str(leaf["op"])
    value: Any = leaf.get("value")
    label = input_label(code, catalogue)
    metric = catalogue.metric(code)
    if op in ("empty", "filled"):
        return f"{label}{_('未填') if op == 'empty' else _('已填')}"
    if metric is not None and metric.value is ValueKind.FLAG:
        return label if (value in (True, "true")) == (op == "eq") else _("没有「%(label)s」") % {"label": label}
    if op == "between":
        return f"{label} {input_value(code, value[0], catalogue)}～{input_value(code, value[1], catalogue)}"
    if op in ("in", "not_in"):
        words = "、".join(input_value(code, one, catalogue) for one in value)
        return f"{label}{_('是') if op == 'in' else _('不是')}{words}"
    words = input_value(code, value, catalogue)
    return f"{label} {SIGNS[op]} {words}" if op in SIGNS else f"{label}{VERBS[op]}{words}"
