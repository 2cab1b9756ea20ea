"""When an owner is warned, when a customer goes to the public pool, and when it may be taken back. Plain values only (CUS-06)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True)
class Going:
    """What becomes of a customer: released now, or on `on` (then the owner is warned)."""

    on: date
    now: bool = False


def going(days_left: int, warn_days: int, warned_on: date | None, today: date) -> Going:
    """Nobody loses a customer unwarned: released when the limit is reached *and* the warning has stood its days.

    85 of 90 days idle, 7 days of warning, warned 2 days ago: in 5 days. 200 of 90 days idle (the policy is new), not warned yet: in 7.

    >>> day = date(2026, 11, 24)
    >>> going(5, 7, date(2026, 11, 22), day).on, going(-110, 7, None, day).on, going(0, 7, date(2026, 11, 17), day).now
    (datetime.date(2026, 11, 29), datetime.date(2026, 12, 1), True)
    """
    stood = (today - warned_on).days if warned_on else 0
    left = max(days_left, warn_days - stood)
    return Going(today + timedelta(days=max(left, 0)), now=left <= 0)


def may_return_on(left_on: date, cooldown_days: int) -> date:
    """The first day on which the last owner may take a customer again: 30 days after 11-20 is 12-20.

    >>> may_return_on(date(2026, 11, 20), 30)
    datetime.date(2026, 12, 20)
    """
    return left_on + timedelta(days=cooldown_days)


def split_evenly(rows: list[int], people: list[int]) -> dict[int, int]:
    """Row → person, in turn, so that numbers differ by at most one.

    >>> split_evenly([1, 2, 3, 4, 5], [7, 8])
    {1: 7, 2: 8, 3: 7, 4: 8, 5: 7}
    """
    return {row: people[place % len(people)] for place, row in enumerate(rows)}


def split_mapped(rows: dict[int, dict[str, str]], mapping: list[tuple[str, str, int]], rest: int) -> dict[int, int]:
    """Row → person by the first line of the mapping (what, value, person) that holds for it; who is named nowhere goes to `rest`.

    >>> rows = {1: {"grade": "A", "region": "温州"}, 2: {"grade": "C", "region": "温州"}, 3: {"grade": "C", "region": "丽水"}}
    >>> split_mapped(rows, [("grade", "A", 7), ("region", "温州", 8)], 9)
    {1: 7, 2: 8, 3: 9}
    """
    return {row: next((person for what, value, person in mapping if facts.get(what) == value), rest) for row, facts in rows.items()}


def split_groups(groups: dict[str, list[int]], people: list[int]) -> dict[int, int]:
    """Row → person, groups kept whole: the largest group first, each to whom has fewest so far (at a tie, who was named first).

    >>> split_groups({"温州": [1, 2, 3], "台州": [4, 5], "丽水": [6]}, [7, 8])
    {1: 7, 2: 7, 3: 7, 4: 8, 5: 8, 6: 8}
    """
    given: dict[int, int] = {}
    load = dict.fromkeys(people, 0)
    for _name, rows in sorted(groups.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        person = min(people, key=lambda one: load[one])
        load[person] += len(rows)
        given.update(dict.fromkeys(rows, person))
    return given
