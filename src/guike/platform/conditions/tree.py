"""Walking a condition tree. Limits keep a pasted or hostile tree from costing anything: depth 6, 100 leaves."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext as _
from psycopg import sql

from guike.platform.conditions.fields import Field, FieldSet
from guike.platform.conditions.operators import OPERATORS, Operator

DEPTH = 6
LEAVES = 100
Tree = dict[str, Any]


@dataclass(frozen=True)
class Problem:
    """What is wrong and where in the tree, in the user's words; `path` is like `all.1.any.0`."""

    path: str
    message: str

    def __str__(self) -> str:
        return self.message


def _branches(tree: Tree) -> list[Any]:
    found = tree.get("all") or tree.get("any") or []
    return found if isinstance(found, list) else []


def problems(tree: Any, fields: FieldSet, path: str = "", depth: int = 0) -> list[Problem]:
    """Everything wrong with a tree; an empty list means that it compiles. An empty tree asks nothing and is fine."""
    if tree in ({}, None) and not path:
        return []
    found = list(_problems(tree, fields, path, depth))
    if not path and sum(1 for _leaf in leaves(tree)) > LEAVES:
        found.append(Problem("", _("条件超过 %(n)s 个，拆成几个视图") % {"n": LEAVES}))
    return found


def _problems(tree: Any, fields: FieldSet, path: str, depth: int) -> Iterator[Problem]:
    if depth > DEPTH:
        yield Problem(path, _("条件嵌套超过 %(n)s 层") % {"n": DEPTH})
    elif not isinstance(tree, dict):
        yield Problem(path, _("条件的写法不对，应是 field、op、value 或 all、any、not"))
    elif "field" in tree:
        yield from _leaf_problems(tree, fields, path)
    elif "not" in tree and set(tree) == {"not"}:
        yield from _problems(tree["not"], fields, f"{path}.not".strip("."), depth + 1)
    elif set(tree) in ({"all"}, {"any"}) and isinstance(next(iter(tree.values())), list):
        joint = next(iter(tree))
        for index, branch in enumerate(tree[joint]):
            yield from _problems(branch, fields, f"{path}.{joint}.{index}".strip("."), depth + 1)
    else:
        yield Problem(path, _("条件的写法不对，应是 field、op、value 或 all、any、not"))


def _leaf_problems(leaf: Tree, fields: FieldSet, path: str) -> Iterator[Problem]:
    field = fields.get(str(leaf["field"]))
    if field is None:
        yield Problem(path, _("没有「%(code)s」这个字段或指标") % {"code": leaf["field"]})
        return
    operator = OPERATORS.get(str(leaf.get("op")))
    if operator is None or field.kind not in operator.kinds or (operator.relative and not field.relative):
        yield Problem(path, _("「%(label)s」不能用「%(op)s」来比") % {"label": field.label, "op": leaf.get("op")})
        return
    try:
        operator.parse(field, leaf.get("value"))
    except ValueError as error:
        yield Problem(path, str(error))


def leaves(tree: Any) -> Iterator[Tree]:
    """Every leaf, in order."""
    if not isinstance(tree, dict):
        return
    if "field" in tree:
        yield tree
    elif "not" in tree:
        yield from leaves(tree["not"])
    else:
        for branch in _branches(tree):
            yield from leaves(branch)


def fields_in(tree: Tree) -> set[str]:
    """The codes that a tree asks about."""
    return {str(leaf["field"]) for leaf in leaves(tree)}


def to_q(tree: Tree | None, fields: FieldSet) -> Q:
    """As a Django condition. The tree must have no problems; a bad one raises `ValueError`."""
    if not tree:
        return Q()
    if "field" in tree:
        field, operator, value = _parsed(tree, fields)
        return operator.q(field.lookup, value)
    if "not" in tree:
        return ~to_q(tree["not"], fields)
    result = Q()
    for branch in _branches(tree):
        part = to_q(branch, fields)
        result = result | part if "any" in tree else result & part
    return result


def to_sql(tree: Tree | None, fields: FieldSet, columns: Mapping[str, sql.Composable]) -> sql.Composable:
    """As a PostgreSQL boolean that is never NULL (unknown counts as not met), over the given column expressions."""
    if not tree:
        return sql.SQL("TRUE")
    if "field" in tree:
        field, operator, value = _parsed(tree, fields)
        return sql.SQL("COALESCE({}, FALSE)").format(operator.sql(columns[field.code], value))
    if "not" in tree:
        return sql.SQL("(NOT {})").format(to_sql(tree["not"], fields, columns))
    parts = [to_sql(branch, fields, columns) for branch in _branches(tree)]
    if not parts:
        return sql.SQL("TRUE")
    return sql.SQL("({})").format(sql.SQL(" OR " if "any" in tree else " AND ").join(parts))


def _parsed(leaf: Tree, fields: FieldSet) -> tuple[Field, Operator, Any]:
    found = problems({"all": [leaf]}, fields)
    field = fields.get(str(leaf["field"]))
    if found or field is None:
        raise ValueError(found[0].message)
    operator = OPERATORS[str(leaf["op"])]
    return field, operator, operator.parse(field, leaf.get("value"))


def describe(tree: Tree | None, fields: FieldSet) -> str:
    """In words: 「12 个月采购额 ≥ 500000 元，且（等级 属于 A、B 或 应收逾期 > 0）」."""
    if not tree:
        return ""
    if "field" in tree:
        field, operator, value = _parsed(tree, fields)
        return operator.describe(field, value)
    if "not" in tree:
        return _("不符合（%(inner)s）") % {"inner": describe(tree["not"], fields)}
    joint = _("，或") if "any" in tree else _("，且")
    parts = [describe(branch, fields) for branch in _branches(tree)]
    grouped = [
        f"（{part}）" if set(branch) & {"any", "all"} and len(parts) > 1 else part
        for part, branch in zip(parts, _branches(tree), strict=True)
    ]
    return joint.join(grouped)
