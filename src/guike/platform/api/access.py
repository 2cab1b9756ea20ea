"""Everybody may give a program of their own a key to what they see themselves; the administrator sees and ends all of them (PLT-07)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare
from guike.platform.roles import ROLES

_OWN = Grant(view=Reach.OWN, add=Reach.OWN, change=Reach.OWN)

declare(
    "api_key",
    model="api.ApiKey",
    label=_("接口密钥"),
    scope=Scope(owner="account__person"),
    actions={"manage": _("管理")},
    grants={**dict.fromkeys(ROLES, _OWN), "administrator": Grant(view=Reach.ALL, add=Reach.OWN, change=Reach.ALL, manage=Reach.ALL)},
)
