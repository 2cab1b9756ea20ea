"""Entitlements (待遇): what each outcome of a grading brings; other policies take their numbers from here (POL-10, POL-02).

A policy that says `from_table: CODE` leaves a number out and takes it from the table in force on the day: a cadence its `days`
(contact_days or visit_days), a holding both of its terms (holding_days, deal_days), a quota its `cap` (customers_cap).
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.metrics.show import figure
from guike.engine.policies.authority import GRADE
from guike.engine.policies.catalogue import OUTCOME, Catalogue, Face
from guike.engine.policies.content import Cap, Content, Grant, Outcome, Row, Step, Take, Term
from guike.engine.policies.holding import rows_of
from guike.engine.policies.reader import Reader
from guike.platform.roles import ROLES

DAYS, HOURS, COUNT, MONEY, TEXT, ROLE = "days", "hours", "count", "money", "text", "role"


@dataclass(frozen=True)
class Item:
    """One thing that a grade brings: its word, how it is read, between which bounds; `words` says a number as people do."""

    code: str
    label: Any
    kind: str
    high: int = 3650
    low: int = 1
    words: Any = "%(n)s"
    better: int = 0  # 1: more is better, -1: less is, 0: neither

    def said(self, value: Any) -> str:
        """「每 15 天」「90 天」「30 家」「50,000 元」; — for what the table does not give."""
        if value is None or value == "":
            return "—"
        if self.kind == ROLE:
            return "、".join(str(_(ROLES.get(one, one))) for one in value)
        return str(self.words) % {"n": figure(value) if isinstance(value, int | Decimal) else value}


ITEMS = {
    one.code: one
    for one in (
        Item("contact_days", gettext_lazy("例行联系"), DAYS, words=gettext_lazy("每 %(n)s 天"), better=-1),
        Item("visit_days", gettext_lazy("走访"), DAYS, words=gettext_lazy("每 %(n)s 天"), better=-1),
        Item("holding_days", gettext_lazy("未跟进进公海"), DAYS, words=gettext_lazy("%(n)s 天")),
        Item("deal_days", gettext_lazy("未成交进公海"), DAYS, words=gettext_lazy("%(n)s 天")),
        Item("protection_days", gettext_lazy("报备保护"), DAYS, words=gettext_lazy("%(n)s 天")),
        Item("customers_cap", gettext_lazy("每人客户数上限"), COUNT, 100_000, 0, gettext_lazy("%(n)s 家")),
        Item("price_list", gettext_lazy("价目表"), TEXT, 40),
        Item("credit_limit", gettext_lazy("信用额度"), MONEY, 10**12, 0, gettext_lazy("%(n)s 元"), 1),
        Item("credit_days", gettext_lazy("账期"), DAYS, 730, 0, gettext_lazy("%(n)s 天"), 1),
        Item("response_hours", gettext_lazy("响应时限"), HOURS, 720, words=gettext_lazy("%(n)s 小时"), better=-1),
        Item("care_budget", gettext_lazy("每年关怀预算"), MONEY, 10**9, 0, gettext_lazy("%(n)s 元"), 1),
        Item("approver", gettext_lazy("例外由谁批"), ROLE),
    )
}
#: What a cadence may take as its interval.
PACED = ("contact_days", "visit_days")


# --- the table ------------------------------------------------------------------------------------------------------------


def read_entitlement(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    """One grant an outcome of the grading that is followed; a grant gives what it names, nothing is mandatory."""
    follows = reader.text("follows", required=True)
    face = catalogue.policies.get(follows)
    if face is None and follows:
        known = "、".join(sorted(code for code, one in catalogue.policies.items() if one.outcomes)) or _("无")
        reader.problem(_("没有制度 %(code)s，可跟随：%(known)s") % {"code": follows, "known": known}, "follows")
    found: list[Grant] = []
    items = reader.children("grants", required=True)
    for item in items:
        outcome = item.text("outcome", required=True, limit=40)
        if face and outcome and outcome not in dict(face.outcomes):
            names = {"title": face.title, "outcome": outcome, "known": "、".join(dict(face.outcomes))}
            item.problem(_("《%(title)s》没有「%(outcome)s」这个结果，可用：%(known)s") % names, "outcome")
        if any(outcome == other.outcome for other in found):
            item.problem(_("「%(outcome)s」写了两次") % {"outcome": outcome}, "outcome")
        found.append(Grant(outcome, _given(item)))
        _check_pool(item, found[-1].items)
        item.done()
    if face:
        _check_missing(reader, face, found)
        _check_order(items, face, found)
    _check_takers(reader, catalogue, found)
    return {"follows": follows, "grants": tuple(found)}


def _given(item: Reader) -> Mapping[str, Any]:
    read = {code: _value(item, one) for code, one in ITEMS.items()}
    given = {code: value for code, value in read.items() if value not in (None, "", ())}
    if not given:
        item.problem(_("一项待遇也没写，可写：%(known)s") % {"known": "、".join(ITEMS)})
    return given


def _value(item: Reader, one: Item) -> Any:
    if one.kind == TEXT:
        return item.text(one.code, limit=one.high)
    if one.kind == ROLE:
        return item.texts(one.code, ROLES)
    if one.kind == MONEY:
        return item.number(one.code, low=one.low, high=one.high)
    return item.whole(one.code, low=one.low, high=one.high)


def _check_missing(reader: Reader, face: Face, grants: Sequence[Grant]) -> None:
    """A grade without a row brings nothing: said, not forbidden."""
    for code, label in face.outcomes:
        if not granted(grants, code):
            names = {"title": face.title, "label": label}
            reader.problem(_("《%(title)s》的「%(label)s」没有写待遇，这一级什么也不带来") % names, "grants", fatal=False)


def _check_pool(item: Reader, given: Mapping[str, Any]) -> None:
    """Whoever keeps the interval of contacts must not lose the customer over it."""
    every, until = given.get("contact_days"), given.get("holding_days")
    if every is not None and until is not None and every >= until:
        names = {"every": every, "until": until}
        item.problem(_("每 %(every)s 天联系一次，%(until)s 天未跟进就进公海，按期联系也留不住：contact_days 要小于 holding_days") % names, "holding_days")


def _check_order(items: Sequence[Reader], face: Face, grants: Sequence[Grant]) -> None:
    """A better grade that gets less than the next one is a slip more often than a wish: said, not forbidden."""
    ranks = {code: rank for rank, (code, _label) in enumerate(face.outcomes)}
    known = [(one, item) for one, item in zip(grants, items, strict=True) if one.outcome in ranks]
    placed = sorted(known, key=lambda pair: ranks[pair[0].outcome])
    for (better, item), (worse, _next) in pairwise(placed):
        for code, one in ITEMS.items():
            high, low = better.items.get(code), worse.items.get(code)
            if one.better and high is not None and low is not None and (low - high) * one.better > 0:
                names = {"better": better.outcome, "worse": worse.outcome, "label": one.label, "high": one.said(high), "low": one.said(low)}
                item.problem(_("%(label)s：「%(better)s」%(high)s，反不如「%(worse)s」%(low)s") % names, code, fatal=False)


def _check_takers(reader: Reader, catalogue: Catalogue, grants: Sequence[Grant]) -> None:
    """What another policy takes from here may be neither left out (contacts would stop without a word) nor too small for it."""
    own = reader.text("code")
    for face in catalogue.policies.values():
        for take in face.takes if face.from_table == own else ():
            value = granted(grants, take.outcome).get(take.item)
            names: dict[str, Any] = {"title": face.title, "outcome": take.outcome, "item": ITEMS[take.item].label, "code": take.item}
            if value is None and take.needed:
                reader.problem(_("《%(title)s》从本表取「%(outcome)s」的%(item)s（%(code)s），不能不写") % names, "grants")
            elif take.too_small(value):
                names |= {"value": value, "above": take.above}
                reader.problem(_("「%(outcome)s」的%(item)s是 %(value)s 天，不比《%(title)s》提前提醒的 %(above)s 天长") % names, "grants")


def granted(grants: Sequence[Grant], outcome: str) -> Mapping[str, Any]:
    """What an outcome brings; nothing for one that the table does not name."""
    return next((grant.items for grant in grants if grant.outcome == outcome), {})


# --- policies that take their numbers from it --------------------------------------------------------------------------------


def takes_of(content: Content) -> tuple[Take, ...]:
    """Every number that a policy leaves to its table."""
    return tuple(_takes(content)) if content.from_table else ()


def _takes(content: Content) -> Iterator[Take]:
    yield from (Take(pace.outcome, content.item) for pace in content.paces if pace.from_table)
    yield from (Take(cap.outcome, "customers_cap") for cap in content.caps if cap.outcome)
    if any(step.who == GRADE for steps in content.routes for step in steps):
        yield Take("", "approver", needed=False)
    for term in content.terms:
        if term.from_table:
            yield Take(term.outcome, "holding_days", content.warn_days)
            yield Take(term.outcome, "deal_days", content.warn_days, needed=False)


def filled(content: Content, table: Content | Face | None) -> Content:
    """The content with the table's numbers. What the table does not give asks for nothing: that pace, term or cap is left out."""
    if not content.from_table:
        return content
    grants: Sequence[Grant] = table.grants if table else ()
    follows = content.follows or (table.follows if table else "")
    paces = (replace(one, days=_days(grants, one.outcome, content.item)) if one.from_table else one for one in content.paces)
    found = replace(content, paces=tuple(one for one in paces if one.days))
    caps = [_capped(one, grants, follows) for one in content.caps]
    found = replace(found, caps=tuple(one for one in caps if one is not None))
    if content.kind == "authority":
        return _routed(found, grants, follows, table.title if table else "")
    if content.kind != "holding":
        return found
    terms = [_termed(one, grants) for one in content.terms]
    kept = tuple(one for one in terms if one.no_contact is not None or one.no_deal is not None)
    return replace(found, terms=kept, rows=rows_of(content.follows, kept, content.warn_days))


def _days(grants: Sequence[Grant], outcome: str, item: str) -> int:
    return int(granted(grants, outcome).get(item) or 0)


def _termed(term: Term, grants: Sequence[Grant]) -> Term:
    if not term.from_table:
        return term
    given = granted(grants, term.outcome)
    return replace(term, no_contact=given.get("holding_days"), no_deal=given.get("deal_days"))


def _routed(content: Content, grants: Sequence[Grant], follows: str, title: str) -> Content:
    """A route that asks for the table's signer becomes one route a grade; who has no grade there goes up one superior more.

    So the explanation, the trial and the people are those of every other route.
    """
    outcomes: list[Outcome] = []
    rows: list[Row] = []
    routes: list[tuple[Step, ...]] = []
    for outcome, row, steps in zip(content.outcomes, content.rows, content.routes, strict=True):
        asked = any(step.who == GRADE for step in steps)
        for grant in grants if asked else ():
            if signers := grant.items.get("approver"):
                leaf = {"field": f"{OUTCOME}{follows}", "op": "eq", "value": grant.outcome}
                names = {"reason": row.reason or outcome.label, "title": title, "grade": grant.outcome, "who": ITEMS["approver"].said(signers)}
                reason = _("%(reason)s；《%(title)s》等级 %(grade)s 的例外由%(who)s批") % names
                outcomes.append(replace(outcome, code=f"{outcome.code}.{grant.outcome}", rank=len(outcomes)))
                rows.append(Row({"all": [row.when, leaf]} if row.when else leaf, outcomes[-1].code, reason))
                routes.append(tuple(replace(step, who="role", roles=tuple(signers)) if step.who == GRADE else step for step in steps))
        outcomes.append(replace(outcome, rank=len(outcomes)))
        rows.append(row)
        routes.append(tuple(_superior(step, steps) for step in steps) if asked else steps)
    return replace(content, outcomes=tuple(outcomes), rows=tuple(rows), routes=tuple(routes))


def _superior(step: Step, steps: Sequence[Step]) -> Step:
    if step.who != GRADE:
        return step
    return replace(step, who="superior", level=max((one.level for one in steps if one.who == "superior"), default=0) + 1)


def _capped(cap: Cap, grants: Sequence[Grant], follows: str) -> Cap | None:
    if not cap.outcome:
        return cap
    number = granted(grants, cap.outcome).get("customers_cap")
    when = {"field": f"{OUTCOME}{follows}", "op": "eq", "value": cap.outcome}
    return None if number is None else replace(cap, cap=number, when=when)


def check_table(reader: Reader, content: Content, catalogue: Catalogue) -> None:
    """Is the table there, of the same grading, and has it every number that is left to it?"""
    code = content.from_table
    face = catalogue.policies.get(code)
    if not code:
        return
    if face is None or face.kind != "entitlement":
        known = "、".join(sorted(one.code for one in catalogue.policies.values() if one.kind == "entitlement")) or _("无")
        reader.problem(_("没有等级待遇表 %(code)s，可用：%(known)s") % {"code": code, "known": known}, "from_table")
        return
    if content.follows and content.follows != face.follows:
        names = {"title": face.title, "code": face.follows}
        reader.problem(_("《%(title)s》是 %(code)s 的待遇表，follows 要写同一项制度") % names, "from_table")
    takes = takes_of(content)
    if not takes:
        reader.problem(_("没有一个数取自《%(title)s》：不填数字的那条才取") % {"title": face.title}, "from_table", fatal=False)
    for take in takes:
        value = granted(face.grants, take.outcome).get(take.item)
        said: dict[str, Any] = {"title": face.title, "outcome": take.outcome, "item": ITEMS[take.item].label, "code": take.item}
        if value is None and take.needed:
            reader.problem(_("《%(title)s》没有给「%(outcome)s」写%(item)s（%(code)s）：在待遇表补上，或在这里写明天数") % said, "from_table")
        elif take.too_small(value):
            said |= {"value": value, "above": take.above}
            reader.problem(_("《%(title)s》给「%(outcome)s」的%(item)s是 %(value)s 天，不比提前提醒的 %(above)s 天长") % said, "warn_days")


# --- what a change of outcome changes -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Change:
    """One item before and after, in words; empty before or after reads —."""

    item: str
    label: str
    before: str
    after: str

    def __str__(self) -> str:
        return _("%(label)s %(before)s → %(after)s") % {"label": self.label, "before": self.before, "after": self.after}


def changes(grants: Sequence[Grant], before: str, after: str, later: Sequence[Grant] | None = None) -> tuple[Change, ...]:
    """What moving from one outcome to another changes, in the order of the table; empty where both bring the same.

    `later`: the grants that hold after the move, where the table itself changes.
    """
    old, new = granted(grants, before), granted(grants if later is None else later, after)
    return tuple(
        Change(code, str(one.label), one.said(old.get(code)), one.said(new.get(code)))
        for code, one in ITEMS.items()
        if old.get(code) != new.get(code)
    )


__all__ = ["ITEMS", "PACED", "Change", "Item", "changes", "check_table", "filled", "granted", "read_entitlement", "takes_of"]
