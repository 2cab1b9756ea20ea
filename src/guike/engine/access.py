"""Who may see, try, publish and override policies (PLT-01). What a policy decided about a subject is seen with the subject."""

from django.utils.translation import gettext_lazy as _

from guike.engine.approvals import access as _approvals  # noqa: F401 — declared together
from guike.platform.access import Grant, Reach, Scope, declare

ALL = Reach.ALL
READER = Grant(view=ALL)
WRITER = Grant(view=ALL, add=ALL, change=ALL, publish=ALL, export=ALL)
AUTHOR = Grant(view=ALL, add=ALL, change=ALL, simulate=ALL, publish=ALL, evaluate=ALL, override=ALL, confirm=ALL, export=ALL)

declare(
    "policy",
    model="engine.Policy",
    label=_("制度"),
    scope=Scope(everyone=True),
    actions={
        "simulate": _("试算"),
        "publish": _("发布"),
        "evaluate": _("判定"),
        "override": _("人工调整"),
        "confirm": _("确认等级建议"),
    },
    grants={
        "salesperson": Grant(view=ALL, confirm=ALL),
        "sales_manager": Grant(view=ALL, simulate=ALL, override=ALL, confirm=ALL, export=ALL),
        "marketing": AUTHOR,
        "service": Grant(view=ALL, confirm=ALL),
        "technician": READER,
        "finance": Grant(view=ALL, simulate=ALL, confirm=ALL),
        "warehouse": READER,
        "executive": AUTHOR,
        "clerk": READER,
        "administrator": AUTHOR,
    },
)
declare(
    "regulation",
    model="engine.Regulation",
    label=_("制度文件"),
    scope=Scope(everyone=True),
    actions={"publish": _("发布")},
    grants={
        "salesperson": READER,
        "sales_manager": READER,
        "marketing": WRITER,
        "service": READER,
        "technician": READER,
        "finance": READER,
        "warehouse": READER,
        "executive": WRITER,
        "clerk": READER,
        "administrator": WRITER,
    },
)
declare(
    "assessment",
    model="engine.Assessment",
    label=_("评价"),
    scope=Scope(everyone=True),
    grants={
        "salesperson": Grant(add=ALL),
        "sales_manager": Grant(add=ALL, change=ALL),
        "marketing": Grant(view=ALL, add=ALL, change=ALL, **{"import": ALL, "export": ALL}),
        "service": Grant(add=ALL),
        "finance": Grant(view=ALL, add=ALL, change=ALL, **{"import": ALL}),
        "executive": Grant(view=ALL, add=ALL, change=ALL),
        "clerk": Grant(view=ALL, add=ALL, change=ALL, **{"import": ALL}),
        "administrator": Grant(view=ALL, add=ALL, change=ALL, **{"import": ALL, "export": ALL}),
    },
)
