"""Who may have facts pushed to other programs: the roles that integrate; the administrator sees and stops all (PLT-07)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare

_OWN = Grant(view=Reach.OWN, add=Reach.OWN, change=Reach.OWN, delete=Reach.OWN)

declare(
    "webhook",
    model="webhooks.Webhook",
    label=_("推送地址"),
    scope=Scope(owner="account__person"),
    actions={"manage": _("管理")},
    grants={
        **dict.fromkeys(("sales_manager", "marketing", "finance", "executive", "clerk"), _OWN),
        "administrator": Grant(view=Reach.ALL, add=Reach.OWN, change=Reach.ALL, delete=Reach.ALL, manage=Reach.ALL),
    },
)
