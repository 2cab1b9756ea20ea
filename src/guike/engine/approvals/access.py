"""Who may see, sign and export requests for approval (PLT-05): who asked, who is or was asked to sign, who got a copy; managers below them."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import Grant, Reach, Scope, declare

ALL, BELOW, OWN = Reach.ALL, Reach.BELOW, Reach.OWN
_MEMBER = Grant(view=OWN, sign=OWN)

declare(
    "approval",
    model="engine.Approval",
    label=_("审批"),
    scope=Scope(owner="requested_by", department="department", shared="engine.ApprovalSigner:approval:person"),
    actions={"sign": _("签批")},
    grants={
        "salesperson": _MEMBER,
        "service": _MEMBER,
        "technician": _MEMBER,
        "finance": _MEMBER,
        "warehouse": _MEMBER,
        "clerk": _MEMBER,
        "sales_manager": Grant(view=BELOW, sign=OWN, export=BELOW),
        "marketing": Grant(view=ALL, sign=OWN, export=ALL),
        "executive": Grant(view=ALL, sign=OWN, export=ALL),
        "administrator": Grant(view=ALL, sign=OWN, export=ALL),
    },
)
