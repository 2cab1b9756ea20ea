"""What the cadence policies in force ask for, as small plain rows that the set-based refresh joins with."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Requirement:
    """One outcome of one cadence policy: contact every `interval_days` by `channels` (empty = any).

    `outcome_policy_id` is the policy whose outcome is meant (the grading), `policy_id` the cadence itself. `phrase` is the
    reason in the company's words; `factor` the grade's weight; `in_force_from` the day this version took effect.
    """

    policy_id: int
    version_id: int
    outcome_policy_id: int
    outcome: str
    outcome_label: str
    subject_kind: str
    interval_days: int
    channels: tuple[str, ...]
    rest_day: str
    factor: float
    phrase: str
    clause: str
    title: str
    escalation_days: tuple[int, ...]
    in_force_from: date
