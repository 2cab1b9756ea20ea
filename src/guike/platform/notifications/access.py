"""Everybody reads his own messages; the administrator keeps the channels and sees what went out (PLT-06)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare
from guike.platform.roles import ROLES

ALL = Reach.ALL

declare(
    "notice",
    model="notifications.Notice",
    label=_("消息"),
    scope=Scope(owner="account__person"),
    grants={role: Grant(view=Reach.OWN, change=Reach.OWN) for role in ROLES},
)
declare(
    "channel",
    model="notifications.Robot",
    label=_("通知渠道"),
    scope=Scope(everyone=True),
    grants=dict.fromkeys(("administrator", "system_admin"), Grant(view=ALL, add=ALL, change=ALL, delete=ALL)),
)
declare(
    "delivery",
    model="notifications.Delivery",
    label=_("发送记录"),
    scope=Scope(everyone=True),
    grants={**dict.fromkeys(("administrator", "system_admin"), Grant(view=ALL, change=ALL, export=ALL)), "audit_admin": Grant(view=ALL, export=ALL)},
)
