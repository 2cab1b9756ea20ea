"""From a tree to a checked policy: the one reader of all kinds (POL-01, POL-02)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.show import figure
from guike.engine.policies import match
from guike.engine.policies.authority import read_routes
from guike.engine.policies.catalogue import OUTCOME, Catalogue, Face
from guike.engine.policies.content import Content, Example
from guike.engine.policies.entitlement import PACED, check_table, filled, read_entitlement, takes_of
from guike.engine.policies.holding import RELEASERS, read_holding
from guike.engine.policies.others import read_caps, read_paces
from guike.engine.policies.problems import Problem
from guike.engine.policies.reader import Reader
from guike.engine.policies.scorecard import read_characteristics, read_outcomes
from guike.engine.policies.table import inputs_of, read_levels, read_rows
from guike.engine.policies.yaml_text import Document
from guike.platform.roles import ROLES

KINDS = ("scorecard", "decision_table", "cadence", "quota", "alert", "authority", "holding", "entitlement")
CYCLES = ("none", "daily", "weekly", "monthly", "quarterly", "yearly")
MODES = ("apply", "propose")
#: A quota that is full refuses, or lets pass and warns.
WHEN_FULL = ("refuse", "warn")
#: Who may stand in a chain of confirmations: the subject's owner, or a role.
CONFIRMERS = ("owner", "sales_manager", "marketing", "service", "finance", "executive")
FUNCTIONS = ("sales", "marketing", "service", "technical", "finance", "warehouse", "rnd", "management", "other")


@dataclass(frozen=True)
class Parsed:
    """A policy as far as it could be read, and everything wrong with it."""

    content: Content
    problems: tuple[Problem, ...]

    @property
    def sound(self) -> bool:
        """May it be published? Warnings do not stop it."""
        return not any(problem.fatal for problem in self.problems)


def parse(tree: Mapping[str, Any], catalogue: Catalogue) -> Parsed:
    """Read and check a tree; never raises for bad input."""
    found: list[Problem] = []
    reader = Reader(tree, "", found)
    kind = reader.choice("kind", KINDS, required=True)
    common = _common(reader, kind)
    specific = READERS[kind](reader, catalogue, common["subject"]) if kind in READERS else {}
    content = Content(**common, **specific, examples=_examples(reader))
    check_table(reader, content, catalogue)
    if table := catalogue.policies.get(content.from_table):
        content = filled(content, table)
    if kind:
        reader.done()
    if not any(problem.fatal for problem in found):
        _check_circle(reader, content, catalogue)
        _check_examples(reader, content)
        _check_top(reader, content)
    return Parsed(content, tuple(dict.fromkeys(found)))


def parse_document(document: Document, catalogue: Catalogue) -> Parsed:
    """The same for a YAML text: problems carry their lines."""
    if document.problem:
        return Parsed(Content("", "", ""), (document.problem,))
    parsed = parse(document.content, catalogue)
    return Parsed(parsed.content, tuple(problem.at(document.line(problem.path)) for problem in parsed.problems))


def _common(reader: Reader, kind: str) -> dict[str, Any]:
    clause = reader.child("clause")
    common = {
        "code": _code(reader),
        "kind": kind,
        "title": reader.text("title", required=True, limit=80),
        "subject": reader.text("subject", default="customer", limit=20),
        "department": reader.choice("department", FUNCTIONS),
        "primary": reader.flag("primary"),
        "mode": reader.choice("mode", MODES, "apply"),
        "confirmation": reader.texts("confirmation", CONFIRMERS),
        "cycle": reader.choice("cycle", CYCLES, "monthly"),
        "clause_title": clause.text("title", limit=120),
        "clause_number": clause.text("number", limit=40),
        "clause_text": clause.text("text", limit=20_000).strip(),
    }
    clause.done()
    if common["mode"] == "propose" and not common["confirmation"]:
        common["confirmation"] = ("owner", "marketing")
    return common


def _code(reader: Reader) -> str:
    code = reader.text("code", required=True, limit=60)
    if code and not all(part.isascii() and part.isalnum() and part == part.lower() for part in code.replace("_", "-").split("-")):
        reader.problem(_("代码「%(code)s」只用小写字母、数字和 -") % {"code": code}, "code")
    return code


def _scorecard(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    return {
        "outcomes": read_outcomes(reader, scored=True),
        "characteristics": read_characteristics(reader, catalogue, subject),
    }


def _table(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    hit = reader.choice("hit", ("first", "collect"), "first")
    outcomes = read_outcomes(reader, scored=False)
    return {"hit": hit, "outcomes": outcomes, "rows": read_rows(reader, catalogue, subject, outcomes, hit=hit)}


def _alert(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    outcomes, rows, responses = read_levels(reader, catalogue, subject)
    return {"outcomes": outcomes, "rows": rows, "responses": responses}


def _cadence(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    return {
        "follows": reader.text("follows"),
        "paces": read_paces(reader, catalogue),
        "person_cap": reader.whole("person_cap_per_week", low=1, high=1000),
        "from_table": reader.text("from_table"),
        "item": reader.choice("item", PACED, PACED[0]),
    }


def _quota(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    per, caps = read_caps(reader, catalogue, subject)
    return {
        "per": per,
        "caps": caps,
        "when_full": reader.choice("when_full", WHEN_FULL, "refuse"),
        "release": reader.texts("release", ROLES) or RELEASERS,
        "from_table": reader.text("from_table"),
    }


def _holding(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    return {**read_holding(reader, catalogue, subject), "from_table": reader.text("from_table")}


READERS: dict[str, Callable[[Reader, Catalogue, str], dict[str, Any]]] = {
    "scorecard": _scorecard,
    "decision_table": _table,
    "alert": _alert,
    "cadence": _cadence,
    "quota": _quota,
    "authority": read_routes,
    "holding": _holding,
    "entitlement": read_entitlement,
}


# --- inputs and circles ---------------------------------------------------------------------------------------------------


def inputs(content: Content) -> tuple[str, ...]:
    """Everything a policy looks at: metric codes and `outcome.<policy>`, in order."""
    conditioned = inputs_of([*content.rows, *content.caps])
    grouped = [code for code in content.per if "." in code]
    return tuple(dict.fromkeys([*(one.metric for one in content.characteristics), *conditioned, *grouped]))


def needs(content: Content) -> tuple[str, ...]:
    """The codes of the policies whose outcomes it looks at."""
    return tuple(code.removeprefix(OUTCOME) for code in inputs(content) if code.startswith(OUTCOME))


def face_of(content: Content) -> Face:
    """How other policies see it."""
    outcomes = tuple((outcome.code, outcome.label) for outcome in content.outcomes)
    decided = () if content.kind == "authority" else outcomes  # which way a request goes is no outcome that others may ask about
    return Face(
        content.code, content.title, content.kind, content.subject, decided, inputs(content), content.document,
        content.follows, content.grants, content.from_table, takes_of(content),
    )  # fmt: skip


def _check_circle(reader: Reader, content: Content, catalogue: Catalogue) -> None:
    waiting: list[tuple[str, tuple[str, ...]]] = [(code, (content.code,)) for code in needs(content)]
    while waiting:
        code, trail = waiting.pop()
        if code in trail:
            around = " → ".join([*trail[trail.index(code) :], code])
            reader.problem(_("制度互相引用成了圈：%(around)s") % {"around": around})
            return
        face = catalogue.policies.get(code)
        waiting += [(one.removeprefix(OUTCOME), (*trail, code)) for one in (face.inputs if face else ()) if one.startswith(OUTCOME)]


# --- worked examples ------------------------------------------------------------------------------------------------------


def _examples(reader: Reader) -> tuple[Example, ...]:
    found = []
    for place, item in enumerate(reader.children("examples")):
        points = item.raw("points", {})
        values = item.raw("values", {})
        found.append(
            Example(
                name=item.text("name", default=f"例 {place + 1}"),
                values=values if isinstance(values, dict) else {},
                outcome=item.text("outcome"),
                score=item.number("score"),
                points={str(code): Decimal(str(one)) for code, one in points.items()} if isinstance(points, dict) else {},
            )
        )
        item.done()
    return tuple(found)


def _check_examples(reader: Reader, content: Content) -> None:
    """An example that comes out otherwise is a warning: a line was moved on purpose, or the text and the rule disagree."""
    known = set(inputs(content))
    for place, example in enumerate(content.examples if content.decides or content.kind == "authority" else ()):
        where = f"examples.{place}"
        for code in set(example.values) - known:
            reader.problem(_("例「%(name)s」给了用不到的指标 %(code)s") % {"name": example.name, "code": code}, where, fatal=False)
        outcome = match.outcome_of(content, example.values)
        if outcome != example.outcome:
            names = {"name": example.name, "found": content.label(outcome), "said": content.label(example.outcome)}
            reader.problem(_("例「%(name)s」算出「%(found)s」，写的是「%(said)s」") % names, where, fatal=False)
        _check_example_points(reader, content, example, where)


def _check_example_points(reader: Reader, content: Content, example: Example, where: str) -> None:
    if example.score is not None and content.kind == "scorecard":
        score = match.score_of(content, example.values)
        if score != example.score:
            names = {"name": example.name, "found": figure(score), "said": figure(example.score)}
            reader.problem(_("例「%(name)s」算出 %(found)s 分，写的是 %(said)s 分") % names, where, fatal=False)
    for one in content.characteristics:
        points = match.points_of(one, match.band_of(one, example.values.get(one.metric)))
        if example.points.get(one.metric, points) != points:
            names = {"name": example.name, "label": one.label, "found": figure(points), "said": figure(example.points[one.metric])}
            reader.problem(_("例「%(name)s」的%(label)s得 %(found)s 分，写的是 %(said)s 分") % names, where, fatal=False)


def _check_top(reader: Reader, content: Content) -> None:
    """An outcome above the highest possible score is one that nobody can reach."""
    best = sum((one.contribution(max([band.points for band in one.bands] + [one.missing])) for one in content.characteristics), Decimal(0))
    for outcome in content.outcomes:
        if outcome.at_least is not None and outcome.at_least > best:
            names = {"label": outcome.label, "line": figure(outcome.at_least), "best": figure(best)}
            reader.problem(_("「%(label)s」要 %(line)s 分，最高只能得 %(best)s 分") % names, f"outcomes.{outcome.rank}.from")
