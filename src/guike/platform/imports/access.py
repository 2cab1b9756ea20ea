"""Who may see an import's report: who did it, and the administrator. What may be imported at all is each object's own "import" right."""

from guike.platform.access import Grant, Reach, Scope, declare
from guike.platform.roles import ROLES

declare(
    "import_run",
    model="imports.ImportRun",
    label="导入记录",
    scope=Scope(owner="by__person"),
    grants={
        **{role: Grant(view=Reach.OWN, add=Reach.OWN, change=Reach.OWN) for role in ROLES},
        "administrator": Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL),
        "system_admin": Grant(view=Reach.ALL, add=Reach.OWN, change=Reach.OWN),
        "audit_admin": Grant(view=Reach.ALL),
    },
)
