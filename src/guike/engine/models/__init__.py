"""Tables of the engine."""

from guike.engine.models.activity import Activity
from guike.engine.models.decision import Decision, Override, Proposal, Run, Standing
from guike.engine.models.metric import Assessment
from guike.engine.models.obligation import Obligation
from guike.engine.models.policy import Policy, PolicyVersion

__all__ = ["Activity", "Assessment", "Decision", "Obligation", "Override", "Policy", "PolicyVersion", "Proposal", "Run", "Standing"]
