"""What a customer is at the moment, in the engine's eyes: grade, follow-up category, and the ways of contact that suit it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from guike.contact import rules
from guike.engine import selectors as engine

#: The scheme of POL-08 that sorts customers for follow-up: 准客户, 意向客户, 优质潜在, 一般潜在.
CATEGORY_POLICY = "prospect-category"


@dataclass(frozen=True)
class Standing:
    """Labels as people read them; `code` and `rank` of the grade for its seal. Empty where nothing was decided yet.

    `pace` is the tightest cadence that holds (interval, channels, recommended ways, phrase), None where none asks for anything.
    """

    grade: str = ""
    code: str = ""
    rank: int | None = None
    category: str = ""
    pace: Any = None

    @property
    def seal(self) -> str:
        """What stands in the seal: the code where it is short, else the first sign of the label."""
        return self.code if len(self.code) <= 3 else self.grade[:1]

    @property
    def seal_rank(self) -> int | None:
        """Best = 1, as seals count."""
        return None if self.rank is None or self.rank > 90 else self.rank + 1

    @property
    def recommended(self) -> tuple[str, ...]:
        """Ways that suit this customer: those its cadence names, else those of its follow-up category (ACT-02)."""
        return (self.pace.recommended if self.pace else ()) or rules.recommended(self.category)


def of_customers(customer_ids: Iterable[int]) -> dict[int, Standing]:
    """Customer id → standing, for ids that the caller's viewer may see. A fixed number of queries."""
    found = engine.standings_of("customer", customer_ids)
    return {pk: _standing(held) for pk, held in found.items()}


def of_customer(customer_id: int, *, with_pace: bool = False) -> Standing:
    """One customer's standing, with its cadence where asked for."""
    held = engine.standings_of("customer", [customer_id])[customer_id]
    asked = engine.cadence_for((one.policy_code, one.outcome) for one in held) if with_pace and held else []
    return _standing(held, asked[0].pace if asked else None)


def _standing(held: Sequence[Any], pace: Any = None) -> Standing:
    primary = next((one for one in held if one.is_primary), None)
    category = next((one for one in held if one.policy_code == CATEGORY_POLICY), None)
    return Standing(
        grade=primary.label if primary else "",
        code=primary.outcome if primary else "",
        rank=primary.rank if primary else None,
        category=category.label if category else "",
        pace=pace,
    )
