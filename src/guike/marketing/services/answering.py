"""The receiver's answer: it becomes a customer or part of one, or goes back with a reason (CUS-08)."""

from datetime import date
from typing import Any

from django.db.models import F, Q
from django.http import Http404
from django.utils.translation import gettext as _

from guike.customers import selectors as customers
from guike.customers import services as customer_verbs
from guike.engine.activities.services import Happening, record
from guike.marketing import selectors
from guike.marketing.events import FindReturned
from guike.marketing.models import Find
from guike.marketing.services import outcomes, tasks
from guike.organisation import selectors as organisation
from guike.platform import clock, events
from guike.platform.access import SYSTEM, Viewer, allowed, row
from guike.platform.errors import Forbidden, Refused
from guike.platform.verbs import verb

#: Why a person may return a find; the other reasons are the clock's.
RETURNING = (Find.Why.KNOWN, Find.Why.NO_NEED, Find.Why.UNREACHABLE, Find.Why.NOT_OURS, Find.Why.OTHER)


def take(find_id: int, person_id: int, department_id: int | None, on: date) -> bool:
    """Make the person the one who accepted it, if it still waits for him; False where somebody was quicker.

    The update waits for the row and looks again.
    """
    mine = Q(receiver_id=person_id) | Q(receiver__isnull=True, pooled=True)
    return bool(
        Find.objects.filter(mine, pk=find_id, state=Find.State.SENT).update(
            state=Find.State.ACCEPTED,
            receiver_id=person_id,
            department_id=F("department_id") if department_id is None else department_id,
            pooled=False,
            accepted_on=on,
            version=F("version") + 1,
        )
    )


@verb("marketing.accept")
def accept(find_id: int, *, actor: Viewer, customer_id: int | None = None, reason: str = "") -> Find:
    """Take a find: as a new customer with its source and contact, or joined to a customer the actor may change.

    Of many who reach at once one gets it. What fell back before goes on with the customer it had become. The first contact is due next.
    """
    found: Find = row(actor, "find", find_id, "accept")
    if actor.person_id is None:
        raise Refused(_("这个账号没有对应的人员，不能接收线索"))
    today = clock.today()
    if not take(find_id, actor.person_id, organisation.home_of(actor.person_id), today):
        raise Refused(_gone(find_id, actor), code="taken")
    found.refresh_from_db()
    tasks.answered(found)
    found.customer_id, found.joined = _became(found, customer_id, actor)
    found.due_on = None
    found.save(update_fields=["customer", "joined", "due_on"])
    _on_timeline(found, actor)
    tasks.ask_for_contact(found, selectors.terms().follow_days, today)
    outcomes.refresh_outcomes([found.customer_id])
    found.refresh_from_db()
    return found


def _gone(find_id: int, actor: Viewer) -> str:
    found = Find.objects.select_related("receiver").filter(pk=find_id).first()
    if found is None or found.state != Find.State.ACCEPTED or found.receiver is None:
        return _("这条线索已不在待接收，刷新看最新的")
    if found.receiver_id == actor.person_id:
        return _("「%(name)s」你已经接收了") % {"name": found}
    return _("「%(name)s」已由 %(who)s 接收") % {"name": found, "who": found.receiver}


def _became(found: Find, customer_id: int | None, actor: Viewer) -> tuple[int, bool]:
    """(the customer, was it there before)."""
    if customer_id is not None:
        return _joined(found, customer_id, actor), True
    if found.customer_id is not None and customers.customers(SYSTEM).filter(pk=found.customer_id).exists():
        return _again(found, actor), found.joined
    values = {
        "kind": found.kind, "name": found.name, "uscc": found.uscc, "source": found.source, "industry": found.industry,
        "province": found.province, "city": found.city, "registered_address": found.address, "note": _note(found),
    }  # fmt: skip
    if found.kind == Find.Kind.PERSON or not found.contact:
        values["phone"] = found.phone
    made = customer_verbs.add_customer(values, actor=actor, reason=_("市场线索 %(number)s") % {"number": found.number})
    customer_verbs.require_room(actor.person_id or 0, [made.pk], actor=actor)
    if found.kind == Find.Kind.COMPANY and found.contact:
        person = {"name": found.contact, "position": found.position, "phone": found.phone, "is_primary": True}
        customer_verbs.add_contact(made.pk, person, actor=actor)
    return made.pk, False


def _note(found: Find) -> str:
    parts = (found.note, _("在哪里找到：%(place)s") % {"place": found.place_found} if found.place_found else "")
    return "\n".join(part for part in parts if part)


def _joined(found: Find, customer_id: int, actor: Viewer) -> int:
    """Joined to a customer of the actor's; where that has no source yet it gets the find's."""
    try:
        there: Any = customers.editable(actor, customer_id)
    except (Http404, Forbidden) as away:
        raise Refused(_("只能并入自己可以修改的客户"), field="customer") from away
    if not there.source and found.source:
        customer_verbs.change_customer(there.pk, {"source": found.source}, version=there.version, actor=actor, reason=_("来自市场线索"))
    return there.pk


def _again(found: Find, actor: Viewer) -> int:
    """The find was accepted before and fell back: its customer is taken out of the pool. Refused where a colleague has it by now."""
    stay = customers.pool_stays(SYSTEM).filter(customer=found.customer_id, left_on__isnull=True).first()
    if stay is not None:
        return customer_verbs.assign(stay.pk, actor.person_id or 0, actor=SYSTEM, reason=_("市场线索再次分派")).pk
    holder = customers.customers(SYSTEM).select_related("owner").get(pk=found.customer_id)  # type: ignore[misc]
    if holder.owner_id != actor.person_id:
        raise Refused(_("已成为客户，归 %(owner)s 负责：退回并选「已是客户」") % {"owner": holder.owner}, code="held")
    return holder.pk


def _on_timeline(found: Find, actor: Viewer) -> None:
    record(
        Happening(
            kind="find",
            subject_kind="customer",
            subject_id=found.customer_id or 0,
            happened_on=clock.today(),
            at=clock.now().astimezone().time(),
            person_id=actor.person_id,
            title=f"{found.number} {found.place_found}".strip(),
            text=found.note,
            source_kind="marketing.find",
            source_id=found.version * 10**9 + found.pk,
        )
    )


@verb("marketing.give_back")
def give_back(find_id: int, why: str, *, actor: Viewer, reason: str = "") -> Find:
    """Return a find that was sent to the actor, with one of the reasons; "other" needs words. Of a department's, one leaves it to the rest."""
    found: Find = row(actor, "find", find_id, "return", lock=True)
    if found.state != Find.State.SENT:
        raise Refused(_("「%(name)s」%(state)s，不能退回") % {"name": found, "state": found.get_state_display()})
    if why not in RETURNING:
        raise Refused(_("选一个退回原因"), field="why")
    if why == Find.Why.OTHER and not reason.strip():
        raise Refused(_("写明退回的原因"), field="reason")
    if found.pooled and _declined(found, actor):
        return found
    tasks.answered(found)
    back(found, why, reason, by=actor.person_id)
    return found


def _declined(found: Find, actor: Viewer) -> bool:
    """One of several who may take it does not want it: the rest still may. False when he was the last."""
    found.offers.filter(person_id=actor.person_id).delete()  # type: ignore[misc]
    return found.offers.exists()


def back(found: Find, why: str, said: str, *, by: int | None) -> None:
    """The find is marketing's again. Its row is locked by the caller."""
    found.state, found.returned_why, found.said = Find.State.RETURNED, why, said.strip()[:200]
    found.returned_by_id, found.returned_on = by, clock.today()
    found.receiver_id = found.department_id = None
    found.pooled, found.due_on, found.accepted_on = False, None, None
    found.contacted_on = found.ordered_on = None
    found.version += 1
    found.save()
    events.emit(FindReturned(found.pk, by))


def may_answer(viewer: Viewer, found: Find) -> bool:
    """Does it wait for this viewer?"""
    if found.state != Find.State.SENT or not allowed(viewer, "find", "accept"):
        return False
    return found.receiver_id == viewer.person_id or (found.pooled and found.offers.filter(person_id=viewer.person_id).exists())  # type: ignore[misc]
