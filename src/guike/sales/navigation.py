from django.utils.translation import gettext_lazy as _

from guike.engine.regulations.carriers import register_form
from guike.platform.ui import navigation

navigation.register("orders", group="deal", label=_("订单"), icon="receipt", url_name="sales:orders", order=10,
                    access=("sales_order", "view"), shortcut="o")  # fmt: skip
navigation.register("returns", group="deal", label=_("退货"), icon="truck-return", url_name="sales:returns", order=20,
                    access=("return_order", "view"))  # fmt: skip
register_form("return_order", _("产品退货单"), "sales:returns", ("return_order", "view"))
