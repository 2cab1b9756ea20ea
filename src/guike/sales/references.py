"""Orders follow a customer that is merged into another; a number that both have is told apart by the customer it came from."""

from guike.platform import references

references.declare(
    "sales.SalesOrder",
    "customer_id",
    on_collision=lambda order, merged: {"number": f"{order.number}（{merged.number}）"[:60]},  # type: ignore[attr-defined]
    why="两边有同号订单时，并入的一张在号后注明原客户编号",
)
