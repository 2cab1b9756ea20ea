"""What this domain tells the ones above it."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class PersonLeft:
    """Somebody left the company: what that person owns needs another owner."""

    person_id: int
    on: date


@dataclass(frozen=True)
class PostChanged:
    """A post began, changed or ended: what is assigned by post, role or supervisor may go to somebody else."""

    person_id: int
    post_id: int


@dataclass(frozen=True)
class DeputyNamed:
    """Somebody stands in for a person from one day to another."""

    person_id: int
    deputy_id: int
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class DepartmentMoved:
    """A department stands elsewhere in the tree: who sees what has changed."""

    department_id: int


@dataclass(frozen=True)
class CalendarChanged:
    """Days count otherwise than before: deadlines that pass through them have to be worked out again."""

    first_day: date
    last_day: date
    reason: str
