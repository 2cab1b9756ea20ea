"""Orders of a person name where the goods went; they prove the contract (08-quality privacy)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.privacy import CONTRACTS, Erase, Ground, Whose, personal, plain, texts

personal(
    "sales.SalesOrder",
    {"address": Erase.BLANK, "note": Erase.BLANK, "custom": Erase.BLANK},
    whose=Whose.CUSTOMER,
    purpose=_("履行订单：送货、对账、售后"),
    ground=Ground.CONTRACT,
    term=CONTRACTS,
    contract=("address", "note"),
)
texts("sales.SalesOrder", "cancel_reason", purpose=_("履行订单：送货、对账、售后"), term=CONTRACTS)
texts("sales.ReturnOrder", "note", purpose=_("退货处理"), term=CONTRACTS)
texts("sales.SalesOrderLine", "product_text", purpose=_("履行订单：送货、对账、售后"), term=CONTRACTS)

plain("sales.SalesOrder", "number source external_number delivery_method region province city")
plain("sales.SalesOrderLine", "external_line region province city")
plain("sales.ReturnOrder", "number order_number external_number")
plain("sales.ReturnLine", "serial_number")
