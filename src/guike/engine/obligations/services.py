"""What can be done about an obligation: open, fulfil, put off, wake, withdraw, pass on. Never delete (ACT-02, ACT-12)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.models.activity import Activity
from guike.engine.models.obligation import Obligation
from guike.engine.obligations import registry, rules
from guike.platform import access, clock
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

LIVE = (Obligation.State.OPEN, Obligation.State.SNOOZED)


@dataclass(frozen=True)
class Due:
    """What is to be opened. `counted_from` set: contacts after that day close it (kinds closed by contact only)."""

    kind: str
    subject_kind: str
    subject_id: int
    title: str
    due_on: date
    assignee_id: int | None
    department_id: int | None = None
    as_owner: bool = False
    reason: str = ""
    clause: str = ""
    policy_id: int | None = None
    policy_version_id: int | None = None
    outcome: str = ""
    channels: tuple[str, ...] = ()
    counted_from: date | None = None
    arose_from_id: int | None = None
    weight: Decimal = Decimal(1)
    escalation_days: tuple[int, ...] = rules.ESCALATION_DAYS


def _new(due: Due) -> Obligation:
    return Obligation(
        kind=due.kind,
        subject_kind=due.subject_kind,
        subject_id=due.subject_id,
        title=due.title[:160],
        reason=due.reason[:300],
        clause=due.clause[:60],
        policy_id=due.policy_id,
        policy_version_id=due.policy_version_id,
        outcome=due.outcome,
        channels=list(due.channels),
        counted_from=due.counted_from,
        assignee_id=due.assignee_id,
        as_owner=due.as_owner,
        department_id=due.department_id,
        opened_on=clock.today(),
        opened_at=clock.now(),
        due_on=due.due_on,
        weight=due.weight,
        arose_from_id=due.arose_from_id,
        escalation_days=list(due.escalation_days),
    )


@verb("obligations.open", savepoint=False)
def open_obligation(due: Due, *, actor: Viewer) -> Obligation:
    """Open one. The verb that calls this has authorised its own record; cadences are opened by `refresh` only."""
    if due.kind == "cadence":
        raise ValueError("cadence obligations come from refresh_cadences")
    obligation = _new(due)
    obligation.save(force_insert=True)
    return obligation


@verb("obligations.open_many")
def open_many(dues: Iterable[Due], *, actor: Viewer) -> int:
    """Open many at once (alerts, imports). Returns how many."""
    made = Obligation.objects.bulk_create([_new(due) for due in dues], batch_size=1000)
    return len(made)


def _locked(obligation_id: int, *, actor: Viewer, action: str) -> Obligation:
    """The open obligation, locked; a closed one is refused with what became of it."""
    obligation = access.row(actor, "obligation", obligation_id, action, lock=True)
    if obligation.state == Obligation.State.FULFILLED:
        raise Refused(_("这件事 %(day)s 已办，刷新页面看最新清单") % {"day": obligation.fulfilled_on}, code="closed")
    if obligation.state == Obligation.State.WITHDRAWN:
        raise Refused(_("这件事已撤销：%(why)s") % {"why": obligation.closed_reason}, code="closed")
    return obligation


def _day_of(activity_id: int | None) -> date | None:
    return Activity.objects.filter(pk=activity_id).values_list("happened_on", flat=True).first() if activity_id else None


@verb("obligations.fulfil")
def fulfil(obligation_id: int, *, actor: Viewer, activity_id: int | None = None, on: date | None = None) -> Obligation:
    """Close one as done, by the record that did it or by the word of the one who owes it (promises, alerts).

    A cadence is closed only by a contact; saying it is done is refused.
    """
    obligation = _locked(obligation_id, actor=actor, action="change")
    if obligation.kind == "cadence" and activity_id is None:
        raise Refused(_("例行联系要记一笔跟进才算办结"), code="needs_contact", clause=obligation.clause)
    if registry.kind(obligation.kind).by_record:
        raise Refused(_("这件事在它自己的页面上办，办了就自动办结"), code="own_page", clause=obligation.clause)
    day = on or _day_of(activity_id) or clock.today()
    if day > clock.today():
        raise Refused(_("办结日期 %(day)s 在今天之后，改为今天或更早") % {"day": day}, field="on")
    obligation.state, obligation.fulfilled_on, obligation.fulfilled_by_id = Obligation.State.FULFILLED, day, activity_id
    obligation.save(update_fields=["state", "fulfilled_on", "fulfilled_by"])
    return obligation


_SNOOZE_MESSAGES = {
    "reason": ("reason", gettext_lazy("写一句推迟的原因")),
    "past": ("until", gettext_lazy("推迟到的日期要在今天之后，最早 %(limit)s")),
    "far": ("until", gettext_lazy("最多推迟 14 天，到 %(limit)s 为止；更久的要改等级或转负责人")),
    "often": ("until", gettext_lazy("已推迟 %(limit)s 次，到上限了；记一笔跟进，或找上级撤销")),
}


@verb("obligations.snooze")
def snooze(obligation_id: int, *, until: date, actor: Viewer, reason: str) -> Obligation:
    """Put off until a day, with a reason: at most 14 days ahead and 3 times. The due day stays, so lateness goes on counting."""
    obligation = _locked(obligation_id, actor=actor, action="change")
    problem = rules.snooze_problem(until=until, today=clock.today(), snoozes=obligation.snoozes, reason=reason)
    if problem:
        field, message = _SNOOZE_MESSAGES[problem.code]
        raise Refused(str(message) % {"limit": problem.limit}, field=field, code=problem.code, clause=obligation.clause)
    obligation.state, obligation.snoozed_until, obligation.snooze_reason = Obligation.State.SNOOZED, until, reason.strip()[:200]
    obligation.snoozes += 1
    obligation.save(update_fields=["state", "snoozed_until", "snooze_reason", "snoozes"])
    return obligation


@verb("obligations.wake")
def wake(obligation_id: int, *, actor: Viewer) -> Obligation:
    """Take one that was put off back onto the list at once."""
    obligation = _locked(obligation_id, actor=actor, action="change")
    obligation.state = Obligation.State.OPEN
    obligation.save(update_fields=["state"])
    return obligation


@verb("obligations.withdraw")
def withdraw(obligation_id: int, *, actor: Viewer, reason: str) -> Obligation:
    """Close one as no longer asked for; the reason is kept. A cadence that its policy still asks for comes back with the next refresh."""
    obligation = _locked(obligation_id, actor=actor, action="withdraw")
    if not reason.strip():
        raise Refused(_("写一句撤销的原因"), field="reason")
    obligation.state, obligation.closed_reason = Obligation.State.WITHDRAWN, reason.strip()[:200]
    obligation.save(update_fields=["state", "closed_reason"])
    return obligation


@verb("obligations.follow_owner")
def follow_owner(subject_kind: str, subject_ids: Sequence[int], *, person_id: int | None, department_id: int | None, actor: Viewer) -> int:
    """Pass on what the former owner of these subjects owed as their owner to the new one. Returns how many.

    What others owe there (a colleague's promise) stays theirs; what was escalated under the old owner starts anew. Without a new
    owner (public pool) it is withdrawn. Cadences follow by `refresh`.
    """
    owed = Obligation.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids), as_owner=True, state__in=LIVE)
    owed = owed.exclude(kind="cadence").exclude(assignee_id=person_id)
    if person_id is None:
        return owed.update(state=Obligation.State.WITHDRAWN, closed_reason=_("客户进入公海"))
    return owed.update(assignee_id=person_id, department_id=department_id, escalation_level=0, escalated_to=None, escalated_at=None)


@verb("obligations.withdraw_arisen")
def withdraw_arisen(activity_id: int, *, kinds: Sequence[str], actor: Viewer, reason: str) -> int:
    """Withdraw what is still open of the kinds that arose from an activity, after its record was corrected or voided. Returns how many."""
    arisen = Obligation.objects.filter(arose_from=activity_id, kind__in=list(kinds), state__in=LIVE)
    return arisen.update(state=Obligation.State.WITHDRAWN, closed_reason=reason[:200])


@verb("obligations.settle")
def settle(subject_kind: str, subject_id: int, kind: str, *, actor: Viewer) -> int:
    """Close what is open of a kind with one subject: the record that was asked for is there. Returns how many."""
    live = Obligation.objects.filter(subject_kind=subject_kind, subject_id=subject_id, kind=kind, state__in=LIVE)
    return live.update(state=Obligation.State.FULFILLED, fulfilled_on=clock.today())


@verb("obligations.withdraw_of")
def withdraw_of(subject_kind: str, subject_ids: Sequence[int], *, actor: Viewer, reason: str, kind: str = "") -> int:
    """Withdraw everything open (of a kind) of subjects that were taken out of use or merged away. Returns how many."""
    live = Obligation.objects.filter(subject_kind=subject_kind, subject_id__in=list(subject_ids), state__in=LIVE)
    live = live.filter(kind=kind) if kind else live
    return live.update(state=Obligation.State.WITHDRAWN, closed_reason=reason[:200])


@verb("obligations.close_of")
def close_of(
    subject_kind: str, subject_id: int, *, actor: Viewer, done: bool, reason: str = "", assignee_ids: Sequence[int] | None = None
) -> int:
    """The record of a subject closed what is owed with it: as done today, or withdrawn with a reason. Returns how many."""
    live = Obligation.objects.filter(subject_kind=subject_kind, subject_id=subject_id, state__in=LIVE)
    if assignee_ids is not None:
        live = live.filter(assignee_id__in=list(assignee_ids))
    if done:
        return live.update(state=Obligation.State.FULFILLED, fulfilled_on=clock.today())
    return live.update(state=Obligation.State.WITHDRAWN, closed_reason=reason[:200])


@verb("obligations.wake_due")
def wake_due(*, actor: Viewer, on: date | None = None) -> int:
    """The day turns: what was put off until today stands on the list again. Returns how many."""
    day = on or clock.today()
    return Obligation.objects.filter(state=Obligation.State.SNOOZED, snoozed_until__lte=day).update(state=Obligation.State.OPEN)
