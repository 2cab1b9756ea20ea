"""Who may give a program a key to what they see themselves: the roles that integrate and answer for what leaves the house. The
administrator sees and ends all keys (PLT-07). What a key reads counts as its owner's exports, unless who manages keys frees it (`taking`).
"""

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
    grants={
        **dict.fromkeys(ROLES, Grant(view=Reach.OWN, change=Reach.OWN)),
        **dict.fromkeys(("sales_manager", "marketing", "finance", "executive", "clerk"), _OWN),
        "administrator": Grant(view=Reach.ALL, add=Reach.OWN, change=Reach.ALL, manage=Reach.ALL),
    },
)
