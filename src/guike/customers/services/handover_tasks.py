"""Who is asked to hand over when somebody left (CUS-06)."""

from datetime import date, timedelta

from django.apps import apps
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.customers.models import Collaborator, Customer
from guike.engine.obligations import handing, registry
from guike.engine.obligations.services import Due, open_obligation, withdraw_of
from guike.organisation import selectors as organisation
from guike.platform import clock
from guike.platform.access import SYSTEM

KIND = "handover"
DAYS = 3
registry.register_kind(
    registry.Kind(KIND, gettext_lazy("交接"), gettext_lazy("交接"), "arrows-exchange", link="/customers/handover/{subject_id}/")
)


def ask_for_handover(person_id: int) -> None:
    """A task for the nearest superior still here: three days to give away what the person left behind. Nothing where there is nothing."""
    held = Customer.objects.filter(owner=person_id).count()
    owed = sum(handing.counts_of(person_id).values())
    shared = Collaborator.objects.filter(person=person_id).count()
    above = next((pk for pk in organisation.chain_of(person_id, _last_day(person_id)) if organisation.works_here(pk)), None)
    if not held + owed + shared or above is None:
        return
    name = apps.get_model("organisation", "Person").objects.get(pk=person_id).name
    task = Due(
        kind=KIND,
        subject_kind="person",
        subject_id=person_id,
        title=_("交接%(name)s的工作") % {"name": name},
        reason=_("名下 %(held)d 家客户、%(owed)d 件时限任务、%(shared)d 家协同") % {"held": held, "owed": owed, "shared": shared},
        due_on=clock.today() + timedelta(days=DAYS),
        assignee_id=above,
    )
    open_obligation(task, actor=SYSTEM)


def _last_day(person_id: int) -> date | None:
    return apps.get_model("organisation", "Person").objects.values_list("left_on", flat=True).get(pk=person_id)


def answer(person_id: int) -> None:
    """The hand-over was made: nobody need be asked."""
    withdraw_of("person", [person_id], actor=SYSTEM, reason=_("已交接"))
