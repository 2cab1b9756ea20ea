"""What finds ask of people: to answer one that was sent, to make the first contact after accepting (CUS-08)."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from guike.engine.obligations import registry
from guike.engine.obligations import services as obligations
from guike.engine.obligations.services import Due
from guike.marketing.models import Find, FindOffer
from guike.platform import clock
from guike.platform.access import SYSTEM

ANSWER, CONTACT = "find", "find_contact"
registry.register_kind(
    registry.Kind(
        ANSWER,
        gettext_lazy("接收市场线索"),
        gettext_lazy("看线索"),
        "bulb",
        link="/marketing/finds/{subject_id}/",
        by_record=True,
        ahead=True,
    )
)
registry.register_kind(registry.Kind(CONTACT, gettext_lazy("线索首次联系"), gettext_lazy("记跟进"), "phone-call", by_contact=True))


def ask(found: Find, person_id: int) -> None:
    """The receiver has to accept or return it until `due_on`."""
    asked = Due(
        kind=ANSWER,
        subject_kind="find",
        subject_id=found.pk,
        title=_("市场线索：%(name)s") % {"name": found.name},
        due_on=found.due_on or clock.today(),
        assignee_id=person_id,
        department_id=found.department_id,
        reason=_("接收或退回"),
    )
    obligations.open_obligation(asked, actor=SYSTEM)


def offer(found: Find, people: Iterable[int]) -> None:
    """All these may take it; the first one gets it."""
    FindOffer.objects.bulk_create(FindOffer(find=found, person_id=pk) for pk in people)


def answered(found: Find) -> None:
    """It was accepted or returned: nobody is asked any more."""
    FindOffer.objects.filter(find=found).delete()
    obligations.settle("find", found.pk, ANSWER, actor=SYSTEM)


def call_off(found: Find, why: str) -> None:
    """It went elsewhere or its time is over: what was asked is withdrawn."""
    FindOffer.objects.filter(find=found).delete()
    obligations.withdraw_of("find", [found.pk], actor=SYSTEM, reason=why)


def ask_for_contact(found: Find, days: int, on: date) -> None:
    """The first contact with what the find became; one on the very day closes it."""
    asked = Due(
        kind=CONTACT,
        subject_kind="customer",
        subject_id=found.customer_id or 0,
        title=_("市场线索首次联系"),
        due_on=on + timedelta(days=days),
        assignee_id=found.receiver_id,
        department_id=found.department_id,
        as_owner=True,
        reason=_("%(day)s 接收的线索") % {"day": f"{on:%m-%d}"},
        counted_from=on - timedelta(days=1),
    )
    obligations.open_obligation(asked, actor=SYSTEM)
