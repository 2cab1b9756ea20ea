"""What the engine keeps about a subject when that subject is merged into another."""

from django.db.models import Q

from guike.engine.models import Obligation, Proposal
from guike.platform import references

_MERGED = "已并入另一条记录"
_LIVE = Q(state__in=[Obligation.State.OPEN, Obligation.State.SNOOZED])

references.declare("engine.Decision", "subject_id", stays=True, why="判定是那条档案当时的事实，只增不改")
references.declare("engine.Standing", "subject_id", stays=True, why="留下的一方重新判定")
references.declare(
    "engine.Proposal",
    "subject_id",
    stays=True,
    closes=Q(state=Proposal.State.OPEN),
    closing={"state": Proposal.State.LAPSED, "closed_reason": _MERGED},
    why="留下的一方重新判定",
)
references.declare(
    "engine.Obligation",
    "subject_id",
    stays=Q(kind__in=["cadence", "alert"]) & _LIVE,
    closes=Q(kind__in=["cadence", "alert"]) & _LIVE,
    closing={"state": Obligation.State.WITHDRAWN, "closed_reason": _MERGED},
    why="例行联系和预警按留下的一方重排，答应的事跟着走",
)
references.declare_no_reference("engine.Activity", "source_id", "指向写下这条动态的单据，单据不合并")
