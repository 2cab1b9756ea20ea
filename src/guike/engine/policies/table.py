"""Decision tables (判定表) and alerts (预警): ordered rows of conditions → outcome (POL-02; hit policies as in DMN)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.policies.catalogue import OUTCOME, Catalogue
from guike.engine.policies.content import Outcome, Response, Row
from guike.engine.policies.match import comparable
from guike.engine.policies.reader import Reader
from guike.platform import conditions
from guike.platform.conditions.tree import leaves

Tree = Mapping[str, Any]


def read_rows(
    reader: Reader, catalogue: Catalogue, subject: str, outcomes: Sequence[Outcome], *, hit: str, key: str = "rows"
) -> tuple[Row, ...]:
    """The rows, each checked; with `first` the last row catches the rest and no row may be out of reach."""
    codes = [outcome.code for outcome in outcomes]
    items = reader.children(key, required=True)
    rows = []
    for item in items:
        when = read_condition(item, "when", catalogue, subject)
        rows.append(Row(when, item.choice("then", codes, required=True), item.text("reason", limit=200)))
        item.done()
    if hit == "first":
        unreachable(items, rows)
        if rows and rows[-1].when:
            items[-1].problem(_("最后一行不写 when，接住其余所有情况；都不符合时没有结果的话，加一行“未定”"))
    _check_used(reader, outcomes, rows)
    return tuple(rows)


def read_levels(reader: Reader, catalogue: Catalogue, subject: str) -> tuple[tuple[Outcome, ...], tuple[Row, ...], tuple[Response, ...]]:
    """The levels of an alert, gravest first; who meets none has no alert."""
    outcomes, rows, responses = [], [], []
    items = reader.children("levels", required=True)
    for place, item in enumerate(items):
        code = item.text("code", required=True, limit=40)
        outcomes.append(Outcome(code, item.text("label", default=code, limit=40), place, item.text("strategy", limit=1000)))
        when = read_condition(item, "when", catalogue, subject)
        if not when:
            item.problem(_("预警级别「%(code)s」缺少条件 when") % {"code": code}, "when")
        rows.append(Row(when, code, item.text("reason", limit=200)))
        responses.append(Response(code, item.texts("notify", NOTIFIED), item.text("due"), item.whole("days", low=0, high=366)))
        item.done()
    unreachable(items, rows)
    return tuple(outcomes), tuple(rows), tuple(responses)


#: Whom an alert may tell: the owner, the owner's supervisor, or everybody of a role.
NOTIFIED = ("owner", "supervisor", "sales_manager", "marketing", "service", "finance", "executive", "administrator")


def read_condition(item: Reader, key: str, catalogue: Catalogue, subject: str) -> Tree | None:
    """A condition over metrics and outcomes of other policies, or None where everything is meant."""
    tree = item.raw(key)
    if tree in (None, {}):
        return None
    known = catalogue.fields(conditions.fields_in(tree)) if isinstance(tree, dict) else catalogue.fields(set())
    for problem in conditions.problems(tree, known):
        code = _field_at(tree, problem.path)
        hint = catalogue.suggestion(code) if code and known.get(code) is None else ""
        item.problem(problem.message + hint, f"{key}.{problem.path}".strip("."))
    for code in conditions.fields_in(tree) if isinstance(tree, dict) else ():
        _check_subject(item, key, catalogue, subject, code)
    return tree if isinstance(tree, dict) else None


def _check_subject(item: Reader, key: str, catalogue: Catalogue, subject: str, code: str) -> None:
    face = catalogue.policies.get(code.removeprefix(OUTCOME)) if code.startswith(OUTCOME) else None
    metric = catalogue.metric(code)
    found = face.subject_kind if face else metric.subject if metric else subject
    if found not in (subject, ""):
        item.problem(_("%(code)s 不是这类对象的指标") % {"code": code}, key)


def _field_at(tree: Any, path: str) -> str:
    for part in path.split(".") if path else []:
        tree = tree[int(part)] if isinstance(tree, list) else tree.get(part)
    return str(tree.get("field", "")) if isinstance(tree, dict) else ""


def _check_used(reader: Reader, outcomes: Sequence[Outcome], rows: Sequence[Row]) -> None:
    used = {row.then for row in rows}
    for place, outcome in enumerate(outcomes):
        if outcome.code not in used:
            reader.problem(_("没有一行给出「%(label)s」") % {"label": outcome.label}, f"outcomes.{place}", fatal=False)


# --- rows that can never be reached ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Range:
    """Numbers from low to high; the flags say whether the ends belong."""

    low: Decimal | None = None
    low_in: bool = True
    high: Decimal | None = None
    high_in: bool = True

    def inside(self, other: "Range") -> bool:
        below = other.low is None or (self.low is not None and (self.low, not self.low_in) >= (other.low, not other.low_in))
        above = other.high is None or (self.high is not None and (self.high, self.high_in) <= (other.high, other.high_in))
        return below and above


def _range(leaf: Tree) -> Range | None:
    value = leaf.get("value")
    if leaf["op"] == "between" and isinstance(value, list) and len(value) == 2:
        ends = [comparable(one) for one in value]
        return Range(ends[0], True, ends[1], True) if all(isinstance(end, Decimal) for end in ends) else None
    number = comparable(value) if not isinstance(value, list) else None
    if not isinstance(number, Decimal):
        return None
    ranges = {"gte": Range(low=number), "gt": Range(number, False), "lte": Range(high=number), "lt": Range(high=number, high_in=False)}
    return ranges.get(str(leaf["op"]), Range(number, True, number, True) if leaf["op"] == "eq" else None)


def _options(leaf: Tree) -> frozenset[str] | None:
    if leaf["op"] == "eq":
        return frozenset([str(leaf.get("value"))])
    return frozenset(map(str, leaf["value"])) if leaf["op"] == "in" and isinstance(leaf.get("value"), list) else None


def _joint(tree: Tree | None) -> list[Tree] | None:
    """The leaves of a plain conjunction; None for anything more involved."""
    if not tree:
        return []
    if "field" in tree:
        return [tree]
    branches = tree.get("all")
    return list(branches) if branches is not None and all("field" in branch for branch in branches) else None


def _leaf_follows(later: Tree, earlier: Tree) -> bool:
    """Does the later leaf hold only where the earlier one holds too?"""
    if later == earlier:
        return True
    if later["field"] != earlier["field"]:
        return False
    some, more = _options(later), _options(earlier)
    if some is not None and more is not None:  # asked first: of texts, 0571 is not 571
        return some <= more
    narrow, wide = _range(later), _range(earlier)
    if narrow and wide:
        return narrow.inside(wide)
    return earlier["op"] == "filled" and later["op"] not in ("empty", "ne", "not_in")


def covers(earlier: Tree | None, later: Tree | None) -> bool:
    """True where every case of the later condition is one of the earlier: then a later row is never reached."""
    if not earlier or earlier == later:
        return True
    wide, narrow = _joint(earlier), _joint(later)
    if wide is None and "any" in earlier:
        return any(covers(branch, later) for branch in earlier["any"])
    if wide is None or narrow is None:
        return False
    return all(any(_leaf_follows(leaf, needed) for leaf in narrow) for needed in wide)


def unreachable(items: Sequence[Reader], rows: Sequence[Row]) -> None:
    """Tell of every row that an earlier one always catches. Rows with a fault of their own are left out on both sides: what they mean is not known."""
    sound = [(place, row.when) for place, row in enumerate(rows) if not _faulty(items[place])]
    for place, when in sound:
        before = next((one for one, earlier in sound if one < place and covers(earlier, when)), None)
        if before is not None:
            names = {"later": place + 1, "earlier": before + 1}
            items[place].problem(_("第 %(later)s 行永远轮不到：符合它的都已被第 %(earlier)s 行接住") % names)


def _faulty(item: Reader) -> bool:
    return any(problem.path.startswith(f"{item.path}.") and problem.fatal for problem in item.found)


def inputs_of(rows: Sequence[Row] | Sequence[Any]) -> list[str]:
    """The codes that the conditions ask about, in order of first mention."""
    found: dict[str, None] = {}
    for row in rows:
        for leaf in leaves(row.when):
            found.setdefault(str(leaf["field"]))
    return list(found)
