"""Authority policies (核决权限): kind of document × conditions → who signs, in which order, until when (POL-02, PLT-05)."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.policies import facts
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.content import Outcome, Row, Step
from guike.engine.policies.reader import Reader
from guike.engine.policies.table import inputs_of, read_condition, unreachable
from guike.organisation.rules import FUNCTIONS
from guike.platform.roles import ROLES

#: The signer that the table of entitlements names for the customer's grade (POL-10).
GRADE = "grade"
#: Who may be named as signer of a step, with the word in the form.
WHO = {
    "superior": "上级",
    "owner": "客户负责人",
    "role": "角色",
    "post": "岗位",
    "head": "部门负责人",
    "person": "指定人员",
    GRADE: "等级待遇所定的人",
}
SIGNS = {"any": "任一人签", "all": "全部会签"}
#: What must be given with each, and its reader.
NEEDS = {"role": "role", "post": "post", "head": "function", "person": "person"}
LEVELS = 6


def read_routes(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    """document, outcomes (one a route), rows (their conditions), routes (their steps)."""
    document = reader.choice("document", facts.documents(), required=True)
    outcomes: list[Outcome] = []
    rows: list[Row] = []
    routes: list[tuple[Step, ...]] = []
    items = reader.children("routes", required=True)
    for place, item in enumerate(items):
        code = item.text("code", default=f"r{place + 1}", limit=40)
        if any(one.code == code for one in outcomes):
            item.problem(_("「%(code)s」写了两次") % {"code": code}, "code")
        outcomes.append(Outcome(code, item.text("label", default=code, limit=40), place))
        rows.append(Row(read_condition(item, "when", catalogue, subject), code, item.text("reason", limit=200)))
        routes.append(_steps(item))
        item.done()
    _check_rest(items, rows)
    unreachable(items, rows)
    _check_brought(items, rows, document)
    _check_twin(reader, catalogue, document)
    _check_table(reader, items, routes)
    return {"from_table": reader.text("from_table"), "document": document, "outcomes": tuple(outcomes), "rows": tuple(rows), "routes": tuple(routes)}


def _check_rest(items: Sequence[Reader], rows: Sequence[Row]) -> None:
    if rows and rows[-1].when:
        items[-1].problem(_("最后一条路径不写 when，接住其余所有情况；不用批的话，给它 steps: []"))


def _check_brought(items: Sequence[Reader], rows: Sequence[Row], document: str) -> None:
    """A condition on a fact that this document does not bring would never hold."""
    brought = {one.code for one in facts.facts_of(document)}
    for item, row in zip(items, rows, strict=True):
        for code in inputs_of([row]) if document else ():
            if code.startswith(facts.PREFIX) and code not in brought and facts.fact(code):
                names = {"document": facts.documents()[document].label, "code": code, "known": "、".join(sorted(brought))}
                item.problem(_("「%(document)s」的申请不带 %(code)s，可用：%(known)s") % names, "when")


def _check_table(reader: Reader, items: Sequence[Reader], routes: Sequence[Sequence[Step]]) -> None:
    """Who asks for the table's signer must say which table."""
    for item, steps in zip(items, routes, strict=True):
        if any(step.who == GRADE for step in steps) and not reader.has("from_table"):
            item.problem(_("who: grade 要用 from_table 说明取自哪张待遇表"), "steps")


def _check_twin(reader: Reader, catalogue: Catalogue, document: str) -> None:
    own = reader.text("code")
    for face in catalogue.policies.values():
        if document and face.document == document and face.code != own:
            names = {"title": face.title, "document": facts.documents()[document].label}
            reader.problem(_("《%(title)s》也规定「%(document)s」由谁批，先建的那份算数") % names, "document", fatal=False)


def _steps(item: Reader) -> tuple[Step, ...]:
    if not item.has("steps"):
        item.problem(_("缺少 steps：由谁批；不用批写 steps: []"), "steps")
    found: list[Step] = []
    for one in item.children("steps"):
        step = _step(one)
        if step.together and not found:
            one.problem(_("第一步没有上一步，不能写 together"), "together")
        if step.who and any(_same(step, other) for other in found):
            one.problem(_("这一步和前面的步骤是同一个人批，去掉一步"))
        found.append(step)
        one.done()
    return tuple(found)


def _same(step: Step, other: Step) -> bool:
    return (step.who, step.level, step.roles, step.post, step.function, step.person) == (
        other.who, other.level, other.roles, other.post, other.function, other.person,
    )  # fmt: skip


def _step(one: Reader) -> Step:
    who = one.choice("who", WHO, required=True)
    for key in NEEDS.values():
        if one.has(key) != (NEEDS.get(who) == key) and who:
            words = {"who": who, "key": key}
            one.problem(_("who: %(who)s 要写明 %(key)s") % words if NEEDS.get(who) == key else _("who: %(who)s 不用 %(key)s") % words, key)
    if one.has("level") and who not in ("superior", ""):
        one.problem(_("只有 who: superior 才写 level"), "level")
    return Step(
        who=who,
        level=one.whole("level", low=1, high=LEVELS) or 1,
        roles=one.texts("role", ROLES),
        post=one.text("post", limit=40),
        function=one.choice("function", FUNCTIONS),
        person=one.text("person", limit=20),
        sign=one.choice("sign", SIGNS, "any"),
        together=one.flag("together"),
        days=one.whole("days", low=1, high=60) or 2,
        remind=one.whole("remind", low=0, high=30) if one.has("remind") else 1,
        escalation_days=_escalation(one),
        copy=one.texts("copy", (*ROLES, "owner", "superior")),
        label=one.text("label", limit=40),
    )


def _escalation(one: Reader) -> tuple[int, ...]:
    value = one.raw("escalate_after", [1, 3])
    days = value if isinstance(value, list) else [value]
    if any(isinstance(day, bool) or not isinstance(day, int) or not 0 < day <= 60 for day in days) or list(days) != sorted(set(days)):
        one.problem(_("escalate_after 应是从小到大的天数，如 [1, 3]"), "escalate_after")
        return ()
    return tuple(days)


def step_words(step: Step) -> str:
    """「直接上级」「2 级上级」「市场部、财务会签」「财务部门负责人」: who signs, in words."""
    if step.label:
        return step.label
    joint = _("（会签）") if step.sign == "all" else ""
    if step.who == "superior":
        return _("直接上级") if step.level == 1 else _("第 %(n)s 级上级") % {"n": step.level}
    if step.who == "owner":
        return _("客户负责人")
    if step.who == GRADE:
        return _("等级待遇所定的人")
    if step.who == "role":
        return "、".join(_(ROLES.get(role, role)) for role in step.roles) + joint
    if step.who == "post":
        return step.post + joint
    if step.who == "head":
        return _("%(function)s负责人") % {"function": FUNCTIONS.get(step.function, step.function)}
    return step.person


def steps_words(steps: Sequence[Step]) -> str:
    """「直接上级 → 市场部 + 财务」; 不用批 for none."""
    words = ""
    for step in steps:
        joint = "" if not words else " + " if step.together else " → "
        words += joint + step_words(step)
    return words or _("不用批")
