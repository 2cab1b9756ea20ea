"""Who may see and keep the catalogue (SAL-01): everybody sees it, marketing and clerks keep it; the floor price is not for everybody."""

from django.utils.translation import gettext_lazy as _

from guike.platform.access import FieldRule, Grant, Reach, Right, Scope, declare, open_field

_SEES = Grant(view=Reach.ALL)
_KEEPS = Grant(view=Reach.ALL, add=Reach.ALL, change=Reach.ALL, export=Reach.ALL, **{"import": Reach.ALL})

declare(
    "product",
    model="products.Product",
    label=_("产品"),
    scope=Scope(everyone=True),
    grants={
        "salesperson": _SEES,
        "sales_manager": Grant(view=Reach.ALL, export=Reach.ALL),
        "marketing": _KEEPS,
        "service": _SEES,
        "technician": _SEES,
        "finance": Grant(view=Reach.ALL, export=Reach.ALL),
        "warehouse": _SEES,
        "executive": Grant(view=Reach.ALL, export=Reach.ALL),
        "clerk": _KEEPS,
        "administrator": _KEEPS,
    },
    fields={
        "list_price": open_field(_("标准价")),
        "floor_price": FieldRule(
            _("最低价"),
            rights={
                "marketing": Right.WRITE,
                "administrator": Right.WRITE,
                "finance": Right.READ,
                "executive": Right.READ,
                "sales_manager": Right.READ,
            },
        ),
    },
)
