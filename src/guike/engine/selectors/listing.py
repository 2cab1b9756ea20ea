"""Policies, versions, drafts and what waits for people."""

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from guike.engine.models.decision import Override, Proposal, Run
from guike.engine.models.policy import Policy, PolicyVersion
from guike.engine.policies.catalogue import Catalogue
from guike.engine.policies.parse import Parsed, parse_document
from guike.engine.policies.yaml_text import read
from guike.engine.rulebook import Rulebook, content_of, faces_known
from guike.platform import clock
from guike.platform.access import Viewer, require, rows
from guike.platform.errors import Refused


@dataclass(frozen=True)
class Listed:
    """One line of the list of policies."""

    policy: Policy
    current: PolicyVersion | None
    upcoming: PolicyVersion | None
    draft: PolicyVersion | None
    last_run: Run | None


def policies(viewer: Viewer, as_of: date | None = None) -> list[Listed]:
    """Every policy with its version in force, the next one, its draft and its last evaluation."""
    require(viewer, "policy", "view")
    day = as_of or clock.today()
    found = list(Policy.objects.select_related("department").order_by("-is_primary", "pack", "id"))
    all_versions: dict[int, list[PolicyVersion]] = {}
    for version in PolicyVersion.objects.exclude(status="withdrawn").defer("content", "yaml").select_related("policy"):
        all_versions.setdefault(version.policy_id, []).append(version)
    last = {
        run.policy_id: run
        for run in Run.objects.filter(everyone=True, kept=True).order_by("policy_id", "-as_of", "-id").distinct("policy_id")
    }
    return [_listed(one, all_versions.get(one.pk, []), day, last.get(one.pk)) for one in found]


def _listed(policy: Policy, its: list[PolicyVersion], day: date, last: Run | None) -> Listed:
    published = sorted((one for one in its if one.status == "published" and one.effective_from), key=lambda one: one.effective_from or day)
    begun = [one for one in published if one.effective_from and one.effective_from <= day]
    later = [one for one in published if one.effective_from and one.effective_from > day]
    draft = next((one for one in its if one.status == "draft"), None)
    return Listed(policy, begun[-1] if begun else None, later[0] if later else None, draft, last)


def policy(viewer: Viewer, code: str) -> Policy:
    """One policy; refuses an unknown code with those that exist."""
    require(viewer, "policy", "view")
    found = Policy.objects.select_related("department").filter(code=code).first()
    if found is None:
        known = "、".join(Policy.objects.values_list("code", flat=True)) or "无"
        raise Refused(f"没有制度 {code}，现有：{known}", code="unknown_policy")
    return found


def versions(viewer: Viewer, code: str) -> QuerySet[PolicyVersion]:
    """All versions, newest first."""
    return (
        PolicyVersion.objects.filter(policy=policy(viewer, code)).select_related("policy", "published_by", "drafted_by").order_by("-number")
    )


def in_force(viewer: Viewer, code: str, as_of: date | None = None) -> PolicyVersion | None:
    """The version that holds on a day, with its text; None where none did."""
    found = Rulebook(as_of or clock.today()).versions.get(policy(viewer, code).code)
    return PolicyVersion.objects.select_related("policy").get(pk=found.pk) if found else None


def text_problems(viewer: Viewer, text: str) -> Parsed:
    """A YAML text read and checked against everything known; nothing is written."""
    require(viewer, "policy", "view")
    return parse_document(read(text), Catalogue(policies=faces_known()))


def draft_problems(viewer: Viewer, version: PolicyVersion) -> Parsed:
    """The same for a stored draft."""
    return text_problems(viewer, version.yaml)


def runs(viewer: Viewer, code: str, limit: int = 50) -> list[Run]:
    """The newest evaluations of a policy."""
    return list(Run.objects.filter(policy=policy(viewer, code)).select_related("policy_version", "started_by").order_by("-id")[:limit])


def overrides(viewer: Viewer, subject_kind: str = "customer", *, current: bool = True) -> QuerySet[Override]:
    """Overrides of subjects the viewer may see: those in force or coming, or all."""
    found = Override.objects.filter(subject_kind=subject_kind, subject_id__in=rows(viewer, subject_kind).values("pk"))
    if current:
        found = found.filter(cancelled=False, ends_on__gte=clock.today())
    return found.select_related("policy", "signer", "entered_by").order_by("ends_on", "id")


@dataclass(frozen=True)
class Waiting:
    """A proposal and who confirms it next: `owner` or a role."""

    proposal: Proposal
    step: str
    label: str
    previous_label: str


def proposals(viewer: Viewer, subject_kind: str = "customer") -> list[Waiting]:
    """Open proposals for subjects the viewer may see, oldest first."""
    require(viewer, "policy", "confirm")
    seen = rows(viewer, subject_kind).values("pk")
    found = Proposal.objects.filter(state="open", subject_kind=subject_kind, subject_id__in=seen).select_related("policy", "policy_version")
    waiting = []
    for one in found.order_by("id")[:500]:
        content = content_of(one.policy_version)
        waiting.append(Waiting(one, content.confirmation[one.step], content.label(one.outcome), content.label(one.previous)))
    return waiting
