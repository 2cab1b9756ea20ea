"""How what the history keeps of policies, outcomes and duties reads (PLT-02)."""

from typing import Any

from django.utils.translation import gettext as _

from guike.engine.metrics.registry import REGISTRY
from guike.engine.metrics.show import shown
from guike.engine.models import PolicyVersion
from guike.engine.obligations import registry as duties
from guike.engine.rulebook import content_of
from guike.engine.services.packs import packs
from guike.organisation.rules import FUNCTIONS
from guike.platform.telling import Document, Following, OfRow, chosen, tell


def outcome(row: Any, code: str) -> str:
    """What a policy calls an outcome: by the version that the row names, else by the policy's newest; a cadence's grades are
    those of the policy that it follows."""
    found = PolicyVersion.objects.filter(policy=row.policy_id)
    version = found.filter(pk=getattr(row, "policy_version_id", None) or 0).first() or found.order_by("-number").first()
    content = content_of(version) if version else None
    if content and content.follows and not content.outcomes:
        followed = PolicyVersion.objects.filter(policy__code=content.follows).order_by("-number").first()
        content = content_of(followed) if followed else None
    return content.label(code) if content else code


def _metric(code: str) -> str:
    found = REGISTRY.metrics.get(code)
    return str(found.label) if found else code


def _entered(row: Any, value: Any) -> str:
    metric = REGISTRY.metrics.get(row.metric)
    return shown(metric, value) if metric else str(value)


def _pack(code: str) -> str:
    found = packs().get(code)
    return found.title if found else code


def _confirmations(kept: list[dict[str, Any]]) -> str:
    return "；".join("，".join(filter(None, (one.get("as", ""), one.get("name", ""), one.get("note", "")))) for one in kept)


def _days(kept: list[int]) -> str:
    return _("逾期第 %(days)s 天") % {"days": "、".join(map(str, kept))} if kept else ""


for model in ("engine.Policy", "engine.Regulation"):
    tell(model, owner_function=chosen(FUNCTIONS), pack=_pack)
tell("engine.PolicyVersion", yaml=Document(), clause_text=Document(by_sentence=True), content=Following())
tell("engine.RegulationVersion", yaml=Document())
tell("engine.Override", outcome=OfRow(outcome), computed=OfRow(outcome))
tell("engine.Proposal", previous=OfRow(outcome), outcome=OfRow(outcome), inputs=Following(), confirmations=_confirmations)
tell("engine.Obligation", kind=lambda code: str(duties.kind(code).label), outcome=OfRow(outcome), escalation_days=_days)
tell("engine.Assessment", metric=_metric, text=OfRow(_entered), number=OfRow(_entered))
