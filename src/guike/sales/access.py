"""Who may see and keep orders and returns: as far as the customer may be seen; cost and profit are for those who answer for them."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import FieldRule, Grant, Reach, Right, Scope, declare, open_field

_OF_CUSTOMER = Scope(through=("customer", "customer"))
_MARGIN = dict.fromkeys(("sales_manager", "finance", "executive"), Right.READ) | dict.fromkeys(("marketing", "administrator"), Right.WRITE)

declare(
    "sales_order",
    model="sales.SalesOrder",
    label=_("订单"),
    scope=_OF_CUSTOMER,
    actions={"confirm": _("确认"), "deliver": _("发货"), "cancel": _("取消")},
    grants={
        "salesperson": Grant(view=Reach.OWN, add=Reach.OWN, change=Reach.OWN, confirm=Reach.OWN, cancel=Reach.OWN, export=Reach.OWN),
        "sales_manager": Grant(
            view=Reach.BELOW,
            add=Reach.BELOW,
            change=Reach.BELOW,
            confirm=Reach.BELOW,
            deliver=Reach.BELOW,
            cancel=Reach.BELOW,
            export=Reach.BELOW,
        ),
        "marketing": Grant(view=Reach.ALL, export=Reach.ALL),
        "service": Grant(view=Reach.ALL),
        "technician": Grant(view=Reach.ALL),
        "finance": Grant(view=Reach.ALL, export=Reach.ALL),
        "warehouse": Grant(view=Reach.ALL, deliver=Reach.ALL),
        "executive": Grant(view=Reach.ALL, export=Reach.ALL, cancel=Reach.ALL),
        "clerk": Grant(
            view=Reach.ALL,
            add=Reach.ALL,
            change=Reach.ALL,
            confirm=Reach.ALL,
            deliver=Reach.ALL,
            cancel=Reach.ALL,
            export=Reach.ALL,
            **{"import": Reach.ALL},
        ),
        "administrator": Grant(
            view=Reach.ALL,
            add=Reach.ALL,
            change=Reach.ALL,
            confirm=Reach.ALL,
            deliver=Reach.ALL,
            cancel=Reach.ALL,
            export=Reach.ALL,
            **{"import": Reach.ALL},
        ),
    },
    fields={
        "amount": open_field(_("金额和价格"), writable=False),
        "cost": FieldRule(_("成本"), rights=_MARGIN),
        "profit": FieldRule(_("利润"), rights=_MARGIN),
    },
)

declare(
    "return_order",
    model="sales.ReturnOrder",
    label=_("退货单"),
    scope=_OF_CUSTOMER,
    actions={"confirm": _("确认")},
    grants={
        "salesperson": Grant(view=Reach.OWN, add=Reach.OWN, export=Reach.OWN),
        "sales_manager": Grant(view=Reach.BELOW, add=Reach.BELOW, confirm=Reach.BELOW, export=Reach.BELOW),
        "marketing": Grant(view=Reach.ALL, export=Reach.ALL),
        "service": Grant(view=Reach.ALL, add=Reach.ALL, export=Reach.ALL),
        "technician": Grant(view=Reach.ALL),
        "finance": Grant(view=Reach.ALL, confirm=Reach.ALL, export=Reach.ALL),
        "warehouse": Grant(view=Reach.ALL, add=Reach.ALL),
        "executive": Grant(view=Reach.ALL, export=Reach.ALL),
        "clerk": Grant(view=Reach.ALL, add=Reach.ALL, confirm=Reach.ALL, export=Reach.ALL, **{"import": Reach.ALL}),
        "administrator": Grant(view=Reach.ALL, add=Reach.ALL, confirm=Reach.ALL, export=Reach.ALL, **{"import": Reach.ALL}),
    },
    fields={"amount": open_field(_("退货金额"), writable=False)},
)
