"""Orders for assistants (PLT-07: MCP)."""

from datetime import date
from typing import Annotated, Any

from pydantic import Field

from guike.platform.access import Viewer
from guike.platform.api.tools import Asked, tool
from guike.sales import selectors
from guike.sales.api import ORDERS

SHOWN = ("number", "customer", "status", "ordered_on", "promised_on", "delivered_on", "amount")


class Orders(Asked):
    customer: Annotated[int | None, Field(ge=1, le=2**63 - 1, description="只要这家客户的")] = None
    since: date | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@tool("list_orders", "订单", "最近的订单，新的在前；可以只看一家客户或某天以后的。", scope="sales-orders:read", object="sales_order")
def list_orders(viewer: Viewer, asked: Orders) -> dict[str, Any]:
    rows = selectors.orders_for(viewer)
    rows = rows.filter(customer=asked.customer) if asked.customer else rows
    rows = rows.filter(ordered_on__gte=asked.since) if asked.since else rows
    return {"orders": [ORDERS.tell(viewer, row, ["id", *SHOWN]) for row in rows.order_by("-ordered_on", "-id")[: asked.limit]]}
