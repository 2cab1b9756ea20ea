"""What keeps the public pool fair when many reach for it at once: the row, the cool-down, the quota (CUS-06).

All are asked inside the taking verb's transaction, in this order; `wiring/campaigns` shows what happens without them.
"""

from datetime import date, timedelta

from django.db.models import F
from django.utils.translation import gettext as _

from guike.customers import rules
from guike.customers.models import Customer, PoolStay
from guike.customers.services import quotas
from guike.engine import selectors as engine
from guike.platform import clock
from guike.platform.access import ROLES, Viewer
from guike.platform.errors import Refused
from guike.platform.ui import formats


def take(customer_id: int, person_id: int, department_id: int | None, on: date) -> bool:
    """Make the person the owner if nobody is; False where somebody was quicker. The update waits for the row and looks again."""
    return bool(
        Customer.objects.filter(pk=customer_id, owner__isnull=True).update(
            owner_id=person_id,
            department_id=F("department_id") if department_id is None else department_id,
            owner_since=on,
            version=F("version") + 1,
            updated_at=clock.now(),
        )
    )


def room(person_id: int, customer_id: int, *, actor: Viewer, exception: str) -> list[str]:
    """Refuse where the person's quota is full; what was let pass or only warned of is returned in words. Locks the person."""
    return quotas.require_room(person_id, [customer_id], actor=actor, release=bool(exception), reason=exception)


def cooled_down(customer_id: int, person_id: int, *, actor: Viewer, exception: str) -> list[str]:
    """Refuse where the person lost this customer to the pool less than the cool-down ago, unless somebody may let it pass and says why."""
    blocked = cooling(customer_id, person_id)
    if blocked is None:
        return []
    clause, words = blocked
    if exception.strip() and (actor.is_system or actor.has_role(*clause.content.release)):
        return [words]
    roles = "、".join(_(ROLES[role]) for role in clause.content.release)
    raise Refused(
        _("%(what)s；由%(roles)s写明理由可放行") % {"what": words, "roles": roles},
        code="cooldown",
        field="person",
        clause=clause.words,
        releasable_by=roles,
    )


def cooling(customer_id: int, person_id: int) -> tuple[engine.Clause, str] | None:
    """The clause and the words that keep a last owner from taking a customer back today; None where nothing does."""
    today = clock.today()
    for clause in engine.holdings(today):
        days = clause.content.cooldown_days
        since = today - timedelta(days=days)
        lost = PoolStay.objects.filter(customer=customer_id, last_owner=person_id, entered_on__gt=since).order_by("-entered_on").first()
        if lost is not None:
            back = rules.may_return_on(lost.entered_on, days)
            return clause, _("%(clause)s：原负责人 %(days)d 天内不能领回，%(lost)s 进公海，%(back)s 起可领") % {
                "clause": clause.words, "days": days, "lost": formats.short_day(lost.entered_on), "back": formats.short_day(back),
            }  # fmt: skip
    return None
