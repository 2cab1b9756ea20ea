"""What the list's template needs: tabs, chips, head, rows, totals, pager."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpRequest
from django.utils.translation import gettext as _

from guike.platform import conditions
from guike.platform.ui import parts, pickers
from guike.platform.ui.lists import grouping, keyset, totals
from guike.platform.ui.lists.columns import Action, Column, Phone, Quick
from guike.platform.ui.lists.rows import Drawing
from guike.platform.ui.lists.state import PREFIX, State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

TABS = 6


def list_context(page: "ListPage", request: HttpRequest, wanted: State, actions: Sequence[Action]) -> dict[str, Any]:
    """Everything of one list page. Queries: saved views, rows (two where NULLs begin), one for count and sums."""
    every = {c.code: c for c in page.usable_columns}
    columns = [every[code] for code in wanted.columns]
    rows = page.filtered(wanted)
    counted, found = totals.look(page, wanted, rows, columns)
    phone = page.phone or Phone(title=columns[0].code)
    drawing = Drawing(columns, page.usable_columns, page.veil, phone, selectable=page.selectable)
    listed = quote(wanted.url(after=wanted.after, before=wanted.before)[1:])

    def draw(row: Any) -> str:
        return drawing.row(row, _with_list(page.row_url(row), listed))

    groups = grouping.grouped(page, wanted, rows, columns, draw) if wanted.group and counted.rows <= counted.most else []
    return {
        "page": page,
        "state": wanted,
        "actions": actions,
        **_tools(page, wanted, counted),
        "head": [_head(page, c, wanted) for c in columns],
        "rows": [] if groups else [draw(row) for row in found.rows],
        "groups": groups,
        "group_count": len(groups),
        "count": counted.rows,
        **totals.drawn(page, columns, counted),
        "pager": _pager(page, wanted, found, page.order(rows, wanted.sort)) if not groups else {},
        "first": found.before + 1,
        "last": found.before + len(found.rows),
        "selectable": page.selectable,
        "unit": str(page.unit),
        "bulk": [{"code": action.code, "icon": action.icon, "label": str(action.label)} for action in page.usable_bulk],
        "bulk_sums": _sums_shown(columns),
        "counts_url": wanted.url() + "&counts=1",
        "cell_url": page.cell_url(),
    }


def _tools(page: "ListPage", wanted: State, counted: totals.Totals) -> dict[str, Any]:
    """What stands above the rows: views, filters, search box, grouping, and the ways to what else can be done with the view."""
    return {
        "tabs": _tabs(page, wanted),
        "chips": _chips(page, wanted),
        "conditions": _conditions(page, wanted),
        "group_choices": _group_choices(page, wanted),
        "group_problem": _("超过 %(cap)s，加条件缩小范围后再分组") % {"cap": totals.Totals(counted.most, counted.most).text(page.unit)}
        if wanted.group and counted.rows > counted.most
        else "",
        "grouped": bool(wanted.group),
        "sorted_by": _sorted_by(page, wanted),
        "left_out": "、".join(page.left_out(wanted)),
        "filtered": bool(wanted.q or page.tree(wanted)),
        "nothing_found": page.nothing_found(wanted.q),
        "any_of": bool(wanted.where.get("any")),
        "buildable": bool(page.usable_fields),
        "sought": wanted.q,
        "search_hint": str(page.search_hint or _("在本视图中查找")) if page.searchable else "",
        "clear_url": wanted.url(q="", where={}, quick=dict.fromkeys(wanted.quick, ())),
        "changed": wanted.kept() != (wanted.base or wanted).kept(),
        "saved_pk": wanted.view[1:] if page.view_at(wanted.view) is None else "",
        "pairs": [pair for pair in wanted.pairs() if pair[0] not in ("q", "after", "before")],
        "panel": {name: wanted.url() + f"&panel={name}" for name in ("columns", "builder", "save", "views")},
        "export_url": wanted.url() + "&export=xlsx" if page.may_export else "",
    }


def _sums_shown(columns: Sequence[Column]) -> str:
    """Which columns the bar below sums over the ticked rows, for the script."""
    summed = [{"code": c.code, "label": c.label, "kind": c.kind} for c in columns if c.total]
    return json.dumps(summed, cls=DjangoJSONEncoder, ensure_ascii=False)


def _group_choices(page: "ListPage", wanted: State) -> list[dict[str, Any]]:
    choices = [{"label": _("不分组"), "href": wanted.url(group="", open=()), "active": not wanted.group}] if page.usable_groups else []
    return choices + [
        {"label": g.label, "href": wanted.url(group=g.code, open=()), "active": g.code == wanted.group} for g in page.usable_groups.values()
    ]


def _with_list(url: str, listed: str) -> str:
    """Let the record know which list it was opened from, for previous and next."""
    return f"{url}?in={listed}" if url and "?" not in url else url


def _tabs(page: "ListPage", wanted: State) -> dict[str, Any]:
    views = [{**view, "href": "?view=" + view["code"], "active": view["code"] == wanted.view} for view in page.all_views]
    shown = views[:TABS]
    rest = views[TABS:]
    for view in [v for v in rest if v["active"]]:
        shown.append(view)
        rest.remove(view)
    return {"shown": shown, "rest": rest}


def _head(page: "ListPage", column: Column, wanted: State) -> dict[str, Any]:
    """A column's head: where a click sorts next, and how it is sorted now."""
    code = wanted.sort.lstrip("-")
    active = column.code == code and bool(column.sort)
    down = active and wanted.sort.startswith("-")
    sortable = bool(column.sort) and not page.veil.veiled(column)
    first = "-" if column.numeric else ""
    following = (column.code if down else f"-{column.code}") if active else first + column.code
    return {
        "code": column.code,
        "label": str(column.label),
        "numeric": column.numeric,
        "edit": column.edit,
        "href": wanted.url(sort=following) if sortable else "",
        "aria": ("descending" if down else "ascending") if active else "none",
        "icon": ("arrow-narrow-down" if down else "arrow-narrow-up") if active else "",
    }


def _chips(page: "ListPage", wanted: State) -> list[str]:
    """The quick filters, each with its menu."""
    pairs = replace(wanted, after="", before="").pairs()
    return [parts.drawn("ui/lists/chip.html", _quick(page, quick, wanted, pairs)) for quick in page.usable_quick]


def _quick(page: "ListPage", quick: Quick, wanted: State, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    field = page.usable_fields.get(quick.code)
    chosen = wanted.quick.get(quick.code, ())
    label = str(quick.label or (field.label if field else quick.code))
    told = {"code": quick.code, "name": PREFIX + quick.code, "label": label, "picker": quick.picker}
    if chosen:
        words = _words(page, quick, chosen)
        values = "、".join(words.get(value, value) for value in chosen)
        text = _("%(label)s：%(values)s") % {"label": label, "values": values}
        return {**told, "chosen": chosen, "text": text, "clear": wanted.quick_url(quick.code, ())}
    options = [] if quick.picker else list(_options(page, quick))
    return {**told, "options": options, "others": [pair for pair in pairs if pair[0] != PREFIX + quick.code]}


def _words(page: "ListPage", quick: Quick, chosen: Sequence[str]) -> dict[str, str]:
    """Value → label of what is chosen, as far as the viewer may see it."""
    if quick.picker:
        return {str(choice.value): choice.label for choice in pickers.chosen(page.viewer, quick.picker, chosen)}
    return dict(_options(page, quick))


def _options(page: "ListPage", quick: Quick) -> Iterable[tuple[str, str]]:
    field = page.usable_fields.get(quick.code)
    return quick.options(page.viewer) or (field.options() if field else {}).items()


def _conditions(page: "ListPage", wanted: State) -> list[str]:
    """The builder's conditions in words, one per part."""
    tree = dict(wanted.where)
    leaves = tree.get("all") or [tree] if tree else []
    return [conditions.describe(leaf, page.usable_fields) for leaf in leaves]


def _sorted_by(page: "ListPage", wanted: State) -> str:
    column = next((c for c in page.usable_columns if c.code == wanted.sort.lstrip("-")), None)
    if column is None:
        return ""
    if column.numeric:
        words = _("按%(label)s从高到低") if wanted.sort.startswith("-") else _("按%(label)s从低到高")
    else:
        words = _("按%(label)s倒序") if wanted.sort.startswith("-") else _("按%(label)s排序")
    label = str(column.label)
    return words % {"label": f" {label}" if label[:1].isascii() else label}


def _pager(page: "ListPage", wanted: State, found: keyset.Page, order: keyset.Order) -> dict[str, str]:
    """Addresses of the neighbouring pages, by the values of the rows at the edges."""
    links = {"first": "", "previous": "", "next": ""}
    if not found.rows:
        return links
    top, bottom = found.rows[0], found.rows[-1]
    if found.has_previous:
        links["first"] = wanted.url(after="", before="")
        mark = keyset.Cursor(keyset.sort_value(top, order.path), top.pk, found.before)
        links["previous"] = wanted.url(before=mark.token(), after="")
    if found.has_next:
        mark = keyset.Cursor(keyset.sort_value(bottom, order.path), bottom.pk, found.before + len(found.rows) - 1)
        links["next"] = wanted.url(after=mark.token(), before="")
    return links
