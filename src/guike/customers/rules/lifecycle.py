"""The life of a customer (CUS-05): stages, moves that are allowed, and the stage that the facts demand."""

from dataclasses import dataclass
from datetime import date

STAGES = {
    "lead": "线索",
    "prospect": "潜在",
    "negotiating": "洽谈",
    "new": "新签",
    "long_term": "长期",
    "dormant": "沉睡",
    "lost": "流失",
    "dead": "死亡",
}
#: The stages a funnel draws, from wide to narrow.
FUNNEL = ("lead", "prospect", "negotiating", "new", "long_term")
#: Stages in which nothing more is expected.
FINAL = frozenset({"lost", "dead"})
TRANSITIONS: dict[str, frozenset[str]] = {
    "lead": frozenset({"prospect", "negotiating", "new", "dead"}),
    "prospect": frozenset({"lead", "negotiating", "new", "dead"}),
    "negotiating": frozenset({"prospect", "new", "lost", "dead"}),
    "new": frozenset({"long_term", "dormant", "lost"}),
    "long_term": frozenset({"dormant", "lost"}),
    "dormant": frozenset({"new", "long_term", "negotiating", "lost", "dead"}),
    "lost": frozenset({"prospect", "negotiating", "new", "long_term", "dormant", "dead"}),
    "dead": frozenset({"prospect", "negotiating", "new"}),
}
#: Orders within twelve months from which a customer counts as long-term without a supply contract.
LONG_TERM_ORDERS = 3
#: Days without a purchase after which a buyer is dormant, and lost.
DORMANT_DAYS = 180
LOST_DAYS = 365


def may_move(from_stage: str, to_stage: str) -> bool:
    """Is the move in the table? Staying is no move."""
    return to_stage in TRANSITIONS.get(from_stage, frozenset())


@dataclass(frozen=True)
class StageFacts:
    """What happened with a customer up to a day; an order on the books counts as contract and purchase in one."""

    stage: str
    first_contact_on: date | None = None
    first_purchase_on: date | None = None
    last_purchase_on: date | None = None
    orders_12m: int = 0
    supply_contract: bool = False
    deal_in_view: bool = False


def _buyer_stage(facts: StageFacts, today: date) -> str:
    idle = (today - facts.last_purchase_on).days if facts.last_purchase_on else 0
    if idle > LOST_DAYS:
        return "lost"
    if idle > DORMANT_DAYS:
        return "dormant"
    return "long_term" if facts.supply_contract or facts.orders_12m >= LONG_TERM_ORDERS else "new"


def stage_by_facts(facts: StageFacts, today: date) -> str:
    """The stage the facts demand as of `today`; the present stage where they demand no other or the table forbids the move.

    A buyer: > 365 days without a purchase = lost, > 180 = dormant, ≥ 3 orders in 12 months or a supply contract = long-term,
    else new. Somebody who never bought: a deal in view moves lead and prospect to negotiating, a first contact moves lead to prospect.
    A long-term customer does not fall back to new.
    """
    if facts.first_purchase_on:
        wanted = _buyer_stage(facts, today)
        if facts.stage == "long_term" and wanted == "new":
            return facts.stage
    elif facts.stage in ("lead", "prospect") and facts.deal_in_view:
        wanted = "negotiating"
    elif facts.stage == "lead" and facts.first_contact_on:
        wanted = "prospect"
    else:
        return facts.stage
    return wanted if may_move(facts.stage, wanted) else _detour(facts.stage, wanted)


def _detour(stage: str, wanted: str) -> str:
    """One step on the way when the direct move is not in the table: a prospect that bought becomes new first."""
    if stage in ("lead", "prospect", "negotiating", "dead") and wanted in ("long_term", "dormant", "lost"):
        return "new" if may_move(stage, "new") else stage
    return stage
