"""What a customer is at the moment, in the engine's eyes: grade, follow-up category, and the ways of contact that suit it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from guike.contact import rules
from guike.engine import selectors as engine
from guike.platform import clock
from guike.platform.access import SYSTEM

#: The scheme of POL-08 that sorts customers for follow-up: 准客户, 意向客户, 优质潜在, 一般潜在.
CATEGORY_POLICY = "follow_up_category"


@dataclass(frozen=True)
class Standing:
    """Labels as people read them; `code` and `rank` of the grade for its seal. Empty where nothing was decided yet."""

    grade: str = ""
    code: str = ""
    rank: int | None = None
    category: str = ""


def of_customers(customer_ids: Iterable[int]) -> dict[int, Standing]:
    """Customer id → standing, for ids that the caller's viewer may see. One query."""
    found = engine.standings(SYSTEM, "customer", list(customer_ids))
    return {pk: _standing(rows) for pk, rows in found.items()}


def of_customer(customer_id: int) -> Standing:
    """One customer's standing."""
    return of_customers([customer_id]).get(customer_id, Standing())


def _standing(rows: Iterable) -> Standing:
    primary = next((row for row in rows if row.is_primary), None)
    category = next((row for row in rows if row.policy_code == CATEGORY_POLICY), None)
    return Standing(
        grade=primary.label if primary else "",
        code=primary.outcome if primary else "",
        rank=primary.rank if primary else None,
        category=category.label if category else "",
    )


def recommended(customer_id: int, category: str) -> tuple[str, ...]:
    """Ways that suit this customer: those its cadence names, else those of its follow-up category (ACT-02)."""
    today: date = clock.today()
    outcomes = engine.standings(SYSTEM, "customer", [customer_id]).get(customer_id, [])
    held = {(row.policy_id, row.outcome) for row in outcomes}
    ways = [way for rule in engine.cadence_rules(today) if (rule.outcome_policy_id, rule.outcome) in held for way in getattr(rule, "recommended", ())]
    return tuple(dict.fromkeys(ways)) or rules.recommended(category)
