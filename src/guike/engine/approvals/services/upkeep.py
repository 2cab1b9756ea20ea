"""What the days bring: deputies begin, people leave, time limits come near (PLT-05, ORG-01)."""

from datetime import date

from django.utils.translation import gettext as _

from guike.engine.approvals import rules
from guike.engine.approvals.services.asking import ask, note, seats
from guike.engine.approvals.services.changing import waiting_people
from guike.engine.approvals.services.signing import release
from guike.engine.events import ApprovalAsked
from guike.engine.models import Approval, ApprovalAct, ApprovalSigner, ApprovalStep
from guike.organisation.calendar.selectors import add_workdays
from guike.organisation.events import DeputyNamed, PersonLeft
from guike.organisation.selectors import Directory
from guike.platform import clock, events
from guike.platform.access import SYSTEM, Viewer
from guike.platform.verbs import verb

Verb = ApprovalAct.Verb


def _waiting_for(person_id: int) -> list[ApprovalSigner]:
    """The open seats of a person, requests locked in one order."""
    seats_held = ApprovalSigner.objects.filter(state="waiting", step__state=rules.OPEN, seat=person_id)
    ids = sorted(set(seats_held.values_list("approval_id", flat=True)))
    list(Approval.objects.select_for_update().filter(pk__in=ids, state=rules.PENDING).order_by("pk"))
    return list(seats_held.select_related("approval", "step").order_by("approval_id", "pk"))


@verb("approvals.replace_leaver")
def replace_leaver(person_id: int, *, actor: Viewer, on: date) -> int:
    """Somebody left: whoever holds the post, role or headship now signs, else the superior of who left. Returns how many steps."""
    moved, handled, directory, last_day = 0, set(), Directory(), Directory(on)
    for signer in _waiting_for(person_id):
        step, approval = signer.step, signer.approval
        if step is None or step.pk in handled:
            continue
        handled.add(step.pk)
        others = [one for one in seats(approval, step, directory) if one != person_id]
        heirs = [one for one in others if one in directory.present][:1] if step.sign == rules.ANY else others
        heirs = heirs or [one for one in last_day.chain(person_id) if one in directory.present and one != approval.requested_by_id][:1]
        release(approval, ApprovalSigner.objects.filter(step=step, seat=person_id, state="waiting"), actor, _("已离职"))
        taken = set(step.signers.filter(state__in=["waiting", "signed"]).values_list("seat_id", flat=True))
        made = ask(approval, step, [one for one in heirs if one not in taken], actor, _("接替离职同事"))
        for one in made:
            note(approval, Verb.REPLACE, SYSTEM, step=step, seat_id=person_id, to_id=one.person_id, comment=_("原签批人已离职"))
        moved += 1
    return moved


@verb("approvals.seat_deputies")
def seat_deputies(*, actor: Viewer, person_ids: list[int] | None = None) -> int:
    """Whoever is absent from today: the deputy may sign what waits. Safe to repeat. Returns how many deputies were asked."""
    directory, asked = Directory(), 0
    for person in person_ids if person_ids is not None else list(directory.away):
        if directory.deputy(person) is None:
            continue
        for signer in _waiting_for(person):
            if signer.person_id != person or signer.step is None:
                continue
            for made in ask(signer.approval, signer.step, [person], actor):
                note(signer.approval, Verb.DEPUTY, SYSTEM, step=signer.step, seat_id=person, to_id=made.person_id)
                asked += 1
    return asked


@verb("approvals.remind_due")
def remind_due(*, actor: Viewer, on: date | None = None) -> int:
    """Tell signers whose time limit comes near, once a step, as many working days ahead as the policy says. Returns how many steps."""
    day, told = on or clock.today(), 0
    found = ApprovalStep.objects.filter(state=rules.OPEN, reminded_on=None, remind__isnull=False, approval__state=rules.PENDING)
    for step in found.select_related("approval").order_by("approval_id", "pk"):
        if step.due_on is None or add_workdays(day, step.remind or 0) < step.due_on or step.opened_at is None:
            continue
        if clock.local(step.opened_at).date() >= day:  # asked today: no need to be told again
            continue
        if not ApprovalStep.objects.filter(pk=step.pk, reminded_on=None, state=rules.OPEN).update(reminded_on=day):
            continue
        people = waiting_people(step.approval)
        note(step.approval, Verb.NOTICE, SYSTEM, step=step, detail={"people": people})
        events.emit(ApprovalAsked(step.approval_id, tuple(people), step.approval.title, reminder=True))
        told += 1
    return told


def turn_the_day() -> dict[str, int]:
    """Deputies that begin today, reminders that fall due; escalation goes with all obligations."""
    return {"deputies": seat_deputies(actor=SYSTEM), "reminders": remind_due(actor=SYSTEM)}


# --- reactions ---------------------------------------------------------------------------------------------------------------


def person_left(event: PersonLeft) -> None:
    replace_leaver(event.person_id, actor=SYSTEM, on=event.on)


def deputy_named(event: DeputyNamed) -> None:
    if event.starts_on <= clock.today() <= event.ends_on:
        seat_deputies(actor=SYSTEM, person_ids=[event.person_id])
