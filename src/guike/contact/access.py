"""Who may see, write and void follow-ups (ACT-01): whoever sees a customer sees what was said with it."""

from django.utils.translation import gettext_lazy as _

from guike.engine.obligations import access as _obligations  # noqa: F401 — declared together with what fulfils them
from guike.platform.access import Grant, Reach, Scope, declare

ALL, BELOW, OWN = Reach.ALL, Reach.BELOW, Reach.OWN

declare(
    "follow_up",
    model="contact.FollowUp",
    label=_("跟进"),
    scope=Scope(through=("customer", "customer")),
    actions={"void": "作废"},
    grants={
        "salesperson": Grant(view=OWN, add=OWN, change=OWN, void=OWN, export=OWN, **{"import": OWN}),
        "sales_manager": Grant(view=BELOW, add=BELOW, change=BELOW, void=BELOW, export=BELOW, **{"import": BELOW}),
        "marketing": Grant(view=ALL, add=ALL, change=ALL, void=ALL, export=ALL, **{"import": ALL}),
        "service": Grant(view=ALL, add=ALL, change=ALL, void=ALL),
        "technician": Grant(view=ALL, add=ALL, change=ALL, void=ALL),
        "finance": Grant(view=ALL, add=ALL, change=ALL, void=ALL),
        "executive": Grant(view=ALL, add=ALL, change=ALL, void=ALL, export=ALL),
        "clerk": Grant(view=ALL, add=ALL, change=ALL, void=ALL, export=ALL, **{"import": ALL}),
        "administrator": Grant(view=ALL, add=ALL, change=ALL, void=ALL, export=ALL, **{"import": ALL}),
    },
)
