"""Correcting one's own follow-up for some days, and voiding one; both keep the history, nothing is deleted (ACT-01)."""

from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from guike.contact import rules
from guike.contact.events import FollowUpLogged
from guike.contact.models import FollowUp
from guike.contact.services.consequences import follow_cadence, happening, mark_first, open_arising
from guike.contact.services.log import checked, fields_of
from guike.engine.activities import services as timeline
from guike.engine.obligations import services as obligations
from guike.platform import access, clock, events
from guike.platform.access import SYSTEM, Viewer
from guike.platform.errors import Forbidden, Refused, Stale
from guike.platform.verbs import verb


def _mine(follow_up_id: int, *, actor: Viewer, action: str) -> FollowUp:
    """The follow-up, locked, if it stands and its writer may still change it; superiors may void at any time.

    The customer is locked first, as when a follow-up is written: two writers never wait for each other in a circle.
    """
    access.row(SYSTEM, "customer", access.row(actor, "follow_up", follow_up_id, action).customer_id, lock=True)
    follow_up = access.row(actor, "follow_up", follow_up_id, action, lock=True)
    if follow_up.voided_at:
        raise Refused(_("这笔跟进已作废：%(why)s") % {"why": follow_up.voided_reason}, code="voided")
    if (
        action == "void"
        and access.reach(actor, "follow_up", "void") >= access.Reach.BELOW
        and actor.has_role("sales_manager", "executive", "administrator")
    ):
        return follow_up
    if follow_up.person_id != actor.person_id:
        raise Forbidden(_("这笔跟进是%(person)s写的，只有本人能改") % {"person": follow_up.person})
    recorded = timezone.localtime(follow_up.recorded_at).date()
    if not rules.may_still_edit(recorded, clock.today()):
        raise Refused(_("记录满 %(days)d 天后不能再改；有误可补记一笔说明") % {"days": rules.EDIT_DAYS}, code="closed")
    return follow_up


@verb("contact.edit_follow_up")
def edit_follow_up(follow_up_id: int, draft: rules.Draft, *, version: int, actor: Viewer) -> FollowUp:
    """Correct one's own follow-up within 7 days. What it closed stays closed on the day it was closed; what is due next is reckoned anew."""
    follow_up = _mine(follow_up_id, actor=actor, action="change")
    if follow_up.version != version:
        raise Stale(_("这笔跟进刚被改过，刷新后再改"))
    next_changed = (follow_up.next_on, follow_up.next_step) != (draft.next_on, draft.next_step.strip()[:160])
    contacts = _checked_again(follow_up, draft, next_changed)
    for name, value in fields_of(draft).items():
        setattr(follow_up, name, value)
    follow_up.version += 1
    follow_up.save()
    follow_up.contacts.set(contacts)
    mark_first(follow_up)
    activity = timeline.amend(happening(follow_up, "、".join(contact.name for contact in contacts)))
    follow_cadence(follow_up.customer_id)
    if next_changed:
        obligations.withdraw_arisen(activity.pk, kinds=["next_step"], actor=actor, reason=_("下一步已改"))
        open_arising(follow_up, (), activity.pk, actor)
    events.emit(FollowUpLogged(follow_up.customer_id, follow_up.pk, follow_up.happened_on))
    return follow_up


def _checked_again(follow_up: FollowUp, draft: rules.Draft, next_changed: bool) -> list:
    """A next day that has gone by since may stay as it was written; a changed one must lie ahead."""
    asked = draft if next_changed else rules.without_next(draft)
    return checked(follow_up.customer, asked)


@verb("contact.void_follow_up")
def void_follow_up(follow_up_id: int, *, actor: Viewer, reason: str) -> FollowUp:
    """Take a follow-up out of the figures: written for the wrong customer, twice, or not true. Its promises are withdrawn with it."""
    follow_up = _mine(follow_up_id, actor=actor, action="void")
    if not reason.strip():
        raise Refused(_("写一句作废的原因"), field="reason")
    follow_up.voided_at, follow_up.voided_reason = clock.now(), reason.strip()[:200]
    FollowUp.objects.filter(pk=follow_up.pk).update(
        voided_at=follow_up.voided_at, voided_reason=follow_up.voided_reason, first_contact=False, version=F("version") + 1
    )
    mark_first(follow_up)
    why = _("跟进作废：%s") % follow_up.voided_reason
    for activity_id in timeline.retract("follow_up", [follow_up.pk]):
        obligations.withdraw_arisen(activity_id, kinds=["next_step", "promise"], actor=actor, reason=why)
    follow_cadence(follow_up.customer_id)
    events.emit(FollowUpLogged(follow_up.customer_id, follow_up.pk, follow_up.happened_on))
    return follow_up
