"""What follows from a follow-up: its line, the first-contact mark, what it closes and what it opens."""

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.contact import rules
from guike.contact.models import FollowUp
from guike.engine import selectors as engine
from guike.engine.activities import services as timeline
from guike.engine.obligations import selectors as due
from guike.engine.obligations import services as obligations
from guike.engine.obligations.refresh import Refreshed, refresh
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer


def happening(follow_up: FollowUp, names: str) -> timeline.Happening:
    """A follow-up as the timeline shows it."""
    said = "\n".join(part for part in (follow_up.said, follow_up.feedback and _("反馈：%s") % follow_up.feedback) if part)
    return timeline.Happening(
        kind="follow_up",
        subject_kind="customer",
        subject_id=follow_up.customer_id,
        happened_on=follow_up.happened_on,
        at=follow_up.happened_time,
        source_kind="follow_up",
        source_id=follow_up.pk,
        channel=follow_up.method,
        person_id=follow_up.person_id,
        counterpart=names,
        title=follow_up.topic,
        text=said,
    )


def on_timeline(follow_up: FollowUp, contacts: list) -> int:
    """Put its line on the timeline; returns the activity's id."""
    return timeline.record(happening(follow_up, "、".join(contact.name for contact in contacts))).pk


def mark_first(follow_up: FollowUp) -> None:
    """Let the customer's earliest follow-up, and no other, carry the mark of first contact. One or three queries."""
    standing = FollowUp.objects.filter(customer=follow_up.customer_id, voided_at=None).order_by("happened_on", "pk")
    earliest = standing.values_list("pk", "first_contact").first()
    follow_up.first_contact = earliest is not None and earliest[0] == follow_up.pk
    if earliest is None or earliest[1]:
        return
    standing.order_by().filter(first_contact=True).update(first_contact=False)
    standing.order_by().filter(pk=earliest[0]).update(first_contact=True)


def open_arising(follow_up: FollowUp, promises: tuple[rules.Promise, ...], activity_id: int, actor: Viewer) -> None:
    """Open what was promised and the agreed next step, ranked like the customer's cadence.

    A bare day without words, on which the cadence asks for a contact anyway, is left to the cadence.
    """
    step_ahead = follow_up.next_on is not None and follow_up.next_on >= clock.today()
    if not promises and not step_ahead:
        return
    cadences = (
        due.of_subject(SYSTEM, "customer", follow_up.customer_id, authorised=True).filter(kind="cadence").values_list("due_on", "weight")
    )
    weight = max((weight for _day, weight in cadences), default=Decimal(1))
    for promise in promises:
        _open("promise", follow_up, activity_id, actor, title=promise.text.strip(), due_on=promise.due_on, weight=weight)
    if step_ahead and (follow_up.next_step or follow_up.next_on not in {day for day, _weight in cadences}):
        title = follow_up.next_step or _("约定联系")
        _open("next_step", follow_up, activity_id, actor, title=title, due_on=follow_up.next_on, weight=weight)


_SAID = {"promise": gettext_lazy("%(day)s %(method)s中答应"), "next_step": gettext_lazy("%(day)s %(method)s中约定")}


def _open(kind: str, follow_up: FollowUp, activity_id: int, actor: Viewer, **more: Any) -> None:
    reason = str(_SAID[kind]) % {"day": f"{follow_up.happened_on:%m-%d}", "method": rules.SHORT[follow_up.method]}
    owed = obligations.Due(
        kind=kind,
        subject_kind="customer",
        subject_id=follow_up.customer_id,
        assignee_id=follow_up.person_id,
        as_owner=follow_up.person_id == follow_up.customer.owner_id,
        department_id=follow_up.department_id,
        arose_from_id=activity_id,
        reason=reason,
        **more,
    )
    obligations.open_obligation(owed, actor=actor)


def follow_cadence(customer_id: int) -> Refreshed:
    """Close what the contact fulfils and open what is due next for one customer: the same SQL as for all."""
    return refresh("customer", requirements=engine.cadence_requirements(clock.today()), subject_ids=[customer_id], only_contacts=True)
