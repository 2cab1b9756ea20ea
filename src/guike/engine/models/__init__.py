"""Tables of the engine."""

from guike.engine.models.activity import Activity
from guike.engine.models.approval import Approval, ApprovalAct, ApprovalSigner, ApprovalStep
from guike.engine.models.decision import Decision, Override, Proposal, Run, Standing
from guike.engine.models.metric import Assessment
from guike.engine.models.obligation import Obligation
from guike.engine.models.policy import Policy, PolicyVersion
from guike.engine.models.regulation import Clause, Regulation, RegulationVersion

__all__ = [
    "Activity",
    "Approval",
    "ApprovalAct",
    "ApprovalSigner",
    "ApprovalStep",
    "Assessment",
    "Clause",
    "Decision",
    "Obligation",
    "Override",
    "Policy",
    "PolicyVersion",
    "Proposal",
    "Regulation",
    "RegulationVersion",
    "Run",
    "Standing",
]
