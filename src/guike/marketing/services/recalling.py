"""Finds that nobody took up in time are marketing's again (CUS-08)."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from guike.customers import selectors as customers
from guike.customers import services as customer_verbs
from guike.engine.obligations import services as obligations
from guike.marketing import selectors
from guike.marketing.models import Find
from guike.marketing.services import tasks
from guike.marketing.services.answering import back
from guike.marketing.services.outcomes import refresh_outcomes
from guike.platform import clock
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden
from guike.platform.verbs import verb


@dataclass(frozen=True)
class Recalled:
    """How many came back: not answered, not followed up; and how many customers went to the pool with the latter."""

    unanswered: int = 0
    untouched: int = 0
    released: int = 0


@verb("marketing.fall_back")
def fall_back(*, actor: Viewer) -> Recalled:
    """The night's round: what was not answered until its day, and what was accepted `follow_days` ago and never contacted, comes back.

    Sent on Friday with 3 working days → answered by Wednesday, back on Thursday. Accepted on 11-10 with 7 days → contacted by 11-17, back on
    the 18th. A customer that was made from the find, has no order and is still with who accepted it goes to the public pool.
    """
    if not actor.is_system:
        raise Forbidden(_("只由系统收回"))
    refresh_outcomes(None)
    today = clock.today()
    late = Find.objects.select_for_update(of=("self",)).filter(state=Find.State.SENT, due_on__lt=today).order_by("pk")
    unanswered = [_recall(found, Find.Why.UNANSWERED, "") for found in late]
    follow_days = selectors.terms().follow_days
    limit = today - timedelta(days=follow_days)
    idle = Find.objects.select_for_update(of=("self",)).filter(
        state=Find.State.ACCEPTED, accepted_on__lt=limit, contacted_on__isnull=True, ordered_on__isnull=True
    )
    words = _("接收后 %(days)d 天没有跟进") % {"days": follow_days}
    untouched = [_recall(found, Find.Why.UNTOUCHED, words) for found in idle.order_by("pk")]
    return Recalled(len(unanswered), len(untouched), sum(untouched))


def _recall(found: Find, why: str, words: str) -> bool:
    """Was a customer released with it?"""
    holder = found.receiver_id
    tasks.call_off(found, _("到期没有接收，已收回") if why == Find.Why.UNANSWERED else words)
    released = why == Find.Why.UNTOUCHED and _release(found, holder, words)
    if why == Find.Why.UNTOUCHED and found.customer_id:
        obligations.withdraw_of("customer", [found.customer_id], kind=tasks.CONTACT, actor=SYSTEM, reason=words)
    back(found, why, words, by=None)
    return released


def _release(found: Find, holder: int | None, words: str) -> bool:
    if found.joined or found.customer_id is None:
        return False
    there = customers.customers(SYSTEM).filter(pk=found.customer_id, owner_id=holder, figures__last_purchase_on__isnull=True).exists()
    if there:
        customer_verbs.release(found.customer_id, actor=SYSTEM, reason=words)
    return there
