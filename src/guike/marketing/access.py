"""Who may see, collect, distribute, accept and return market finds (CUS-08)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import FieldRule, Grant, Reach, Right, Scope, declare

ALL, BELOW, OWN = Reach.ALL, Reach.BELOW, Reach.OWN
MASKED, WRITE = Right.MASKED, Right.WRITE

_COLLECTS = dict.fromkeys(("view", "add", "change", "send", "drop", "export", "import"), ALL)

#: A salesperson sees what was sent to him, and what his department may still take; after one took it, only that one.
declare(
    "find",
    model="marketing.Find",
    label=_("市场线索"),
    scope=Scope(owner="receiver_id", department="department_id", shared="marketing.FindOffer:find_id:person_id"),
    actions={"send": "分派", "accept": "接收", "return": "退回", "drop": "作废"},
    grants={
        "salesperson": Grant(view=OWN, accept=OWN, **{"return": OWN}),
        "sales_manager": Grant(view=BELOW, send=BELOW, accept=OWN, **{"return": OWN}),
        "marketing": Grant(**_COLLECTS),
        "clerk": Grant(**_COLLECTS),
        "executive": Grant(view=ALL, export=ALL),
        "administrator": Grant(**_COLLECTS),
    },
    fields={
        "phone": FieldRule(_("电话"), MASKED, {"marketing": WRITE, "clerk": WRITE}, mask="phone"),
    },
)

_SETS = Grant(view=ALL, add=ALL, change=ALL, delete=ALL)
declare(
    "find_route",
    model="marketing.Route",
    label=_("分派规则"),
    scope=Scope(everyone=True),
    grants={
        "marketing": _SETS,
        "administrator": _SETS,
        "clerk": Grant(view=ALL),
        "sales_manager": Grant(view=ALL),
        "executive": Grant(view=ALL),
    },
)
