"""The engine's verbs. Each is one transaction and takes `actor=` (architecture: nothing else writes)."""

from guike.engine.services.assessments import Entry, assess, assess_many, withdraw_assessment
from guike.engine.services.evaluation import Evaluated, evaluate, evaluate_due
from guike.engine.services.forgetting import forget
from guike.engine.services.overrides import end_override, end_overrides, free_from, override, set_override
from guike.engine.services.packs import ensure_default_packs, install_pack
from guike.engine.services.proposals import confirm_proposal, reject_proposal
from guike.engine.services.versions import publish, publish_text, save_draft, save_draft_content, set_active, withdraw_version

__all__ = [
    "Entry",
    "Evaluated",
    "assess",
    "assess_many",
    "confirm_proposal",
    "end_override",
    "end_overrides",
    "ensure_default_packs",
    "evaluate",
    "evaluate_due",
    "forget",
    "free_from",
    "install_pack",
    "override",
    "publish",
    "publish_text",
    "reject_proposal",
    "save_draft",
    "save_draft_content",
    "set_active",
    "set_override",
    "withdraw_assessment",
    "withdraw_version",
]
