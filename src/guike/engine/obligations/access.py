"""Who may see and do what with obligations (ACT-12)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare

_OWN = Grant(view=Reach.OWN, change=Reach.OWN)

declare(
    "obligation",
    model="engine.Obligation",
    label=_("时限任务"),
    scope=Scope(owner="assignee", department="department"),
    actions={"withdraw": "撤销"},
    grants={
        "salesperson": _OWN,
        "service": _OWN,
        "technician": _OWN,
        "finance": _OWN,
        "warehouse": _OWN,
        "clerk": _OWN,
        "sales_manager": Grant(view=Reach.BELOW, change=Reach.BELOW, withdraw=Reach.BELOW, export=Reach.BELOW),
        "marketing": Grant(view=Reach.ALL, change=Reach.OWN, export=Reach.ALL),
        "executive": Grant(view=Reach.ALL, change=Reach.OWN, withdraw=Reach.ALL, export=Reach.ALL),
        "administrator": Grant(view=Reach.ALL, change=Reach.OWN, withdraw=Reach.ALL, export=Reach.ALL),
    },
)
