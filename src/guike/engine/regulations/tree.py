"""Changing a draft's tree: one clause put in, changed, moved, taken out. Pure; the result is written as the whole text."""

import copy
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

Tree = dict[str, Any]


def chapters_of(tree: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The chapters that are mappings; whatever else stands there was refused when the text was saved."""
    found = tree.get("chapters")
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def clauses_of(chapter: Mapping[str, Any]) -> list[dict[str, Any]]:
    found = chapter.get("clauses")
    return found if isinstance(found, list) else []


def _places(tree: Tree) -> Iterator[tuple[list, int]]:
    for chapter in chapters_of(tree):
        clauses = clauses_of(chapter)
        for place in range(len(clauses)):
            yield clauses, place


def find(tree: Mapping[str, Any], key: str) -> tuple[int, dict[str, Any]] | None:
    """The chapter's place (from 0) and the clause; None where no clause has this key."""
    for place, chapter in enumerate(chapters_of(tree)):
        for clause in clauses_of(chapter):
            if clause.get("key") == key:
                return place, clause
    return None


def free_key(tree: Mapping[str, Any]) -> str:
    """clause-7: the first that nobody has."""
    taken = {clause.get("key") for chapter in chapters_of(tree) for clause in clauses_of(chapter)}
    number = len(taken) + 1
    while f"clause-{number}" in taken:
        number += 1
    return f"clause-{number}"


def put(tree: Mapping[str, Any], key: str, chapter: str, title: str, text: str, carried_by: Sequence[str]) -> Tree:
    """Change the clause of this key, or add it at the end of its chapter. A chapter that is not there is added before the last one (附则)."""
    made = copy.deepcopy(dict(tree))
    said = {"key": key, "title": title, "text": text.strip() + "\n", "carried_by": list(carried_by)}
    standing = find(made, key)
    if standing and chapters_of(made)[standing[0]].get("title") == chapter:
        standing[1].update(said)
        return made
    if standing:
        made = without(made, key, keep_chapter=True)
    _append(made, chapter, said)
    return _tidy(made)


def _append(tree: Tree, chapter: str, clause: dict[str, Any]) -> None:
    found = next((one for one in chapters_of(tree) if one.get("title") == chapter), None)
    if found is None:
        found = {"title": chapter, "clauses": []}
        standing = tree.setdefault("chapters", [])
        standing.insert(max(0, len(standing) - 1) if len(standing) > 1 else len(standing), found)
    found.setdefault("clauses", []).append(clause)


def without(tree: Mapping[str, Any], key: str, *, keep_chapter: bool = False) -> Tree:
    """Without the clause; a chapter that becomes empty goes too."""
    made = copy.deepcopy(dict(tree))
    for chapter in chapters_of(made):
        chapter["clauses"] = [clause for clause in clauses_of(chapter) if clause.get("key") != key]
    return made if keep_chapter else _tidy(made)


def _tidy(tree: Tree) -> Tree:
    tree["chapters"] = [chapter for chapter in chapters_of(tree) if clauses_of(chapter)]
    return tree


def moved(tree: Mapping[str, Any], key: str, step: int) -> Tree:
    """One place up (−1) or down (1), over the edge of a chapter into the next one."""
    made = copy.deepcopy(dict(tree))
    places = list(_places(made))
    here = next((n for n, (clauses, place) in enumerate(places) if clauses[place].get("key") == key), None)
    if here is None or not 0 <= here + step < len(places):
        return made
    (clauses, place), (others, other) = places[here], places[here + step]
    if clauses is others:
        clauses[place], others[other] = others[other], clauses[place]
    else:
        others.insert(len(others) if step < 0 else 0, clauses.pop(place))
    return _tidy(made)
