"""A policy's tree as a form: which places may be typed into, and how what was posted becomes a tree again (POL-01).

Places are named by path, `characteristics.0.bands.2.from`. Only places that the kind offers are read; everything else that is posted
is ignored, so a form cannot smuggle keys into a policy.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any

from guike.engine.policies.reader import as_number

Tree = dict[str, Any]
TEXT, NUMBER, WORDS, NUMBERS, VALUE = "text", "number", "words", "numbers", "value"
LEAF = r"(?:\.(?:all|any)\.\d+)*(?:\.not)?(?:\.(?:all|any)\.\d+)*"
#: Path → how its text is read. One line a place that somebody may type into.
PLACES: list[tuple[str, str]] = [
    (r"title", TEXT),
    (r"mode|cycle|follows|hit|when_full|from_table|item", TEXT),
    (r"clause\.(title|number|text)", TEXT),
    (r"outcomes\.\d+\.(code|label|strategy|note)", TEXT),
    (r"outcomes\.\d+\.from", NUMBER),
    (r"characteristics\.\d+\.metric", TEXT),
    (r"characteristics\.\d+\.(weight|missing)", NUMBER),
    (r"characteristics\.\d+\.bands\.\d+\.(from|to|points)", NUMBER),
    (r"characteristics\.\d+\.bands\.\d+\.values", WORDS),
    (r"(rows|levels|caps)\.\d+\.when" + LEAF + r"\.(field|op)", TEXT),
    (r"(rows|levels|caps)\.\d+\.when" + LEAF + r"\.value", VALUE),
    (r"rows\.\d+\.(then|reason)", TEXT),
    (r"levels\.\d+\.(code|label|reason|due)", TEXT),
    (r"levels\.\d+\.days", NUMBER),
    (r"levels\.\d+\.notify", WORDS),
    (r"paces\.\d+\.(outcome|title|phrase)", TEXT),
    (r"paces\.\d+\.days", NUMBER),
    (r"paces\.\d+\.(channels|recommended)", WORDS),
    (r"paces\.\d+\.escalate_after", NUMBERS),
    (r"person_cap_per_week", NUMBER),
    (r"release", WORDS),
    (r"caps\.\d+\.cap", NUMBER),
    (r"caps\.\d+\.(label|outcome)", TEXT),
    (r"document", TEXT),
    (r"routes\.\d+\.when" + LEAF + r"\.(field|op)", TEXT),
    (r"routes\.\d+\.when" + LEAF + r"\.value", VALUE),
    (r"routes\.\d+\.(code|label|reason)", TEXT),
    (r"routes\.\d+\.steps\.\d+\.(who|post|function|person|sign|label)", TEXT),
    (r"routes\.\d+\.steps\.\d+\.(role|copy)", WORDS),
    (r"routes\.\d+\.steps\.\d+\.(level|days|remind)", NUMBER),
    (r"routes\.\d+\.steps\.\d+\.together", VALUE),
    (r"routes\.\d+\.steps\.\d+\.escalate_after", NUMBERS),
    (r"terms\.\d+\.outcome", TEXT),
    (r"terms\.\d+\.(no_contact|no_deal)", NUMBER),
    (r"warn_days|cooldown_days", NUMBER),
    (r"grants\.\d+\.(outcome|price_list)", TEXT),
    (r"grants\.\d+\.(contact|visit|holding|deal|protection|credit)_days", NUMBER),
    (r"grants\.\d+\.(customers_cap|credit_limit|response_hours|care_budget)", NUMBER),
    (r"grants\.\d+\.approver", WORDS),
]
COMPILED = [(re.compile(pattern), how) for pattern, how in PLACES]
#: What 「加一项」 adds to a list of that name.
FRESH: dict[str, Any] = {
    "characteristics": {"metric": "", "weight": 0, "bands": [{"from": 0, "points": 100}, {"to": 0, "points": 0}]},
    "bands": {"points": 0},
    "outcomes": {"code": "", "label": ""},
    "rows": {"when": {"field": "", "op": "gte", "value": ""}, "then": ""},
    "levels": {"code": "", "label": "", "when": {"field": "", "op": "gt", "value": ""}},
    "paces": {"outcome": "", "days": 30},
    "caps": {"cap": 0},
    "routes": {"code": "", "label": "", "when": {"field": "", "op": "gte", "value": ""}, "steps": [{"who": "superior", "level": 1}]},
    "steps": {"who": "superior", "level": 1},
    "terms": {"outcome": "", "no_contact": 90},
    "grants": {"outcome": "", "contact_days": 30},
    "all": {"field": "", "op": "gte", "value": ""},
    "any": {"field": "", "op": "gte", "value": ""},
}
LIMIT = 60


def reading(path: str) -> str | None:
    """How the text of a place is read; None where nobody may type."""
    return next((how for pattern, how in COMPILED if pattern.fullmatch(path)), None)


def typed(how: str, text: str) -> Any:
    """What was typed as the tree keeps it; text that is no number stays text, so that the check can quote it. Empty → None."""
    text = text.strip()
    if text == "":
        return None
    if how == WORDS:
        return [_scalar(part) for part in re.split(r"[、,，\s]+", text) if part]
    if how == NUMBERS:
        return [_number(part) for part in re.split(r"[、,，\s]+", text) if part]
    if how == NUMBER:
        return _number(text)
    if how == TEXT:
        return text.replace("\r\n", "\n")
    if how == VALUE:
        parts = [part for part in re.split(r"[、，]", text) if part]
        return [_scalar(part) for part in parts] if len(parts) > 1 else _scalar(text)
    return text


def _number(text: str) -> Any:
    number = as_number(text)
    if number is None:
        return text
    return int(number) if number == int(number) else float(number)


def _scalar(text: str) -> Any:
    words = {"是": True, "否": False, "true": True, "false": False}
    return words[text] if text in words else _number(text)


def shown(value: Any) -> str:
    """A place's value as its input shows it; reading it gives the same value again."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, list):
        return "、".join(shown(one) for one in value)
    return str(value)


def at(tree: Any, path: str) -> Any:
    """The value at a path; None where there is none."""
    for part in path.split(".") if path else []:
        if isinstance(tree, list):
            tree = tree[int(part)] if part.isdigit() and int(part) < len(tree) else None
        else:
            tree = tree.get(part) if isinstance(tree, Mapping) else None
    return tree


def apply(tree: Mapping[str, Any], posted: Mapping[str, str]) -> Tree:
    """A copy of the tree with what was posted at its places. Places that the tree has no parent for are ignored."""
    result: Tree = copy.deepcopy(dict(tree))
    for path, text in posted.items():
        how = reading(path)
        if how is not None:
            _put(result, path, typed(how, text), how)
    return result


def _put(tree: Tree, path: str, value: Any, how: str) -> None:
    above, _dot, key = path.rpartition(".")
    if above == "clause" and not isinstance(tree.get("clause"), dict):
        tree["clause"] = {}
    parent = at(tree, above)
    if not isinstance(parent, dict):
        return
    if value is None:
        if how == VALUE and key in parent:
            parent[key] = ""
        else:
            parent.pop(key, None)
    elif _says_the_same(parent.get(key), value, how):
        return
    elif how == VALUE and isinstance(parent.get(key), list) and not isinstance(value, list):
        parent[key] = [value]
    else:
        parent[key] = value


def _says_the_same(present: Any, value: Any, how: str) -> bool:
    """A form drops the line break at a text's end and shows one word like a list of one: neither is a change."""
    if how == WORDS:
        return isinstance(present, str) and value == [present]
    return how == TEXT and isinstance(present, str) and present.replace("\r\n", "\n").strip() == str(value).replace("\r\n", "\n")


def operate(tree: Mapping[str, Any], operation: str) -> Tree:
    """Carry out 「add:PATH」 (a list), 「remove:PATH」, 「up:PATH」 or 「condition:PATH」 (an item); anything else changes nothing."""
    result: Tree = copy.deepcopy(dict(tree))
    verb, _colon, path = operation.partition(":")
    if verb == "add":
        _add(result, path)
    elif verb in ("remove", "up"):
        _move(result, path, verb)
    elif verb == "condition":
        _widen(result, path)
    return result


def _add(tree: Tree, path: str) -> None:
    name = path.rpartition(".")[2]
    found = at(tree, path)
    if found is None and path in ("characteristics", "outcomes", "rows", "levels", "paces", "caps", "routes", "terms", "grants"):
        found = tree[path] = []
    if name in FRESH and isinstance(found, list) and len(found) < LIMIT:
        place = len(found) - 1 if name in ("rows", "routes") and found and not found[-1].get("when") else len(found)
        found.insert(place, copy.deepcopy(FRESH[name]))


def _move(tree: Tree, path: str, verb: str) -> None:
    above, _dot, key = path.rpartition(".")
    found = at(tree, above)
    if not isinstance(found, list) or not key.isdigit() or int(key) >= len(found):
        return
    place = int(key)
    if verb == "remove":
        del found[place]
    elif place:
        found[place - 1], found[place] = found[place], found[place - 1]


def _widen(tree: Tree, path: str) -> None:
    """One condition becomes 「all of」 two, so that another can be added beside it."""
    item = at(tree, path)
    if isinstance(item, dict) and "when" in FRESH.get(path.split(".")[0], {"when": 1}):
        present = item.get("when")
        fresh = copy.deepcopy(FRESH["all"])
        if not present:
            item["when"] = fresh
        elif "field" in present or "not" in present:
            item["when"] = {"all": [present, fresh]}
        else:
            (present.get("all") or present.get("any") or []).append(fresh)
