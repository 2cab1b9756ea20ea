"""Follow-ups tell what was said with whom (08-quality privacy)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from guike.contact.models import FollowUp
from guike.platform.privacy import dealing, plain, texts

texts("contact.FollowUp", "topic said feedback next_step place voided_reason", purpose=_("记录与客户的往来，安排下一步"))

plain("contact.FollowUp", "category grade")
plain("contact.CalendarFeed", "token_hash")


@dealing("customer", "follow_up", _("跟进"))
def last_follow_up(of: Any) -> QuerySet:
    return FollowUp.objects.filter(customer_id=of, voided_at=None).order_by("-happened_on").values("happened_on")[:1]


@dealing("contact", "follow_up", _("跟进"))
def last_talk(of: Any) -> QuerySet:
    """Those in which the contact took part."""
    return FollowUp.objects.filter(contacts=of, voided_at=None).order_by("-happened_on").values("happened_on")[:1]
