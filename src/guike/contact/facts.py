"""What is pushed of follow-ups (PLT-07)."""

from django.utils.translation import gettext_lazy as _

from guike.contact.events import FollowUpLogged
from guike.platform.webhooks.events import register, tell

register("follow_up.logged", "follow_up", _("跟进记录、更正或作废"))


def logged(event: FollowUpLogged) -> None:
    tell("follow_up.logged", [event.follow_up_id], {"customer": event.customer_id})
