"""Marketing and the administrator write automations; who leads may read what runs by itself (PLT-13)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare

ALL = Reach.ALL
WRITES = Grant(view=ALL, add=ALL, change=ALL)

declare(
    "automation",
    model="automations.Automation",
    label=_("自动化"),
    scope=Scope(everyone=True),
    grants={"marketing": WRITES, "administrator": WRITES, "sales_manager": Grant(view=ALL), "executive": Grant(view=ALL)},
)
