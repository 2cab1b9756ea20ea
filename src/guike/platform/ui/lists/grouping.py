"""A list in groups: each with its count and sums, folded until it is opened; the open ones stand in the address."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Count, QuerySet, Sum
from django.utils.translation import gettext as _

from guike.platform.ui.lists import cells
from guike.platform.ui.lists.columns import Column, Group
from guike.platform.ui.lists.state import State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

MOST_GROUPS = 100
#: More groups open at once would ask the database more often than a page may.
MOST_OPEN = 4
EMPTY = "-"


def grouped(page: "ListPage", wanted: State, rows: QuerySet, columns: Sequence[Column], draw: Callable[[Any], str]) -> list[dict[str, Any]]:
    """The groups of a state, largest first, with heads drawn and the first rows of those that are open. One query, and one for each open group."""
    group = page.usable_groups[wanted.group]
    summed = [c for c in columns if c.total and not page.veil.veiled(c)]
    names = [group.path, *([group.named] if group.named else [])]
    found = rows.order_by().values(*names).annotate(rows=Count("pk"), **{f"sum_{c.code}": Sum(c.source) for c in summed})
    opened, words = wanted.open[-MOST_OPEN:], group.labels() if group.labels else {}
    return [
        _group(page, wanted, rows, columns, draw, group, line, opened, words) for line in found.order_by("-rows", group.path)[:MOST_GROUPS]
    ]


def _group(
    page: "ListPage",
    wanted: State,
    rows: QuerySet,
    columns: Sequence[Column],
    draw: Callable[[Any], str],
    group: Group,
    line: dict[str, Any],
    opened: Sequence[str],
    words: Mapping[Any, Any],
) -> dict[str, Any]:
    value = line[group.path]
    key = EMPTY if value in (None, "") else str(value)
    is_open = key in opened
    turned = tuple(code for code in opened if code != key) if is_open else (*opened, key)[-MOST_OPEN:]
    drawn = page.page(rows.filter(**_same(group, value)), wanted).rows if is_open else []
    return {
        "key": key,
        "label": _label(group, line, value, words),
        "count": line["rows"],
        "cells": [_cell(c, line) for c in columns[1:]],
        "open": is_open,
        "href": wanted.url(open=turned),
        "rows": [draw(row) for row in drawn],
        "more_href": _narrowed(page, wanted, group, value) if is_open and line["rows"] > len(drawn) else "",
    }


def _same(group: Group, value: Any) -> dict[str, Any]:
    return {f"{group.path}__isnull": True} if value is None else {group.path: value}


def _label(group: Group, line: dict[str, Any], value: Any, words: Mapping[Any, Any]) -> str:
    if value in (None, ""):
        return _("未填")
    return str(line[group.named] if group.named else words.get(value, value))


def _cell(column: Column, line: dict[str, Any]) -> dict[str, Any]:
    amount = line.get(f"sum_{column.code}")
    return {
        "numeric": column.numeric,
        "text": cells.TEXTS[column.kind](amount, column) if amount is not None and column.kind in cells.TEXTS else "",
    }


def _narrowed(page: "ListPage", wanted: State, group: Group, value: Any) -> str:
    """The same list with this group alone; "" where no condition says so."""
    code = group.field or group.code
    field = page.usable_fields.get(code)
    if field is None or value in (None, ""):
        return ""
    leaf = {"field": code, "op": "eq", "value": str(value)}
    where = {"all": [leaf, *([dict(wanted.where)] if wanted.where else [])]}
    return wanted.url(where=where, group="", open=())
