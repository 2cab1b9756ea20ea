"""Drafting, publishing and withdrawing versions (POL-01). What is published never changes."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from guike.engine.events import PolicyTookEffect
from guike.engine.models.policy import Policy, PolicyVersion
from guike.engine.policies.catalogue import Catalogue, Face
from guike.engine.policies.content import Content
from guike.engine.policies.parse import Parsed, parse_document
from guike.engine.policies.yaml_text import Document, read, write
from guike.engine.rulebook import faces_known
from guike.organisation import selectors as organisation
from guike.platform import clock, events
from guike.platform.access import Viewer, require, row
from guike.platform.errors import Refused, Stale
from guike.platform.verbs import verb

Status = PolicyVersion.Status
SHOWN_PROBLEMS = 5


def checked(document: Document, faces: dict[str, Face] | None = None) -> Parsed:
    """The parsed text; refuses with the first problems, each with its line, where it may not be published."""
    parsed = parse_document(document, Catalogue(policies=faces_known() if faces is None else faces))
    if not parsed.sound:
        fatal = [str(problem) for problem in parsed.problems if problem.fatal]
        more = _("；还有 %(n)s 处") % {"n": len(fatal) - SHOWN_PROBLEMS} if len(fatal) > SHOWN_PROBLEMS else ""
        raise Refused("；".join(fatal[:SHOWN_PROBLEMS]) + more, field="yaml", code="unsound")
    return parsed


@verb("engine.save_draft")
def save_draft(text: str, *, actor: Viewer, lock: int | None = None) -> PolicyVersion:
    """Keep a text as its policy's one draft; a new code makes a new policy. The text may still have problems, but must be readable.

    `lock` is the draft's lock that the editor saw; another one means that somebody saved in between (`Stale`).
    """
    require(actor, "policy", "change")
    document = read(text)
    if document.problem:
        raise Refused(str(document.problem), field="yaml")
    parsed = parse_document(document, Catalogue(policies=faces_known()))
    if not parsed.content.code or not parsed.content.kind:
        raise Refused("；".join(str(problem) for problem in parsed.problems[:SHOWN_PROBLEMS]), field="yaml")
    policy = _policy(parsed.content, actor)
    return _write_draft(policy, document, text, parsed.content, actor, lock)


def save_draft_content(content: dict[str, Any], *, actor: Viewer, lock: int | None = None) -> PolicyVersion:
    """The same for a tree edited as a form."""
    return save_draft(write(content), actor=actor, lock=lock)


def _policy(content: Content, actor: Viewer, pack: str = "") -> Policy:
    """The policy of a code, locked; made where there is none. A code keeps its kind for ever."""
    policy = Policy.objects.select_for_update().filter(code=content.code).first()
    if policy is None:
        require(actor, "policy", "add")
        return Policy.objects.create(
            code=content.code,
            title=content.title or content.code,
            kind=content.kind,
            subject_kind=content.subject,
            department_id=organisation.department_with_function(content.department)
            if content.department
            else None,
            owner_function=content.department,
            pack=pack,
            created_at=clock.now(),
        )
    if policy.kind != content.kind or policy.subject_kind != content.subject:
        raise Refused(
            _("制度 %(code)s 是「%(kind)s」，不能改成另一类；换一个代码") % {"code": policy.code, "kind": policy.get_kind_display()},
            field="yaml",
        )
    return policy


def _write_draft(policy: Policy, document: Document, text: str, content: Content, actor: Viewer, lock: int | None) -> PolicyVersion:
    draft = PolicyVersion.objects.select_for_update().filter(policy=policy, status=Status.DRAFT).first()
    if draft is not None and lock is not None and draft.lock != lock:
        raise Stale(_("这份草案刚被别人改过，先看看改了什么"))
    if draft is None:
        newest = PolicyVersion.objects.filter(policy=policy).aggregate(n=Max("number"))["n"] or 0
        draft = PolicyVersion(policy=policy, number=newest + 1, lock=0)
    draft.content, draft.yaml = document.content, text
    draft.clause_title, draft.clause_number, draft.clause_text = content.clause_title, content.clause_number, content.clause_text
    draft.drafted_by_id, draft.drafted_at = actor.person_id, clock.now()
    draft.lock += 1
    draft.save()
    return draft


@verb("engine.publish")
def publish(version_id: int, *, effective: date, actor: Viewer, reason: str = "") -> PolicyVersion:
    """Publish a draft from a day on. Refuses unsound text, and a day that does not lie after every published version's.

    Its predecessor ends the day before. A day in the past is allowed as long as nothing published begins on or after it.
    """
    require(actor, "policy", "publish")
    policy = Policy.objects.select_for_update(of=("self",)).filter(versions=version_id).first()
    version = PolicyVersion.objects.select_for_update().filter(pk=version_id).first()
    if policy is None or version is None:
        raise Refused(_("没有这份草案"))
    if version.status != Status.DRAFT:
        raise Refused(_("《%(title)s》第 %(n)s 版已经发布") % {"title": policy.title, "n": version.number})
    content = checked(read(version.yaml)).content
    _supersede(policy, version, effective)
    return _release(policy, version, content, effective, actor)


def _supersede(policy: Policy, version: PolicyVersion, effective: date) -> None:
    """End the version in force the day before; refuse where one begins on or after the day."""
    published = PolicyVersion.objects.select_for_update().filter(policy=policy, status=Status.PUBLISHED)
    newest = published.order_by("-effective_from").first()
    if newest is None:
        return
    if newest.effective_from is not None and newest.effective_from >= effective:
        names = {"title": policy.title, "n": newest.number, "day": newest.effective_from, "own": effective}
        hint = _("；要更早生效，先撤回第 %(n)s 版") % names if newest.effective_from > clock.today() else ""
        raise Refused(
            _("生效日期重叠：《%(title)s》第 %(n)s 版从 %(day)s 起生效，新版本要晚于这一天，不能是 %(own)s") % names + hint,
            field="effective",
            code="overlap",
        )
    newest.superseded_on = effective
    newest.save(update_fields=["superseded_on"])


def _release(policy: Policy, version: PolicyVersion, content: Content, effective: date, actor: Viewer) -> PolicyVersion:
    version.status, version.effective_from = Status.PUBLISHED, effective
    version.published_by_id, version.published_at = actor.person_id, clock.now()
    version.save()
    _follow_content(policy, content)
    if effective <= clock.today():
        took_effect(version, content)
    return version


def _follow_content(policy: Policy, content: Content) -> None:
    """Title and primary mark follow the newest published text; only one policy of a subject kind is primary."""
    if content.primary and not policy.is_primary:
        Policy.objects.filter(subject_kind=policy.subject_kind, is_primary=True).update(is_primary=False)
    policy.title, policy.is_primary, policy.version = content.title, content.primary or policy.is_primary, policy.version + 1
    policy.save(update_fields=["title", "is_primary", "version"])


def took_effect(version: PolicyVersion, content: Content) -> None:
    """Tell those whose work rests on the policy."""
    events.emit(PolicyTookEffect(content.code, content.kind, content.subject, version.number))


@verb("engine.publish_text")
def publish_text(text: str, *, effective: date, actor: Viewer) -> PolicyVersion:
    """Draft and publish in one go: what `guike policy publish FILE` does. Nothing is kept when either is refused."""
    with transaction.atomic():
        draft = save_draft(text, actor=actor)
        return publish(draft.pk, effective=effective, actor=actor)


@verb("engine.withdraw_version")
def withdraw_version(version_id: int, *, reason: str, actor: Viewer) -> PolicyVersion:
    """Take back a version that is published but not yet in force; the one before goes on."""
    require(actor, "policy", "publish")
    version = PolicyVersion.objects.select_for_update().select_related("policy").filter(pk=version_id).first()
    if version is None or version.status != Status.PUBLISHED:
        raise Refused(_("没有这个已发布的版本"))
    if not reason.strip():
        raise Refused(_("写明撤回的原因"), field="reason")
    if version.effective_from is None or version.effective_from <= clock.today():
        raise Refused(_("第 %(n)s 版已经生效，不能撤回；发布一个新版本来替代它") % {"n": version.number})
    version.status = Status.WITHDRAWN
    version.save(update_fields=["status"])
    before = PolicyVersion.objects.filter(policy=version.policy, status=Status.PUBLISHED, superseded_on=version.effective_from)
    before.update(superseded_on=version.superseded_on)
    return version


@verb("engine.set_policy_active")
def set_active(code: str, active: bool, *, actor: Viewer, reason: str = "") -> Policy:
    """Put a policy out of use, or back: it is not evaluated meanwhile; its decisions stay."""
    require(actor, "policy", "publish")
    policy = row(actor, "policy", Policy.objects.values_list("pk", flat=True).filter(code=code).first(), "publish", lock=True)
    policy.active, policy.version = active, policy.version + 1
    policy.save(update_fields=["active", "version"])
    return policy
