"""How orders and returns stand on the timeline."""

from guike.engine.activities import registry

registry.register(registry.Kind("sales_order", "订单", "receipt", "document", "sales_order", url=lambda pk: f"/sales/orders/{pk}/"))
registry.register(registry.Kind("return_order", "退货", "truck-return", "document", "return_order", url=lambda pk: f"/sales/returns/{pk}/"))
