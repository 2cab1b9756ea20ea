"""The condition builder: groups of rows, all or any, as a plain form. Adding and removing rows posts the draft and shows it again."""

from dataclasses import dataclass
from dataclasses import field as default
from typing import TYPE_CHECKING, Any, Protocol

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from guike.platform import conditions
from guike.platform.conditions import FieldSet, Kind
from guike.platform.conditions.operators import OPERATORS, for_kind
from guike.platform.ui.lists.columns import Quick
from guike.platform.ui.lists.state import BadState, State

if TYPE_CHECKING:
    from guike.platform.ui.lists.page import ListPage

MOST_GROUPS, MOST_ROWS = 6, 20
LISTED = (Kind.CHOICE, Kind.FLAG, Kind.SEVERAL)


@dataclass
class Row:
    """One line being edited; `values` are texts as typed."""

    field: str = ""
    op: str = ""
    values: list[str] = default(default_factory=list)
    problem: str = ""


@dataclass
class Group:
    """Rows joined by all or any; the first group stands for the whole."""

    joint: str = "all"
    rows: list[Row] = default(default_factory=list)


def draft_of(tree: Any) -> list[Group] | None:
    """The groups of a tree; None for one that the builder cannot draw (not, or deeper than two levels)."""
    if not tree:
        return [Group(rows=[Row()])]
    if "field" in tree:
        return [Group(rows=[_row(tree)])]
    joint = next(iter(tree))
    if joint not in ("all", "any"):
        return None
    first, groups = Group(joint), []
    for branch in tree[joint]:
        if "field" in branch:
            first.rows.append(_row(branch))
        elif (inner := draft_of(branch)) is not None and len(inner) == 1:
            groups.append(inner[0])
        else:
            return None
    return [first, *groups]


def _row(leaf: dict[str, Any]) -> Row:
    value = leaf.get("value")
    values = (
        []
        if value is None
        else [str(v) for v in value]
        if isinstance(value, list)
        else [str(value).lower() if isinstance(value, bool) else str(value)]
    )
    return Row(str(leaf["field"]), str(leaf.get("op", "")), values)


def tree_of(groups: list[Group], fields: FieldSet) -> dict[str, Any]:
    """The tree of a draft; rows without a field are left out, empty groups too."""
    lead, *rest = groups
    branches = [_leaf(row, fields) for row in lead.rows if row.field]
    for group in rest:
        leaves = [_leaf(row, fields) for row in group.rows if row.field]
        branches += [{group.joint: leaves}] if leaves else []
    return {lead.joint: branches} if branches else {}


def _leaf(row: Row, fields: FieldSet) -> dict[str, Any]:
    operator = OPERATORS.get(row.op)
    leaf: dict[str, Any] = {"field": row.field, "op": row.op}
    if operator is None or operator.operands == 0:
        return leaf
    values = [v.strip() for v in row.values if v.strip()]
    known = fields.get(row.field)
    if operator.operands == 2 and row.op != "between" and known and known.kind not in LISTED:
        values = [part for value in values for part in value.replace("，", "、").replace(",", "、").split("、") if part]
    leaf["value"] = values if operator.operands == 2 else (values[0] if values else "")
    return leaf


def read(posted: QueryDict) -> list[Group]:
    """The draft as the form sent it: g0.joint, g0.r1.field, g0.r1.op, g0.r1.value."""
    groups = []
    for g in range(MOST_GROUPS):
        if f"g{g}.joint" not in posted:
            break
        rows = []
        for r in range(MOST_ROWS):
            name = f"g{g}.r{r}."
            if name + "field" in posted:
                rows.append(
                    Row(str(posted[name + "field"]), str(posted.get(name + "op", "")), [str(v) for v in posted.getlist(name + "value")])
                )
        groups.append(Group("any" if posted[f"g{g}.joint"] == "any" else "all", rows))
    return groups or [Group(rows=[Row()])]


def changed(groups: list[Group], step: str) -> None:
    """Carry out what a button asks: row.0 adds to group 0, group adds a group, drop.0.2 removes a row."""
    name, *numbers = step.split(".")
    places = [int(n) for n in numbers if n.isdigit()]
    if name == "group" and len(groups) < MOST_GROUPS:
        groups.append(Group("any", [Row()]))
    elif name == "row" and places and places[0] < len(groups) and len(groups[places[0]].rows) < MOST_ROWS:
        groups[places[0]].rows.append(Row())
    elif name == "drop" and len(places) == 2 and places[0] < len(groups) and places[1] < len(groups[places[0]].rows):
        del groups[places[0]].rows[places[1]]
        groups[1:] = [group for group in groups[1:] if group.rows]


def posted(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """The form was sent: change the draft and show it again, or go to the list with the new conditions."""
    groups, step = read(request.POST), request.POST.get("step", "apply")
    if step != "apply":
        changed(groups, step)
        return _render(page, request, wanted, groups)
    tree = tree_of(groups, page.usable_fields)
    if wrong_rows(groups, page.usable_fields):
        return _render(page, request, wanted, groups, status=422)
    if whole := conditions.problems(tree, page.usable_fields):
        raise BadState(str(whole[0]))
    return redirect(request.path + wanted.url(where=tree))


def _note_problem(row: Row, fields: FieldSet) -> bool:
    found = conditions.problems({"all": [_leaf(row, fields)]}, fields)
    row.problem = str(found[0]) if found else ""
    return bool(found)


def respond(page: "ListPage", request: HttpRequest, wanted: State) -> HttpResponse:
    """?panel=builder: the present conditions to edit."""
    groups = draft_of(dict(wanted.where))
    if groups is None:
        return _render(page, request, wanted, [Group(rows=[Row()])], note=_("现有条件太复杂，这里画不出来；应用后会替换它"))
    return _render(page, request, wanted, groups)


def _render(page: "ListPage", request: HttpRequest, wanted: State, groups: list[Group], note: str = "", status: int = 200) -> HttpResponse:
    context = {
        "page": page,
        "groups": drawn(page, groups),
        "fields": list(page.usable_fields),
        "note": note,
        "action": wanted.url(),
        "room": len(groups) < MOST_GROUPS,
    }
    return render(request, "ui/lists/builder.html", context, status=status)


class Asking(Protocol):
    """What the builder asks of whoever shows it: a list, or a form with conditions in it."""

    @property
    def usable_fields(self) -> FieldSet: ...

    @property
    def usable_quick(self) -> list[Quick]: ...


def drawn(page: Asking, groups: list[Group]) -> list[dict[str, Any]]:
    """The groups as `ui/lists/builder_rows.html` draws them."""
    return [
        {"number": g, "joint": group.joint, "rows": [_drawn(page, f"g{g}.r{r}.", f"{g}.{r}", row) for r, row in enumerate(group.rows)]}
        for g, group in enumerate(groups)
    ]


def wrong_rows(groups: list[Group], fields: FieldSet) -> list[Row]:
    """Rows with a problem; each says it itself from then on."""
    return [row for group in groups for row in group.rows if row.field and _note_problem(row, fields)]


def _drawn(page: Asking, name: str, place: str, row: Row) -> dict[str, Any]:
    """One row's controls: operators of the field's kind, and the right input for its value."""
    known = page.usable_fields.get(row.field)
    operators = for_kind(known.kind, relative=known.relative) if known else []
    operator = next((o for o in operators if o.code == row.op), operators[0] if operators else None)
    control = "none"
    if known and operator and operator.operands:
        control = "list" if known.kind in LISTED else "day" if known.kind is Kind.DATE and not operator.relative else "text"
        control = control if operator.code != "between" else f"{control} pair"
    options = {"true": _("是"), "false": _("否")} if known and known.kind is Kind.FLAG else known.options() if known else {}
    quick = next((q for q in page.usable_quick if q.code == row.field and q.picker), None)
    return {
        "name": name,
        "place": place,
        "row": row,
        "operators": operators,
        "op": operator.code if operator else "",
        "control": control,
        "several": bool(operator and operator.operands == 2),
        "options": list(options.items()),
        "unit": _("天") if operator and operator.relative else known.unit if known else "",
        "first": row.values[0] if row.values else "",
        "second": row.values[1] if len(row.values) > 1 else "",
        "joined": "、".join(row.values),
        "picker": quick.picker if quick else "",
    }
