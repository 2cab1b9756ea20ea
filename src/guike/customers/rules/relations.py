"""How customers hang together (CUS-15): the kinds, what each side is to the other, which kinds form a tree."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True)
class RelationKind:
    """One row serves both sides: at `lower` one reads `upper_word`, at `upper` one reads `lower_word`; mutual kinds have one word.

    `tree`: no circle. `single`: a customer has at most one of them above it at a time.
    """

    label: str
    upper_word: str
    lower_word: str = ""
    tree: bool = False
    single: bool = False

    @property
    def mutual(self) -> bool:
        return not self.lower_word


RELATION_KINDS: dict[str, RelationKind] = {
    "parent": RelationKind("上下级单位", "上级单位", "下级单位", tree=True, single=True),
    "dealer": RelationKind("供货关系", "供货经销商", "下级分销商", tree=True),
    "referral": RelationKind("转介绍", "介绍人", "介绍来的客户"),
    "control": RelationKind("同一实际控制人", "同一实际控制人"),
    "partner": RelationKind("合作伙伴", "合作伙伴"),
    "competitor": RelationKind("竞争对手", "竞争对手"),
}
TREES = tuple(code for code, kind in RELATION_KINDS.items() if kind.tree)


def sides() -> dict[str, str]:
    """What the other customer can be to this one, as chosen on its page: `parent:upper` → 上级单位, `parent:lower` → 下级单位."""
    found = {}
    for code, kind in RELATION_KINDS.items():
        found[f"{code}:upper"] = kind.upper_word
        if not kind.mutual:
            found[f"{code}:lower"] = kind.lower_word
    return found


def relation_ends(side: str, this: int, other: int) -> tuple[str, int, int]:
    """(kind, upper, lower) of 「the other is … of this one」. `KeyError` for a side that does not exist."""
    code, place = side.split(":")
    kind = RELATION_KINDS[code]
    if place == "upper":
        return code, other, this
    if place != "lower" or kind.mutual:
        raise KeyError(side)
    return code, this, other


def relation_fault(since: date | None, until: date | None, today: date) -> str:
    """`since_later` or `until_later` (after today), `ends_first` (before it began), or "". A relation counts from its first day to its last."""
    if since and since > today:
        return "since_later"
    if until and until > today:
        return "until_later"
    return "ends_first" if since and until and until < since else ""


@dataclass
class TreeNode:
    """A customer of a group as one viewer may see it; `pk` None stands for one out of sight between two that are in sight."""

    pk: int | None
    children: list["TreeNode"] = field(default_factory=list)


def visible_tree(edges: Iterable[tuple[int, int]], seen: Iterable[int], order: Mapping[int, int]) -> list[TreeNode]:
    """The group's trees reduced to what is in sight. `edges` are (upper, lower), `order` sorts siblings.

    A customer out of sight leaves no trace unless it joins two that are in sight: below one of them, or above several. Then its place is
    kept without name. Circles in the edges end where they close.
    """
    below: dict[int, list[int]] = {}
    lowers = set()
    for upper, lower in edges:
        below.setdefault(upper, []).append(lower)
        lowers.add(lower)
    in_sight = set(seen)
    tops = [pk for pk in {*below, *in_sight} if pk not in lowers]
    found = [node for pk in sorted(tops, key=lambda pk: order.get(pk, 0)) if (node := _reduced(pk, below, in_sight, order, set()))]
    return [_without_lone_top(node) for node in found]


def _reduced(pk: int, below: Mapping[int, list[int]], seen: set[int], order: Mapping[int, int], passed: set[int]) -> TreeNode | None:
    if pk in passed:
        return None
    passed.add(pk)
    lowers = sorted(below.get(pk, ()), key=lambda one: (order.get(one, 0), one))
    children = [node for one in lowers if (node := _reduced(one, below, seen, order, passed))]
    if pk in seen:
        return TreeNode(pk, children)
    return TreeNode(None, children) if children else None


def _without_lone_top(node: TreeNode) -> TreeNode:
    """A top out of sight with one branch joins nothing."""
    while node.pk is None and len(node.children) == 1:
        node = node.children[0]
    return node
