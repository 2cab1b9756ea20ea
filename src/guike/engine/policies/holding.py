"""Holding (持有): how long an owner keeps a customer without work before it goes to the public pool (CUS-06, POL-02).

A holding is read into the rows of a decision table over two metrics, so that evaluation, simulation, explanation and
worked examples are those of every other policy. Outcomes are the same everywhere: kept, warned, to be released, in the pool.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from guike.engine.policies.catalogue import OUTCOME, Catalogue, Face
from guike.engine.policies.content import Content, Outcome, Row, Term
from guike.engine.policies.reader import Reader
from guike.platform.roles import ROLES

KEPT, WARNED, RELEASED, POOLED = "keep", "warn", "release", "pool"
#: Days without a contact or a deal since the owner has the customer; no value where nobody owns it.
CONTACT, DEAL = "holding.days_without_contact", "holding.days_without_deal"
MEASURES = {CONTACT: ("no_contact", "%(n)s 天未跟进"), DEAL: ("no_deal", "%(n)s 天未成交")}
#: Who may let an exception pass, unless the policy names others.
RELEASERS = ("sales_manager", "executive")
WARN_DAYS, COOLDOWN_DAYS = 7, 30


def read_holding(reader: Reader, catalogue: Catalogue, subject: str) -> dict[str, Any]:
    """The terms, and the table that they amount to."""
    follows = reader.text("follows")
    face = catalogue.policies.get(follows)
    if follows and face is None:
        known = "、".join(sorted(code for code, one in catalogue.policies.items() if one.outcomes)) or "无"
        reader.problem(_("没有制度 %(code)s，可跟随：%(known)s") % {"code": follows, "known": known}, "follows")
    if subject != "customer":
        reader.problem(_("持有制度只管客户，subject 写 customer"), "subject")
    warn = reader.whole("warn_days", low=1, high=90)
    cooldown = reader.whole("cooldown_days", low=0, high=730)
    given: dict[str, Any] = {
        "follows": follows,
        "terms": _terms(reader, follows, face, warn or WARN_DAYS),
        "warn_days": warn or WARN_DAYS,
        "cooldown_days": COOLDOWN_DAYS if cooldown is None else cooldown,
        "release": reader.texts("release", ROLES) or RELEASERS,
    }
    return {**given, "outcomes": _outcomes(), "rows": rows_of(follows, given["terms"], given["warn_days"])}


def _outcomes() -> tuple[Outcome, ...]:
    return (
        Outcome(KEPT, "保留", 0),
        Outcome(WARNED, "将进公海", 1, strategy="在进公海之前跟进或成交"),
        Outcome(RELEASED, "进公海", 2),
        Outcome(POOLED, "在公海", 3),
    )


def _terms(reader: Reader, follows: str, face: Face | None, warn: int) -> tuple[Term, ...]:
    found: list[Term] = []
    items = reader.children("terms", required=True)
    for item in items:
        term = Term(
            item.text("outcome", limit=40),
            item.whole("no_contact", low=1, high=3650),
            item.whole("no_deal", low=1, high=3650),
        )
        if reader.has("from_table") and term.outcome and term.no_contact is None and term.no_deal is None:
            term = replace(term, from_table=True)
        _check_term(item, term, follows, face, found, warn)
        item.done()
        found.append(term)
    for item, term in list(zip(items, found, strict=True))[:-1]:
        if not term.outcome:
            item.problem(_("不写等级的一条接住其余客户，放到最后"), "outcome")
    return tuple(found)


def _check_term(item: Reader, term: Term, follows: str, face: Face | None, before: Sequence[Term], warn: int) -> None:
    if term.outcome and not follows:
        item.problem(_("写了等级「%(code)s」，要用 follows 说明是哪项制度的等级") % {"code": term.outcome}, "outcome")
    elif term.outcome and face and term.outcome not in dict(face.outcomes):
        names = {"title": face.title, "outcome": term.outcome, "known": "、".join(dict(face.outcomes))}
        item.problem(_("《%(title)s》没有「%(outcome)s」这个结果，可用：%(known)s") % names, "outcome")
    if any(term.outcome == other.outcome for other in before):
        item.problem(_("「%(outcome)s」写了两次") % {"outcome": term.outcome or _("其余")}, "outcome")
    if term.no_contact is None and term.no_deal is None and not term.from_table:
        item.problem(_("no_contact 和 no_deal 至少写一个"))
    for key in ("no_contact", "no_deal"):
        limit = getattr(term, key)
        if limit is not None and limit <= warn:
            item.problem(_("%(n)s 天的期限不比提前提醒的 %(warn)s 天长") % {"n": limit, "warn": warn}, key)


# --- the table ------------------------------------------------------------------------------------------------------------


def rows_of(follows: str, terms: Sequence[Term], warn_days: int) -> tuple[Row, ...]:
    """Nobody's customers first; then what is over its term, gravest first; then what soon will be; the rest is kept."""
    listed = [term.outcome for term in terms if term.outcome]
    found = [Row({"field": CONTACT, "op": "empty"}, POOLED, _("没有负责人"))]
    for then, early in ((RELEASED, 0), (WARNED, warn_days)):
        for term in terms:
            for measure, limit in limits(term):
                leaf = {"field": measure, "op": "gte", "value": limit - early}
                found.append(Row(_joint(_of_whom(follows, term, listed), leaf), then, _reason(measure, limit, early)))
    return (*found, Row(None, KEPT, _("在期限之内")))


def limits(term: Term) -> list[tuple[str, int]]:
    """Which measures a term limits, and to how many days."""
    return [(measure, days) for measure, (key, _words) in MEASURES.items() if (days := getattr(term, key)) is not None]


def _of_whom(follows: str, term: Term, listed: Sequence[str]) -> Mapping[str, Any] | None:
    field = f"{OUTCOME}{follows}"
    if term.outcome:
        return {"field": field, "op": "eq", "value": term.outcome}
    return {"field": field, "op": "not_in", "value": list(listed)} if listed else None


def _joint(whom: Mapping[str, Any] | None, leaf: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"all": [whom, leaf]} if whom else leaf


def _reason(measure: str, limit: int, early: int) -> str:
    said = MEASURES[measure][1] % {"n": limit}
    return said if not early else _("满 %(said)s进公海，还有 %(n)s 天以内") % {"said": said, "n": early}


# --- where one customer stands ----------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Remaining:
    """How many days are left (0 or less: over), by which measure, out of how many."""

    days: int
    measure: str
    limit: int

    @property
    def words(self) -> str:
        """「90 天未跟进」: what will have been the reason."""
        return MEASURES[self.measure][1] % {"n": self.limit}


def term_for(content: Content, outcome: str) -> Term | None:
    """The term that holds for a customer of this grade: its own, else the one that catches the rest."""
    own = next((term for term in content.terms if term.outcome and term.outcome == outcome), None)
    return own or next((term for term in content.terms if not term.outcome), None)


def remaining(content: Content, values: Mapping[str, Any]) -> Remaining | None:
    """The limit that is reached first; None without owner or without a term.

    A customer of 85 idle days under 90, and 300 days without a deal under 365: 5 days left, by 「90 天未跟进」.
    """
    term = term_for(content, str(values.get(f"{OUTCOME}{content.follows}") or ""))
    if term is None or values.get(CONTACT) is None:
        return None
    left = [Remaining(limit - int(values[measure]), measure, limit) for measure, limit in limits(term) if values.get(measure) is not None]
    return min(left, key=lambda one: one.days, default=None)
