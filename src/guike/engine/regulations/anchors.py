"""Numbers in a clause are the policy's own: `{customer-grade.A}` is read from the version in force, so that both cannot drift apart (POL-09).

After the policy's code comes a path into its text. Items of a list are named by their code, outcome, metric, `then` or label, or by
their place from 1: `{contact-cadence.paces.A.days}`. A form after `|`: `wan` (1000000 → 100 万元), `every` (7 → 每周).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from guike.engine.metrics.declare import ValueKind
from guike.engine.metrics.show import amount, figure
from guike.engine.policies.others import every

ANCHOR = re.compile(r"\{([a-z0-9][a-z0-9_-]*)\.([^{}|]+?)(?:\|([a-z]+))?\}")
NAMING = ("code", "outcome", "metric", "then", "label")
#: What `{policy.A}` means, by kind: the path in front of the outcome and behind it.
SHORT = {
    "scorecard": ("outcomes", "from"),
    "cadence": ("paces", "days"),
    "alert": ("levels", "days"),
    "decision_table": ("rows", "when.value"),
    "quota": ("caps", "cap"),
}
FORMS = ("wan", "every")


@dataclass(frozen=True)
class Anchor:
    """One placeholder of a text: the policy, the path into it, the form."""

    written: str
    policy: str
    path: str
    form: str


def anchors(text: str) -> Iterator[Anchor]:
    """Every placeholder of a text, in order."""
    for found in ANCHOR.finditer(text):
        yield Anchor(found.group(0), found.group(1), found.group(2), found.group(3) or "")


def value_at(tree: Mapping[str, Any], path: str) -> str | int | float | list | None:
    """What stands at a path of a policy's text; None where nothing does."""
    parts = path.split(".")
    found = _walk(tree, parts)
    if found is None and len(parts) == 1 and tree.get("kind") in SHORT:
        before, behind = SHORT[tree["kind"]]
        found = _walk(tree, [before, parts[0], *behind.split(".")])
    return found if isinstance(found, str | int | float | list) and not isinstance(found, bool) else None


def _walk(node: Any, parts: list[str]) -> Any:
    """Names of items may hold one dot themselves (metric codes): the longer name is tried first."""
    if not parts or node is None:
        return node
    if isinstance(node, Mapping):
        return _walk(node.get(parts[0]), parts[1:])
    if not isinstance(node, list):
        return None
    double = _item(node, ".".join(parts[:2])) if len(parts) > 1 else None
    return _walk(double, parts[2:]) if double is not None else _walk(_item(node, parts[0]), parts[1:])


def _item(items: list, name: str) -> Any:
    for key in NAMING:
        found = next((one for one in items if isinstance(one, Mapping) and str(one.get(key, "")) == name), None)
        if found is not None:
            return found
    return items[int(name) - 1] if name.isdigit() and 0 < int(name) <= len(items) else None


#: Where a policy leaves numbers to its table: list → its place, the table's item.
TABLED = {"paces": {"days": "contact_days"}, "terms": {"no_contact": "holding_days", "no_deal": "deal_days"}, "caps": {"cap": "customers_cap"}}


def tabled(trees: Mapping[str, Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    """The texts with the numbers that they take from a table of entitlements, so that a document may quote them where they work (POL-10)."""
    return {code: _numbered(tree, trees.get(str(tree.get("from_table") or ""), {})) for code, tree in trees.items()}


def _numbered(tree: Mapping[str, Any], table: Mapping[str, Any]) -> Mapping[str, Any]:
    grants = {str(one.get("outcome")): one for one in table.get("grants") or () if isinstance(one, Mapping)}
    lists = {name: places for name, places in TABLED.items() if isinstance(tree.get(name), list)} if grants else {}
    return {**tree, **{name: [_taken(one, places, grants, tree.get("item")) for one in tree[name]] for name, places in lists.items()}}


def _taken(one: Any, places: Mapping[str, str], grants: Mapping[str, Mapping[str, Any]], item: Any) -> Any:
    """One pace, term or cap; one that has a number of its own keeps it."""
    if not isinstance(one, Mapping) or any(one.get(place) is not None for place in places):
        return one
    given = grants.get(str(one.get("outcome")), {})
    found = {place: given.get(item if item and place == "days" else code) for place, code in places.items()}
    return {**one, **{place: value for place, value in found.items() if value is not None}}


def in_words(value: Any, form: str = "") -> str:
    """1000000 as `wan` → 100 万元; 7 as `every` → 每周; [3, 7] → 3、7."""
    if isinstance(value, list):
        return "、".join(in_words(one, form) for one in value)
    if isinstance(value, str):
        return value
    if form == "wan":
        return amount(value, ValueKind.MONEY)
    return every(int(value)) if form == "every" else figure(Decimal(str(value)))


def filled(text: str, trees: Mapping[str, Mapping[str, Any]]) -> str:
    """The text as read; a placeholder that leads nowhere stays as it is written, so that it is seen."""

    def put(found: re.Match) -> str:
        tree = trees.get(found.group(1))
        value = value_at(tree, found.group(2)) if tree else None
        return found.group(0) if value is None else in_words(value, found.group(3) or "")

    return ANCHOR.sub(put, text)


def unknown(text: str, trees: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Placeholders whose policy is not there, whose path leads nowhere, or whose form is none."""
    return [
        one.written
        for one in anchors(text)
        if one.policy not in trees or value_at(trees[one.policy], one.path) is None or (one.form and one.form not in FORMS)
    ]


def available(trees: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, str, str]]:
    """What an author may quote in short: (title of the policy, placeholder, value in words)."""
    for code, tree in trees.items():
        section = SHORT.get(str(tree.get("kind")), ("", ""))[0]
        for item in tree.get(section) or ():
            name = next((str(item[key]) for key in NAMING if isinstance(item, Mapping) and item.get(key)), "")
            value = value_at(tree, name) if name and "." not in name else None
            if value is not None and not isinstance(value, str):
                large = isinstance(value, int | float) and abs(value) >= 10_000
                yield str(tree.get("title", code)), f"{{{code}.{name}{'|wan' if large else ''}}}", in_words(value, "wan" if large else "")
