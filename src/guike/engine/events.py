"""What the engine tells upper domains."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class StandingsChanged:
    """Outcomes of a policy changed: for these subjects, or for many (`subject_ids` None: refresh all of the kind)."""

    policy_code: str
    is_primary: bool
    subject_kind: str
    as_of: date
    subject_ids: tuple[int, ...] | None = None


@dataclass(frozen=True)
class Escalated:
    """Late obligations went up the chain: who answers for them now (person id) → their ids."""

    to: Mapping[int, tuple[int, ...]]


@dataclass(frozen=True)
class ApprovalAsked:
    """These people are asked to sign, or were reminded (`reminder`): whoever notifies them reacts."""

    approval_id: int
    person_ids: tuple[int, ...]
    title: str
    reminder: bool = False


@dataclass(frozen=True)
class ApprovalDecided:
    """A request was approved, rejected, returned, withdrawn or lapsed: its applicant wants to know."""

    approval_id: int
    kind: str
    state: str
    requested_by: int | None
    title: str


@dataclass(frozen=True)
class PolicyTookEffect:
    """A version of a policy holds from today: what rests on it (cadences) is to be brought in line."""

    policy_code: str
    kind: str
    subject_kind: str
    version: int
