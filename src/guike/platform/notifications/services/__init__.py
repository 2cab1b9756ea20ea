"""Writes of messages. `notify` is what domains call; the rest is for the room's own pages and jobs."""

from guike.platform.notifications.services.channels import add_robot, change_robot, remove_robot, save_mail_server, try_mail, try_robot
from guike.platform.notifications.services.choosing import choose, refuse_mail, set_habit
from guike.platform.notifications.services.delivering import deliver, resend, round_of_minute
from guike.platform.notifications.services.digest import send_digests
from guike.platform.notifications.services.reading import forget_old, mark_all_read, mark_read
from guike.platform.notifications.services.telling import notify

__all__ = [
    "add_robot",
    "change_robot",
    "choose",
    "deliver",
    "forget_old",
    "mark_all_read",
    "mark_read",
    "notify",
    "refuse_mail",
    "remove_robot",
    "resend",
    "round_of_minute",
    "save_mail_server",
    "send_digests",
    "set_habit",
    "try_mail",
    "try_robot",
]
