"""Writing a follow-up down, with everything that follows from it in one transaction (ACT-01, ACT-02, PRF-8)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError
from django.utils.translation import gettext as _

from guike.contact import messages, rules, standing
from guike.contact.events import FollowUpLogged
from guike.contact.models import FollowUp
from guike.contact.services.consequences import follow_cadence, mark_first, on_timeline, open_arising
from guike.customers import services as customers
from guike.engine.obligations import services as obligations
from guike.platform import access, clock, events, files
from guike.platform.access import Viewer
from guike.platform.errors import Refused
from guike.platform.verbs import verb

NOTHING_LEARNT = customers.Supplemented()


@dataclass(frozen=True)
class Logged:
    """What was written. `repeated`: this form had been posted already, nothing was written again."""

    follow_up: FollowUp
    repeated: bool = False
    file: customers.Supplemented = NOTHING_LEARNT


@verb("contact.log_follow_up")
def log_follow_up(
    customer_id: int,
    draft: rules.Draft,
    *,
    actor: Viewer,
    form_token: UUID | None = None,
    uploads: Sequence[UploadedFile] = (),
    file: Mapping[str, Any] | None = None,
) -> Logged:
    """Write a follow-up with a customer in sight; close what it fulfils, open what it promises and what comes next.

    The same `form_token` a second time gives back the first follow-up. Refused: what `rules.problems` finds, contacts of
    another customer, somebody without a person. Out of sight: 404. `file`: what was learnt for the customer's file (CUS-03).
    """
    access.require(actor, "follow_up", "add")
    if actor.person_id is None:
        raise Refused(_("这个账号没有对应的人员，不能记跟进"))
    customer = access.row(actor, "customer", customer_id, lock=True)  # one writer per customer: one first contact, one cadence
    if form_token and (known := _posted_before(form_token, customer_id, actor)):
        return known
    contacts = checked(customer, draft)
    follow_up = _written(customer, draft, actor, form_token)
    if contacts:
        follow_up.contacts.add(*contacts)
    for upload in uploads:
        files.attach(upload, "follow_up", follow_up.pk, actor=actor)
    mark_first(follow_up)
    activity_id = on_timeline(follow_up, contacts)
    _close_by_hand(draft, customer_id, activity_id, actor)
    follow_cadence(customer_id)
    open_arising(follow_up, draft.promises, activity_id, actor)
    supplemented = customers.supplement(customer_id, file, actor=actor, reason=_("记跟进时补充")) if file else NOTHING_LEARNT
    events.emit(FollowUpLogged(customer_id, follow_up.pk, follow_up.happened_on))
    return Logged(follow_up, file=supplemented)


def checked(customer: Any, draft: rules.Draft) -> list:
    """The contacts of a draft that may be written; raises the first thing that is wrong with it."""
    if found := rules.problems(draft, today=clock.today(), founded_on=customer.founded_on):
        raise Refused(messages.sentence(found[0]), field=found[0].field, code=found[0].code)
    contacts = list(customer.contacts.filter(pk__in=draft.contact_ids))
    if len(contacts) != len(set(draft.contact_ids)):
        raise Refused(_("有联系人不属于「%(customer)s」，重新选择") % {"customer": customer}, field="contacts")
    return contacts


def _posted_before(token: UUID | None, customer_id: int, actor: Viewer) -> Logged | None:
    found = FollowUp.objects.filter(form_token=token, person_id=actor.person_id, customer_id=customer_id).first() if token else None  # type: ignore[misc]
    return Logged(found, repeated=True) if found else None


def _written(customer: Any, draft: rules.Draft, actor: Viewer, token: UUID | None) -> FollowUp:
    """The new row. Refused when the form was used for another customer or by somebody else: the token is unique.

    The same form posted twice at once waits for the customer's lock and is found by `_posted_before`.
    """
    now_standing = standing.of_customer(customer.pk)
    row = FollowUp(  # type: ignore[misc]
        customer=customer,
        person_id=actor.person_id,
        department_id=home_department(actor, customer),
        recorded_at=clock.now(),
        form_token=token,
        grade=now_standing.code,
        category=now_standing.category,
        **fields_of(draft),
    )
    try:
        row.save(force_insert=True)
    except IntegrityError as error:
        if "form_token" not in str(error):
            raise
        raise Refused(_("这张表单已用过，刷新页面再记一笔"), code="token") from error
    return row


def home_department(actor: Viewer, customer: Any) -> int | None:
    """Under which department it counts: the customer's where the writer stands there, else the writer's own."""
    if customer.department_id in actor.department_ids or not actor.department_ids:
        return customer.department_id
    return min(actor.department_ids)


def fields_of(draft: rules.Draft) -> dict[str, Any]:
    """A draft as columns."""
    return {
        "method": draft.method,
        "said": draft.said.strip(),
        "happened_on": draft.happened_on,
        "happened_time": draft.happened_time,
        "topic": draft.topic.strip()[:120],
        "feedback": draft.feedback.strip(),
        "place": draft.place.strip()[:120],
        "next_on": draft.next_on,
        "next_step": draft.next_step.strip()[:160],
    }


def _close_by_hand(draft: rules.Draft, customer_id: int, activity_id: int, actor: Viewer) -> None:
    """Close the promises and alerts that were ticked as done; only those of this customer."""
    for pk in draft.done:
        owed = access.row(actor, "obligation", pk)
        if (owed.subject_kind, owed.subject_id) != ("customer", customer_id):
            raise Refused(_("勾选的事项不属于这个客户，刷新页面再试"), field="done")
        obligations.fulfil(pk, actor=actor, activity_id=activity_id)
