"""What is pushed of orders and returns (PLT-07)."""

from django.utils.translation import gettext_lazy as _

from guike.platform.webhooks.events import register, tell
from guike.sales import events

register("order.created", "sales_order", _("订单成立"))
register("order.changed", "sales_order", _("订单修改"))
register("order.cancelled", "sales_order", _("订单取消"))
register("return.confirmed", "return_order", _("退货确认"))


def recorded(event: events.OrderRecorded) -> None:
    tell("order.created", [event.order_id])


def changed(event: events.OrderChanged) -> None:
    tell("order.changed", [event.order_id])


def cancelled(event: events.OrderCancelled) -> None:
    tell("order.cancelled", [event.order_id], {"on": event.on.isoformat()})


def returned(event: events.ReturnConfirmed) -> None:
    tell("return.confirmed", [event.return_id])
