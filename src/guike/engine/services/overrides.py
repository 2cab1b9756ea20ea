"""Outcomes set by people against the computed ones: with reason, signer and an end (CUS-04, POL-11)."""

from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from guike.engine.approvals.selectors import governed
from guike.engine.models import Approval
from guike.engine.models.decision import Override, Standing
from guike.engine.rulebook import Rulebook
from guike.engine.services import signatures
from guike.engine.services.evaluation import run_policies
from guike.organisation import selectors as organisation
from guike.platform import clock
from guike.platform.access import Viewer, require, row
from guike.platform.errors import Refused
from guike.platform.verbs import verb

#: The longest an override may last; a lasting exception belongs into the policy.
LONGEST = timedelta(days=3 * 366)


@verb("engine.override")
def override(
    policy_code: str,
    subject_id: int,
    outcome: str,
    *,
    reason: str,
    signer_id: int | None = None,
    until: date,
    from_on: date | None = None,
    actor: Viewer,
) -> Override | Approval:
    """Let one subject have an outcome from `from_on` (default today) until a day, both included, whatever is computed.

    Where an authority policy says who signs overrides, a request for approval is made and returned instead; whoever signs last is the
    signer then. Refuses an unknown outcome, a missing reason or signer, an end before the beginning, a beginning in the past, and a
    second override for the same time. Takes effect at once; ends by itself at the next evaluation.
    """
    require(actor, "policy", "override")
    found = Rulebook(clock.today()).holding(policy_code)
    row(actor, found.content.subject, subject_id, "view")
    starts = from_on or clock.today()
    by_approval = not actor.is_system and governed("override")
    _check(found.content, outcome, reason, actor.person_id if by_approval else signer_id, starts, until)
    if by_approval:
        _refuse_second(found.policy_id, subject_id, starts, until)
        return signatures.request_override(policy_code, subject_id, outcome, reason=reason, until=until, starts=starts, actor=actor)
    return set_override(
        policy_code, subject_id, outcome, reason=reason, signer_id=signer_id, until=until, starts=starts, entered_by=actor.person_id, actor=actor
    )


def set_override(
    policy_code: str,
    subject_id: int,
    outcome: str,
    *,
    reason: str,
    signer_id: int | None,
    until: date,
    starts: date,
    entered_by: int | None,
    actor: Viewer,
) -> Override:
    """Write an override that was authorised and signed; it takes effect at once."""
    found = Rulebook(clock.today()).holding(policy_code)
    _check(found.content, outcome, reason, signer_id, starts, until)
    standing = Standing.objects.select_for_update().filter(policy_id=found.policy_id, subject_id=subject_id).first()
    _refuse_second(found.policy_id, subject_id, starts, until)
    made = Override.objects.create(
        policy_id=found.policy_id,
        subject_kind=found.content.subject,
        subject_id=subject_id,
        outcome=outcome,
        computed=standing.computed if standing else "",
        score=standing.score if standing else None,
        reason=reason.strip(),
        signer_id=signer_id,  # type: ignore[misc]
        from_on=starts,
        until_on=until,
        ends_on=until,
        entered_by_id=entered_by,
        entered_at=clock.now(),
    )
    _redecide(policy_code, subject_id, actor)
    return made


def _check(content: object, outcome: str, reason: str, signer_id: int | None, starts: date, until: date) -> None:
    known = {one.code: one.label for one in content.outcomes}  # type: ignore[attr-defined]
    if outcome not in known:
        raise Refused(_("没有「%(outcome)s」，可用：%(known)s") % {"outcome": outcome, "known": "、".join(known.values())}, field="outcome")
    if not reason.strip():
        raise Refused(_("写明调整的理由"), field="reason")
    if signer_id is None or not organisation.works_here(signer_id):
        raise Refused(_("选一位在职的批准人"), field="signer")
    if starts < clock.today():
        raise Refused(_("人工调整从今天或以后开始，不能从 %(day)s 补起") % {"day": starts}, field="from_on")
    if until < starts:
        raise Refused(_("到期日 %(until)s 早于开始日 %(starts)s") % {"until": until, "starts": starts}, field="until")
    if until - starts > LONGEST:
        raise Refused(_("人工调整最长三年；长期例外写进制度"), field="until")


def _refuse_second(policy_id: int, subject_id: int, starts: date, until: date) -> None:
    """A sentence instead of the database's constraint."""
    other = Override.objects.filter(
        policy_id=policy_id, subject_id=subject_id, cancelled=False, from_on__lte=until, ends_on__gte=starts
    ).first()
    if other:
        names = {"from": other.from_on, "to": other.ends_on}
        raise Refused(_("%(from)s～%(to)s 已有人工调整，先结束它") % names, field="from_on", code="overlap")


def free_from(policy_id: int, subject_kind: str, subject_id: int) -> date:
    """The first day, today or later, on which no override speaks for the subject any more."""
    standing = Override.objects.filter(policy_id=policy_id, subject_kind=subject_kind, subject_id=subject_id, cancelled=False)
    last = standing.filter(ends_on__gte=clock.today()).order_by("-ends_on").values_list("ends_on", flat=True).first()
    return last + timedelta(days=1) if last else clock.today()


def end_overrides(override_ids: Sequence[int], *, reason: str, actor: Viewer) -> None:
    """End those of some overrides that still hold."""
    for pk in Override.objects.filter(pk__in=list(override_ids), cancelled=False, ends_on__gte=clock.today()).values_list("pk", flat=True):
        end_override(pk, reason=reason, actor=actor)


@verb("engine.end_override")
def end_override(override_id: int, *, reason: str, actor: Viewer) -> Override:
    """End an override before its day; the computed outcome holds again from today."""
    require(actor, "policy", "override")
    found = Override.objects.select_for_update().filter(pk=override_id).select_related("policy").first()
    if found is None or found.cancelled or found.ends_on < clock.today():
        raise Refused(_("这条人工调整已经结束"))
    row(actor, found.subject_kind, found.subject_id, "view")
    if not reason.strip():
        raise Refused(_("写明提前结束的原因"), field="reason")
    yesterday = clock.today() - timedelta(days=1)
    if yesterday < found.from_on:
        Override.objects.filter(pk=found.pk).update(cancelled=True, ended_reason=reason.strip(), ends_on=F("from_on"))
    else:
        Override.objects.filter(pk=found.pk).update(ends_on=yesterday, ended_reason=reason.strip())
    _redecide(found.policy.code, found.subject_id, actor)
    found.refresh_from_db()
    return found


def _redecide(policy_code: str, subject_id: int, actor: Viewer) -> None:
    run_policies([policy_code], as_of=None, subject_kind=None, subject_ids=[subject_id], trigger="override", actor=actor)
